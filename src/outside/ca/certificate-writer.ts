import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { type Bytes, concat, utf8 } from "@/core/bytes";
import { KEY_USAGE } from "@/crypto/certificate";
import {
  context,
  DerError,
  der,
  derBits,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSetOf,
  derTime,
  expectTag,
  parseDer,
  readBits,
  readOid,
  sequenceOf,
  TAG,
} from "@/crypto/der";
import { OID } from "@/crypto/oid";

const RSA_SHA256 = derSequence(derOid(OID.sha256WithRsa), derNull());

/** Parts of a distinguished name, in the order they are written. */
export interface DistinguishedName {
  readonly o: string;
  readonly cn: string;
  /** Unified social credit code, as subject serialNumber (2.5.4.5). */
  readonly creditCode?: string;
}

/** Names are UTF8String but for the parts whose standard asks for PrintableString. */
export function writeName(name: DistinguishedName): Bytes {
  const part = (oid: string, tag: number, value: string) => derSetOf([derSequence(derOid(oid), der(tag, utf8(value)))]);
  return derSequence(
    part(OID.country, TAG.printable, "CN"),
    part(OID.organization, TAG.utf8, name.o),
    ...(name.creditCode ? [part(OID.serialNumber, TAG.printable, name.creditCode)] : []),
    part(OID.commonName, TAG.utf8, name.cn),
  );
}

/** What a certificate is for, as its extensions say it. */
export type CertificateUse = "ca" | "root" | "sign" | "encrypt" | "timestamp" | "platform";

const extension = (oid: string, critical: boolean, value: Bytes): Bytes =>
  derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value));

/** RFC 7093 method 1: the leftmost 160 bits of SHA-256 of the key. */
const keyId = (spki: Bytes): Bytes => {
  const [, key] = sequenceOf(parseDer(spki), "public key");
  const hash = createHash("sha256")
    .update(readBits(expectTag(key, TAG.bitString, "key")))
    .digest();
  return new Uint8Array(hash.subarray(0, 20));
};

function usageExtensions(use: CertificateUse): Bytes[] {
  const usage = (...bits: number[]) => extension(OID.keyUsage, true, derNamedBits(bits));
  const extended = (critical: boolean, ...oids: string[]) =>
    extension(OID.extKeyUsage, critical, derSequence(...oids.map(derOid)));
  const signing = usage(KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation);
  switch (use) {
    case "root":
      return [
        extension(OID.basicConstraints, true, derSequence(derBoolean(true))),
        usage(KEY_USAGE.keyCertSign, KEY_USAGE.crlSign),
      ];
    case "ca":
      return [
        extension(OID.basicConstraints, true, derSequence(derBoolean(true), derInteger(0))),
        usage(KEY_USAGE.keyCertSign, KEY_USAGE.crlSign),
      ];
    case "sign":
      return [signing, extended(false, OID.ekuClientAuth, OID.ekuEmailProtection)];
    case "encrypt":
      return [usage(KEY_USAGE.keyEncipherment, KEY_USAGE.dataEncipherment)];
    case "timestamp":
      return [signing, extended(true, OID.ekuTimeStamping)];
    case "platform":
      return [signing];
  }
}

export interface CertificateOrder {
  readonly subject: Bytes;
  readonly spki: Bytes;
  readonly use: CertificateUse;
  readonly serial: Bytes;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly email?: string;
}

export interface Issuer {
  readonly name: Bytes;
  readonly spki: Bytes;
  readonly key: KeyObject;
}

const signed = (tbs: Bytes, key: KeyObject): Bytes =>
  derSequence(tbs, RSA_SHA256, derBits(new Uint8Array(sign("sha256", tbs, key))));

/** Writes and signs an X.509 v3 certificate (RFC 5280), DER. */
export function writeCertificate(order: CertificateOrder, issuer: Issuer): Bytes {
  const extensions = [
    ...usageExtensions(order.use),
    extension(OID.subjectKeyIdentifier, false, derOctets(keyId(order.spki))),
    extension(OID.authorityKeyIdentifier, false, derSequence(der(context(0, false), keyId(issuer.spki)))),
    ...(order.email
      ? [extension(OID.subjectAltName, false, derSequence(der(context(1, false), utf8(order.email))))]
      : []),
  ];
  const tbs = derSequence(
    der(context(0), derInteger(2)),
    der(TAG.integer, order.serial),
    RSA_SHA256,
    issuer.name,
    derSequence(derTime(order.notBefore), derTime(order.notAfter)),
    order.subject,
    order.spki,
    der(context(3), derSequence(...extensions)),
  );
  return signed(tbs, issuer.key);
}

/** Writes and signs a full revocation list (RFC 5280 5). */
export function writeCrl(
  issuer: Issuer,
  list: {
    readonly thisUpdate: Date;
    readonly nextUpdate: Date;
    readonly number: bigint;
    readonly revoked: readonly { readonly serial: Bytes; readonly at: Date }[];
  },
): Bytes {
  const entries = list.revoked.map(({ serial, at }) => derSequence(der(TAG.integer, serial), derTime(at)));
  const tbs = derSequence(
    derInteger(1),
    RSA_SHA256,
    issuer.name,
    derTime(list.thisUpdate),
    derTime(list.nextUpdate),
    ...(entries.length ? [derSequence(...entries)] : []),
    der(
      context(0),
      derSequence(
        extension(OID.authorityKeyIdentifier, false, derSequence(der(context(0, false), keyId(issuer.spki)))),
        extension(OID.crlNumber, false, derInteger(list.number)),
      ),
    ),
  );
  return signed(tbs, issuer.key);
}

/**
 * The public key of a PKCS#10 request whose own signature is right: only who holds the key gets a certificate for it.
 *
 * @throws DerError
 */
export function publicKeyOfRequest(request: Bytes): Bytes {
  const [info, algorithm, signature] = sequenceOf(parseDer(request), "certificate request");
  const [, , spki] = sequenceOf(info, "request information");
  if (!info || !spki) throw new DerError("certificate request expected");
  if (readOid(sequenceOf(algorithm, "algorithm")[0]!) !== OID.sha256WithRsa)
    throw new DerError("SHA-256 with RSA only");
  const key = createPublicKey({ key: Buffer.from(spki.raw), type: "spki", format: "der" });
  const value = readBits(expectTag(signature, TAG.bitString, "signature"));
  if (!verify("sha256", info.raw, key, value)) throw new DerError("the request is not signed by its key");
  return concat(spki.raw);
}

/** DER of the public half. */
export const spkiOf = (key: KeyObject): Bytes =>
  new Uint8Array((key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" }));

export const privateKeyOf = (pem: string): KeyObject => createPrivateKey(pem);
