import { parseCertificate } from "@/crypto/certificate";
import type { Actor, Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { certificateStatus } from "@/platform/party/certificate-status";
import { ownCertificates } from "@/platform/party/views";

/** The person's certificates with what their authorities say of them now. */
export async function keysView(tx: Tx, actor: Actor, runtime: Runtime) {
  const now = await legalNow(tx);
  const rows = [];
  for (const row of await ownCertificates(tx, actor)) {
    const certificate = parseCertificate(new Uint8Array(row.der));
    rows.push({
      ...row,
      issuer: certificate.issuer.display,
      daysLeft: Math.floor((row.notAfter.getTime() - now.getTime()) / 86_400_000),
      status: row.endedAt ? { byList: "—", byResponder: "—" } : await certificateStatus(runtime, certificate, now),
    });
  }
  return { current: actor.certificateId, rows };
}
