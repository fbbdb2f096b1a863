import { createHash, randomBytes } from "node:crypto";
import { fromBase64url } from "@/core/bytes";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { signStatement } from "@/crypto/statement";
import { checkCommitments } from "@/crypto/xbid/open";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey, unwrapWithRecovery } from "@/crypto/xbid/wrap";
import { inContext } from "@/kit/db/context";
import { ownBids, ownPackages } from "@/lifecycle/bidding/queries";
import { unlockOwn } from "@/lifecycle/opening/client/unlock";
import { closeLot, openLot } from "@/lifecycle/opening/commands/close";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import {
  applicationMaterial,
  openApplication,
  releaseApplication,
} from "@/lifecycle/opening/commands/open-application";
import { releaseKey, signInAtHall, unlockMaterial } from "@/lifecycle/opening/commands/release";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { actorOf, type Person } from "./person";
import type { Stage } from "./world-state";

/** Lets the deadline's services run until the lot is open, or has failed for fewer than three. */
export async function reachOpening(stage: Stage, lotId: string, state: "O1" | "F1"): Promise<void> {
  await stage.until(lotId, state, async () => {
    await stage.serve(closeLot, { lotId });
    await stage.serve(openLot, { lotId });
  });
}

export const signIn = (stage: Stage, bidder: Person, lotId: string) => stage.act(bidder, signInAtHall, { lotId });

/** Unlocks the own package locally and releases its key, by certificate or by recovery code; the worker's part is done here. */
export async function decrypt(stage: Stage, bidder: Person, lotId: string, recoverySecret?: Uint8Array<ArrayBuffer>) {
  const actor = actorOf(bidder, stage.app.site.id);
  const answers = await release(stage, bidder, lotId, recoverySecret, async (segment) => {
    const [own] = await inContext(stage.app.db, actor, (tx) => ownBids(tx, actor, lotId));
    await stage.serve(decryptBid, { bidId: own!.id, segment });
  });
  await stage.serve(settleOpening, { lotId });
  return answers.at(-1)!;
}

/** Releases the key of each envelope that is opened now. @param then - what follows each release. */
export async function release(
  stage: Stage,
  bidder: Person,
  lotId: string,
  recoverySecret?: Uint8Array<ArrayBuffer>,
  then: (segment: string) => Promise<void> = async () => {},
) {
  const material = await unlockMaterial(stage.app, actorOf(bidder, stage.app.site.id), lotId);
  const headerBytes = fromBase64url(material.header);
  const header = readHeader(headerBytes);
  const answers: { opened: boolean; code: string; reason: string }[] = [];
  for (const { segment, heads } of material.blobHeads) {
    const key = recoverySecret
      ? await unwrapWithRecovery(header, segment, recoverySecret)
      : await unwrapWithKey(header, segment, {
          fingerprint: fingerprintOf(bidder),
          privateKey: bidder.opened.encryption.key,
        });
    checkCommitments(header, headerBytes, segment, key, heads.map(fromBase64url));
    const payload = releasePayload({
      lot: material.lotCode,
      bid: material.bid,
      seq: material.seq,
      segment,
      key,
      sealHash: material.sealHash,
      closingHash: material.closing!.hash,
      nonce: new Uint8Array(randomBytes(32)),
    });
    answers.push(
      await stage.act(bidder, releaseKey, { lotId, statement: await signStatement(payload, bidder.signer) }),
    );
    await then(segment);
  }
  return answers;
}

/** Unlocks the own application and releases its key; the worker's part is done here. */
export async function decryptApplication(
  stage: Stage,
  applicant: Person,
  lotId: string,
  recoverySecret?: Uint8Array<ArrayBuffer>,
) {
  const actor = actorOf(applicant, stage.app.site.id);
  const statement = await applicationRelease(stage, applicant, lotId, recoverySecret);
  const answer = await stage.act(applicant, releaseApplication, { lotId, statement });
  const [own] = await inContext(stage.app.db, actor, (tx) => ownPackages(tx, actor, lotId, "application"));
  await stage.serve(openApplication, { applicationId: own!.id });
  return answer;
}

/** The signed release of the own application, made as the browser makes it. */
export async function applicationRelease(
  stage: Stage,
  applicant: Person,
  lotId: string,
  recoverySecret?: Uint8Array<ArrayBuffer>,
) {
  const material = await applicationMaterial(stage.app, actorOf(applicant, stage.app.site.id), lotId);
  const way = recoverySecret
    ? ({ by: "code", code: formatRecoveryCode(recoverySecret) } as const)
    : ({
        by: "certificate",
        certificate: applicant.opened.encryption.certificate,
        key: applicant.opened.encryption.key,
      } as const);
  const payload = await unlockOwn(material, way, new Uint8Array(randomBytes(32)));
  return signStatement(payload, applicant.signer);
}

const fingerprintOf = (person: Person): string =>
  createHash("sha256").update(person.opened.encryption.certificate).digest("hex");
