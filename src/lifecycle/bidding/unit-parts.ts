import { createHash, type Hash } from "node:crypto";

const PART_BYTES = 1024 * 1024;
/** A part is a whole number of pieces. */
const PIECE_BYTES = 256 * 1024;
/** A leaf is hashed with this byte before it, so that no leaf is ever the hash of a file (RFC 9162, 2.1.1). */
const LEAF_PREFIX = Uint8Array.of(0);

/** A unit on its way to the store, with what is known of it when the last byte has passed. */
export interface PassingUnit {
  /** The body in pieces of 256 KiB: a store writes few large pieces faster than many small ones, and a slow line holds one of them. */
  readonly parts: AsyncIterable<Uint8Array>;
  /** SHA-256 of all that has passed. Once. */
  sha256(): string;
  /** 32 bytes for every 1 MiB, concatenated. */
  leafHashes(): Uint8Array;
}

/** Gathers a body into pieces of 256 KiB and hashes it as it passes, whole and by its parts of 1 MiB. Memory: one piece. */
export function passingUnit(body: AsyncIterable<Uint8Array>): PassingUnit {
  const whole = createHash("sha256");
  const leaves: Buffer[] = [];
  let leaf: Hash | undefined;
  let inLeaf = 0;
  const endLeaf = () => {
    if (leaf) leaves.push(leaf.digest());
    leaf = undefined;
    inLeaf = 0;
  };
  const hashed = (piece: Uint8Array) => {
    whole.update(piece);
    leaf ??= createHash("sha256").update(LEAF_PREFIX);
    leaf.update(piece);
    inLeaf += piece.length;
    if (inLeaf === PART_BYTES) endLeaf();
    return piece;
  };
  async function* parts() {
    // A new piece each time: whoever takes one may still be writing it when the next is filled.
    let piece = Buffer.allocUnsafe(PIECE_BYTES);
    let length = 0;
    for await (const chunk of body) {
      for (let offset = 0; offset < chunk.length; ) {
        const take = Math.min(chunk.length - offset, PIECE_BYTES - length);
        piece.set(chunk.subarray(offset, offset + take), length);
        offset += take;
        length += take;
        if (length < PIECE_BYTES) continue;
        yield hashed(piece);
        piece = Buffer.allocUnsafe(PIECE_BYTES);
        length = 0;
      }
    }
    if (length > 0) yield hashed(piece.subarray(0, length));
    endLeaf();
  }
  return {
    parts: parts(),
    sha256: () => whole.digest("hex"),
    leafHashes: () => new Uint8Array(Buffer.concat(leaves)),
  };
}
