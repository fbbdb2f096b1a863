import { createHash } from "node:crypto";

const PART_BYTES = 1024 * 1024;
/** A leaf is hashed with this byte before it, so that no leaf is ever the hash of a file (RFC 9162, 2.1.1). */
const LEAF_PREFIX = Uint8Array.of(0);

/** A unit on its way to the store, with what is known of it when the last byte has passed. */
export interface PassingUnit {
  /** The body in pieces of 1 MiB: a store writes few large pieces faster than many small ones. */
  readonly parts: AsyncIterable<Uint8Array>;
  /** SHA-256 of all that has passed. Once. */
  sha256(): string;
  /** 32 bytes for every 1 MiB, concatenated. */
  leafHashes(): Uint8Array;
}

/** Gathers a body into pieces of 1 MiB and hashes it as it passes. Memory: one piece. */
export function passingUnit(body: AsyncIterable<Uint8Array>): PassingUnit {
  const whole = createHash("sha256");
  const leaves: Buffer[] = [];
  const hashed = (part: Uint8Array) => {
    whole.update(part);
    leaves.push(createHash("sha256").update(LEAF_PREFIX).update(part).digest());
    return part;
  };
  async function* parts() {
    // A new piece each time: whoever takes one may still be writing it when the next is filled.
    let part = Buffer.allocUnsafe(PART_BYTES);
    let length = 0;
    for await (const chunk of body) {
      for (let offset = 0; offset < chunk.length; ) {
        const take = Math.min(chunk.length - offset, PART_BYTES - length);
        part.set(chunk.subarray(offset, offset + take), length);
        offset += take;
        length += take;
        if (length < PART_BYTES) continue;
        yield hashed(part);
        part = Buffer.allocUnsafe(PART_BYTES);
        length = 0;
      }
    }
    if (length > 0) yield hashed(part.subarray(0, length));
  }
  return {
    parts: parts(),
    sha256: () => whole.digest("hex"),
    leafHashes: () => new Uint8Array(Buffer.concat(leaves)),
  };
}
