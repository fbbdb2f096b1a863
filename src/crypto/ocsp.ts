import { type Bytes, equalBytes } from "@/core/bytes";
import { type Certificate, parseCertificate, readName } from "./certificate";
import type { RevocationStatus } from "./crl";
import {
  children,
  context,
  DerError,
  expectTag,
  type Node,
  parseDer,
  readBigInt,
  readBits,
  readOid,
  readTime,
  sequenceOf,
  TAG,
} from "./der";
import { sameName } from "./names";
import { OID } from "./oid";
import { hashOfOid, readScheme, verifySignature } from "./signature";

/** What a responder says about one certificate. */
interface SingleResponse {
  readonly hash: string;
  readonly issuerNameHash: Bytes;
  readonly issuerKeyHash: Bytes;
  readonly serial: bigint;
  readonly status: RevocationStatus;
  readonly revokedAt?: Date;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
}

/** A basic response of the Online Certificate Status Protocol (RFC 6960), strictly parsed. */
export interface OcspResponse {
  readonly responder: { readonly name: Node } | { readonly keyHash: Bytes };
  readonly singles: readonly SingleResponse[];
  readonly tbs: Bytes;
  readonly signatureAlgorithm: Bytes;
  readonly signature: Bytes;
  readonly certificates: readonly Certificate[];
}

/** @throws DerError when it is not a successful basic response. */
export function parseOcspResponse(der: Bytes): OcspResponse {
  const [status, wrapped] = sequenceOf(parseDer(der), "OCSP response");
  if (expectTag(status, TAG.enumerated, "status").content[0] !== 0) throw new DerError("the responder did not answer");
  const [type, octets] = sequenceOf(children(expectTag(wrapped, context(0), "response"))[0], "response");
  if (readOid(expectTag(type, TAG.oid, "type")) !== OID.ocspBasic) throw new DerError("unknown kind of response");
  const basic = parseDer(expectTag(octets, TAG.octetString, "basic response").content);
  const [data, algorithm, signature, bag] = sequenceOf(basic, "basic response");
  const parts = sequenceOf(data, "response data");
  if (parts[0]?.tag === context(0)) parts.shift();
  const [responder, producedAt, singles, extensions] = parts;
  readTime(expectTag(producedAt, TAG.generalizedTime, "time"));
  if (extensions) refuseCritical(extensions);
  const inner = children(responder!)[0];
  const certificates = bag ? children(children(expectTag(bag, context(0), "certificates"))[0]!) : [];
  return {
    responder:
      responder!.tag === context(1)
        ? { name: inner! }
        : {
            keyHash: expectTag(expectTag(responder, context(2), "responder") && inner, TAG.octetString, "key").content,
          },
    singles: sequenceOf(singles, "responses").map(readSingle),
    tbs: data!.raw,
    signatureAlgorithm: expectTag(algorithm, TAG.sequence, "signature algorithm").raw,
    signature: readBits(expectTag(signature, TAG.bitString, "signature")),
    certificates: certificates.map(({ raw }) => parseCertificate(raw)),
  };
}

/** No extension of a response changes its meaning for us; a critical one might. */
function refuseCritical(wrapped: Node): void {
  for (const extension of sequenceOf(children(wrapped)[0], "extensions")) {
    if (sequenceOf(extension, "extension")[1]?.tag === TAG.boolean) throw new DerError("unknown critical extension");
  }
}

function readSingle(node: Node): SingleResponse {
  const [id, status, thisUpdate, ...rest] = sequenceOf(node, "single response");
  const [algorithm, issuerNameHash, issuerKeyHash, serial] = sequenceOf(id, "certificate id");
  const next = rest.find(({ tag }) => tag === context(0));
  const extensions = rest.find(({ tag }) => tag === context(1));
  if (extensions) refuseCritical(extensions);
  const revoked = status?.tag === context(1);
  return {
    hash: hashOfOid(readOid(sequenceOf(algorithm, "hash")[0]!)) ?? "",
    issuerNameHash: expectTag(issuerNameHash, TAG.octetString, "name hash").content,
    issuerKeyHash: expectTag(issuerKeyHash, TAG.octetString, "key hash").content,
    serial: readBigInt(expectTag(serial, TAG.integer, "serial number")),
    status: status?.tag === context(0, false) ? "good" : revoked ? "revoked" : "unknown",
    ...(revoked ? { revokedAt: readTime(children(status)[0]!) } : {}),
    thisUpdate: readTime(thisUpdate!),
    ...(next ? { nextUpdate: readTime(children(next)[0]!) } : {}),
  };
}

const digest = async (hash: string, bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await globalThis.crypto.subtle.digest(hash, bytes));

/** Content of the subject public key BIT STRING: what key hashes are taken of. */
const keyBits = ({ spki }: Certificate): Bytes => readBits(sequenceOf(parseDer(spki), "public key")[1]!);

/**
 * Status of a certificate by answers of its issuer's responder at `time`. An answer that is not about it, not signed
 * by whom it must be, or not current says nothing.
 */
export async function ocspStatus(
  certificate: Certificate,
  issuer: Certificate,
  responses: readonly OcspResponse[],
  time: Date,
): Promise<RevocationStatus> {
  let status: RevocationStatus = "unknown";
  for (const response of responses) {
    for (const single of response.singles) {
      if (single.serial !== certificate.serial || !(await namesIssuer(single, issuer))) continue;
      if (!(await isSignedByResponder(response, issuer, time))) continue;
      if (single.status === "revoked" && single.revokedAt! <= time) return "revoked";
      const current = single.thisUpdate <= time && (!single.nextUpdate || time <= single.nextUpdate);
      if (single.status === "good" && current) status = "good";
    }
  }
  return status;
}

async function namesIssuer({ hash, issuerNameHash, issuerKeyHash }: SingleResponse, issuer: Certificate) {
  if (!hash) return false;
  const [name, key] = await Promise.all([digest(hash, issuer.subject.raw), digest(hash, keyBits(issuer))]);
  return equalBytes(name, issuerNameHash) && equalBytes(key, issuerKeyHash);
}

/** The issuer itself, or a certificate it issued for this purpose alone (RFC 6960 4.2.2.2). */
async function isSignedByResponder(response: OcspResponse, issuer: Certificate, time: Date): Promise<boolean> {
  const scheme = readScheme(parseDer(response.signatureAlgorithm));
  if (!scheme) return false;
  for (const signer of [issuer, ...response.certificates]) {
    if (!(await isNamed(response.responder, signer))) continue;
    if (signer !== issuer && !(await isDelegate(signer, issuer, time))) continue;
    if (await verifySignature(signer, scheme, response.signature, response.tbs)) return true;
  }
  return false;
}

async function isNamed(responder: OcspResponse["responder"], signer: Certificate): Promise<boolean> {
  if ("name" in responder) return sameName(readName(responder.name), signer.subject);
  return equalBytes(await digest("SHA-1", keyBits(signer)), responder.keyHash);
}

async function isDelegate(signer: Certificate, issuer: Certificate, time: Date): Promise<boolean> {
  const scheme = readScheme(parseDer(signer.signatureAlgorithm));
  return (
    scheme !== undefined &&
    sameName(signer.issuer, issuer.subject) &&
    signer.extKeyUsage?.includes(OID.ekuOcspSigning) === true &&
    signer.notBefore <= time &&
    time <= signer.notAfter &&
    (await verifySignature(issuer, scheme, signer.signature, signer.tbs))
  );
}
