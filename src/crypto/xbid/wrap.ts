import { type Bytes, concat } from "@/core/bytes";
import type { Certificate } from "../certificate";
import { hkdfExpandSha512 } from "../hkdf";
import { OID } from "../oid";
import { recoveryInfo } from "./context";
import { OpenError } from "./refusal";
import { type BidderStanza, type Header, SECRET_BYTES, type Segment } from "./schema";

const UNWRAP_FAILED = "密钥不能解开本投标文件";

/** Wraps a content key for an encryption certificate: RSA-OAEP, SHA-256 for hash and mask, empty label. */
export async function wrapForCertificate(cek: Bytes, certificate: Certificate): Promise<Bytes> {
  if (certificate.publicKeyAlgorithm !== OID.rsaEncryption || certificate.keyBits < 2048) {
    throw new RangeError("an RSA certificate of at least 2048 bits is needed");
  }
  const { subtle } = globalThis.crypto;
  const oaep = { name: "RSA-OAEP", hash: "SHA-256" };
  const key = await subtle.importKey("spki", certificate.spki, oaep, false, ["encrypt"]);
  return new Uint8Array(await subtle.encrypt(oaep, key, cek));
}

/** The key of a segment's recovery stanza is used once, so that a zero nonce is right. */
async function recoveryKey(secret: Bytes, segmentId: string): Promise<CryptoKey> {
  if (secret.length !== SECRET_BYTES) throw new RangeError("a recovery secret has 32 bytes");
  const raw = hkdfExpandSha512(secret, recoveryInfo(segmentId), 32);
  return globalThis.crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

const ZERO_NONCE = { name: "AES-GCM", iv: new Uint8Array(12) };

export async function wrapForRecovery(cek: Bytes, secret: Bytes, segmentId: string): Promise<Bytes> {
  const key = await recoveryKey(secret, segmentId);
  return new Uint8Array(await globalThis.crypto.subtle.encrypt(ZERO_NONCE, key, cek));
}

/** Whoever can unwrap by certificate: a key of WebCrypto, or a token that never gives its key away. */
export interface UnwrapKey {
  /** Fingerprint of the encryption certificate. */
  readonly fingerprint: string;
  readonly privateKey: CryptoKey;
}

export function segmentOf(header: Header, segmentId: string): { segment: Segment; index: number } {
  const index = header.segments.findIndex(({ id }) => id === segmentId);
  const segment = header.segments[index];
  if (!segment) throw new RangeError(`no segment ${segmentId}`);
  return { segment, index };
}

const OAEP_HASH: Partial<Record<BidderStanza["alg"], string>> = { "RSA-OAEP-256": "SHA-256", "RSA-OAEP-1": "SHA-1" };

/**
 * Unwraps a segment's content key with the private key of one of its certificates. Runs at the key holder only.
 *
 * @throws OpenError `no-stanza` when nothing is wrapped for this certificate, `unwrap` when it does not unwrap.
 */
export async function unwrapWithKey(header: Header, segmentId: string, key: UnwrapKey): Promise<Bytes> {
  const { segment } = segmentOf(header, segmentId);
  const stanza = segment.stanzas.find((one) => one.t === "bidder" && one.cert === key.fingerprint);
  if (stanza?.t !== "bidder") throw new OpenError("no-stanza", "本投标文件不是用这张证书加密的");
  return unwrapStanza(stanza.alg, stanza.k, key.privateKey);
}

/** Unwraps one wrapped key. @throws OpenError `unwrap` */
export async function unwrapStanza(alg: BidderStanza["alg"], wrapped: Bytes, privateKey: CryptoKey): Promise<Bytes> {
  const { name, hash } = privateKey.algorithm as RsaHashedKeyAlgorithm;
  if (name !== "RSA-OAEP" || hash.name !== OAEP_HASH[alg]) throw new OpenError("unwrap", UNWRAP_FAILED);
  return checked(() => globalThis.crypto.subtle.decrypt("RSA-OAEP", privateKey, wrapped));
}

/** The same with the recovery code's 32 bytes. @throws OpenError */
export async function unwrapWithRecovery(header: Header, segmentId: string, secret: Bytes): Promise<Bytes> {
  const { segment } = segmentOf(header, segmentId);
  const stanza = segment.stanzas.find(({ t }) => t === "recovery");
  if (stanza?.t !== "recovery") throw new OpenError("no-stanza", "本投标文件没有应急解密码");
  const key = await recoveryKey(secret, segmentId);
  return checked(() => globalThis.crypto.subtle.decrypt(ZERO_NONCE, key, stanza.k));
}

/** One answer whatever went wrong: an unwrapper must not become an oracle. */
async function checked(unwrap: () => Promise<ArrayBuffer>): Promise<Bytes> {
  let cek: Bytes | undefined;
  try {
    cek = concat(new Uint8Array(await unwrap()));
  } catch {
    // Answered below, together with a key of another length.
  }
  if (cek?.length !== SECRET_BYTES) throw new OpenError("unwrap", UNWRAP_FAILED);
  return cek;
}
