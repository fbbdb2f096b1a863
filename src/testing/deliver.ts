import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { base64url, fromBase64 } from "@/core/bytes";
import { webCryptoSigner } from "@/crypto/cms";
import { openPkcs12 } from "@/crypto/pkcs12";
import { signStatement } from "@/crypto/statement";
import { type seal, upload } from "@/dev/scenarios/bidding";
import { actorOf, type Person } from "@/dev/scenarios/person";
import type { Stage } from "@/dev/scenarios/world-state";
import type { Runtime } from "@/kit/command";
import { finishUpload } from "@/lifecycle/bidding/commands/finish";
import { withdrawBid } from "@/lifecycle/bidding/commands/withdraw";
import type { TestStage } from "./stage";

export type Sealed = Pick<Awaited<ReturnType<typeof seal>>, "body" | "sealBytes" | "signature">;

/** Hands in an uploaded body with its seal. */
export const finish = (
  stage: Stage,
  bidder: Person,
  uploadId: string,
  sealed: Sealed,
  runtime: Runtime = stage.receiver,
) =>
  finishUpload(runtime, actorOf(bidder, stage.app.site.id), {
    uploadId,
    seal: base64url(sealed.sealBytes),
    signature: base64url(sealed.signature),
  });

/** Uploads and hands in whatever package there is. */
export const deliver = async (stage: Stage, bidder: Person, lotId: string, sealed: Sealed) =>
  finish(stage, bidder, await upload(stage, bidder, lotId, sealed.body), sealed);

/** Takes a standing bid back. */
export async function withdraw(
  stage: Stage,
  bidder: Person,
  lotId: string,
  bid: { id: string; bidUuid: string; seq: number; sealHash: string },
) {
  const { code } = await stage.lot(lotId);
  const statement = await signStatement(
    { format: "xbid-withdrawal/1", lot: code, bid: bid.bidUuid, seq: bid.seq, sealHash: bid.sealHash },
    bidder.signer,
  );
  return stage.act(bidder, withdrawBid, { bidId: bid.id, statement });
}

/** Keys of everything in the store of sealed units. */
export function sealedObjects(t: TestStage): string[] {
  const folder = join(t.dataDir, "objects", "objects", "sealed");
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Another certificate file for somebody, from one of the three authorities; the third is trusted by nobody. */
export async function orderCertificate(t: TestStage, owner: Person, ca: 1 | 2 | 3, notAfter?: Date) {
  const order = {
    person: { name: owner.name },
    organisation: { name: owner.orgName, creditCode: owner.creditCode },
    password: "demo-2026",
    ...(notAfter ? { notAfter: notAfter.toISOString() } : {}),
  };
  const answer = await fetch(`${t.outside.ca}/v1/ca/${ca}/issue-p12`, { method: "POST", body: JSON.stringify(order) });
  if (!answer.ok) throw new Error(`the authority answered ${answer.status}: ${await answer.text()}`);
  const { p12 } = (await answer.json()) as { p12: string };
  const opened = await openPkcs12(fromBase64(p12), "demo-2026");
  const { key, certificate, chain } = opened.signing;
  return { opened, signer: webCryptoSigner(key, certificate, chain), bareSigner: webCryptoSigner(key, certificate) };
}
