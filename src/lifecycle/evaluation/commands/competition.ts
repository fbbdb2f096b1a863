import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { permit } from "@/core/refusal";
import { type CommandScope, defineCommand, type Outcome, roles } from "@/kit/command";
import { activeMembers } from "@/lifecycle/committee/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import {
  COMPETITION_CHARS,
  competitionContent,
  outcomeOfStatement,
  refusalToAnswer,
  refusalToDraft,
} from "../competition";
import { competitionOf, evaluatedBids, rejectionsIn, seatedMember } from "../queries";
import type { Step } from "../steps";
import { competitionSignatures, competitionStatements, evaluations } from "../tables";
import { rejectAll } from "./reject-all";
import { openStep } from "./review";

const { least, most } = COMPETITION_CHARS;

/** What stands when the review has stopped for a statement: its drafts, the members, and how many valid bids are left. */
async function openStatement(scope: Pick<CommandScope, "tx" | "actor">, memberId: string, lock: "share" | "update") {
  const { lot, evaluation } = await openStep(scope, memberId, "competition", lock);
  const members = (await activeMembers(scope.tx, lot.id)).map(({ id }) => id);
  const bids = await evaluatedBids(scope.tx, lot.id);
  const rejections = rejectionsIn(evaluation.result).filter(({ bidId }) => bids.some((bid) => bid.bidId === bidId));
  const statements = await competitionOf(scope.tx, lot.id, evaluation.version);
  return { lot, evaluation, members, rejections, last: statements.at(-1), validBids: bids.length - rejections.length };
}

/** The chair drafts the committee's statement on competition (O12 art. 27). A new draft does not remove the one before. */
export const draftCompetition = defineCommand({
  name: "evaluation.draft-competition",
  input: z.object({
    memberId: z.uuid(),
    isLacking: z.boolean(),
    text: z.string().trim().min(least, `书面意见不少于 ${least} 字`).max(most, `书面意见不能超过 ${most} 字`),
  }),
  may: roles("expert"),
  async run(scope, { memberId, isLacking, text }) {
    const { tx, actor, site, now } = scope;
    const member = await seatedMember(tx, actor, memberId);
    const { lot, evaluation, members, last, validBids } = await openStatement(scope, memberId, "update");
    permit(refusalToDraft(member.isChair === 1, members, last, { validBids, isLacking }));
    const number = (last?.number ?? 0) + 1;
    const { version } = evaluation;
    await tx.insert(competitionStatements).values({
      ...{ id: randomUUID(), siteId: site.id, lotId: lot.id, version, number, validBids },
      ...{ isLacking, text, draftedBy: memberId, at: now },
    });
    return {
      result: { number },
      trail: [
        {
          action: "competition.drafted",
          subject: memberId,
          lotId: lot.id,
          chain: `sealed:${lot.id}`,
          facts: { number, digest: await digestOf(competitionContent({ number, validBids, isLacking, text }, "")) },
        },
      ],
    };
  },
});

/** A member's answer to the draft it has read. */
export const CompetitionAnswer = z.object({
  memberId: z.uuid(),
  number: z.int().min(1).max(1000),
  dissent: z.string().trim().max(most, `不同意见不能超过 ${most} 字`).default(""),
});
type Answer = z.infer<typeof CompetitionAnswer>;

async function toAnswer(
  scope: Pick<CommandScope, "tx" | "actor">,
  { memberId, number, dissent }: Answer,
  lock: "share" | "update",
) {
  const open = await openStatement(scope, memberId, lock);
  permit(refusalToAnswer(open.members, memberId, open.last, { validBids: open.validBids, number }));
  const last = open.last!;
  const digest = await digestOf(competitionContent(last, dissent));
  return { ...open, last, toSign: { act: "evaluation.sign-competition", subject: open.lot.code, digest } };
}

/** Act, subject and digest of the statement with the member's own dissent, for its browser to sign. */
export const competitionToSign = async (tx: CommandScope["tx"], actor: CommandScope["actor"], answer: Answer) =>
  (await toAnswer({ tx, actor }, answer, "share")).toSign;

/**
 * A member signs the statement on competition, or puts its dissent on record. When the last one has answered and most of them
 * signed, it counts: clearly lacking ends the lot (transition 17), not lacking lets the review go on. Without a majority
 * the chair drafts anew.
 */
export const signCompetition = defineCommand({
  name: "evaluation.sign-competition",
  input: CompetitionAnswer.extend({ statement: StatementInput }),
  may: roles("expert"),
  async run(scope, { statement, ...given }): Promise<Outcome<{ step: Step }>> {
    const { tx, site, now } = scope;
    const { lot, evaluation, members, rejections, last, toSign } = await toAnswer(scope, given, "update");
    const { memberId, dissent } = given;
    await requireAct(scope, statement, toSign);
    const kind = dissent ? "dissented" : "signed";
    const answer = { memberId, kind, text: dissent };
    await tx
      .insert(competitionSignatures)
      .values({ siteId: site.id, lotId: lot.id, statementId: last.id, ...answer, statement, at: now });
    const line = {
      action: `competition.${kind}`,
      subject: memberId,
      lotId: lot.id,
      chain: `sealed:${lot.id}` as const,
      facts: { number: last.number, digest: toSign.digest },
    };
    const outcome = outcomeOfStatement(members, { signatures: [...last.signatures, answer] });
    if (outcome !== "carried") return { result: { step: "competition" }, trail: [line] };
    if (last.isLacking) {
      const ended = await rejectAll(scope, lot, {
        reason: `有效投标不足三个，评标委员会书面认定投标明显缺乏竞争（有效投标 ${last.validBids} 个）`,
        rejections,
        competition: { validBids: last.validBids, text: last.text },
        jobs: [],
      });
      return { ...ended, trail: [line, ...ended.trail] };
    }
    // The step that was stopped is over: it ends now as it would have.
    const { heldStep, ...result } = evaluation.result as { heldStep: Step };
    await tx.update(evaluations).set({ step: heldStep, result }).where(eq(evaluations.lotId, lot.id));
    return {
      result: { step: heldStep },
      trail: [line],
      jobs: [{ name: "settle-evaluation", payload: { lotId: lot.id }, key: `evaluate:${lot.id}` }],
    };
  },
});
