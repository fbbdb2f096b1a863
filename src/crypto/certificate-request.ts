import { type Bytes, utf8 } from "@/core/bytes";
import { context, der, derBits, derInteger, derNull, derOid, derSequence, derSetOf, TAG } from "./der";
import { OID } from "./oid";

export interface RequestSubject {
  readonly name: string;
  readonly organisation: string;
  /** Unified social credit code, as subject serialNumber (2.5.4.5). */
  readonly creditCode: string;
}

/**
 * Request for a certificate (PKCS#10, RFC 2986), signed by the key it is about.
 *
 * @param spki - SubjectPublicKeyInfo of an RSA key, DER.
 * @param sign - RSASSA-PKCS1-v1_5 with SHA-256 by the same key.
 */
export function certificateRequest(subject: RequestSubject, spki: Bytes, sign: (bytes: Bytes) => Bytes): Bytes {
  const part = (oid: string, tag: number, value: string) => derSetOf([derSequence(derOid(oid), der(tag, utf8(value)))]);
  const name = derSequence(
    part(OID.country, TAG.printable, "CN"),
    part(OID.organization, TAG.utf8, subject.organisation),
    part(OID.serialNumber, TAG.printable, subject.creditCode),
    part(OID.commonName, TAG.utf8, subject.name),
  );
  const info = derSequence(derInteger(0), name, spki, der(context(0), new Uint8Array(0)));
  return derSequence(info, derSequence(derOid(OID.sha256WithRsa), derNull()), derBits(sign(info)));
}
