import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { evaluatedBids, evaluationOf, marksOf, rejectionsIn, scoresOf, seatedMember, sheetsOf } from "../queries";
import { missingItems, refusalOfMark, refusalOfScore } from "../rules";
import type { Step } from "../steps";
import { preliminaryMarks, scoreSheets, scores } from "../tables";

/** The member, the lot and the evaluation, when this step is open for the member and its sheet is not signed yet. */
export async function openStep(
  { tx, actor }: Pick<CommandScope, "tx" | "actor">,
  memberId: string,
  step: Step,
  lock: "share" | "update" = "share",
) {
  const member = await seatedMember(tx, actor, memberId);
  const lot = await lockLot(tx, member.lotId, lock);
  const evaluation = await evaluationOf(tx, lot.id);
  if (lot.state !== "E1" || evaluation.step !== step) throw new Refused(refuse("conflict", "evaluation.step_closed"));
  if (lot.flags.length) throw new Refused(refuse("conflict", "opening.suspended"));
  const signed = (await sheetsOf(tx, lot.id, evaluation.version, step)).some((sheet) => sheet.memberId === memberId);
  if (signed) throw new Refused(refuse("conflict", "evaluation.sheet_signed"));
  return { lot, evaluation, document: (await documentInForce(tx, lot.id)).content };
}

async function requireBid(
  tx: CommandScope["tx"],
  lotId: string,
  bidId: string,
  rejected: readonly { bidId: string }[] = [],
) {
  const known = (await evaluatedBids(tx, lotId)).some((bid) => bid.bidId === bidId);
  if (!known || rejected.some((rejection) => rejection.bidId === bidId))
    throw new Refused(refuse("not_found", "general.not_found"));
}

/** Marks one item of the preliminary review (初步评审). Saved at once, changeable until the sheet is signed. */
export const markItem = defineCommand({
  name: "evaluation.mark",
  input: z.object({
    memberId: z.uuid(),
    bidId: z.uuid(),
    item: z.string().max(32),
    verdict: z.enum(["pass", "fail"]),
    ground: z.string().max(10).optional(),
    reason: z.string().max(2000, "理由不能超过 2000 字").default(""),
    place: z.string().max(200, "位置不能超过 200 字").default(""),
  }),
  may: roles("expert"),
  async run(scope, { memberId, bidId, ...mark }) {
    const { tx, site, now } = scope;
    const { lot, evaluation, document } = await openStep(scope, memberId, "preliminary");
    await requireBid(tx, lot.id, bidId);
    permit(refusalOfMark(document.reviewItems, mark));
    const row = { ...mark, ground: mark.ground ?? null, at: now };
    await tx
      .insert(preliminaryMarks)
      .values({ siteId: site.id, lotId: lot.id, version: evaluation.version, memberId, bidId, ...row })
      .onConflictDoUpdate({
        target: [
          preliminaryMarks.lotId,
          preliminaryMarks.version,
          preliminaryMarks.memberId,
          preliminaryMarks.bidId,
          preliminaryMarks.item,
        ],
        set: row,
      });
    return {
      result: { savedAt: now.toISOString() },
      trail: [
        {
          action: "review.marked",
          subject: bidId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { item: mark.item },
        },
      ],
    };
  },
});

/** Gives one score of the detailed review (详细评审). */
export const scoreItem = defineCommand({
  name: "evaluation.score",
  input: z.object({
    memberId: z.uuid(),
    bidId: z.uuid(),
    item: z.string().max(32),
    scoreHundredths: z.number({ error: "须为分值" }),
    reason: z.string().max(2000, "理由不能超过 2000 字").default(""),
  }),
  may: roles("expert"),
  async run(scope, { memberId, bidId, ...score }) {
    const { tx, site, now } = scope;
    const { lot, evaluation, document } = await openStep(scope, memberId, "detailed");
    await requireBid(tx, lot.id, bidId, rejectionsIn(evaluation.result));
    permit(refusalOfScore(document.criteria, score));
    const row = { ...score, at: now };
    await tx
      .insert(scores)
      .values({ siteId: site.id, lotId: lot.id, version: evaluation.version, memberId, bidId, ...row })
      .onConflictDoUpdate({
        target: [scores.lotId, scores.version, scores.memberId, scores.bidId, scores.item],
        set: row,
      });
    return {
      result: { savedAt: now.toISOString() },
      trail: [
        {
          action: "review.scored",
          subject: bidId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { item: score.item },
        },
      ],
    };
  },
});

/** What a member signs at the end of a step: every mark or score it gave, in a fixed order. */
export async function sheetContent(
  tx: CommandScope["tx"],
  memberId: string,
  lotId: string,
  version: number,
  step: "preliminary" | "detailed",
) {
  const own = <T extends { memberId: string; bidId: string; item: string }>(rows: readonly T[]) =>
    rows
      .filter((row) => row.memberId === memberId)
      .sort((a, b) => (`${a.bidId}${a.item}` < `${b.bidId}${b.item}` ? -1 : 1));
  return step === "preliminary"
    ? own(await marksOf(tx, lotId, version)).map(({ bidId, item, verdict, ground, reason, place }) => ({
        bidId,
        item,
        verdict,
        ground: ground ?? "",
        reason,
        place,
      }))
    : own(await scoresOf(tx, lotId, version)).map(({ bidId, item, scoreHundredths, reason }) => ({
        bidId,
        item,
        scoreHundredths,
        reason,
      }));
}

/** Act, subject and digest of a sheet, for the member's browser to sign. */
export async function sheetToSign(
  tx: CommandScope["tx"],
  actor: CommandScope["actor"],
  memberId: string,
  step: "preliminary" | "detailed",
) {
  const { lot, evaluation } = await openStep({ tx, actor }, memberId, step);
  const rows = await sheetContent(tx, memberId, lot.id, evaluation.version, step);
  return { act: `evaluation.sign-${step}`, subject: lot.code, digest: await digestOf(rows) };
}

/** Signs the sheet of a step (签署评审表): final from then on. When the last member has signed, the step is settled. */
export const signSheet = defineCommand({
  name: "evaluation.sign-sheet",
  input: z.object({ memberId: z.uuid(), step: z.enum(["preliminary", "detailed"]), statement: StatementInput }),
  may: roles("expert"),
  async run(scope, { memberId, step, statement }) {
    const { tx, site, now } = scope;
    const { lot, evaluation, document } = await openStep(scope, memberId, step);
    const rejected = new Set(rejectionsIn(evaluation.result).map(({ bidId }) => bidId));
    const bidIds = (await evaluatedBids(tx, lot.id)).map(({ bidId }) => bidId).filter((bidId) => !rejected.has(bidId));
    const rows = await sheetContent(tx, memberId, lot.id, evaluation.version, step);
    const items = (step === "preliminary" ? document.reviewItems : document.criteria).map(({ id }) => id);
    const missing = missingItems(bidIds, items, rows);
    if (missing) throw new Refused(refuse("conflict", "evaluation.items_missing", { count: missing }));
    await requireAct(scope, statement, {
      act: `evaluation.sign-${step}`,
      subject: lot.code,
      digest: await digestOf(rows),
    });
    await tx
      .insert(scoreSheets)
      .values({ siteId: site.id, lotId: lot.id, version: evaluation.version, memberId, step, statement, at: now });
    return {
      result: {},
      trail: [
        {
          action: "review.sheet-signed",
          subject: memberId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { step, rows: rows.length },
        },
      ],
      jobs: [{ name: "settle-evaluation", payload: { lotId: lot.id }, key: `evaluate:${lot.id}` }],
    };
  },
});
