import { hex, utf8 } from "./bytes";
import { type CanonicalValue, encodeCanonical } from "./canonical-json";

/** Facts of a trail line: canonical JSON (no floats, no null). */
export type TrailFacts = { readonly [name: string]: string | number | boolean | readonly string[] };

/** What an act changed: the object as it stood before and after. One that is made has no `before`, one that ends no `after`. */
export interface Changed {
  readonly before?: object | undefined;
  readonly after?: object | undefined;
}

/** A stored object as canonical JSON can say it: instants and big numbers as texts, bytes as hexadecimal, absent left out. */
function plain(value: unknown): CanonicalValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hex(new Uint8Array(value));
  if (Array.isArray(value)) return value.map((item) => plain(item) ?? "");
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, inner]) => {
      const said = plain(inner);
      return said === undefined ? [] : [[name, said]];
    }),
  );
}

/** SHA-256 (lower-case hex) of the canonical JSON of an object: `before` and `after` of a line. */
export async function objectDigest(object: object): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encodeCanonical(plain(object) ?? {}))));
}

/** Facts of a line about what it changed. */
export async function changeFacts({ before, after }: Changed): Promise<{ before?: string; after?: string }> {
  return {
    ...(before ? { before: await objectDigest(before) } : {}),
    ...(after ? { after: await objectDigest(after) } : {}),
  };
}

/** Hash of the line before the first one. */
export const GENESIS = "0".repeat(64);

/** A line of the trail (留痕) as it is hashed. Instants are ISO texts with milliseconds. */
export interface TrailContent {
  readonly chain: string;
  readonly seq: number;
  readonly action: string;
  readonly subject: string;
  readonly lotId?: string;
  readonly personId?: string;
  readonly orgId?: string;
  readonly role: string;
  readonly address?: string;
  readonly at: string;
  readonly realAt: string;
  readonly facts: TrailFacts;
}

/** The exact bytes whose SHA-256, after the previous hash, is the hash of a line. Published in `public/specs/trail.md`. */
export function trailLineBytes(line: TrailContent): Uint8Array<ArrayBuffer> {
  const present = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
  return encodeCanonical(present as never);
}

/** `SHA-256(previous hash as hex text ‖ LF ‖ canonical line)`, lower-case hex. */
export async function trailHash(prev: string, line: Uint8Array<ArrayBuffer>): Promise<string> {
  const head = utf8(`${prev}\n`);
  const all = new Uint8Array(head.length + line.length);
  all.set(head);
  all.set(line, head.length);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", all)));
}

/** A line as it is handed out, with the hashes that tie it to the chain. */
export interface ChainedLine extends TrailContent {
  readonly prev: string;
  readonly hash: string;
}

/** Number of the first line that does not fit the chain; undefined when all hold. Lines come in order, from the first. */
export async function brokenLine(lines: readonly ChainedLine[]): Promise<number | undefined> {
  let before = GENESIS;
  for (const [i, { prev, hash, ...content }] of lines.entries()) {
    if (content.seq !== i + 1 || prev !== before || (await trailHash(prev, trailLineBytes(content))) !== hash)
      return content.seq;
    before = hash;
  }
  return undefined;
}
