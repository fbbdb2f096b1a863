import type { Bytes } from "@/core/bytes";
import type { Certificate } from "./certificate";
import { der, derNull, derOctets, derOid, derSequence, parseDer, readBits, sequenceOf, TAG } from "./der";
import { OID } from "./oid";

const sha1 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-1", bytes));

/** Serial number as a minimal two's complement integer. */
function integerBytes(value: bigint): Bytes {
  let text = value.toString(16);
  if (text.length % 2) text = `0${text}`;
  const bytes = Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  return bytes[0]! & 0x80 ? Uint8Array.of(0, ...bytes) : bytes;
}

/**
 * Asks a responder about one certificate (RFC 6960 4.1). SHA-1 only names the issuer here, as responders expect it; it
 * protects nothing.
 */
export async function writeOcspRequest({ serial }: Certificate, issuer: Certificate): Promise<Bytes> {
  const key = readBits(sequenceOf(parseDer(issuer.spki), "public key")[1]!);
  const certId = derSequence(
    derSequence(derOid(OID.sha1), derNull()),
    derOctets(await sha1(issuer.subject.raw)),
    derOctets(await sha1(key)),
    der(TAG.integer, integerBytes(serial)),
  );
  return derSequence(derSequence(derSequence(derSequence(certId))));
}
