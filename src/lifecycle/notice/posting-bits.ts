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

/** Places as the database sends them: eight bytes each (`int8send`). */
export function readPlaces(sent: Uint8Array): number[] {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.byteLength);
  return Array.from({ length: sent.length / 8 }, (_, i) => Number(view.getBigInt64(i * 8)));
}

/** Some places, as bits of their blocks. */
export interface Marked {
  readonly count: number;
  readonly blocks: ReadonlyMap<number, Uint8Array>;
}

export function marked(places: readonly number[]): Marked {
  const blocks = new Map<number, Uint8Array>();
  for (const place of places) {
    const block = Math.floor(place / BLOCK);
    const at = place % BLOCK;
    if (!blocks.has(block)) blocks.set(block, new Uint8Array(BLOCK / 8));
    blocks.get(block)![at >> 3]! |= 0x80 >> (at & 7);
  }
  return { count: places.length, blocks };
}

/** Those of some places that are hits, in their own order. */
export function* hitsAmong(places: readonly number[], blocks: readonly HitBlock[]): Generator<number> {
  const bitsOf = new Map(blocks.map(({ block, bits }) => [block, bits]));
  for (const place of places) {
    const at = place % BLOCK;
    const eight = bitsOf.get((place - at) / BLOCK)?.[HEADER + (at >> 3)] ?? 0;
    if (eight & (0x80 >> (at & 7))) yield place;
  }
}

/** Bits that are not marked; how many hits there are is no longer told. */
export const without = (blocks: readonly HitBlock[], { blocks: masks }: Marked): HitBlock[] =>
  blocks.map(({ block, hits, bits }) => {
    const mask = masks.get(block);
    return {
      block,
      hits,
      bits: bits && mask ? bits.map((eight, i) => (i < HEADER ? eight : eight & ~mask[i - HEADER]!)) : bits,
    };
  });
