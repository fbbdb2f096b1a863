import forge from "node-forge";
import { type Bytes, equalBytes } from "@/core/bytes";
import { type Certificate, KEY_USAGE, parseCertificate } from "./certificate";
import { DerError } from "./der";

export class Pkcs12Error extends Error {
  constructor(
    /** `not-pkcs12`: not such a file; `password`: wrong password; `missing-pair`: no signing or no encryption pair in it. */
    readonly code: "not-pkcs12" | "password" | "missing-pair",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "Pkcs12Error";
  }
}

export interface KeyPair {
  readonly certificate: Bytes;
  /** Never leaves the engine. */
  readonly key: CryptoKey;
}

/** What a person's certificate file (证书文件) holds: a pair to sign with and a pair to decrypt with. */
export interface OpenedPkcs12 {
  readonly signing: KeyPair & { readonly chain: readonly Bytes[] };
  readonly encryption: KeyPair;
}

const MAX_BYTES = 262_144;

/**
 * Opens a certificate file. The library reads the container only; the keys go to WebCrypto, where they cannot be
 * taken out again.
 *
 * @throws Pkcs12Error
 */
export async function openPkcs12(bytes: Bytes, password: string): Promise<OpenedPkcs12> {
  const { keys, certificates } = readContainer(bytes, password);
  const pairs = certificates.flatMap((certificate) => {
    const key = keys.find(({ spki }) => equalBytes(spki, certificate.spki));
    return key ? [{ certificate, pkcs8: key.pkcs8 }] : [];
  });
  const usable = (bits: readonly number[]) =>
    pairs.find(({ certificate }) => bits.some((bit) => certificate.keyUsage?.has(bit)));
  const sign = usable([KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation]);
  const decrypt = usable([KEY_USAGE.keyEncipherment, KEY_USAGE.dataEncipherment]);
  if (!sign) throw new Pkcs12Error("missing-pair", "no signing pair");
  if (!decrypt) throw new Pkcs12Error("missing-pair", "no encryption pair");
  const { subtle } = globalThis.crypto;
  const [signingKey, decryptionKey] = await Promise.all([
    subtle.importKey("pkcs8", sign.pkcs8, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]),
    subtle.importKey("pkcs8", decrypt.pkcs8, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"]),
  ]);
  for (const { pkcs8 } of keys) pkcs8.fill(0);
  return {
    signing: { certificate: sign.certificate.der, chain: issuersOf(sign.certificate, certificates), key: signingKey },
    encryption: { certificate: decrypt.certificate.der, key: decryptionKey },
  };
}

const toBytes = (binary: string): Bytes => Uint8Array.from(binary, (character) => character.charCodeAt(0));
const derOf = (node: forge.asn1.Asn1): Bytes => toBytes(forge.asn1.toDer(node).getBytes());

function readContainer(bytes: Bytes, password: string) {
  if (bytes.length > MAX_BYTES) throw new Pkcs12Error("not-pkcs12", "too large");
  let node: forge.asn1.Asn1;
  try {
    let binary = "";
    for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
    node = forge.asn1.fromDer(binary);
  } catch (cause) {
    throw new Pkcs12Error("not-pkcs12", "not DER", { cause });
  }
  try {
    const bags = forge.pkcs12.pkcs12FromAsn1(node, password).safeContents.flatMap(({ safeBags }) => safeBags);
    const keys = bags.flatMap(({ key }) => {
      if (!key) return [];
      const publicKey = forge.pki.setRsaPublicKey(
        (key as forge.pki.rsa.PrivateKey).n,
        (key as forge.pki.rsa.PrivateKey).e,
      );
      const pkcs8 = derOf(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)));
      return [{ spki: derOf(forge.pki.publicKeyToAsn1(publicKey)), pkcs8 }];
    });
    // The library keeps the parsed signed part, so that writing it gives back the bytes the authority signed.
    const certificates = bags.flatMap(({ cert }) =>
      cert ? [parseCertificate(derOf(forge.pki.certificateToAsn1(cert)))] : [],
    );
    return { keys, certificates };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "";
    if (/password|MAC could not be verified|decrypt/i.test(message))
      throw new Pkcs12Error("password", "wrong password", { cause });
    if (cause instanceof DerError) throw new Pkcs12Error("not-pkcs12", "a certificate in it is malformed", { cause });
    // Without a seal over all (RFC 7292, 4: macData is optional) one wrong password in 256 gives padding that looks
    // right, and what comes out is not DER.
    if (isUnsealed(node) && !/unsupported/i.test(message))
      throw new Pkcs12Error("password", "wrong password", { cause });
    throw new Pkcs12Error("not-pkcs12", "not a PKCS#12 file", { cause });
  }
}

/** Version 3 and data, and no MAC that says whether the password is right. */
function isUnsealed({ value }: forge.asn1.Asn1): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [version, safe] = value as [forge.asn1.Asn1, forge.asn1.Asn1];
  return version.type === forge.asn1.Type.INTEGER && version.value === "\x03" && Array.isArray(safe.value);
}

/** Issuers of a certificate that came along, nearest first; the self-signed end of the chain stays out. */
function issuersOf(leaf: Certificate, certificates: readonly Certificate[]): Bytes[] {
  const chain: Certificate[] = [];
  for (let last = leaf; ; ) {
    const issuer = certificates.find(
      (one) => !one.selfIssued && one !== last && !chain.includes(one) && equalBytes(one.subject.raw, last.issuer.raw),
    );
    if (!issuer) return chain.map(({ der }) => der);
    chain.push(issuer);
    last = issuer;
  }
}
