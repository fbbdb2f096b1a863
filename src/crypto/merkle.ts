import { type Bytes, concat } from "@/core/bytes";
import { type ByteSource, inPieces } from "./pieces";
import { sha256 } from "./sha256";

/** Merkle trees of RFC 6962 2.1 with SHA-256, and the parts of a package that stand as leaves in one. */
export const PART_BYTES = 1_048_576;

/** A leaf is hashed with this byte before it. */
export const LEAF_PREFIX = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Hash of a leaf: SHA-256(0x00 ‖ data). */
export const leafHash = (data: Uint8Array): Bytes => sha256(concat(LEAF_PREFIX, data));

/** The same by WebCrypto, several times faster for parts of a megabyte. */
export const partHash = async (part: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", concat(LEAF_PREFIX, part)));

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Bytes => sha256(concat(NODE, left, right));

/** Merkle tree hash of leaf hashes; of none it is the hash of nothing. */
export function rootOf(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  // The tree of RFC 6962 splits at the largest power of two, which is what pairing level by level gives when an odd
  // last node moves up unchanged.
  let level: readonly Bytes[] = leaves;
  while (level.length > 1) {
    const next: Bytes[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      next.push(right ? nodeHash(level[i]!, right) : level[i]!);
    }
    level = next;
  }
  return level[0]!;
}

/** Takes bytes as they come and yields the leaf hash of every 1 MiB part; the last part may be shorter, never empty. */
export async function* partLeaves(body: ByteSource): AsyncGenerator<Bytes> {
  for await (const part of inPieces(body, PART_BYTES)) if (part.length) yield await partHash(part);
}

/** The same for bytes that are pushed: `update` as often as needed, then `leaves` once. */
export function partHasher(): { update(bytes: Uint8Array): Promise<void>; leaves(): Promise<Bytes[]> } {
  const done: Promise<Bytes>[] = [];
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  return {
    async update(bytes) {
      for (let offset = 0; offset < bytes.length; ) {
        const take = Math.min(PART_BYTES - filled, bytes.length - offset);
        part.set(bytes.subarray(offset, offset + take), filled);
        filled += take;
        offset += take;
        if (filled === PART_BYTES) {
          done.push(partHash(part));
          await done.at(-1);
          part = new Uint8Array(PART_BYTES);
          filled = 0;
        }
      }
    },
    async leaves() {
      if (filled) done.push(partHash(part.subarray(0, filled)));
      filled = 0;
      return Promise.all(done);
    },
  };
}

/** How many parts bytes of this length have. */
export const partCount = (length: number): number => Math.ceil(length / PART_BYTES);
