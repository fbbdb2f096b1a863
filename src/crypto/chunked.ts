import { type Bytes, concat, equalBytes, utf8 } from "@/core/bytes";
import type { CryptoEngine } from "./engine";
import { hkdfExpandSha512 } from "./hkdf";
import { type ByteSource, inPieces } from "./pieces";

/**
 * C2SP chunked-encryption v1 with AEAD_AES_256_GCM and HKDF-SHA-512 (https://c2sp.org/chunked-encryption).
 *
 * salt (24) ‖ key commitment (32) ‖ chunks of 16 KiB + tag (16). The last chunk is always shorter, so that a cut is
 * seen; the nonce counts, so that chunks cannot change places; the commitment binds the key, which GCM alone does not.
 */
export const KEY_BYTES = 32;
export const SALT_BYTES = 24;
/** Salt and commitment: what must be at hand before anything is decrypted. */
export const HEAD_BYTES = 56;
export const CHUNK_BYTES = 16_384;
export const TAG_BYTES = 16;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const NAME = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");
/** Chunks that are in work at once: enough to keep the engine's threads busy, little enough to stay flat in memory. */
const IN_FLIGHT = 32;
/** Chunks that the engine's own code encrypts without a pause. */
const RUN_CHUNKS = 64;
const RUN_BYTES = RUN_CHUNKS * CHUNK_BYTES;
const MAX_CHUNKS = 2 ** 38;

export class ChunkedError extends Error {
  constructor(
    /** `length`: no message has this length; `commitment`: made under another key; `chunk`: bytes were changed, moved or cut. */
    readonly code: "length" | "key" | "commitment" | "chunk",
    message: string,
  ) {
    super(message);
    this.name = "ChunkedError";
  }
}

/** Length of the ciphertext of a message of `n` bytes. */
export const ciphertextLength = (n: number): number => HEAD_BYTES + n + TAG_BYTES * (Math.floor(n / CHUNK_BYTES) + 1);

/** Length of the message in a ciphertext of `length` bytes; undefined when no message has that length. */
export function plaintextLength(length: number): number | undefined {
  const chunks = length - HEAD_BYTES;
  if (!Number.isSafeInteger(length) || chunks < TAG_BYTES) return undefined;
  const rest = chunks % SEALED_CHUNK_BYTES;
  if (rest < TAG_BYTES) return undefined;
  return Math.floor(chunks / SEALED_CHUNK_BYTES) * CHUNK_BYTES + rest - TAG_BYTES;
}

export const isPossibleCiphertextLength = (length: number): boolean => plaintextLength(length) !== undefined;

/** What one message is encrypted under, derived from content key, salt and context. */
export interface ChunkKeys {
  readonly aead: CryptoKey;
  readonly baseNonce: Bytes;
  /** Salt ‖ commitment: the first 56 bytes of the ciphertext. */
  readonly head: Bytes;
  /** Encrypts one chunk by the engine's own code, where there is such. */
  readonly seal?: (nonce: Bytes, plain: Bytes, into: Bytes) => void;
}

/** The first 56 bytes that a message has under this key, salt and context. */
function derive(key: Bytes, salt: Bytes, context: Bytes) {
  if (key.length !== KEY_BYTES) throw new ChunkedError("key", "the key must have 32 bytes");
  if (salt.length !== SALT_BYTES) throw new ChunkedError("length", "the salt must have 24 bytes");
  const okm = hkdfExpandSha512(key, concat(NAME, salt, context), KEY_BYTES + 12 + 32);
  return { aeadKey: okm.subarray(0, 32), baseNonce: okm.subarray(32, 44), commitment: okm.subarray(44, 76) };
}

export async function chunkKeys(key: Bytes, salt: Bytes, context: Bytes, engine?: CryptoEngine): Promise<ChunkKeys> {
  const { aeadKey, baseNonce, commitment } = derive(key, salt, context);
  const aead = await globalThis.crypto.subtle.importKey("raw", aeadKey, "AES-GCM", false, ["encrypt", "decrypt"]);
  const head = concat(salt, commitment);
  return engine ? { aead, baseNonce, head, seal: engine.aesGcm(aeadKey) } : { aead, baseNonce, head };
}

/** Does this head belong to this key? To be asked before any chunk is decrypted. */
export function isCommittedTo(head: Bytes, key: Bytes, context: Bytes): boolean {
  if (head.length !== HEAD_BYTES || key.length !== KEY_BYTES) return false;
  return equalBytes(head.subarray(SALT_BYTES), derive(key, head.subarray(0, SALT_BYTES), context).commitment);
}

/** Keys for reading. @throws ChunkedError `commitment` when the message was made under another key. */
export async function openHead(head: Bytes, key: Bytes, context: Bytes): Promise<ChunkKeys> {
  if (head.length !== HEAD_BYTES) throw new ChunkedError("length", "too short for a head");
  const keys = await chunkKeys(key, head.slice(0, SALT_BYTES), context);
  if (!equalBytes(keys.head, head)) throw new ChunkedError("commitment", "not committed to this key");
  return keys;
}

function nonceOf(baseNonce: Bytes, index: number): Bytes {
  if (index >= MAX_CHUNKS) throw new ChunkedError("length", "too many chunks");
  const nonce = baseNonce.slice();
  for (let i = nonce.length - 1, rest = index; rest > 0; i--, rest = Math.floor(rest / 256)) nonce[i]! ^= rest & 0xff;
  return nonce;
}

async function encryptChunk({ aead, baseNonce }: ChunkKeys, index: number, plain: Bytes): Promise<Bytes> {
  const iv = nonceOf(baseNonce, index);
  return new Uint8Array(await globalThis.crypto.subtle.encrypt({ name: "AES-GCM", iv }, aead, plain));
}

async function decryptChunk({ aead, baseNonce }: ChunkKeys, index: number, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < TAG_BYTES) throw new ChunkedError("length", "cut inside a chunk");
  try {
    const iv = nonceOf(baseNonce, index);
    return new Uint8Array(await globalThis.crypto.subtle.decrypt({ name: "AES-GCM", iv }, aead, sealed));
  } catch {
    throw new ChunkedError("chunk", `chunk ${index} is not what was encrypted`);
  }
}

/** Runs `work` on each piece, several at once, and yields the results in order. */
async function* inOrder(pieces: AsyncIterable<Bytes>, work: (piece: Bytes, index: number) => Promise<Bytes>) {
  const running: Promise<Bytes>[] = [];
  let index = 0;
  for await (const piece of pieces) {
    const result = work(piece, index++);
    // A later piece may fail while an earlier one is awaited, or nobody may wait any more: that must not end the process.
    result.catch(() => undefined);
    running.push(result);
    if (running.length >= IN_FLIGHT) yield await running.shift()!;
  }
  while (running.length) yield await running.shift()!;
}

/** Encrypts a run of chunks in one go; only a run that is not full ends with a shorter chunk. */
function encryptRun(seal: NonNullable<ChunkKeys["seal"]>, baseNonce: Bytes, first: number, run: Bytes): Bytes {
  const chunks = run.length === RUN_BYTES ? RUN_CHUNKS : Math.floor(run.length / CHUNK_BYTES) + 1;
  const sealed = new Uint8Array(run.length + TAG_BYTES * chunks);
  for (let i = 0; i < chunks; i++) {
    const plain = run.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    const start = i * SEALED_CHUNK_BYTES;
    seal(nonceOf(baseNonce, first + i), plain, sealed.subarray(start, start + plain.length + TAG_BYTES));
  }
  return sealed;
}

/** Encrypts a stream; memory does not grow with it. The same key, salt and context must never meet two messages. */
export async function* encryptChunked(keys: ChunkKeys, plain: ByteSource): AsyncGenerator<Bytes> {
  yield keys.head;
  if (keys.seal) {
    let chunks = 0;
    for await (const run of inPieces(plain, RUN_BYTES)) {
      yield encryptRun(keys.seal, keys.baseNonce, chunks, run);
      chunks += RUN_CHUNKS;
    }
    return;
  }
  yield* inOrder(inPieces(plain, CHUNK_BYTES), (piece, index) => encryptChunk(keys, index, piece));
}

/**
 * Decrypts a stream. Each chunk is authentic when it is yielded; that the message is whole is known only when the
 * generator has ended without an error.
 *
 * @throws ChunkedError
 */
export async function* decryptChunked(key: Bytes, context: Bytes, sealed: ByteSource): AsyncGenerator<Bytes> {
  const source = (async function* () {
    yield* sealed;
  })();
  // The head is taken off first: no chunk is touched before the commitment is right.
  let start = new Uint8Array(0);
  while (start.length < HEAD_BYTES) {
    const next = await source.next();
    if (next.done) throw new ChunkedError("length", "too short for a head");
    start = concat(start, next.value);
  }
  const keys = await openHead(start.slice(0, HEAD_BYTES), key, context).catch(async (error: unknown) => {
    await source.return();
    throw error;
  });
  const rest = (async function* () {
    yield start.subarray(HEAD_BYTES);
    yield* source;
  })();
  yield* inOrder(inPieces(rest, SEALED_CHUNK_BYTES), (piece, index) => decryptChunk(keys, index, piece));
}

/**
 * Reads plain bytes [start, start + length) without the rest of the message.
 *
 * @param sealedLength - length of the whole ciphertext.
 * @param read - gives `length` bytes of the ciphertext from `offset`.
 * @throws ChunkedError, or RangeError when the range lies outside the message.
 */
export async function decryptRange(
  keys: ChunkKeys,
  sealedLength: number,
  range: { start: number; length: number },
  read: (offset: number, length: number) => Promise<Bytes>,
): Promise<Bytes> {
  const total = plaintextLength(sealedLength);
  if (total === undefined) throw new ChunkedError("length", "no message has this length");
  const end = range.start + range.length;
  if (range.start < 0 || range.length < 0 || end > total) throw new RangeError("outside the message");
  const first = Math.floor(range.start / CHUNK_BYTES);
  const last = Math.max(first, Math.floor((end - 1) / CHUNK_BYTES));
  const offset = HEAD_BYTES + first * SEALED_CHUNK_BYTES;
  const until = Math.min(sealedLength, HEAD_BYTES + (last + 1) * SEALED_CHUNK_BYTES);
  const sealed = await read(offset, until - offset);
  if (sealed.length !== until - offset) throw new ChunkedError("length", "fewer bytes than there should be");
  const chunks = Array.from({ length: last - first + 1 }, (_, i) =>
    decryptChunk(keys, first + i, sealed.slice(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES)),
  );
  const from = range.start - first * CHUNK_BYTES;
  return concat(...(await Promise.all(chunks))).subarray(from, from + range.length);
}
