import { eq } from "drizzle-orm";
import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";
import type { TrailLine } from "@/kit/trail";
import { activeMembers } from "@/lifecycle/committee/queries";
import { lockLot } from "@/lifecycle/lot/queries";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { buildCaseFile } from "../case-file";
import { needsStatement } from "../competition";
import { evaluate } from "../engine/evaluate";
import { firstEnvelopeOf, withoutPrice } from "../first-envelope";
import {
  competitionOf,
  type EvaluatedBid,
  evaluatedBids,
  evaluationOf,
  firstEnvelopeIn,
  marksOf,
  type Rejection,
  rejectionsIn,
  scoresOf,
  sheetsOf,
} from "../queries";
import { type MemberMark, majorityRejections } from "../rules";
import type { Step } from "../steps";
import { evaluations } from "../tables";
import { closeFirst } from "./close-first";
import { rejectAll } from "./reject-all";

/** Steps that end by themselves when their last sheet is signed. */
const SETTLED: readonly Step[] = ["preliminary", "detailed", "first-envelope", "second-opening"];

/** Passed the first envelope, and its second one held no price. */
const isWithoutPrice = ({ bidId, form }: EvaluatedBid, rejections: readonly Rejection[]): boolean =>
  sealedPrice(form) === undefined && !rejections.some((row) => row.bidId === bidId);

/**
 * Ends a step of the evaluation when every member has signed its sheet: decides the preliminary review by majority, or
 * computes prices, totals and ranking by the engine from the printed parameters. Nobody edits a result. Where there are two
 * envelopes the committee first closes the result of the first, and prices are computed after the second opening.
 */
export const settleEvaluation = defineServiceCommand({
  name: "evaluation.settle",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now, clock }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const evaluation = await evaluationOf(tx, lotId);
    const { step, version } = evaluation;
    const chain = `project:${lot.tenderProjectId}` as const;
    const waiting = (why: string) => ({
      result: { step },
      trail: [
        { action: "evaluation.looked", subject: lot.code, lotId, chain: `sealed:${lotId}` as const, facts: { why } },
      ] as [TrailLine],
    });
    if (lot.state !== "E1" || lot.flags.length || !SETTLED.includes(step)) return waiting("no open step");
    const members = (await activeMembers(tx, lotId)).map(({ id }) => id);
    const signed = new Set((await sheetsOf(tx, lotId, version, step)).map(({ memberId }) => memberId));
    // After the second opening nothing is left to sign before the prices are computed.
    if (step !== "second-opening" && !members.every((id) => signed.has(id))) return waiting("not all signed");
    const bids = await evaluatedBids(tx, lotId);
    // What was marked of a bid that was revoked meanwhile is kept and counts no more.
    const stands = ({ bidId }: { bidId: string }) => bids.some((bid) => bid.bidId === bidId);
    const marks = (await marksOf(tx, lotId, version)).filter(stands) as (MemberMark & { verdict: "pass" | "fail" })[];
    const document = (await documentInForce(tx, lotId)).content;
    const statements = await competitionOf(tx, lotId, version);
    /** Stops the review for the committee's statement on competition, keeping what the step has found (O12 art. 27). */
    const hold = async (found: object) => {
      await tx
        .update(evaluations)
        .set({ step: "competition", result: { ...evaluation.result, ...found, heldStep: step } })
        .where(eq(evaluations.lotId, lotId));
      return {
        result: { step: "competition" as const },
        // How many are left stands in the report: until then the trail that all read says nothing of it (BL44).
        trail: [
          { action: "competition.asked", subject: lot.code, lotId, chain: `sealed:${lotId}` as const, facts: {} },
        ] as [TrailLine],
      };
    };
    if (step === "preliminary") {
      const rejections = majorityRejections(members, marks);
      if (needsStatement(members, statements, bids.length - rejections.length)) return hold({ rejections });
      if (bids.length === rejections.length && !hasTwoEnvelopes(document))
        return rejectAll({ tx, site, now }, lot, { reason: "初步评审后没有有效投标", rejections, jobs: [] });
      await tx
        .update(evaluations)
        .set({ step: "detailed", result: { rejections } })
        .where(eq(evaluations.lotId, lotId));
      return {
        result: { step: "detailed" as const },
        trail: [
          {
            action: "review.preliminary-ended",
            subject: lot.code,
            lotId,
            chain,
            // Who is out stands in the report: before it is handed in nobody outside the committee learns of it (BL44).
            facts: {},
          },
        ],
      };
    }
    const rejections = rejectionsIn({ ...evaluation.result, secondRejections: [] }).filter(stands);
    const secondRejections =
      step === "second-opening"
        ? bids.filter((bid) => isWithoutPrice(bid, rejections)).map(({ bidId }) => withoutPrice(bidId))
        : [];
    const validBids = bids.length - rejections.length - secondRejections.length;
    if (needsStatement(members, statements, validBids)) return hold({ rejections, secondRejections });
    const firstEnvelope = firstEnvelopeIn(evaluation.result);
    if (step === "first-envelope")
      return closeFirst({ tx, site, now }, lot, { result: firstEnvelope!, rejections, bids });
    const scores = (await scoresOf(tx, lotId, version)).filter(stands);
    if (step === "detailed" && hasTwoEnvelopes(document)) {
      const passed = bids.filter(({ bidId }) => !rejections.some((row) => row.bidId === bidId));
      const result = { rejections, firstEnvelope: firstEnvelopeOf({ lot, document, passed, members, scores }) };
      await tx.update(evaluations).set({ step: "first-envelope", result }).where(eq(evaluations.lotId, lotId));
      return {
        result: { step: "first-envelope" as const },
        trail: [{ action: "review.first-envelope-ended", subject: lot.code, lotId, chain, facts: {} }],
      };
    }
    const caseFile = buildCaseFile({ lot, document, bids, rejections, members, scores });
    // Nobody opened a second envelope with a price in it: nothing can be compared.
    if (step === "second-opening" && !caseFile.bids.length)
      return rejectAll({ tx, site, now }, lot, {
        ...{ reason: "第二信封开标后没有可以评审的报价", rejections: [...rejections, ...secondRejections], jobs: [] },
      });
    const outcome = evaluate(caseFile);
    const result = {
      rejections,
      outcome,
      computedAt: (await clock()).toISOString(),
      ...(firstEnvelope ? { firstEnvelope } : {}),
      ...(secondRejections.length ? { secondRejections } : {}),
    };
    await tx
      .update(evaluations)
      .set({ step: "report", caseFile: caseFile as never, result: result as never })
      .where(eq(evaluations.lotId, lotId));
    return {
      result: { step: "report" as const },
      trail: [
        {
          action: "evaluation.computed",
          subject: lot.code,
          lotId,
          chain,
          facts: { site: site.platformCode, at: now.toISOString() },
        },
      ],
      jobs: [{ name: "build-report", payload: { lotId }, key: `report:${lotId}:${version}` }],
    };
  },
});
