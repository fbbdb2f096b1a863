import { type Bytes, equalBytes, hex } from "@/core/bytes";
import { type Certificate, parseCertificate } from "./certificate";
import {
  children,
  context,
  DerError,
  der,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSetOf,
  derTime,
  expectTag,
  type Node,
  parseDer,
  readBigInt,
  readOid,
  readSmallInt,
  readTime,
  sequenceOf,
  TAG,
} from "./der";
import { OID } from "./oid";
import { sha256 } from "./sha256";
import { hashOfOid, readScheme, verifySignature } from "./signature";

/** Whoever holds a signing key: a certificate file in the browser, a token, a remote service, a platform key. */
export interface CmsSigner {
  readonly certificate: Bytes;
  /** Issuing certificates to send along; only ones that stand in the trust list. */
  readonly chain?: readonly Bytes[];
  readonly algorithm: "RSA-PKCS1-SHA256" | "ECDSA-P256-SHA256";
  /** Signs the bytes (hashing is the signer's part). */
  sign(bytes: Bytes): Promise<Bytes>;
}

export type CmsVerdict =
  | {
      readonly ok: true;
      readonly signer: Certificate;
      readonly signingTime?: Date;
      readonly certificates: readonly Certificate[];
      readonly timeStampToken?: Bytes;
      /** Signature value: what a signature time stamp covers. */
      readonly signature: Bytes;
    }
  | { readonly ok: false; readonly reason: string };

/** Largest CMS we read. */
const MAX_CMS_BYTES = 65_536;

const attribute = (oid: string, ...values: Uint8Array[]): Bytes => derSequence(derOid(oid), derSetOf(values));

/** ESSCertIDv2 with the default SHA-256 (RFC 5035): pins the certificate, so that another one of the same key does not fit. */
const signingCertificateV2 = (certificate: Bytes): Bytes =>
  derSequence(derSequence(derSequence(derOctets(sha256(certificate)))));

/**
 * Signs content: detached CMS SignedData (RFC 5652) with one signer and signed attributes.
 * The issuer's name is copied byte for byte from the certificate, so that Chinese names stay what they are.
 */
export function signDetached(content: Bytes, signer: CmsSigner, options: { signingTime?: Date } = {}): Promise<Bytes> {
  return signDetachedDigest(sha256(content), signer, options);
}

/** The same for content whose SHA-256 is known already: big files, PDFs. `contentType` names what is signed. */
export async function signDetachedDigest(
  digest: Bytes,
  signer: CmsSigner,
  options: { signingTime?: Date; contentType?: string; embed?: Bytes } = {},
): Promise<Bytes> {
  const certificate = parseCertificate(signer.certificate);
  const tbs = sequenceOf(parseDer(certificate.tbs), "to be signed");
  const serial = tbs.find((part) => part.tag === TAG.integer)!;
  const contentType = options.contentType ?? OID.data;
  const attributes = [
    attribute(OID.contentType, derOid(contentType)),
    attribute(OID.messageDigest, derOctets(digest)),
    attribute(OID.signingCertificateV2, signingCertificateV2(signer.certificate)),
    ...(options.signingTime ? [attribute(OID.signingTime, derTime(options.signingTime))] : []),
  ];
  const signedAttributes = derSetOf(attributes);
  const signature = await signer.sign(signedAttributes);
  const sha256Id = derSequence(derOid(OID.sha256), derNull());
  const signatureId =
    signer.algorithm === "RSA-PKCS1-SHA256"
      ? derSequence(derOid(OID.sha256WithRsa), derNull())
      : derSequence(derOid(OID.ecdsaSha256));
  const signerInfo = derSequence(
    derInteger(1),
    derSequence(certificate.issuer.raw, serial.raw),
    sha256Id,
    der(context(0), parseDer(signedAttributes).content),
    signatureId,
    derOctets(signature),
  );
  const certificates = [signer.certificate, ...(signer.chain ?? [])];
  const encapsulated = options.embed
    ? derSequence(derOid(contentType), der(context(0), derOctets(options.embed)))
    : derSequence(derOid(contentType));
  const signedData = derSequence(
    derInteger(contentType === OID.data ? 1 : 3),
    derSetOf([sha256Id]),
    encapsulated,
    der(context(0), parseDer(derSetOf(certificates)).content),
    derSetOf([signerInfo]),
  );
  return derSequence(derOid(OID.signedData), der(context(0), signedData));
}

/** A raw RSA or ECDSA key of WebCrypto as a signer. */
export function webCryptoSigner(key: CryptoKey, certificate: Bytes, chain: readonly Bytes[] = []): CmsSigner {
  return {
    certificate,
    chain,
    algorithm: "RSA-PKCS1-SHA256",
    sign: async (bytes) => new Uint8Array(await globalThis.crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, bytes)),
  };
}

/** Verifies a detached signature over `content`. Says nothing about trust in the signer: see `validatePath`. */
export function verifyDetached(cms: Bytes, content: Bytes): Promise<CmsVerdict> {
  return verifyDetachedDigest(cms, (hash) => digest(hash, content));
}

const digest = async (hash: string, content: Bytes): Promise<Bytes> =>
  new Uint8Array(await globalThis.crypto.subtle.digest(hash, content));

/** The same for content that is hashed elsewhere: `digestOf` gives the hash of the content. */
export async function verifyDetachedDigest(
  cms: Bytes,
  digestOf: (hash: "SHA-256" | "SHA-384" | "SHA-512") => Promise<Bytes> | Bytes,
  options: { contentType?: string; detached?: boolean } = {},
): Promise<CmsVerdict> {
  if (cms.length > MAX_CMS_BYTES) return { ok: false, reason: "签名数据过大" };
  try {
    return await verify(cms, digestOf, options.contentType ?? OID.data, options.detached ?? true);
  } catch (error) {
    if (error instanceof DerError) return { ok: false, reason: `签名格式不正确：${error.message}` };
    throw error;
  }
}

interface SignedAttributes {
  readonly values: ReadonlyMap<string, Node>;
}

function readAttributes(node: Node): SignedAttributes {
  const values = new Map<string, Node>();
  for (const item of children(node)) {
    const [type, set] = sequenceOf(item, "attribute");
    const oid = readOid(expectTag(type, TAG.oid, "attribute type"));
    const members = children(expectTag(set, TAG.set, "attribute values"));
    if (members.length !== 1 || values.has(oid)) throw new DerError("attribute twice");
    values.set(oid, members[0]!);
  }
  return { values };
}

async function verify(
  cms: Bytes,
  digestOf: (hash: "SHA-256" | "SHA-384" | "SHA-512") => Promise<Bytes> | Bytes,
  contentType: string,
  detached: boolean,
): Promise<CmsVerdict> {
  const no = (reason: string): CmsVerdict => ({ ok: false, reason });
  const [outerType, outer] = sequenceOf(parseDer(cms), "CMS");
  if (readOid(expectTag(outerType, TAG.oid, "content type")) !== OID.signedData) return no("不是签名数据");
  const parts = sequenceOf(children(expectTag(outer, context(0), "content"))[0], "signed data");
  // RFC 5652 5.1: version 1 signs plain data, version 3 anything else.
  const version = readSmallInt(expectTag(parts[0], TAG.integer, "version"));
  if (version !== (contentType === OID.data ? 1 : 3)) return no("签名数据的版本不符");
  const digests = children(expectTag(parts[1], TAG.set, "digest algorithms"));
  const [innerType, inner] = sequenceOf(parts[2], "encapsulated content");
  if (readOid(expectTag(innerType, TAG.oid, "content type")) !== contentType) return no("签名内容的类型不符");
  if (detached === (inner !== undefined)) return no("签名应与内容分离");
  const bag = parts.find((part) => part.tag === context(0));
  const certificates = bag ? children(bag).map((node) => parseCertificate(node.raw)) : [];
  const signers = children(expectTag(parts[parts.length - 1], TAG.set, "signers"));
  if (signers.length !== 1) return no("必须恰有一名签名人");

  const info = sequenceOf(signers[0], "signer");
  if (readSmallInt(expectTag(info[0], TAG.integer, "signer version")) !== 1) return no("签名人信息的版本不符");
  const [issuer, serial] = sequenceOf(info[1], "signer id");
  const signer = certificates.find(
    (certificate) =>
      equalBytes(certificate.issuer.raw, issuer!.raw) &&
      certificate.serial === readBigInt(expectTag(serial, TAG.integer, "serial number")),
  );
  if (!signer) return no("签名中没有签名人的证书");
  const digestName = plainHash(info[2]);
  if (!digestName || digestName === "SHA-1") return no("摘要算法不被允许");
  if (digests.length !== 1 || plainHash(digests[0]) !== digestName) return no("签名数据所列的摘要算法与签名人的不符");
  const attributesNode = info[3];
  if (attributesNode?.tag !== context(0)) return no("缺少签名属性");
  const attributes = readAttributes(attributesNode);
  const type = attributes.values.get(OID.contentType);
  const messageDigest = attributes.values.get(OID.messageDigest);
  if (!type || readOid(type) !== contentType) return no("签名属性中的内容类型不符");
  if (!messageDigest || !equalBytes(messageDigest.content, await digestOf(digestName))) return no("签名与内容不符");
  if (!pinsCertificate(attributes, signer)) return no("签名所指的证书不是签名人的证书");
  const scheme = readScheme(expectTag(info[4], TAG.sequence, "signature algorithm"), digestName);
  if (!scheme || scheme.hash !== digestName) return no("签名算法不被允许");
  const signature = expectTag(info[5], TAG.octetString, "signature").content;
  // What was signed is the SET, although it travels under a context tag (RFC 5652 5.4).
  const signedBytes = der(TAG.set, attributesNode.content);
  if (!(await verifySignature(signer, scheme, signature, signedBytes))) return no("签名值验证失败");

  const time = attributes.values.get(OID.signingTime);
  let timeStampToken: Bytes | undefined;
  if (info[6]) {
    const unsigned = readAttributes(expectTag(info[6], context(1), "unsigned attributes")).values;
    for (const [oid, value] of unsigned) {
      if (oid !== OID.timeStampToken) return no("含有不允许的未签名属性");
      timeStampToken = value.raw;
    }
  }
  return {
    ok: true,
    signer,
    certificates,
    signature,
    ...(time ? { signingTime: readTime(time) } : {}),
    ...(timeStampToken ? { timeStampToken } : {}),
  };
}

/** A hash by its identifier, whose parameters are absent or NULL. */
function plainHash(algorithm: Node | undefined) {
  const [id, parameters, ...rest] = sequenceOf(algorithm, "digest algorithm");
  if (rest.length || (parameters && parameters.tag !== TAG.null))
    throw new DerError("digest algorithm with parameters");
  return hashOfOid(readOid(expectTag(id, TAG.oid, "digest algorithm")));
}

/** signingCertificate or its V2, when present, must name the signer's certificate. */
function pinsCertificate(attributes: SignedAttributes, signer: Certificate): boolean {
  const v2 = attributes.values.get(OID.signingCertificateV2);
  if (v2) {
    const id = sequenceOf(sequenceOf(sequenceOf(v2, "signing certificate")[0], "certificate ids")[0], "certificate id");
    const hasAlgorithm = id[0]?.tag === TAG.sequence;
    if (hasAlgorithm && hashOfOid(readOid(children(id[0]!)[0]!)) !== "SHA-256") return false;
    return hex(expectTag(id[hasAlgorithm ? 1 : 0], TAG.octetString, "certificate hash").content) === signer.fingerprint;
  }
  // The first version names SHA-1, which we do not accept as a pin: its presence alone is not a reason to refuse.
  return true;
}

/** The content that a non-detached SignedData carries (time-stamp tokens). */
export function embeddedContent(cms: Bytes): Bytes {
  const [, outer] = sequenceOf(parseDer(cms), "CMS");
  const parts = sequenceOf(children(expectTag(outer, context(0), "content"))[0], "signed data");
  const [, inner] = sequenceOf(parts[2], "encapsulated content");
  return expectTag(children(expectTag(inner, context(0), "content"))[0], TAG.octetString, "content").content;
}
