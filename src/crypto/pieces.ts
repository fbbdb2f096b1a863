import { type Bytes, concat } from "@/core/bytes";

/** A source of bytes in pieces of any size: a file, a network body, a stored object. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Cuts a stream into pieces of exactly `size` bytes. The last piece is whatever is left: shorter, and empty when the
 * length is a multiple of `size` (also when it is 0), so that there is always exactly one short piece, at the end.
 * A piece that comes in that size is passed on as it is: sources give each piece away and do not write to it again.
 */
export async function* inPieces(source: ByteSource, size: number): AsyncGenerator<Bytes> {
  let piece = new Uint8Array(size);
  let filled = 0;
  for await (const bytes of source) {
    if (filled === 0 && bytes.length === size) {
      yield bytes as Bytes;
      continue;
    }
    for (let offset = 0; offset < bytes.length; ) {
      const take = Math.min(size - filled, bytes.length - offset);
      piece.set(bytes.subarray(offset, offset + take), filled);
      filled += take;
      offset += take;
      if (filled === size) {
        yield piece;
        piece = new Uint8Array(size);
        filled = 0;
      }
    }
  }
  yield piece.subarray(0, filled);
}

/** All bytes of a source that is known to be small. */
export async function gather(source: ByteSource): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return concat(...parts);
}
