import { createPrivateKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pemToDers } from "@/crypto/certificate";
import type { CmsSigner } from "@/crypto/cms";
import type { PlatformKeys } from "@/ports/platform-keys";

/** Platform keys as files in `DATA_DIR/keys`: `<platform code>.key.pem`, `<platform code>.crt.pem` (leaf first). */
export function filePlatformKeys(dataDir: string): PlatformKeys {
  const known = new Map<string, CmsSigner>();
  return {
    signerOf(platformCode) {
      const cached = known.get(platformCode);
      if (cached) return cached;
      const path = (kind: string) => join(dataDir, "keys", `${platformCode}.${kind}.pem`);
      if (!existsSync(path("key"))) throw new Error(`platform key of ${platformCode} is missing`);
      const key = createPrivateKey(readFileSync(path("key"), "utf8"));
      const [certificate, ...chain] = pemToDers(readFileSync(path("crt"), "utf8"));
      if (!certificate) throw new Error(`platform certificate of ${platformCode} is missing`);
      const signer: CmsSigner = {
        certificate,
        chain,
        algorithm: "RSA-PKCS1-SHA256",
        sign: async (bytes) => new Uint8Array(sign("sha256", bytes, key)),
      };
      known.set(platformCode, signer);
      return signer;
    },
  };
}
