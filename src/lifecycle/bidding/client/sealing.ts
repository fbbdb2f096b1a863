import { type Bytes, base64url, hex } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { PART_BYTES, partHash, rootOf } from "@/crypto/merkle";
import { inPieces } from "@/crypto/pieces";
import { rehearse } from "@/crypto/xbid/open";
import type { PreparedSeal } from "@/crypto/xbid/write";
import { UNIT_BYTES } from "../rules";
import type { ReceiptView } from "../schema";

/** The way to the receiver. Lost lines are mended inside; what is thrown is an answer. */
export interface Transport {
  open(bodyLength: number): Promise<{ uploadId: string }>;
  /** Units that are stored already. */
  stored(uploadId: string): Promise<readonly { n: number; sha256: string }[]>;
  /** @param sent - bytes of this unit that have left so far. */
  put(uploadId: string, n: number, sha256: string, unit: Bytes, sent: (bytes: number) => void): Promise<void>;
  finish(uploadId: string, seal: string, signature: string): Promise<ReceiptView>;
}

/** Units that are hashed or travel at once, while the next is being sealed. */
const IN_FLIGHT = 3;

/** The bytes of a file, piece by piece. Not every browser iterates over streams. */
export async function* blobBytes(file: Blob): AsyncGenerator<Bytes> {
  const reader = file.stream().getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Rehearses the opening with the certificate and the recovery code (解密演练): a package that either of them does not
 * open is not sent.
 *
 * @throws OpenError with the reason; Error when a way was not tried.
 */
export async function rehearseBoth(
  prepared: PreparedSeal,
  encryption: { certificate: Bytes; key: CryptoKey },
  recoverySecret: Bytes,
): Promise<void> {
  const { header, headerBytes, blobHeads } = prepared;
  const keys = [{ fingerprint: parseCertificate(encryption.certificate).fingerprint, privateKey: encryption.key }];
  const { complete } = await rehearse({ header, headerBytes, blobHeads, keys, recoverySecret });
  if (!complete) throw new Error("解密演练没有完成：证书或应急解密码未能逐一试开。请重新加密。");
}

/**
 * Seals and sends the body, unit by unit, several on the line at once. Called again after a failure it makes the same
 * bytes again and sends only what is missing.
 *
 * @param sent - bytes that have left so far, of the body's length.
 * @returns root of the body's hash tree, which its owner signs.
 */
export async function sendBody(
  prepared: Pick<PreparedSeal, "body">,
  uploadId: string,
  transport: Transport,
  sent: (bytes: number) => void,
): Promise<Bytes> {
  const stored = new Map((await transport.stored(uploadId)).map(({ n, sha256 }) => [n, sha256]));
  const travelling = new Map<number, number>();
  const running = new Set<Promise<void>>();
  const leaves: Bytes[][] = [];
  let [done, n] = [0, 0];
  let failure: { error: unknown } | undefined;
  const report = () => sent([...travelling.values()].reduce((sum, bytes) => sum + bytes, done));
  const send = async (index: number, unit: Bytes): Promise<void> => {
    const { sha256, parts } = await hashesOf(unit);
    leaves[index] = parts;
    if (stored.get(index) !== sha256)
      await transport.put(uploadId, index, sha256, unit, (bytes) => {
        travelling.set(index, Math.min(bytes, unit.length));
        report();
      });
    done += unit.length;
  };

  for await (const unit of inPieces(prepared.body(), UNIT_BYTES)) {
    if (!unit.length || failure) break;
    while (running.size >= IN_FLIGHT) await Promise.race(running);
    const index = n++;
    const work = send(index, unit)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        travelling.delete(index);
        running.delete(work);
        report();
      });
    running.add(work);
  }
  await Promise.all(running);
  if (failure) throw failure.error;
  return rootOf(leaves.flat());
}

/** Hashes of a unit and of its parts, all at once: the browser has threads for them. */
async function hashesOf(unit: Bytes): Promise<{ sha256: string; parts: Bytes[] }> {
  const parts: Promise<Bytes>[] = [];
  for (let offset = 0; offset < unit.length; offset += PART_BYTES)
    parts.push(partHash(unit.subarray(offset, offset + PART_BYTES)));
  const whole = globalThis.crypto.subtle.digest("SHA-256", unit);
  const [digest, ...leaves] = await Promise.all([whole, ...parts]);
  return { sha256: hex(new Uint8Array(digest)), parts: leaves };
}

/** Signs the seal over the body: the final act of a delivery. The same texts are sent again when an answer is lost. */
export async function sealTexts(
  prepared: PreparedSeal,
  root: Bytes,
  sealedAt: string,
): Promise<{ seal: string; signature: string }> {
  const { sealBytes, signature } = await prepared.finish(root, sealedAt);
  return { seal: base64url(sealBytes), signature: base64url(signature) };
}
