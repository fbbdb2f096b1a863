import { type Bytes, base64url, concat, hex, u32be, utf8 } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { parseCertificate } from "../certificate";
import { type ChunkKeys, chunkKeys, ciphertextLength, encryptChunked, SALT_BYTES } from "../chunked";
import { type CmsSigner, signDetached } from "../cms";
import type { CryptoEngine } from "../engine";
import { PART_BYTES } from "../merkle";
import { type RunningSha256, sha256, sha256Stream } from "../sha256";
import { blobContext, bodyLengthOf } from "./context";
import { isFileName, nameKey } from "./file-name";
import {
  type Header,
  type KeyPolicy,
  MAGIC,
  MANIFEST_UNIT_BYTES,
  MAX_HEADER_BYTES,
  MAX_MANIFEST_BYTES,
  type ManifestFile,
  readHeader,
  SECRET_BYTES,
  type Suite,
} from "./schema";
import { wrapForCertificate, wrapForRecovery } from "./wrap";

export interface FileToSeal {
  readonly name: string;
  readonly size: number;
  /** Hash that the file had when it was chosen, where that is known: another content is not sealed. */
  readonly sha256?: string;
  /** Opens the file from its start; called to hash it where that is not known, and for every pass over the body. */
  open(): AsyncIterable<Uint8Array>;
}

export interface SegmentToSeal {
  readonly id: string;
  /** Printed items of the opening (开标一览表) and the like; texts only. */
  readonly form: Readonly<Record<string, string>>;
  readonly files: readonly FileToSeal[];
  /** 32 bytes of this bidder's part in the draws; in the first segment, if and only if the tender draws. */
  readonly draw?: Bytes;
}

export interface SealInput {
  readonly suite: Suite;
  readonly tender: string;
  readonly lot: string;
  readonly bid: string;
  readonly seq: number;
  readonly tenderDigest: string;
  readonly policy: KeyPolicy;
  readonly segments: readonly SegmentToSeal[];
  /** DER; one to four under `bidder`, none under `recovery-only`. */
  readonly encryptionCertificates: readonly Bytes[];
  /** 32 random bytes that are used for this package alone. */
  readonly recoverySecret: Bytes;
  readonly signer: CmsSigner;
  /** Name and version of the sealing tool. */
  readonly tool: string;
  /** Faster code than that which runs everywhere. */
  readonly engine?: CryptoEngine;
  /** Bytes of files passed; a file whose hash is not known is passed twice, once to hash and once to encrypt. */
  progress?(done: number, total: number): void;
}

export interface PreparedSeal {
  readonly header: Header;
  readonly headerBytes: Bytes;
  readonly bodyLength: number;
  /** Content keys: stay on the bidder's computer, never stored. */
  readonly segments: readonly { readonly id: string; readonly cek: Bytes }[];
  /** First 56 bytes of every blob, by segment: what a rehearsal checks. */
  readonly blobHeads: readonly (readonly Bytes[])[];
  /** Magic, header and blobs as a stream. Every call gives the same bytes. @throws SealError when a file changed meanwhile. */
  body(): AsyncGenerator<Bytes>;
  /** @param sealedAt - RFC 3339 in UTC, what the bidder's computer believes. */
  finish(bodyRoot: Bytes, sealedAt: string): Promise<{ sealBytes: Bytes; signature: Bytes }>;
}

/** What the bidder must change. `reason` is a Chinese sentence. */
export class SealError extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = "SealError";
  }
}

const random = (length: number): Bytes => globalThis.crypto.getRandomValues(new Uint8Array(length));

/**
 * Prepares a package: hashes the files, makes content keys, wraps them, fixes the header. Memory does not grow with
 * the files. Nothing leaves this function but through what the caller does with the result.
 *
 * @throws SealError
 */
export async function prepareSeal(input: SealInput): Promise<PreparedSeal> {
  refuseBadInput(input);
  const all = input.segments.flatMap(({ files }) => files);
  const toHash = all.reduce((sum, { size, sha256: known }) => sum + (known === undefined ? size : 0), 0);
  const total = toHash + all.reduce((sum, { size }) => sum + size, 0);
  const running = input.engine?.hash ?? sha256Stream;
  let hashed = 0;
  const certificates = input.encryptionCertificates.map(parseCertificate);
  const isHeldWhole = (file: FileToSeal) => !input.engine && file.size <= WHOLE_BYTES;
  const hashOf = async (file: FileToSeal): Promise<string> => {
    if (isHeldWhole(file)) {
      const hash = await hashAtOnce(await whole(file));
      hashed += file.size;
      input.progress?.(hashed, total);
      return hash;
    }
    const digest = running();
    for await (const bytes of exactly(file)) {
      digest.update(bytes);
      hashed += bytes.length;
      input.progress?.(hashed, total);
    }
    return hex(digest.digest());
  };
  const plans: { id: string; cek: Bytes; manifest: Bytes; files: readonly FileToSeal[]; hashes: readonly string[] }[] =
    [];
  for (const { id, form, files, draw } of input.segments) {
    const entries: ManifestFile[] = [];
    for (const file of files) {
      const hash = file.sha256 ?? (await hashOf(file));
      entries.push({ name: file.name, size: file.size, sha256: hash });
    }
    plans.push({
      id,
      cek: random(SECRET_BYTES),
      manifest: manifestBytes(entries, form, draw),
      files,
      hashes: entries.map(({ sha256: hash }) => hash),
    });
  }
  const segments = await Promise.all(
    plans.map(async ({ id, cek, manifest, files }) => ({
      id,
      stanzas: [
        ...(await Promise.all(
          certificates.map(async (certificate) => ({
            t: "bidder",
            alg: "RSA-OAEP-256",
            cert: certificate.fingerprint,
            k: base64url(await wrapForCertificate(cek, certificate)),
          })),
        )),
        { t: "recovery", alg: "HKDF-A256GCM", k: base64url(await wrapForRecovery(cek, input.recoverySecret, id)) },
      ],
      blobs: [manifest.length, ...files.map(({ size }) => size)].map(ciphertextLength),
    })),
  );
  const { suite, tender, lot, bid, seq, tenderDigest, policy } = input;
  const headerBytes = encodeCanonical({
    format: "xbid/1",
    suite,
    tender,
    lot,
    bid,
    seq,
    tenderDigest,
    policy,
    segments,
  });
  if (headerBytes.length > MAX_HEADER_BYTES) throw new SealError("文件数量过多，请合并后再封装");
  const header = readHeader(headerBytes);

  // Salts are drawn once, so that the body can be produced again: a resumed upload continues the same bytes.
  const keys: ChunkKeys[][] = await Promise.all(
    plans.map(({ cek, files }, s) =>
      Promise.all(
        [...Array(files.length + 1).keys()].map((b) =>
          chunkKeys(cek, random(SALT_BYTES), blobContext(headerBytes, s, b), input.engine),
        ),
      ),
    ),
  );
  const bodyLength = bodyLengthOf(header, headerBytes);

  async function* body(): AsyncGenerator<Bytes> {
    let encrypted = toHash;
    yield concat(utf8(MAGIC), u32be(headerBytes.length), headerBytes);
    for (const [s, { manifest, files, hashes }] of plans.entries()) {
      yield* encryptChunked(keys[s]![0]!, [manifest]);
      for (const [f, file] of files.entries()) {
        const passed = (length: number) => {
          encrypted += length;
          input.progress?.(encrypted, total);
        };
        const source = isHeldWhole(file)
          ? unchangedWhole(file, hashes[f]!, passed)
          : unchanged(file, hashes[f]!, running(), passed);
        yield* encryptChunked(keys[s]![f + 1]!, source);
      }
    }
  }

  async function finish(bodyRoot: Bytes, sealedAt: string) {
    const sealBytes = encodeCanonical({
      format: "xbid-seal/1",
      suite,
      bid,
      seq,
      headerHash: hex(sha256(headerBytes)),
      bodyLength,
      partSize: PART_BYTES,
      bodyRoot: hex(bodyRoot),
      sealedAt,
      tool: input.tool,
    });
    return { sealBytes, signature: await signDetached(sealBytes, input.signer) };
  }

  return {
    header,
    headerBytes,
    bodyLength,
    segments: plans.map(({ id, cek }) => ({ id, cek })),
    blobHeads: keys.map((blobs) => blobs.map(({ head }) => head)),
    body,
    finish,
  };
}

function refuseBadInput(input: SealInput): void {
  const count = input.encryptionCertificates.length;
  if (input.policy === "bidder" ? count < 1 || count > 4 : count !== 0)
    throw new SealError("加密证书的数量不符合本项目的密钥规则");
  if (new Set(input.encryptionCertificates.map(hex)).size !== count) throw new SealError("加密证书重复");
  if (input.recoverySecret.length !== SECRET_BYTES) throw new RangeError("a recovery secret has 32 bytes");
  if (new Set(input.segments.map(({ id }) => id)).size !== input.segments.length)
    throw new RangeError("a segment id occurs twice");
  for (const [index, { files, draw }] of input.segments.entries()) {
    if (draw && (index > 0 || draw.length !== SECRET_BYTES))
      throw new RangeError("draw: 32 bytes, in the first segment only");
    const bad = files.find(({ name }) => !isFileName(name));
    if (bad) throw new SealError(`文件名不符合要求：${bad.name}`);
    if (new Set(files.map(({ name }) => nameKey(name))).size !== files.length)
      throw new SealError("文件名重复（不区分大小写）");
  }
}

function manifestBytes(files: readonly ManifestFile[], form: Readonly<Record<string, string>>, draw?: Bytes): Bytes {
  const manifest: CanonicalValue = {
    format: "xbid-manifest/1",
    files: files.map(({ name, size, sha256: hash }) => ({ name, size, sha256: hash })),
    form,
    ...(draw ? { draw: base64url(draw) } : {}),
  };
  const bytes = encodeCanonical(manifest);
  const padded = new Uint8Array(Math.ceil(bytes.length / MANIFEST_UNIT_BYTES) * MANIFEST_UNIT_BYTES).fill(0x20);
  if (padded.length > MAX_MANIFEST_BYTES) throw new SealError("文件清单或表单内容过长");
  padded.set(bytes);
  return padded;
}

/** The file's bytes, of which there must be as many as it said. */
async function* exactly(file: FileToSeal): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const bytes of file.open()) {
    length += bytes.length;
    yield bytes;
  }
  if (length !== file.size) throw changed(file);
}

/** The bytes of a file, in a place of their own that is made once. */
async function whole(file: FileToSeal): Promise<Bytes> {
  const all = new Uint8Array(file.size);
  let length = 0;
  for await (const bytes of file.open()) {
    if (length + bytes.length > file.size) throw changed(file);
    all.set(bytes, length);
    length += bytes.length;
  }
  if (length !== file.size) throw changed(file);
  return all;
}

/** A file of at most so many bytes is held whole: the browser's own code hashes it several times as fast as a hash that is fed. */
export const WHOLE_BYTES = 16 * 1024 * 1024;

const hashAtOnce = async (bytes: Bytes): Promise<string> =>
  hex(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", bytes)));

const changed = ({ name }: FileToSeal) => new SealError(`文件在封装过程中发生变化：${name}`);

/** The same of a file that is held whole: nothing of it is encrypted before its hash is known to be right. */
async function* unchangedWhole(
  file: FileToSeal,
  hash: string,
  passed: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  const bytes = await whole(file);
  if ((await hashAtOnce(bytes)) !== hash) throw changed(file);
  yield bytes;
  passed(bytes.length);
}

/** A file that changed between hashing and encrypting would be sealed for ever with a hash that is not its own. */
async function* unchanged(
  file: FileToSeal,
  hash: string,
  digest: RunningSha256,
  passed: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of exactly(file)) {
    digest.update(bytes);
    yield bytes;
    passed(bytes.length);
  }
  if (hex(digest.digest()) !== hash) throw changed(file);
}
