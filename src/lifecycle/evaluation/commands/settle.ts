import { eq } from "drizzle-orm";
import { z } from "zod";
import { byService, defineServiceCommand } from "@/kit/command";
import type { TrailLine } from "@/kit/trail";
import { activeMembers } from "@/lifecycle/committee/queries";
import { lockLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { buildCaseFile } from "../case-file";
import { evaluate } from "../engine/evaluate";
import { evaluatedBids, evaluationOf, marksOf, rejectionsIn, scoresOf, sheetsOf } from "../queries";
import { type MemberMark, majorityRejections } from "../rules";
import { evaluations } from "../tables";

/**
 * Ends a step of the evaluation when every member has signed its sheet: decides the preliminary review by majority, or
 * computes prices, totals and ranking by the engine from the printed parameters. Nobody edits a result.
 */
export const settleEvaluation = defineServiceCommand({
  name: "evaluation.settle",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
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
    if (lot.state !== "E1" || lot.flags.length || (step !== "preliminary" && step !== "detailed"))
      return waiting("no open step");
    const members = (await activeMembers(tx, lotId)).map(({ id }) => id);
    const signed = new Set((await sheetsOf(tx, lotId, version, step)).map(({ memberId }) => memberId));
    if (!members.every((id) => signed.has(id))) return waiting("not all signed");
    const bids = await evaluatedBids(tx, lotId);
    // What was marked of a bid that was revoked meanwhile is kept and counts no more.
    const stands = ({ bidId }: { bidId: string }) => bids.some((bid) => bid.bidId === bidId);
    const marks = (await marksOf(tx, lotId, version)).filter(stands) as (MemberMark & { verdict: "pass" | "fail" })[];
    if (step === "preliminary") {
      const rejections = majorityRejections(members, marks);
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
            facts: { rejected: rejections.map(({ bidId }) => bidId) },
          },
        ],
      };
    }
    const document = (await documentInForce(tx, lotId)).content;
    const rejections = rejectionsIn(evaluation.result).filter(stands);
    const caseFile = buildCaseFile({
      lot,
      document,
      bids,
      rejections,
      members,
      scores: (await scoresOf(tx, lotId, version)).filter(stands),
    });
    const outcome = evaluate(caseFile);
    await tx
      .update(evaluations)
      .set({ step: "report", caseFile: caseFile as never, result: { rejections, outcome } as never })
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
