import { type Bytes, concat, u16be, u32be, utf8 } from "@/core/bytes";
import { sha256 } from "../sha256";
import { type Header, PREAMBLE_BYTES } from "./schema";

/** The place of a blob, mixed into its key: a blob moved to another package, segment or place does not open. */
export const blobContext = (headerBytes: Uint8Array, segmentIndex: number, blobIndex: number): Bytes =>
  concat(utf8("xbid/1\0"), sha256(headerBytes), u16be(segmentIndex), u32be(blobIndex));

/** What a recovery secret is expanded with: one key per segment. */
export const recoveryInfo = (segmentId: string): Bytes => utf8(`xbid/1 recovery\n${segmentId}`);

export interface BlobPlace {
  /** Bytes from the start of the package. */
  readonly start: number;
  readonly length: number;
}

/** Where each blob lies, by segment and blob index. */
export function blobOffsets(header: Header, headerBytes: Uint8Array): readonly (readonly BlobPlace[])[] {
  let start = PREAMBLE_BYTES + headerBytes.length;
  return header.segments.map(({ blobs }) =>
    blobs.map((length) => {
      const place = { start, length };
      start += length;
      return place;
    }),
  );
}

/** Length of magic, header and blobs: what the body's hash tree covers. */
export const bodyLengthOf = (header: Header, headerBytes: Uint8Array): number =>
  header.segments.reduce(
    (total, { blobs }) => blobs.reduce((sum, length) => sum + length, total),
    PREAMBLE_BYTES + headerBytes.length,
  );
