import { type Bytes, concat } from "@/core/bytes";

/** Strict DER (X.690): definite minimal lengths, canonical values, no trailing byte. Anything else is refused. */
export class DerError extends Error {}

export interface Node {
  /** Identifier octet (tags above 30 do not occur in what we read and are refused). */
  readonly tag: number;
  /** Content octets. */
  readonly content: Bytes;
  /** Identifier, length and content: what is hashed and copied, never re-encoded. */
  readonly raw: Bytes;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visible: 0x1a,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;
/** Context tag [n]: constructed by default. */
export const context = (n: number, constructed = true): number => 0x80 | (constructed ? 0x20 : 0) | n;

const MAX_DEPTH = 40;

function readOne(bytes: Bytes, offset: number): { node: Node; next: number } {
  const tag = bytes[offset];
  if (tag === undefined) throw new DerError("unexpected end");
  if ((tag & 0x1f) === 0x1f) throw new DerError("long tags do not occur here");
  const first = bytes[offset + 1];
  if (first === undefined) throw new DerError("unexpected end");
  let length = first;
  let start = offset + 2;
  if (first & 0x80) {
    const count = first & 0x7f;
    if (count === 0) throw new DerError("indefinite length");
    if (count > 4) throw new DerError("length too long");
    length = 0;
    for (let i = 0; i < count; i++) {
      const byte = bytes[start + i];
      if (byte === undefined) throw new DerError("unexpected end");
      length = length * 256 + byte;
    }
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError("length not minimal");
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) throw new DerError("unexpected end");
  const content = bytes.subarray(start, end);
  if (tag === TAG.boolean && (length !== 1 || (content[0] !== 0 && content[0] !== 0xff)))
    throw new DerError("BOOLEAN not canonical");
  if (tag === TAG.integer || tag === TAG.enumerated) {
    if (length === 0) throw new DerError("empty INTEGER");
    if (length > 1 && ((content[0] === 0 && content[1]! < 0x80) || (content[0] === 0xff && content[1]! >= 0x80))) {
      throw new DerError("INTEGER not minimal");
    }
  }
  if (tag === TAG.null && length !== 0) throw new DerError("NULL with content");
  if (tag === TAG.oid) readOid({ tag, content, raw: content });
  if (tag === TAG.bitString && (length === 0 || content[0]! > 7 || (length === 1 && content[0] !== 0)))
    throw new DerError("BIT STRING not canonical");
  if ((tag === (TAG.sequence & ~0x20) || tag === (TAG.set & ~0x20)) && tag !== 0)
    throw new DerError("primitive SEQUENCE");
  return { node: { tag, content, raw: bytes.subarray(offset, end) }, next: end };
}

/** Children of a constructed value. */
export function children(node: Node): Node[] {
  if (!(node.tag & 0x20)) throw new DerError("not constructed");
  const nodes: Node[] = [];
  for (let offset = 0; offset < node.content.length; ) {
    const { node: child, next } = readOne(node.content, offset);
    nodes.push(child);
    offset = next;
  }
  return nodes;
}

/** Parses one value that takes up all bytes, checking every value inside it. @throws DerError. */
export function parseDer(bytes: Bytes): Node {
  const { node, next } = readOne(bytes, 0);
  if (next !== bytes.length) throw new DerError("trailing bytes");
  checkInside(node, 1);
  return node;
}

function checkInside(node: Node, depth: number): void {
  if (depth > MAX_DEPTH) throw new DerError("nested too deep");
  if (node.tag & 0x20) for (const child of children(node)) checkInside(child, depth + 1);
}

/** Expects a tag. @throws DerError naming what was wanted. */
export function expectTag(node: Node | undefined, tag: number, what: string): Node {
  if (!node || node.tag !== tag) throw new DerError(`${what} expected`);
  return node;
}

export const sequenceOf = (node: Node | undefined, what: string): Node[] =>
  children(expectTag(node, TAG.sequence, what));

/** Dotted text of an OBJECT IDENTIFIER. Arcs above 2^53 − 1 are refused, so that none can read as a smaller one. */
export function readOid(node: Node): string {
  const { content } = node;
  if (content.length === 0 || content[content.length - 1]! & 0x80) throw new DerError("OID cut off");
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) throw new DerError("OID not minimal");
    if (value > (Number.MAX_SAFE_INTEGER - 127) / 128) throw new DerError("OID arc too large");
    value = value * 128 + (byte & 0x7f);
    fresh = false;
    if (!(byte & 0x80)) {
      if (arcs.length === 0) {
        const top = Math.min(2, Math.floor(value / 40));
        arcs.push(top, value - 40 * top);
      } else arcs.push(value);
      value = 0;
      fresh = true;
    }
  }
  return arcs.join(".");
}

export function readBigInt(node: Node): bigint {
  let value = node.content[0]! & 0x80 ? -1n : 0n;
  for (const byte of node.content) value = (value << 8n) | BigInt(byte);
  return value;
}

export function readSmallInt(node: Node): number {
  if (node.content.length > 4) throw new DerError("INTEGER too large here");
  return Number(readBigInt(node));
}

/** Bytes of a BIT STRING without unused bits. */
export function readBits(node: Node): Bytes {
  if (node.content[0] !== 0) throw new DerError("unused bits in a BIT STRING of bytes");
  return node.content.subarray(1);
}

/** Named bits as a list of set positions. */
export function readNamedBits(node: Node): Set<number> {
  const set = new Set<number>();
  const unused = node.content[0]!;
  const total = (node.content.length - 1) * 8 - unused;
  for (let i = 0; i < total; i++) if (node.content[1 + (i >> 3)]! & (0x80 >> (i & 7))) set.add(i);
  if (unused && node.content[node.content.length - 1]! & ((1 << unused) - 1))
    throw new DerError("unused bits not zero");
  return set;
}

/** UTCTime or GeneralizedTime with seconds and Z; nothing else is DER. */
export function readTime(node: Node): Date {
  const text = String.fromCharCode(...node.content);
  let match: RegExpExecArray | null;
  if (node.tag === TAG.utcTime) {
    match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
    if (match) match[1] = `${Number(match[1]) >= 50 ? 19 : 20}${match[1]}`;
  } else if (node.tag === TAG.generalizedTime) {
    match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d*[1-9]))?Z$/.exec(text);
  } else throw new DerError("time expected");
  if (!match) throw new DerError("time not canonical");
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millisecond = match[7] ? Math.floor(Number(`0.${match[7]}`) * 1000) : 0;
  const value = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  if (year < 100) value.setUTCFullYear(year);
  if (value.getUTCMonth() !== month - 1 || value.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    throw new DerError("no such time");
  return value;
}

// Writing.

/** One value: identifier, minimal length, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = parts.length === 1 ? parts[0]! : concat(...parts);
  const { length } = content;
  let head: number[];
  if (length < 0x80) head = [tag, length];
  else {
    const bytes: number[] = [];
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest & 0xff);
    head = [tag, 0x80 | bytes.length, ...bytes];
  }
  return concat(Uint8Array.from(head), content);
}

export const derSequence = (...parts: readonly Uint8Array[]): Bytes => der(TAG.sequence, ...parts);
/** SET OF: members in the order of their encodings. */
export function derSetOf(parts: readonly Uint8Array[]): Bytes {
  const sorted = [...parts].sort((a, b) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
    return a.length - b.length;
  });
  return der(TAG.set, ...sorted);
}

export function derOid(text: string): Bytes {
  const [first, second, ...rest] = text.split(".").map(Number) as [number, number, ...number[]];
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const group = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) group.unshift((left % 128) | 0x80);
    bytes.push(...group);
  }
  return der(TAG.oid, Uint8Array.from(bytes));
}

export function derInteger(value: bigint | number): Bytes {
  let rest = BigInt(value);
  if (rest < 0n) throw new DerError("negative numbers do not occur here");
  const bytes: number[] = [];
  do {
    bytes.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (rest > 0n);
  if (bytes[0]! & 0x80) bytes.unshift(0);
  return der(TAG.integer, Uint8Array.from(bytes));
}

export const derNull = (): Bytes => der(TAG.null, new Uint8Array(0));
export const derBoolean = (value: boolean): Bytes => der(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
export const derOctets = (bytes: Uint8Array): Bytes => der(TAG.octetString, bytes);
export const derBits = (bytes: Uint8Array): Bytes => der(TAG.bitString, Uint8Array.of(0), bytes);

/** Named bits without trailing zero bits. */
export function derNamedBits(positions: readonly number[]): Bytes {
  const top = Math.max(...positions);
  const bytes = new Uint8Array((top >> 3) + 1);
  for (const position of positions) bytes[position >> 3]! |= 0x80 >> (position & 7);
  return der(TAG.bitString, Uint8Array.of(7 - (top & 7)), bytes);
}

/** UTCTime before 2050, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
export function derTime(value: Date): Bytes {
  const iso = value
    .toISOString()
    .replace(/[-:T]/g, "")
    .replace(/\.\d+Z$/, "Z");
  const text = value.getUTCFullYear() < 2050 ? iso.slice(2) : iso;
  return der(value.getUTCFullYear() < 2050 ? TAG.utcTime : TAG.generalizedTime, new TextEncoder().encode(text));
}

/** GeneralizedTime with milliseconds, as time stamps use it. */
export function derGeneralizedTime(value: Date): Bytes {
  const iso = value
    .toISOString()
    .replace(/[-:T]/g, "")
    .replace(/\.000Z$/, "Z")
    .replace(/(\.\d*[1-9])0+Z$/, "$1Z");
  return der(TAG.generalizedTime, new TextEncoder().encode(iso));
}
