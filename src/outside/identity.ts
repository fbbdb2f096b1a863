import { createPublicKey, sign } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pemToDer } from "@/crypto/certificate";
import type { CmsSigner } from "@/crypto/cms";
import { newKey } from "./ca/authority";
import { privateKeyOf } from "./ca/certificate-writer";
import { writeWhole } from "./journal";

interface Kept {
  readonly key: string;
  readonly certificate: string;
  readonly issuing: string;
}

export interface IdentityOrder {
  readonly caUrl: string;
  readonly folder: string;
  readonly use: "timestamp" | "platform";
  readonly cn: string;
  readonly o: string;
  readonly creditCode?: string;
}

/** Key and certificate of an outside program: made once, the certificate ordered from authority 1. */
export async function openIdentity(order: IdentityOrder): Promise<CmsSigner & { readonly pem: string }> {
  const { folder, caUrl, use, cn, o, creditCode } = order;
  const file = "identity.json";
  if (!existsSync(join(folder, file))) {
    const key = await newKey();
    const spki = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    const answer = await fetch(`${caUrl}/v1/ca/1/issue`, {
      method: "POST",
      body: JSON.stringify({ spki, cn, o, use, ...(creditCode ? { creditCode } : {}) }),
    });
    if (!answer.ok) throw new Error(`no certificate from ${caUrl}: ${answer.status} ${await answer.text()}`);
    const { certificate, issuing } = (await answer.json()) as { certificate: string; issuing: string };
    const kept: Kept = { key: key.export({ type: "pkcs8", format: "pem" }).toString(), certificate, issuing };
    writeWhole(folder, file, JSON.stringify(kept));
  }
  const { key, certificate, issuing } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Kept;
  const privateKey = privateKeyOf(key);
  return {
    pem: certificate,
    certificate: pemToDer(certificate),
    chain: [pemToDer(issuing)],
    algorithm: "RSA-PKCS1-SHA256",
    sign: async (bytes) => new Uint8Array(sign("sha256", bytes, privateKey)),
  };
}
