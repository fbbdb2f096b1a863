import { BLOCK } from "./tables";

/** Hits of a block: a bit of each notice, as PostgreSQL sends them (`bit_send`): their number in four bytes, then eight a byte. */
export interface HitBlock {
  readonly block: number;
  readonly hits: number;
  /** Absent when nobody needs to know which. */
  readonly bits: Uint8Array | null;
}

const HEADER = 4;

/**
 * Places of the hits, the newest first.
 *
 * @param blocks - newest first  @param from - least place  @param until - greatest
 */
export function* placesIn(blocks: readonly HitBlock[], from: number, until: number): Generator<number> {
  for (const { block, bits } of blocks) {
    const [low, high] = [from - block * BLOCK, Math.min(BLOCK - 1, until - block * BLOCK)];
    if (!bits || high < 0 || low >= BLOCK) continue;
    for (let byte = high >> 3; byte >= Math.max(0, low) >> 3; byte--) {
      const eight = bits[HEADER + byte]!;
      for (let i = 7; eight && i >= 0; i--) {
        const at = byte * 8 + i;
        if (eight & (0x80 >> i) && at <= high && at >= low) yield block * BLOCK + at;
      }
    }
  }
}
