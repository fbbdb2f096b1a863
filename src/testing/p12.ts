import forge from "node-forge";
import type { Bytes } from "@/core/bytes";
import { children, context, der, derInteger, derOctets, derOid, derSequence, parseDer } from "@/crypto/der";
import { OID } from "@/crypto/oid";

const binaryOf = (bytes: Bytes) => forge.util.createBuffer(String.fromCharCode(...bytes));
const bytesOf = (node: forge.asn1.Asn1): Bytes =>
  Uint8Array.from(forge.asn1.toDer(node).getBytes(), (character) => character.charCodeAt(0));

/** One pair in a certificate file, as the library writes it. */
export async function pairFile(certificate: Bytes, key: CryptoKey, password: string, count = 1000): Promise<Bytes> {
  const pkcs8 = new Uint8Array(await globalThis.crypto.subtle.exportKey("pkcs8", key));
  const privateKey = forge.pki.privateKeyFromAsn1(forge.asn1.fromDer(binaryOf(pkcs8)));
  const cert = forge.pki.certificateFromAsn1(forge.asn1.fromDer(binaryOf(certificate)), true);
  return bytesOf(forge.pkcs12.toPkcs12Asn1(privateKey, [cert], password, { algorithm: "aes256", count }));
}

/** The bags of both files in one, without a seal over all: how some tools write signing and encryption pairs. */
export function joinPairs(first: Bytes, second: Bytes): Bytes {
  const contents = [first, second].flatMap((file) => {
    const safe = children(children(parseDer(file))[1]!)[1]!;
    return children(parseDer(children(safe)[0]!.content)).map(({ raw }) => raw);
  });
  return derSequence(
    derInteger(3),
    derSequence(derOid(OID.data), der(context(0), derOctets(derSequence(...contents)))),
  );
}
