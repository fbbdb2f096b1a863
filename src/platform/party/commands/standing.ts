import { and, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { writeLetters } from "@/platform/inbox/letters";
import { nameOf } from "../own";
import { operatorRelationsOf, organisationOf } from "../queries";
import { CreditCode } from "../schema";
import { operatorRelations, organisations, standingActs } from "../tables";

/** From which standing an act may start, and where it leads. */
const STEPS = {
  freeze: { from: ["active"], to: "frozen", word: "冻结" },
  release: { from: ["frozen"], to: "active", word: "解冻" },
  cancel: { from: ["active", "frozen"], to: "cancelled", word: "注销" },
} as const;
export type StandingAct = keyof typeof STEPS;

/** Proposes to freeze, release or cancel an account; nothing happens before another operator confirms. */
export const proposeStanding = defineCommand({
  name: "party.propose-standing",
  input: z.object({
    orgId: z.uuid(),
    act: z.enum(["freeze", "release", "cancel"], { error: "没有这种操作" }),
    reason: z.string().trim().min(1, "理由必填").max(1000, "理由不超过 1000 个字"),
  }),
  may: roles("operator"),
  async run({ tx, actor, now }, { orgId, act, reason }) {
    const organisation = await organisationOf(tx, orgId);
    if (!(STEPS[act].from as readonly string[]).includes(organisation.standing))
      throw new Refused(refuse("conflict", "party.standing_mismatch"));
    const id = crypto.randomUUID();
    const byName = await nameOf(tx, actor.personId);
    await tx.insert(standingActs).values({ id, orgId, act, reason, by: actor.personId, byName, at: now });
    return {
      result: { proposalId: id },
      trail: [
        {
          action: `party.${act}-proposed`,
          subject: organisation.creditCode,
          chain: "site",
          facts: { reason },
          changed: { after: { proposal: id, act, reason } },
        },
      ],
    };
  },
});

/** Confirms another operator's proposal: from now on the account finishes what runs and begins nothing. */
export const confirmStanding = defineCommand({
  name: "party.confirm-standing",
  input: z.object({ proposalId: z.uuid() }),
  may: roles("operator"),
  async run({ tx, actor, site, now }, { proposalId }) {
    const [proposal] = await tx
      .select()
      .from(standingActs)
      .where(and(eq(standingActs.id, proposalId), isNull(standingActs.confirms)));
    if (!proposal) throw new Refused(refuse("not_found", "general.not_found"));
    if (proposal.by === actor.personId) throw new Refused(refuse("forbidden", "party.second_operator"));
    const act = proposal.act as StandingAct;
    const { from, to, word } = STEPS[act];
    const organisation = await organisationOf(tx, proposal.orgId);
    if (!(from as readonly string[]).includes(organisation.standing))
      throw new Refused(refuse("conflict", "party.standing_mismatch"));
    const confirmed = await tx
      .insert(standingActs)
      .values({
        orgId: proposal.orgId,
        act,
        reason: proposal.reason,
        by: actor.personId,
        byName: await nameOf(tx, actor.personId),
        at: now,
        confirms: proposalId,
      })
      .onConflictDoNothing()
      .returning({ id: standingActs.id });
    if (!confirmed.length) throw new Refused(refuse("conflict", "party.decided_before"));
    await tx.update(organisations).set({ standing: to }).where(eq(organisations.id, proposal.orgId));
    const jobs = await writeLetters(tx, site.id, now, [
      {
        orgId: proposal.orgId,
        kind: "standing",
        subject: `账号已${word}`,
        body: `贵单位的账号已${word}，理由：${proposal.reason}。${to === "active" ? "" : "正在进行的标段可以继续办理（解密、撤回、确认），不能参加新的标段。"}`,
      },
    ]);
    return {
      result: { standing: to },
      trail: [
        {
          action: `party.${act}-confirmed`,
          subject: organisation.creditCode,
          chain: "site",
          facts: { reason: proposal.reason, proposedBy: proposal.byName },
          changed: { before: organisation, after: { ...organisation, standing: to } },
        },
      ],
      jobs,
    };
  },
});

/** Adds a company to the list of the operator's relations (SOD-01): from now on it is no bidder here. */
export const addRelation = defineCommand({
  name: "party.add-relation",
  input: z.object({
    creditCode: CreditCode,
    name: z.string().trim().min(1, "名称必填").max(200, "名称不超过 200 个字"),
    relation: z.string().trim().min(1, "关系必填").max(200, "关系不超过 200 个字"),
  }),
  may: roles("operator"),
  async run({ tx, actor, now }, relation) {
    await tx
      .insert(operatorRelations)
      .values({ ...relation, enteredBy: actor.personId, enteredAt: now })
      .onConflictDoNothing();
    await tx
      .update(organisations)
      .set({ relatedToOperator: true })
      .where(eq(organisations.creditCode, relation.creditCode));
    return {
      result: { creditCode: relation.creditCode },
      trail: [
        {
          action: "operator.relation-added",
          subject: relation.creditCode,
          chain: "site",
          facts: { relation: relation.relation },
          changed: { after: relation },
        },
      ],
    };
  },
});

/** Ends a relation of the operator that is over: the company may bid again. The entry stays as history, with the reason. */
export const endRelation = defineCommand({
  name: "party.end-relation",
  input: z.object({
    relationId: z.uuid(),
    reason: z.string().trim().min(5, "理由不少于 5 个字").max(500, "理由不超过 500 个字"),
  }),
  may: roles("operator"),
  async run({ tx, actor, site, now }, { relationId, reason }) {
    // Its own operator's staff entered it: a relation of another operator is not found.
    const own = (await operatorRelationsOf(tx, site.operatorCreditCode)).find(({ id }) => id === relationId);
    if (!own) throw new Refused(refuse("not_found", "general.not_found"));
    const end = { endedAt: now, endedBy: actor.personId, endReason: reason };
    const [ended] = await tx
      .update(operatorRelations)
      .set(end)
      .where(and(eq(operatorRelations.id, relationId), isNull(operatorRelations.endedAt)))
      .returning();
    if (!ended) throw new Refused(refuse("conflict", "party.relation_ended"));
    await tx
      .update(organisations)
      .set({ relatedToOperator: false })
      .where(
        and(eq(organisations.creditCode, ended.creditCode), ne(organisations.creditCode, site.operatorCreditCode)),
      );
    return {
      result: { creditCode: ended.creditCode },
      trail: [
        {
          action: "operator.relation-ended",
          subject: ended.creditCode,
          chain: "site",
          facts: { relation: ended.relation, reason },
          changed: { before: own, after: { ...own, endedAt: now, endReason: reason } },
        },
      ],
    };
  },
});
