import { type Bytes, concat, hex, utf8 } from "@/core/bytes";
import { sha256 } from "@/crypto/sha256";

/**
 * DRAW-1: a draw that anybody can recompute. The parties publish hashes of their nonces before the list is frozen, the
 * nonces are revealed afterwards, and the seed mixes them, so that nobody who keeps one nonce secret can be outguessed
 * and nobody who learns the others late can steer. Used for experts, seats, factors, methods, ties and labels.
 */

/** The published hash of a nonce, made before the list is frozen. */
export const commitmentOf = (nonce: string): string => hex(sha256(utf8(nonce)));

/** `SHA-256("XB-DRAW-1|" + lot + "|" + nonces joined by "|")`. Nonces of ours are 64 hexadecimal characters. */
export const seedOf = (lot: string, nonces: readonly string[]): Bytes =>
  sha256(utf8(["XB-DRAW-1", lot, ...nonces].join("|")));

/** Nonces of a draw at the opening: platform, tenderer, then the `draw` values of the opened bids by their sealHash. */
export function openingNonces(
  platform: string,
  tenderer: string,
  bids: readonly { readonly sealHash: string; readonly draw: string }[],
): string[] {
  const sorted = [...bids].sort((a, b) => (a.sealHash < b.sealHash ? -1 : a.sealHash > b.sealHash ? 1 : 0));
  return [platform, tenderer, ...sorted.map(({ draw }) => draw.toLowerCase())];
}

/** Items in the order of their UTF-8 bytes, numbers as text. @throws RangeError when an item stands twice. */
export function sortItems(items: readonly string[]): string[] {
  const keyed = items.map((item) => ({ item, key: hex(utf8(item)) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  if (keyed.some(({ key }, i) => i > 0 && key === keyed[i - 1]!.key)) throw new RangeError("名单中有重复项");
  return keyed.map(({ item }) => item);
}

/** The published hash of a list: SHA-256 of its items in order, each followed by a line feed. */
export const hashOfItems = (items: readonly string[]): string =>
  hex(sha256(concat(...sortItems(items).map((item) => utf8(`${item}\n`)))));

/** One look at the generator; a value that picked nothing was skipped. */
export interface DrawStep {
  readonly label: string;
  readonly i: number;
  readonly value: string;
  readonly remaining: number;
  readonly picked?: string;
}

async function hmac(key: CryptoKey, text: string): Promise<Bytes> {
  return new Uint8Array(await globalThis.crypto.subtle.sign("HMAC", key, utf8(text)));
}

/**
 * Draws `count` items one after another, with every look at the generator. x_i = HMAC-SHA-256(seed, label|i) as a number;
 * values at or above the largest multiple of what is left are skipped, so that every item has exactly the same chance.
 *
 * @throws RangeError when there are fewer items than to be drawn.
 */
export async function drawSteps(
  seed: Bytes,
  label: string,
  items: readonly string[],
  count: number,
): Promise<DrawStep[]> {
  const rest = sortItems(items);
  if (count < 0 || count > rest.length) throw new RangeError(`名单 ${rest.length} 项，不能抽取 ${count} 项`);
  const key = await globalThis.crypto.subtle.importKey("raw", seed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const steps: DrawStep[] = [];
  for (let i = 0, picked = 0; picked < count; i++) {
    const bytes = await hmac(key, `${label}|${i}`);
    const value = BigInt(`0x${hex(bytes)}`);
    const n = BigInt(rest.length);
    const limit = ((1n << 256n) / n) * n;
    const step = { label, i, value: hex(bytes), remaining: rest.length };
    if (value >= limit) {
      steps.push(step);
      continue;
    }
    const [item] = rest.splice(Number(value % n), 1);
    steps.push({ ...step, picked: item! });
    picked++;
  }
  return steps;
}

/** The drawn items, in the order in which they were drawn. @throws RangeError when there are too few. */
export async function draw(seed: Bytes, label: string, items: readonly string[], count: number): Promise<string[]> {
  return (await drawSteps(seed, label, items, count)).flatMap(({ picked }) => picked ?? []);
}

/** What is kept of a draw: with the seed, whoever has it repeats the draw. */
export interface DrawRecord {
  readonly label: string;
  /** Eligible items, sorted. */
  readonly items: readonly string[];
  readonly inputHash: string;
  readonly drawn: readonly string[];
  readonly standby: readonly string[];
}

/** Members first, then the standby list from what is left, under its own label. */
export async function drawWithStandby(
  seed: Bytes,
  label: string,
  items: readonly string[],
  count: number,
  standbyCount: number,
): Promise<DrawRecord> {
  const drawn = await draw(seed, label, items, count);
  const rest = items.filter((item) => !drawn.includes(item));
  const standby = await draw(seed, standbyLabel(label), rest, Math.min(standbyCount, rest.length));
  return { label, items: sortItems(items), inputHash: hashOfItems(items), drawn, standby };
}

export const standbyLabel = (label: string): string => `${label}|standby`;
