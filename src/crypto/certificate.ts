import { type Bytes, base64, fromBase64, hex } from "@/core/bytes";
import {
  children,
  context,
  DerError,
  expectTag,
  type Node,
  parseDer,
  readBigInt,
  readBits,
  readNamedBits,
  readOid,
  readSmallInt,
  readTime,
  sequenceOf,
  TAG,
} from "./der";
import { OID } from "./oid";
import { sha256 } from "./sha256";

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** Content of the extension's OCTET STRING. */
  readonly value: Bytes;
}

export interface Name {
  /** Encoded RDNSequence, compared and copied as it is. */
  readonly raw: Bytes;
  readonly attributes: readonly { readonly oid: string; readonly tag: number; readonly value: string }[];
  /** e.g. `CN=甲山建设, O=…` */
  readonly display: string;
}

/** An X.509 certificate, strictly parsed (RFC 5280). Parsing says nothing about trust: see `validatePath`. */
export interface Certificate {
  readonly der: Bytes;
  /** SHA-256 of the DER bytes, lower-case hex. */
  readonly fingerprint: string;
  readonly tbs: Bytes;
  readonly version: number;
  readonly serial: bigint;
  readonly serialHex: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Bytes;
  readonly publicKeyAlgorithm: string;
  /** Bits of an RSA modulus, or of the curve. */
  readonly keyBits: number;
  readonly rsaExponent?: bigint;
  readonly signatureAlgorithm: Bytes;
  readonly signature: Bytes;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly keyUsage?: ReadonlySet<number>;
  readonly extKeyUsage?: readonly string[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
  readonly selfIssued: boolean;
}

/** Bits of keyUsage by name (RFC 5280 4.2.1.3). */
export const KEY_USAGE = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  crlSign: 6,
} as const;

const SHORT: Record<string, string> = {
  [OID.commonName]: "CN",
  [OID.serialNumber]: "SERIALNUMBER",
  [OID.country]: "C",
  [OID.locality]: "L",
  [OID.state]: "ST",
  [OID.organization]: "O",
  [OID.organizationalUnit]: "OU",
  [OID.emailAddress]: "E",
};

function readText(node: Node): string {
  const { content } = node;
  switch (node.tag) {
    case TAG.utf8:
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
      } catch {
        throw new DerError("a name is not UTF-8");
      }
    case TAG.printable:
    case TAG.ia5:
    case TAG.visible:
    case 0x12:
      if (content.some((byte) => byte > 0x7f)) throw new DerError("a name is not ASCII");
      return String.fromCharCode(...content);
    case TAG.teletex:
      return String.fromCharCode(...content);
    case TAG.bmp: {
      if (content.length % 2) throw new DerError("odd BMPString");
      let text = "";
      for (let i = 0; i < content.length; i += 2) text += String.fromCharCode(content[i]! * 256 + content[i + 1]!);
      return text;
    }
    default:
      throw new DerError("unknown kind of text in a name");
  }
}

/** Parses an RDNSequence. NUL and control characters are refused: they make two names look like one. */
export function readName(node: Node): Name {
  const attributes = sequenceOf(node, "name").flatMap((rdn) =>
    children(expectTag(rdn, TAG.set, "RDN")).map((pair) => {
      const [type, value, ...rest] = sequenceOf(pair, "attribute");
      if (!type || !value || rest.length) throw new DerError("attribute expected");
      const text = readText(value);
      if (/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text))
        throw new DerError("control character in a name");
      return { oid: readOid(expectTag(type, TAG.oid, "attribute type")), tag: value.tag, value: text };
    }),
  );
  const display = attributes.map(({ oid, value }) => `${SHORT[oid] ?? oid}=${value}`).join(", ");
  return { raw: node.raw, attributes, display };
}

export const attributeOf = (name: Name, oid: string): string | undefined =>
  name.attributes.find((attribute) => attribute.oid === oid)?.value;

export function readExtensions(node: Node): Map<string, Extension> {
  const found = new Map<string, Extension>();
  for (const item of sequenceOf(node, "extensions")) {
    const parts = sequenceOf(item, "extension");
    const oid = readOid(expectTag(parts[0], TAG.oid, "extension id"));
    const hasCritical = parts.length === 3;
    if (hasCritical && expectTag(parts[1], TAG.boolean, "critical").content[0] !== 0xff)
      throw new DerError("default encoded");
    if (parts.length !== 2 && parts.length !== 3) throw new DerError("extension expected");
    if (found.has(oid)) throw new DerError("extension twice");
    found.set(oid, {
      oid,
      critical: hasCritical,
      value: expectTag(parts[parts.length - 1], TAG.octetString, "extension value").content,
    });
  }
  return found;
}

const MAX_CERTIFICATE_BYTES = 65_536;

/** Parses a certificate. @throws DerError when it is not exactly DER of an X.509 certificate within the limits. */
export function parseCertificate(der: Bytes): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) throw new DerError("certificate too large");
  const [tbsNode, algorithm, signature, ...rest] = sequenceOf(parseDer(der), "certificate");
  if (!tbsNode || !algorithm || !signature || rest.length) throw new DerError("certificate expected");
  const tbs = sequenceOf(tbsNode, "to be signed");
  let i = 0;
  let version = 1;
  if (tbs[0]?.tag === context(0)) {
    version = readSmallInt(expectTag(children(tbs[0])[0], TAG.integer, "version")) + 1;
    if (version === 1) throw new DerError("default encoded");
    i = 1;
  }
  const serial = readBigInt(expectTag(tbs[i], TAG.integer, "serial number"));
  const innerAlgorithm = expectTag(tbs[i + 1], TAG.sequence, "signature algorithm");
  if (hex(innerAlgorithm.raw) !== hex(algorithm.raw)) throw new DerError("two signature algorithms");
  const issuer = readName(expectTag(tbs[i + 2], TAG.sequence, "issuer"));
  const [from, to] = sequenceOf(tbs[i + 3], "validity");
  const subject = readName(expectTag(tbs[i + 4], TAG.sequence, "subject"));
  const spki = expectTag(tbs[i + 5], TAG.sequence, "public key");
  let extensions = new Map<string, Extension>();
  for (const extra of tbs.slice(i + 6)) {
    if (extra.tag === context(3)) {
      if (version !== 3) throw new DerError("extensions in an old certificate");
      extensions = readExtensions(children(extra)[0]!);
    } else if (extra.tag !== context(1, false) && extra.tag !== context(2, false)) throw new DerError("unknown part");
  }
  return {
    der,
    fingerprint: hex(sha256(der)),
    tbs: tbsNode.raw,
    version,
    serial,
    serialHex: hex(tbs[i]!.content),
    issuer,
    subject,
    notBefore: readTime(from!),
    notAfter: readTime(to!),
    spki: spki.raw,
    ...readPublicKey(spki),
    signatureAlgorithm: algorithm.raw,
    signature: readBits(expectTag(signature, TAG.bitString, "signature")),
    extensions,
    ...readKnownExtensions(extensions),
    selfIssued: hex(issuer.raw) === hex(subject.raw),
  };
}

function readPublicKey(spki: Node) {
  const [algorithm, key] = sequenceOf(spki, "public key");
  const [oid, parameters] = sequenceOf(algorithm, "public key algorithm");
  const publicKeyAlgorithm = readOid(expectTag(oid, TAG.oid, "public key algorithm"));
  if (publicKeyAlgorithm === OID.rsaEncryption) {
    const [modulus, exponent] = sequenceOf(parseDer(readBits(expectTag(key, TAG.bitString, "key"))), "RSA key");
    const n = readBigInt(expectTag(modulus, TAG.integer, "modulus"));
    return {
      publicKeyAlgorithm,
      keyBits: n.toString(2).length,
      rsaExponent: readBigInt(expectTag(exponent, TAG.integer, "exponent")),
    };
  }
  const curve = parameters?.tag === TAG.oid ? readOid(parameters) : "";
  return { publicKeyAlgorithm, keyBits: curve === OID.p256 ? 256 : curve === OID.p384 ? 384 : 0 };
}

function readKnownExtensions(extensions: ReadonlyMap<string, Extension>) {
  const value = (oid: string) => {
    const extension = extensions.get(oid);
    return extension ? parseDer(extension.value) : undefined;
  };
  const usage = value(OID.keyUsage);
  const extended = value(OID.extKeyUsage);
  const basic = value(OID.basicConstraints);
  const ski = value(OID.subjectKeyIdentifier);
  const aki = value(OID.authorityKeyIdentifier);
  let basicConstraints: { ca: boolean; pathLength?: number } | undefined;
  if (basic) {
    const parts = sequenceOf(basic, "basic constraints");
    const ca = parts[0]?.tag === TAG.boolean ? parts[0].content[0] === 0xff : false;
    const length = parts.find((part) => part.tag === TAG.integer);
    basicConstraints = { ca, ...(length ? { pathLength: readSmallInt(length) } : {}) };
  }
  const keyId = aki ? children(aki).find((part) => part.tag === context(0, false)) : undefined;
  return {
    ...(usage ? { keyUsage: readNamedBits(expectTag(usage, TAG.bitString, "key usage")) } : {}),
    ...(extended && nonEmpty(extended) ? { extKeyUsage: sequenceOf(extended, "extended key usage").map(readOid) } : {}),
    ...(basicConstraints ? { basicConstraints } : {}),
    ...(ski ? { subjectKeyId: hex(expectTag(ski, TAG.octetString, "subject key id").content) } : {}),
    ...(keyId ? { authorityKeyId: hex(keyId.content) } : {}),
  };
}

function nonEmpty(list: Node): true {
  if (!children(list).length) throw new DerError("empty list");
  return true;
}

/** Letters and digits a credit code may have (GB 32100-2015: no I, O, Z, S, V). */
const CREDIT_CODE = /^[0-9A-HJ-NP-RTUWXY]{18}$/;

/**
 * The unified social credit code (统一社会信用代码) a certificate names: subject serialNumber, else an OU.
 * A look-alike letter is not a credit code: the certificate then names none. The check character is verified at
 * registration, never here.
 */
export function creditCodeOf(certificate: Certificate): string | undefined {
  const places = certificate.subject.attributes.filter(
    ({ oid }) => oid === OID.serialNumber || oid === OID.organizationalUnit,
  );
  const found = places.map(({ value }) => value).find((value) => CREDIT_CODE.test(value));
  return found;
}

/** PEM (RFC 7468) of one object. */
export function toPem(der: Uint8Array, label = "CERTIFICATE"): string {
  const lines = base64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** DER bytes of the first PEM object with the label, or of a text that is DER in Base64. */
export function pemToDer(text: string, label = "CERTIFICATE"): Bytes {
  const match = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`).exec(text);
  if (!match) throw new DerError(`no ${label} in the PEM text`);
  return fromBase64(match[1]!);
}

/** All objects with the label in a PEM text. */
export function pemToDers(text: string, label = "CERTIFICATE"): Bytes[] {
  const pattern = new RegExp(`-----BEGIN ${label}-----([\\s\\S]*?)-----END ${label}-----`, "g");
  return [...text.matchAll(pattern)].map((match) => fromBase64(match[1]!));
}
