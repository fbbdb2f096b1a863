/** Byte arrays that WebCrypto accepts as they are. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes;

/** Strict: throws a TypeError on bytes that are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

/** @throws Error when the text is not an even number of hexadecimal digits. */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new Error("not hexadecimal");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function encode64(bytes: Uint8Array, alphabet: string, pad: boolean): string {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]];
    out.push(alphabet[a >> 2]!, alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)]!);
    out.push(b === undefined ? (pad ? "=" : "") : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)]!);
    out.push(c === undefined ? (pad ? "=" : "") : alphabet[c & 63]!);
  }
  return out.join("");
}

function decode64(text: string, alphabet: string): Bytes {
  if (text.length % 4 === 1) throw new Error("not base64");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let offset = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) throw new Error("not base64");
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[offset++] = (bits >> count) & 0xff;
    }
  }
  // One value, one text: spare bits must be zero.
  if ((bits & ((1 << count) - 1)) !== 0) throw new Error("not base64");
  return bytes;
}

/** Base64url without padding: how our formats carry bytes. */
export const base64url = (bytes: Uint8Array): string => encode64(bytes, URL_SAFE, false);
/** Strict: no padding, no white space, spare bits zero. */
export const fromBase64url = (text: string): Bytes => decode64(text, URL_SAFE);
/** Base64 with padding, for PEM and the mails. */
export const base64 = (bytes: Uint8Array): string => encode64(bytes, STANDARD, true);
/** White space and padding are ignored. */
export const fromBase64 = (text: string): Bytes => decode64(text.replace(/[\s=]/g, ""), STANDARD);

/** Equality that takes the same time whatever differs. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}

export function u16be(value: number): Bytes {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}

export function u32be(value: number): Bytes {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Reads an unsigned 32-bit big-endian number. */
export function readU32(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset]! * 0x1000000 + ((bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!)) >>> 0
  );
}
