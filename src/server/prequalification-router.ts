import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { mutation, query, router } from "@/kit/procedures";
import {
  ReviewDraw,
  recuseReviewer,
  requestReviewDraw,
  reviewDrawDigest,
} from "@/lifecycle/committee/commands/review-draw";
import { addReviewer, removeReviewer } from "@/lifecycle/committee/commands/reviewers";
import { readLot } from "@/lifecycle/lot/queries";
import { Withdrawal } from "@/lifecycle/notice/schema";
import { applicationMaterial, releaseApplication } from "@/lifecycle/opening/commands/open-application";
import { startReview } from "@/lifecycle/opening/commands/start-review";
import { amendmentToSign, amendPrequalification } from "@/lifecycle/prequalification/commands/amend";
import { savePrequalification } from "@/lifecycle/prequalification/commands/draft";
import { endStudy } from "@/lifecycle/prequalification/commands/end-study";
import { obtainPrequalification } from "@/lifecycle/prequalification/commands/obtain";
import { publishPrequalification } from "@/lifecycle/prequalification/commands/publish";
import { sendResults } from "@/lifecycle/prequalification/commands/results";
import {
  declareReviewer,
  markApplication,
  reviewDeclarationDigest,
  signReview,
} from "@/lifecycle/prequalification/commands/review";
import {
  terminateRound,
  terminationDigest,
  terminationToPublish,
} from "@/lifecycle/prequalification/commands/terminate";
import { prequalPublishView } from "@/lifecycle/prequalification/publication";
import { hostsTender, ownReviewer, roundOfLot } from "@/lifecycle/prequalification/queries";
import { PrequalAmendment } from "@/lifecycle/prequalification/schema";
import { reportDigest } from "@/lifecycle/prequalification/views";
import { readOwnLot } from "@/lifecycle/tender-project/queries";

const LotId = z.object({ lotId: z.uuid() });

/** The report as it is signed, for whoever may sign it. @throws Refused while it is not there */
async function reportToSign(tx: Tx, lotId: string, act: string) {
  const digest = await reportDigest(tx, lotId);
  if (!digest) throw new Refused(refuse("conflict", "prequalification.not_all_marked"));
  return { act, subject: (await readLot(tx, lotId)).code, digest };
}

async function requireHost(tx: Tx, actor: Actor, lotId: string): Promise<void> {
  const { tender } = await readOwnLot(tx, actor, lotId);
  if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
}

/** Prequalification (资格预审): its document, the applications, the review. */
export const prequalificationRouter = router({
  save: mutation(savePrequalification),
  publishView: query(LotId, async (tx, actor, { lotId }, { site }) =>
    prequalPublishView(tx, actor, site, lotId, await legalNow(tx)),
  ),
  publish: mutation(publishPrequalification),
  amendmentToSign: query(PrequalAmendment, amendmentToSign),
  amend: mutation(amendPrequalification),
  terminationToSign: query(Withdrawal, async (tx, actor, withdrawal) => {
    const { lot, tender } = await readOwnLot(tx, actor, withdrawal.lotId);
    const { title, number, fields, hash } = await terminationToPublish(tx, lot, tender, withdrawal);
    const digest = await terminationDigest(hash);
    return { act: "prequalification.terminate", subject: lot.code, digest, title, number, fields };
  }),
  terminate: mutation(terminateRound),
  obtain: mutation(obtainPrequalification),
  unlockMaterial: query(LotId, (_tx, actor, { lotId }, runtime) => applicationMaterial(runtime, actor, lotId)),
  release: mutation(releaseApplication),
  drawToSign: query(ReviewDraw, async (tx, actor, request) => {
    await requireHost(tx, actor, request.lotId);
    const { code } = await readLot(tx, request.lotId);
    return { act: "prequalification.request-draw", subject: code, digest: await reviewDrawDigest(request) };
  }),
  requestDraw: mutation(requestReviewDraw),
  recuse: mutation(recuseReviewer),
  addReviewer: mutation(addReviewer),
  removeReviewer: mutation(removeReviewer),
  declarationToSign: query(LotId, async (tx, actor, { lotId }) => {
    await ownReviewer(tx, actor, lotId);
    const lot = await readLot(tx, lotId);
    const { code } = lot;
    return {
      act: "prequalification.declare",
      subject: code,
      digest: reviewDeclarationDigest(code, await roundOfLot(tx, lot)),
    };
  }),
  declare: mutation(declareReviewer),
  startReview: mutation(startReview),
  mark: mutation(markApplication),
  reportToSign: query(LotId, async (tx, actor, { lotId }) => {
    await ownReviewer(tx, actor, lotId);
    return reportToSign(tx, lotId, "prequalification.sign-report");
  }),
  signReport: mutation(signReview),
  resultsToSign: query(LotId, async (tx, actor, { lotId }) => {
    await requireHost(tx, actor, lotId);
    return reportToSign(tx, lotId, "prequalification.send-results");
  }),
  sendResults: mutation(sendResults),
  studyToSign: query(LotId, async (tx, actor, { lotId }) => {
    await requireHost(tx, actor, lotId);
    return reportToSign(tx, lotId, "proposal.end-study");
  }),
  endStudy: mutation(endStudy),
});
