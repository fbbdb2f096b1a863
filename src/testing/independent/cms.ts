import { constants, createHash, type KeyObject, sign, X509Certificate } from "node:crypto";
import { element, empty, integer, issuerAndSerial, octets, oid, sequence, setOf } from "./der";

const OID = {
  data: "1.2.840.113549.1.7.1",
  signedData: "1.2.840.113549.1.7.2",
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
  sha256: "2.16.840.1.101.3.4.2.1",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  pss: "1.2.840.113549.1.1.10",
  mgf1: "1.2.840.113549.1.1.8",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
} as const;

export interface Signer {
  /** PEM or DER. */
  readonly certificate: string | Uint8Array;
  readonly key: KeyObject;
  /** Of RSA keys; without it PKCS#1 v1.5. */
  readonly padding?: "pss";
}

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** CMS SignedData (RFC 5652), detached, over these bytes, with the signer's certificate alone. */
export function signDetached(content: Uint8Array, signer: Signer): Buffer {
  const certificate = new X509Certificate(signer.certificate).raw;
  const digestAlgorithm = sequence(oid(OID.sha256));
  const attribute = (type: string, value: Uint8Array) => sequence(oid(type), setOf(value));
  const attributes = setOf(
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(sha256(content))),
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octets(sha256(certificate)))))),
  );
  const { algorithm, signature } = signatureOver(attributes, signer);
  // What is signed is the set; what stands in the file has the tag [0] in its place.
  const implicit = Buffer.from(attributes);
  implicit[0] = 0xa0;
  const signerInfo = sequence(
    integer(1),
    issuerAndSerial(certificate),
    digestAlgorithm,
    implicit,
    algorithm,
    octets(signature),
  );
  const signedData = sequence(
    integer(1),
    setOf(digestAlgorithm),
    sequence(oid(OID.data)),
    element(0xa0, certificate),
    setOf(signerInfo),
  );
  return sequence(oid(OID.signedData), element(0xa0, signedData));
}

function signatureOver(bytes: Uint8Array, { key, padding }: Signer): { algorithm: Buffer; signature: Buffer } {
  if (key.asymmetricKeyType === "ec")
    return { algorithm: sequence(oid(OID.ecdsaWithSha256)), signature: sign("sha256", bytes, key) };
  if (padding !== "pss")
    return { algorithm: sequence(oid(OID.sha256WithRsa), empty()), signature: sign("sha256", bytes, key) };
  const hash = sequence(oid(OID.sha256));
  const parameters = sequence(
    element(0xa0, hash),
    element(0xa1, sequence(oid(OID.mgf1), hash)),
    element(0xa2, integer(32)),
  );
  return {
    algorithm: sequence(oid(OID.pss), parameters),
    signature: sign("sha256", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
  };
}
