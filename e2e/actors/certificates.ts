import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installation } from "../installation";

/** A certificate file as a person carries it. */
export interface CertificateFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Whom a certificate names. */
export interface Owner {
  readonly name: string;
  readonly orgName: string;
  readonly creditCode: string;
}

export const PASSWORD = "story-2026";

/** The certificate file of somebody of the demonstration. */
export const demoCertificate = (key: string): CertificateFile => ({
  name: `${key}.p12`,
  mimeType: "application/x-pkcs12",
  buffer: readFileSync(join(installation().dataDir, "demo", `${key}.p12`)),
});

/** Orders a certificate file from one of the authorities; nobody trusts the third one. */
export async function orderCertificate(authority: 1 | 2 | 3, owner: Owner, notAfter?: Date): Promise<CertificateFile> {
  const answer = await fetch(`${installation().outside.ca}/v1/ca/${authority}/issue-p12`, {
    method: "POST",
    body: JSON.stringify({
      person: { name: owner.name },
      organisation: { name: owner.orgName, creditCode: owner.creditCode },
      password: PASSWORD,
      ...(notAfter ? { notAfter: notAfter.toISOString() } : {}),
    }),
  });
  if (!answer.ok) throw new Error(`the authority answered ${answer.status}: ${await answer.text()}`);
  const { p12 } = (await answer.json()) as { p12: string };
  return { name: "证书.p12", mimeType: "application/x-pkcs12", buffer: Buffer.from(p12, "base64") };
}
