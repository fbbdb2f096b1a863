import type { Bytes } from "@/core/bytes";
import { concat } from "@/core/bytes";
import type { Certificate } from "./certificate";
import { children, context, expectTag, type Node, parseDer, readOid, readSmallInt, sequenceOf, TAG } from "./der";
import { OID } from "./oid";

type Hash = "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

/** What a signature algorithm identifier means; undefined for algorithms we do not use. */
export type SignatureScheme =
  | { readonly kind: "rsa"; readonly hash: Hash }
  | { readonly kind: "pss"; readonly hash: Hash; readonly saltLength: number }
  | { readonly kind: "ecdsa"; readonly hash: Hash };

const HASHES: Record<string, Hash> = {
  [OID.sha1]: "SHA-1",
  [OID.sha256]: "SHA-256",
  [OID.sha384]: "SHA-384",
  [OID.sha512]: "SHA-512",
};
const RSA: Record<string, Hash> = {
  [OID.sha1WithRsa]: "SHA-1",
  [OID.sha256WithRsa]: "SHA-256",
  [OID.sha384WithRsa]: "SHA-384",
  [OID.sha512WithRsa]: "SHA-512",
};
const ECDSA: Record<string, Hash> = {
  [OID.ecdsaSha1]: "SHA-1",
  [OID.ecdsaSha256]: "SHA-256",
  [OID.ecdsaSha384]: "SHA-384",
  [OID.ecdsaSha512]: "SHA-512",
};

export const hashOfOid = (oid: string): Hash | undefined => HASHES[oid];

export function readScheme(algorithm: Node, digestHint?: Hash): SignatureScheme | undefined {
  const [id, parameters] = sequenceOf(algorithm, "algorithm");
  const oid = readOid(expectTag(id, TAG.oid, "algorithm"));
  // One algorithm, one encoding: RSA says NULL (or, in old writers, nothing), ECDSA says nothing.
  if (oid !== OID.rsaSsaPss && parameters && parameters.tag !== TAG.null) return undefined;
  if (RSA[oid]) return { kind: "rsa", hash: RSA[oid] };
  if (ECDSA[oid]) return parameters ? undefined : { kind: "ecdsa", hash: ECDSA[oid] };
  // In CMS the algorithm may be the bare key algorithm; the digest stands beside it.
  if (oid === OID.rsaEncryption && digestHint) return { kind: "rsa", hash: digestHint };
  if (oid === OID.rsaSsaPss && parameters) return readPss(parameters);
  return undefined;
}

function readPss(parameters: Node): SignatureScheme | undefined {
  let hash: Hash | undefined = "SHA-1";
  let saltLength = 20;
  for (const part of sequenceOf(parameters, "PSS parameters")) {
    if (part.tag === context(0)) hash = HASHES[readOid(sequenceOf(children(part)[0], "hash")[0]!)];
    else if (part.tag === context(1)) {
      const [mgf, mgfHash] = sequenceOf(children(part)[0], "mask");
      if (readOid(mgf!) !== OID.mgf1 || HASHES[readOid(sequenceOf(mgfHash, "hash")[0]!)] !== hash) return undefined;
    } else if (part.tag === context(2)) saltLength = readSmallInt(children(part)[0]!);
    else return undefined;
  }
  return hash ? { kind: "pss", hash, saltLength } : undefined;
}

/** ECDSA signatures are a SEQUENCE of two integers in certificates, two fixed-length numbers in WebCrypto. */
function ecdsaToRaw(signature: Bytes, size: number): Bytes | undefined {
  const parts = sequenceOf(parseDer(signature), "ECDSA signature");
  if (parts.length !== 2) return undefined;
  const numbers = parts.map((part) => {
    const { content } = expectTag(part, TAG.integer, "number");
    const trimmed = content[0] === 0 ? content.subarray(1) : content;
    if (trimmed.length > size || content[0]! & 0x80) return undefined;
    return concat(new Uint8Array(size - trimmed.length), trimmed);
  });
  return numbers[0] && numbers[1] ? concat(numbers[0], numbers[1]) : undefined;
}

/** Verifies with WebCrypto. Unknown combinations are false, never an exception. */
export async function verifySignature(
  signer: Pick<Certificate, "spki" | "publicKeyAlgorithm" | "keyBits">,
  scheme: SignatureScheme,
  signature: Bytes,
  data: Bytes,
): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  try {
    if (scheme.kind === "ecdsa") {
      if (signer.publicKeyAlgorithm !== OID.ecPublicKey || !signer.keyBits) return false;
      const key = await subtle.importKey(
        "spki",
        signer.spki,
        { name: "ECDSA", namedCurve: `P-${signer.keyBits}` },
        false,
        ["verify"],
      );
      const raw = ecdsaToRaw(signature, signer.keyBits / 8);
      return raw !== undefined && (await subtle.verify({ name: "ECDSA", hash: scheme.hash }, key, raw, data));
    }
    if (signer.publicKeyAlgorithm !== OID.rsaEncryption) return false;
    const name = scheme.kind === "rsa" ? "RSASSA-PKCS1-v1_5" : "RSA-PSS";
    const key = await subtle.importKey("spki", signer.spki, { name, hash: scheme.hash }, false, ["verify"]);
    return await subtle.verify(
      scheme.kind === "rsa" ? name : { name, saltLength: scheme.saltLength },
      key,
      signature,
      data,
    );
  } catch {
    return false;
  }
}
