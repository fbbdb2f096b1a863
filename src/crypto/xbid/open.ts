import { type Bytes, equalBytes, hex } from "@/core/bytes";
import { ChunkedError, type ChunkKeys, decryptChunked, isCommittedTo, openHead } from "../chunked";
import { type ByteSource, gather } from "../pieces";
import { sha256Stream } from "../sha256";
import { blobContext } from "./context";
import { type Manifest, readManifest } from "./manifest";
import { OpenError } from "./refusal";
import type { Header, ManifestFile } from "./schema";
import { segmentOf, type UnwrapKey, unwrapWithKey, unwrapWithRecovery } from "./wrap";

/** A sealed segment and the content key it is opened with. */
export interface OpenSegment {
  readonly header: Header;
  /** As received: the blobs are bound to these bytes. */
  readonly headerBytes: Bytes;
  readonly segmentId: string;
  readonly cek: Bytes;
}

/**
 * Is this the content key that every blob of the segment was sealed with? Costs a few hashes, needs no blob.
 *
 * @param blobHeads - first 56 bytes of each blob, in order.
 * @throws OpenError `commitment`: the package has another key, or pretends to have two.
 */
export function checkCommitments(
  header: Header,
  headerBytes: Bytes,
  segmentId: string,
  cek: Bytes,
  blobHeads: readonly Bytes[],
): void {
  const { segment, index } = segmentOf(header, segmentId);
  const fits =
    blobHeads.length === segment.blobs.length &&
    blobHeads.every((head, blob) => isCommittedTo(head, cek, blobContext(headerBytes, index, blob)));
  if (!fits) throw new OpenError("commitment", "密钥与投标文件封装时的密钥承诺不符");
}

/**
 * Keys of one blob for reading anywhere in it with `decryptRange`.
 *
 * @throws OpenError `commitment`
 */
export function openBlobHead(
  { header, headerBytes, segmentId, cek }: OpenSegment,
  blobIndex: number,
  head: Bytes,
): Promise<ChunkKeys> {
  const { index } = segmentOf(header, segmentId);
  return openHead(head, cek, blobContext(headerBytes, index, blobIndex)).catch(asOpenError);
}

/**
 * Decrypts one blob as a stream. Whole only when the generator ended without an error.
 *
 * @throws OpenError `commitment` before the first byte, `chunk` where bytes are not what was sealed.
 */
export async function* openBlob(
  { header, headerBytes, segmentId, cek }: OpenSegment,
  blobIndex: number,
  sealed: ByteSource,
): AsyncGenerator<Bytes> {
  const { index } = segmentOf(header, segmentId);
  try {
    yield* decryptChunked(cek, blobContext(headerBytes, index, blobIndex), sealed);
  } catch (error) {
    asOpenError(error);
  }
}

function asOpenError(error: unknown): never {
  if (!(error instanceof ChunkedError)) throw error;
  if (error.code === "commitment") throw new OpenError("commitment", "密钥与投标文件封装时的密钥承诺不符");
  throw new OpenError("chunk", "密文内容被改动或不完整");
}

/**
 * Decrypts and judges the manifest of a segment by every rule of the format.
 *
 * @param sealed - the segment's first blob.
 * @param draws - does the tender draw? Then the first segment must hold the bidder's part, else none may. Left out where it is not known.
 * @throws OpenError
 */
export async function openManifest(segment: OpenSegment, sealed: ByteSource, draws?: boolean): Promise<Manifest> {
  const { segment: described, index } = segmentOf(segment.header, segment.segmentId);
  const plain = await gather(openBlob(segment, 0, sealed));
  return readManifest(plain, described.blobs, index === 0 ? draws : false);
}

/**
 * Decrypts one file as a stream and checks it against the manifest at the end.
 *
 * @param fileIndex - place in the manifest, from 0.
 * @throws OpenError `file` after the last byte when size or hash differ.
 */
export async function* openFile(
  segment: OpenSegment,
  file: ManifestFile,
  fileIndex: number,
  sealed: ByteSource,
): AsyncGenerator<Bytes> {
  const digest = sha256Stream();
  let size = 0;
  for await (const bytes of openBlob(segment, fileIndex + 1, sealed)) {
    digest.update(bytes);
    size += bytes.length;
    yield bytes;
  }
  if (size !== file.size || hex(digest.digest()) !== file.sha256)
    throw new OpenError("file", `文件与清单不符：${file.name}`);
}

export interface Rehearsal {
  /** Every stanza of every segment was tried and opened. */
  readonly complete: boolean;
  readonly stanzas: readonly {
    readonly segment: string;
    readonly holder: string;
    readonly outcome: "opened" | "not-tried";
  }[];
}

/**
 * Rehearses the opening (解密演练) where the keys are, before submitting and until the deadline: every stanza whose
 * key is at hand must give the same content key, and every blob must be committed to it.
 *
 * @param blobHeads - first 56 bytes of every blob, by segment.
 * @throws OpenError at the first thing that would fail at the opening.
 */
export async function rehearse(input: {
  readonly header: Header;
  readonly headerBytes: Bytes;
  readonly blobHeads: readonly (readonly Bytes[])[];
  readonly keys: readonly UnwrapKey[];
  readonly recoverySecret?: Bytes;
}): Promise<Rehearsal> {
  const { header, headerBytes, blobHeads, keys, recoverySecret } = input;
  const stanzas: { segment: string; holder: string; outcome: "opened" | "not-tried" }[] = [];
  for (const [index, { id, stanzas: sealed }] of header.segments.entries()) {
    let cek: Bytes | undefined;
    for (const stanza of sealed) {
      const holder = stanza.t === "bidder" ? stanza.cert : stanza.t;
      const key = stanza.t === "bidder" ? keys.find(({ fingerprint }) => fingerprint === stanza.cert) : undefined;
      let own: Bytes | undefined;
      if (key) own = await unwrapWithKey(header, id, key);
      else if (stanza.t === "recovery" && recoverySecret) own = await unwrapWithRecovery(header, id, recoverySecret);
      stanzas.push({ segment: id, holder, outcome: own ? "opened" : "not-tried" });
      if (own && cek && !equalBytes(own, cek)) throw new OpenError("unwrap", "各密钥段解出的密钥不一致");
      cek = own ?? cek;
    }
    if (!cek) throw new OpenError("no-stanza", "手中没有能解开本投标文件的密钥");
    checkCommitments(header, headerBytes, id, cek, blobHeads[index] ?? []);
  }
  return { complete: stanzas.every(({ outcome }) => outcome === "opened"), stanzas };
}
