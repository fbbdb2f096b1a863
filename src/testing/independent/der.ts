/** What a signature needs of DER (X.690), written by hand. */

const TAG = { integer: 0x02, octets: 0x04, null: 0x05, oid: 0x06, sequence: 0x30, set: 0x31 } as const;

/** One element: tag, length, content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const digits = content.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(TAG.sequence, ...parts);
export const octets = (bytes: Uint8Array): Buffer => element(TAG.octets, bytes);
export const integer = (small: number): Buffer => element(TAG.integer, Buffer.of(small));
export const empty = (): Buffer => element(TAG.null);

/** A set in DER: its elements in the order of their bytes. */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  element(TAG.set, ...[...parts].sort((a, b) => Buffer.compare(a, b)));

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split(".").map(Number) as [number, number, ...number[]];
  const digitsOf = (arc: number): number[] => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  };
  return element(TAG.oid, Buffer.from([40 * first + second, ...rest.flatMap(digitsOf)]));
}

/** The elements that stand one after the other in these bytes, each whole. */
function elementsIn(bytes: Uint8Array): { tag: number; whole: Uint8Array; content: Uint8Array }[] {
  const found: { tag: number; whole: Uint8Array; content: Uint8Array }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1]!;
    const digits = first < 0x80 ? 0 : first & 0x7f;
    const length = digits === 0 ? first : Buffer.from(bytes).readUIntBE(at + 2, digits);
    const begin = at + 2 + digits;
    found.push({
      tag: bytes[at]!,
      whole: bytes.subarray(at, begin + length),
      content: bytes.subarray(begin, begin + length),
    });
    at = begin + length;
  }
  return found;
}

/** IssuerAndSerialNumber of a certificate, its parts byte for byte as they stand there. */
export function issuerAndSerial(certificate: Uint8Array): Buffer {
  const [outer] = elementsIn(certificate);
  const [signed] = elementsIn(outer!.content);
  const members = elementsIn(signed!.content);
  // The version is written with the tag [0], and left out of certificates of version 1.
  const [serial, , issuer] = members[0]!.tag === 0xa0 ? members.slice(1) : members;
  return sequence(issuer!.whole, serial!.whole);
}
