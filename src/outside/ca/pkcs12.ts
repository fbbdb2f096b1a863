import { createHash, createHmac, type KeyObject, randomBytes } from "node:crypto";
import { type Bytes, concat } from "@/core/bytes";
import { context, der, derInteger, derNull, derOctets, derOid, derSequence, derSetOf, TAG } from "@/crypto/der";
import { OID } from "@/crypto/oid";

const KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509 = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const ITERATIONS = 2048;

export interface Pair {
  /** ASCII: some readers break on other letters. */
  readonly friendlyName: string;
  readonly certificate: Bytes;
  readonly key: KeyObject;
}

/**
 * A PKCS#12 file (RFC 7292) with several key pairs and the certificates that issued them.
 * Keys are encrypted with PBES2 (AES-256, SHA-256), the whole is sealed with HMAC-SHA-256; certificates are public and
 * stand in clear. Written here because the libraries at hand write one pair only.
 */
export function writePkcs12(pairs: readonly Pair[], chain: readonly Bytes[], password: string): Bytes {
  const keys = pairs.map(({ key, certificate, friendlyName }) =>
    derSequence(
      derOid(KEY_BAG),
      der(
        context(0),
        new Uint8Array(key.export({ type: "pkcs8", format: "der", cipher: "aes-256-cbc", passphrase: password })),
      ),
      attributes(friendlyName, certificate),
    ),
  );
  const certificates = [
    ...pairs.map(({ certificate, friendlyName }) => certificateBag(certificate, attributes(friendlyName, certificate))),
    ...chain.map((certificate) => certificateBag(certificate)),
  ];
  const safe = derSequence(content(derSequence(...keys)), content(derSequence(...certificates)));
  return derSequence(derInteger(3), content(safe), mac(safe, password));
}

const content = (bytes: Bytes): Bytes => derSequence(derOid(OID.data), der(context(0), derOctets(bytes)));

const certificateBag = (certificate: Bytes, ...attributeSet: Bytes[]): Bytes =>
  derSequence(
    derOid(CERTIFICATE_BAG),
    der(context(0), derSequence(derOid(X509), der(context(0), derOctets(certificate)))),
    ...attributeSet,
  );

/** The local key id ties a key to its certificate. */
function attributes(friendlyName: string, certificate: Bytes): Bytes {
  const id = new Uint8Array(createHash("sha1").update(certificate).digest());
  return derSetOf([
    derSequence(derOid(FRIENDLY_NAME), derSetOf([der(TAG.bmp, bmp(friendlyName))])),
    derSequence(derOid(LOCAL_KEY_ID), derSetOf([derOctets(id)])),
  ]);
}

const bmp = (text: string): Bytes => new Uint8Array(Buffer.from(text, "utf16le").swap16());

function mac(safe: Bytes, password: string): Bytes {
  const salt = new Uint8Array(randomBytes(16));
  const key = macKey(concat(bmp(password), new Uint8Array(2)), salt);
  const value = new Uint8Array(createHmac("sha256", key).update(safe).digest());
  return derSequence(
    derSequence(derSequence(derOid(OID.sha256), derNull()), derOctets(value)),
    derOctets(salt),
    derInteger(ITERATIONS),
  );
}

/** RFC 7292 B.2 with SHA-256 and purpose 3 (MAC); 32 bytes are the first block. */
function macKey(password: Bytes, salt: Bytes): Buffer {
  const block = 64;
  const fill = (bytes: Bytes) => {
    const filled = new Uint8Array(block * Math.ceil(bytes.length / block));
    for (let i = 0; i < filled.length; i++) filled[i] = bytes[i % bytes.length]!;
    return filled;
  };
  let value = Buffer.from(concat(new Uint8Array(block).fill(3), fill(salt), fill(password)));
  for (let i = 0; i < ITERATIONS; i++) value = createHash("sha256").update(value).digest();
  return value;
}
