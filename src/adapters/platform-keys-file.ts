import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pemToDers, toPem } from "@/crypto/certificate";
import { certificateRequest } from "@/crypto/certificate-request";
import type { CmsSigner } from "@/crypto/cms";
import type { PlatformKeys } from "@/ports/platform-keys";

const signWith = (key: KeyObject) => (bytes: Uint8Array) => new Uint8Array(sign("sha256", bytes, key));

/** Platform keys as files in `DATA_DIR/keys`: `<platform code>.key.pem`, `<platform code>.crt.pem` (leaf first). */
export function filePlatformKeys(dataDir: string): PlatformKeys {
  const known = new Map<string, CmsSigner>();
  const path = (platformCode: string, kind: "key" | "crt") => join(dataDir, "keys", `${platformCode}.${kind}.pem`);
  const keyOf = (platformCode: string) => createPrivateKey(readFileSync(path(platformCode, "key"), "utf8"));

  return {
    signerOf(platformCode) {
      const cached = known.get(platformCode);
      if (cached) return cached;
      if (!existsSync(path(platformCode, "key"))) throw new Error(`platform key of ${platformCode} is missing`);
      const [certificate, ...chain] = pemToDers(readFileSync(path(platformCode, "crt"), "utf8"));
      if (!certificate) throw new Error(`platform certificate of ${platformCode} is missing`);
      const key = keyOf(platformCode);
      const signer: CmsSigner = {
        certificate,
        chain,
        algorithm: "RSA-PKCS1-SHA256",
        sign: async (bytes) => signWith(key)(bytes),
      };
      known.set(platformCode, signer);
      return signer;
    },
    request(platformCode, subject) {
      mkdirSync(join(dataDir, "keys"), { recursive: true });
      if (!existsSync(path(platformCode, "key"))) {
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
        // `wx`: two who ask at once must not write two keys over one another.
        const options = { mode: 0o600, flag: "wx" } as const;
        writeFileSync(path(platformCode, "key"), privateKey.export({ type: "pkcs8", format: "pem" }), options);
      }
      const key = keyOf(platformCode);
      const spki = new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" }));
      return toPem(certificateRequest(subject, spki, signWith(key)), "CERTIFICATE REQUEST");
    },
    install(platformCode, chainPem) {
      const [leaf] = pemToDers(chainPem);
      if (!leaf || !new X509Certificate(leaf).checkPrivateKey(keyOf(platformCode)))
        throw new Error(`certificate of another key for ${platformCode}`);
      const waiting = `${path(platformCode, "crt")}.new`;
      writeFileSync(waiting, chainPem);
      renameSync(waiting, path(platformCode, "crt"));
    },
  };
}
