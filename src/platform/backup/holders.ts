import { type Bytes, base64url, fromBase64url, hex } from "@/core/bytes";
import type { Certificate } from "@/crypto/certificate";
import { sha256 } from "@/crypto/sha256";
import { unwrapStanza, wrapForCertificate } from "@/crypto/xbid/wrap";
import { BackupError, type BackupHead } from "./schema";

export interface Holder {
  readonly name: string;
  readonly certificate: Certificate;
}

/** A holder's private half at hand: opened from its certificate file. */
export interface HolderKey {
  readonly fingerprint: string;
  readonly privateKey: CryptoKey;
}

const KEY_BYTES = 32;
const xor = (a: Bytes, b: Bytes): Bytes => a.map((byte, i) => byte ^ b[i]!) as Bytes;

/**
 * Splits a key so that any two holders together have it and one alone has noise: for every two of them a random half for
 * the one, and the key masked with it for the other.
 *
 * @param holders - two people at least, each with an RSA encryption certificate.
 */
export async function splitKey(key: Bytes, holders: readonly Holder[]): Promise<Pick<BackupHead, "holders" | "pairs">> {
  const known = holders.map(({ name, certificate }) => ({
    name,
    certificate,
    fingerprint: hex(sha256(certificate.der)),
  }));
  const pairs: BackupHead["pairs"] = [];
  for (const [i, one] of known.entries())
    for (const other of known.slice(i + 1)) {
      const mask = globalThis.crypto.getRandomValues(new Uint8Array(KEY_BYTES));
      pairs.push({
        of: [one.fingerprint, other.fingerprint],
        halves: [
          base64url(await wrapForCertificate(mask, one.certificate)),
          base64url(await wrapForCertificate(xor(key, mask), other.certificate)),
        ],
      });
    }
  return { holders: known.map(({ name, fingerprint }) => ({ name, fingerprint })), pairs };
}

/** Joins the halves of two holders. @throws BackupError when these two are none of the holders, or one person twice. */
export async function joinKey(head: BackupHead, keys: readonly [HolderKey, HolderKey]): Promise<Bytes> {
  const pair = head.pairs.find(({ of }) => keys.every(({ fingerprint }) => of.includes(fingerprint)));
  if (!pair || keys[0].fingerprint === keys[1].fingerprint) {
    const names = head.holders.map(({ name }) => name).join("、");
    throw new BackupError(`这份备份须由下列人员中的两人共同打开：${names}。请提供其中两人备份时所用的证书文件。`);
  }
  const halves = await Promise.all(
    pair.of.map((fingerprint, i) => {
      const key = keys.find((one) => one.fingerprint === fingerprint)!;
      return unwrapStanza("RSA-OAEP-256", fromBase64url(pair.halves[i]!), key.privateKey);
    }),
  );
  return xor(halves[0]!, halves[1]!);
}
