import { createCipheriv, createHash, createHmac } from "node:crypto";

/** Suite XB-RSA-1 of `public/specs/xbid.md`: what sealing and opening have in common. */
export const SUITE = "XB-RSA-1";
export const CHUNK_BYTES = 16_384;
export const SALT_BYTES = 24;
export const COMMITMENT_BYTES = 32;

export const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
};

/** What binds a blob to its place in its package. */
export const contextOf = (headerHash: Uint8Array, segment: number, blob: number): Buffer =>
  Buffer.concat([Buffer.from("xbid/1\0", "latin1"), headerHash, Buffer.of(segment >>> 8, segment & 0xff), u32(blob)]);

/** Key, nonce and commitment of one blob (C2SP chunked-encryption v1). */
export function blobKeys(contentKey: Uint8Array, salt: Uint8Array, context: Uint8Array) {
  const label = Buffer.from("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0", "latin1");
  const derived = hkdfExpand(contentKey, Buffer.concat([label, salt, context]), 76);
  return { key: derived.subarray(0, 32), baseNonce: derived.subarray(32, 44), commitment: derived.subarray(44) };
}

/** The key that the recovery secret wraps the content key of a segment with. */
export const recoveryKey = (secret: Uint8Array, segment: string): Buffer =>
  hkdfExpand(secret, Buffer.from(`xbid/1 recovery\n${segment}`, "utf8"), 32);

/** AES-256-GCM without associated data: ciphertext and tag. */
export function encrypt(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([cipher.update(message), cipher.final(), cipher.getAuthTag()]);
}

/** HKDF-Expand (RFC 5869 2.3) with SHA-512; the function of Node extracts before, which is not asked for. */
function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let n = 1; (n - 1) * 64 < length; n++) {
    const hmac = createHmac("sha512", key).update(blocks.at(-1) ?? Buffer.alloc(0));
    blocks.push(hmac.update(info).update(Buffer.of(n)).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
