import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, type Refusal, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { LotState } from "@/lifecycle/lot/states";
import { hostsTender, reviewersOf } from "@/lifecycle/prequalification/queries";
import { needsReviewCommittee } from "@/lifecycle/prequalification/rules";
import { PREQUAL_LIMITS } from "@/lifecycle/prequalification/schema";
import { prequalReviewers } from "@/lifecycle/prequalification/tables";
import { lockOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { staffOf } from "@/platform/party/queries";
import { experts } from "../tables";

const AddReviewer = z.object({
  lotId: z.uuid(),
  kind: z.enum(["expert", "tenderer"], { error: "请选择专家或者招标人代表" }),
  /** Number in the library of an expert, or the id of a person of those who run the tender. */
  who: z.string().trim().min(1, "请填写评审人员").max(60, "评审人员编号不能超过 60 字"),
});

/** Reviewers are fixed when the review begins; who reads technical proposals, when their study ends. */
function refusalToChangeReviewers(state: LotState, { regime }: Pick<TenderProject, "regime">): Refusal | undefined {
  if (state === "P1" || state === "P2" || (state === "P3" && regime.twoStage)) return undefined;
  return refuse("conflict", regime.twoStage ? "proposal.readers_fixed" : "prequalification.reviewers_fixed");
}

/** Names who reviews the applications (资格审查委员会): experts of the library, and people of those who run the tender. */
export const addReviewer = defineCommand({
  name: "prequalification.add-reviewer",
  input: AddReviewer,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, kind, who }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    permit(refusalToChangeReviewers(lot.state, tender));
    if (kind === "expert" && tender.regime.twoStage) throw new Refused(refuse("invalid", "proposal.no_experts"));
    if (kind === "expert" && needsReviewCommittee(tender.regime))
      throw new Refused(refuse("conflict", "prequalification.experts_drawn"));
    const found = kind === "expert" ? await expertOf(tx, who) : await representativeOf(tx, tender, who);
    if (!found) throw new Refused(refuse("not_found", "prequalification.reviewer_cannot_review"));
    // CLK-17: none of the supervising body's staff.
    if (
      tender.supervisorOrgId &&
      (await staffOf(tx, tender.supervisorOrgId)).some((one) => one.personId === found.personId)
    )
      throw new Refused(refuse("conflict", "law.committee_supervising_staff"));
    const listed = await reviewersOf(tx, lotId);
    if (listed.some(({ personId }) => personId === found.personId))
      throw new Refused(refuse("conflict", "prequalification.reviewer_listed"));
    if (listed.length >= PREQUAL_LIMITS.reviewers)
      throw new Refused(refuse("conflict", "prequalification.reviewers_many", { max: PREQUAL_LIMITS.reviewers }));
    const row = { ...found, kind, addedBy: actor.personId, addedAt: now, removedAt: null };
    await tx
      .insert(prequalReviewers)
      .values({ siteId: site.id, lotId, ...row })
      .onConflictDoUpdate({ target: [prequalReviewers.lotId, prequalReviewers.personId], set: row });
    return {
      result: { count: listed.length + 1 },
      trail: [{ action: "reviewer.named", subject: lot.code, lotId, chain: `sealed:${lotId}`, facts: { kind } }],
    };
  },
});

/** Takes a reviewer from the list before the review begins (回避、更换). */
export const removeReviewer = defineCommand({
  name: "prequalification.remove-reviewer",
  input: z.object({ lotId: z.uuid(), reviewerId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, now }, { lotId, reviewerId }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    permit(refusalToChangeReviewers(lot.state, tender));
    const [row] = await tx
      .update(prequalReviewers)
      .set({ removedAt: now, declaration: null, declaredAt: null })
      .where(
        and(eq(prequalReviewers.id, reviewerId), eq(prequalReviewers.lotId, lotId), isNull(prequalReviewers.removedAt)),
      )
      .returning();
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    return {
      result: {},
      trail: [{ action: "reviewer.unnamed", subject: lot.code, lotId, chain: `sealed:${lotId}`, facts: {} }],
    };
  },
});

async function expertOf(tx: Tx, code: string) {
  const [row] = await tx
    .select({ personId: experts.personId, orgId: experts.orgId })
    .from(experts)
    .where(and(eq(experts.code, code), eq(experts.available, "yes")));
  return row;
}

/** Somebody of the tenderer or its agency. */
async function representativeOf(tx: Tx, tender: TenderProject, personId: string) {
  for (const orgId of [tender.tendererOrgId, tender.agencyOrgId])
    if (orgId && (await staffOf(tx, orgId)).some((person) => person.personId === personId)) return { personId, orgId };
  return undefined;
}
