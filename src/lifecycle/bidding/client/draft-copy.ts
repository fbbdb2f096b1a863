import { type Bytes, base64url, concat, fromBase64url, hex, utf8 } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { chunkKeys, ciphertextLength, decryptChunked, encryptChunked, KEY_BYTES, SALT_BYTES } from "@/crypto/chunked";
import { type CmsSigner, verifyDetached } from "@/crypto/cms";
import { partHasher, rootOf } from "@/crypto/merkle";
import type { ByteSource } from "@/crypto/pieces";
import { payloadOf, type Statement, signStatement } from "@/crypto/statement";
import { wrapForCertificate } from "@/crypto/xbid/wrap";
import { TypedGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import { TypedConsortium } from "../consortium/typed";
import { TypedDeclaration } from "../declaration/typed";
import { DRAFT_LIMITS, type Draft, type DraftFile } from "../draft";

/**
 * The encrypted copy of a draft (草稿密存): what a bidder leaves with the platform to go on at another computer. Made and
 * opened at the bidder's only; specification: `public/specs/draft-copy.md`.
 */
const FORMAT = "xb-draft-copy/1";
const contextOf = (lot: string): Bytes => utf8(`xinbiao draft copy v1\0${lot}`);
/** Form and file names of the largest draft; what is longer was not made by us. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
const MANIFEST_UNIT_BYTES = 65_536;
const SPACE = 0x20;

export type DraftContent = Pick<Draft, "form" | "files" | "prices" | "consortium" | "guarantee" | "declaration">;

/** The copy cannot be used. The sentence is for the person. */
export class DraftCopyError extends Error {}

export interface PreparedCopy {
  readonly bodyLength: number;
  /** The same bytes every time, so that a broken upload goes on where it stopped. */
  body(): AsyncGenerator<Bytes>;
  /** Signs for the whole: lot, instant and root of the body's hash tree. */
  finish(root: Bytes, savedAt: string, signer: CmsSigner): Promise<Statement>;
}

/**
 * Encrypts a draft to the bidder's own encryption certificate.
 *
 * @param lot - code of the lot; the copy opens for no other.
 * @param open - the bytes of one of the draft's files, of exactly its size.
 */
export async function prepareCopy(input: {
  readonly lot: string;
  readonly draft: DraftContent;
  readonly certificate: Bytes;
  open(file: DraftFile): ByteSource;
}): Promise<PreparedCopy> {
  const { lot, certificate } = input;
  const { form, files, prices, consortium, guarantee, declaration } = input.draft;
  const more = {
    ...(prices ? { prices } : {}),
    ...(consortium ? { consortium } : {}),
    ...(guarantee ? { guarantee } : {}),
    ...(declaration ? { declaration } : {}),
  };
  const manifest = padded(JSON.stringify({ form, files, ...more }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, manifest.length);
  const [key, salt] = [KEY_BYTES, SALT_BYTES].map((bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
  const keys = await chunkKeys(key!, salt!, contextOf(lot));
  const wrapped = await wrapForCertificate(key!, parseCertificate(certificate));
  const bodyLength = ciphertextLength(4 + manifest.length + files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  async function* plain() {
    yield concat(length, manifest);
    for (const file of files) yield* input.open(file);
  }
  return {
    bodyLength,
    body: () => encryptChunked(keys, plain()),
    finish: (root, savedAt, signer) =>
      signStatement(
        {
          format: FORMAT,
          lot,
          savedAt,
          bytes: bodyLength,
          root: hex(root),
          certificate: parseCertificate(certificate).fingerprint,
          key: base64url(wrapped),
        },
        signer,
      ),
  };
}

/** Spaces behind the JSON: the length of a copy must not tell how many digits its prices have. */
function padded(json: string): Bytes {
  const bytes = utf8(json);
  const all = new Uint8Array(Math.ceil(bytes.length / MANIFEST_UNIT_BYTES) * MANIFEST_UNIT_BYTES).fill(SPACE);
  all.set(bytes);
  return all;
}

/** What the person's certificate file gives for opening a copy. */
export interface CopyKey {
  readonly signing: Bytes;
  readonly encryption: { readonly certificate: Bytes; readonly key: CryptoKey };
}

/**
 * Opens a copy. What is yielded to `keep` is authentic piece by piece; that it is the whole of what was signed is known
 * when the call has returned.
 *
 * @param keep - takes the bytes of one file.
 * @throws DraftCopyError when it was made for another lot or certificate, signed by somebody else, or is damaged.
 */
export async function openCopy(
  statement: Statement,
  lot: string,
  key: CopyKey,
  body: ByteSource,
  keep: (file: DraftFile, bytes: AsyncIterable<Bytes>) => Promise<void>,
): Promise<DraftContent> {
  const { value, bytes: signed } = payloadOf(statement);
  const verdict = await verifyDetached(fromBase64url(statement.cms), signed);
  if (!verdict.ok) throw new DraftCopyError(`平台上的加密草稿签名无效（${verdict.reason}），没有取回。`);
  if (verdict.signer.fingerprint !== parseCertificate(key.signing).fingerprint)
    throw new DraftCopyError(
      `平台上的加密草稿由证书“${verdict.signer.subject.display}”存入，请用那张证书取回；本机草稿没有改动。`,
    );
  if (value.format !== FORMAT || value.lot !== lot)
    throw new DraftCopyError("平台上的加密草稿不属于这个标段，没有取回。");
  if (value.certificate !== parseCertificate(key.encryption.certificate).fingerprint)
    throw new DraftCopyError("平台上的加密草稿是用另一张加密证书加密的，请打开存入时所用的证书文件。");
  const content = await crypto.subtle
    .decrypt("RSA-OAEP", key.encryption.key, fromBase64url(String(value.key)))
    .catch(() => {
      throw damaged();
    });
  const hasher = partHasher();
  async function* hashed() {
    for await (const bytes of body) {
      await hasher.update(bytes);
      yield bytes;
    }
  }
  try {
    const reader = readerOf(decryptChunked(new Uint8Array(content), contextOf(lot), hashed()));
    const head = await reader.take(4);
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (length > MAX_MANIFEST_BYTES) throw damaged();
    const draft = readManifest(await reader.take(length));
    for (const file of draft.files) await keep(file, reader.stream(file.sizeBytes));
    if (!(await reader.ended())) throw damaged();
    if (hex(rootOf(await hasher.leaves())) !== value.root) throw damaged();
    return draft;
  } catch (error) {
    if (error instanceof Error && /[\u4e00-\u9fff]/.test(error.message)) throw error;
    throw damaged();
  }
}

const damaged = () => new DraftCopyError("平台上的加密草稿已损坏或不完整，没有取回；本机草稿没有改动。");

function readManifest(bytes: Bytes): DraftContent {
  const { form, files, prices, consortium, guarantee, declaration } = JSON.parse(
    new TextDecoder().decode(bytes),
  ) as DraftContent;
  const texts = [form, prices ?? {}].every((each) => Object.values(each).every((text) => typeof text === "string"));
  const sound = files.every(
    ({ id, slot, name, sizeBytes }) =>
      [id, slot, name].every((text) => typeof text === "string") &&
      Number.isSafeInteger(sizeBytes) &&
      sizeBytes >= 0 &&
      sizeBytes <= DRAFT_LIMITS.fileBytes,
  );
  if (!texts || !sound || (consortium && !TypedConsortium.safeParse(consortium).success)) throw damaged();
  if (guarantee && !TypedGuarantee.safeParse(guarantee).success) throw damaged();
  if (declaration && !TypedDeclaration.safeParse(declaration).success) throw damaged();
  return {
    form,
    files,
    ...(prices ? { prices } : {}),
    ...(consortium ? { consortium } : {}),
    ...(guarantee ? { guarantee } : {}),
    ...(declaration ? { declaration } : {}),
  };
}

/** Reads a stream by lengths. */
function readerOf(source: AsyncGenerator<Bytes>) {
  let rest: Bytes = new Uint8Array(0);
  async function more(): Promise<boolean> {
    while (!rest.length) {
      const next = await source.next();
      if (next.done) return false;
      rest = next.value;
    }
    return true;
  }
  async function* stream(length: number): AsyncGenerator<Bytes> {
    for (let left = length; left > 0; ) {
      if (!(await more())) throw damaged();
      const piece = rest.subarray(0, left);
      rest = rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
  return {
    stream,
    async take(length: number): Promise<Bytes> {
      const parts: Bytes[] = [];
      for await (const part of stream(length)) parts.push(part);
      return concat(...parts);
    },
    ended: async () => !(await more()),
  };
}
