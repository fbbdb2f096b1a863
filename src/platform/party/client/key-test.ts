import { base64url, fromBase64url } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { rehearse } from "@/crypto/xbid/open";
import { prepareSeal } from "@/crypto/xbid/write";
import type { OpenKey } from "@/platform/identity/ui/key-ring";

/**
 * Seals a small invented package to one's own certificate and opens it again, with the code of the real thing: by
 * certificate and by recovery code. Nothing of it leaves the browser. @throws Error with a sentence
 */
export async function sealAndOpen({ opened, signer }: OpenKey): Promise<void> {
  const recoverySecret = crypto.getRandomValues(new Uint8Array(32));
  const page = new TextEncoder().encode("试加密内容（演练，不会递交）");
  const prepared = await prepareSeal({
    suite: "XB-RSA-1",
    tender: "E0000000000000000001",
    lot: "E0000000000000000001001",
    bid: crypto.randomUUID(),
    seq: 1,
    tenderDigest: "0".repeat(64),
    policy: "bidder",
    segments: [
      {
        id: "main",
        form: { price: "100" },
        files: [
          {
            name: "试加密.txt",
            size: page.length,
            open: async function* () {
              yield page;
            },
          },
        ],
      },
    ],
    encryptionCertificates: [opened.encryption.certificate],
    recoverySecret,
    signer,
    tool: "xinbiao-rehearsal/1",
  });
  const { header, headerBytes, blobHeads } = prepared;
  const { fingerprint } = parseCertificate(opened.encryption.certificate);
  const keys = [{ fingerprint, privateKey: opened.encryption.key }];
  const { complete } = await rehearse({ header, headerBytes, blobHeads, keys, recoverySecret });
  if (!complete) throw new Error("试解密没有完成：证书文件中的加密密钥与加密证书不对应。");
}

/** Opens what the server wrapped to the certificate. @throws Error with a sentence when it is another certificate's. */
export async function openWrapped({ opened }: OpenKey, wrapped: string): Promise<string> {
  try {
    const plain = await crypto.subtle.decrypt({ name: "RSA-OAEP" }, opened.encryption.key, fromBase64url(wrapped));
    return base64url(new Uint8Array(plain));
  } catch {
    throw new Error("这份证书文件打不开用该加密证书封装的内容。请选择与它对应的证书文件。");
  }
}
