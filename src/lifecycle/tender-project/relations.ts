import { and, asc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { isCreditCode } from "@/core/codes";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lockOwnLot } from "./queries";
import { tenderRelations } from "./tables";

/** Companies of one tender that may be told as related; more than that is a mistake of a paste. */
export const MAX_RELATIONS = 200;

export const Relation = z.object({
  lotId: z.uuid(),
  name: z.string().trim().min(2, "单位名称必填").max(200, "单位名称不超过 200 个字"),
  creditCode: z.string().trim().toUpperCase().refine(isCreditCode, "统一社会信用代码的校验位不正确"),
  relation: z.string().trim().min(2, "关联关系必填，例如“招标人控股的子公司”").max(200, "关联关系不超过 200 个字"),
});

/** Companies that stand in a relation to the tenderer which may bear on the fairness of the tender (IR34), those in force. */
export const relationsOf = (tx: Tx, tenderProjectId: string) =>
  tx
    .select()
    .from(tenderRelations)
    .where(and(eq(tenderRelations.tenderProjectId, tenderProjectId), isNull(tenderRelations.endedAt)))
    .orderBy(asc(tenderRelations.enteredAt));

/** Tells of a company that is related to the tenderer. Whether it bids is found out by the platform when bids are opened. */
export const addRelation = defineCommand({
  name: "tender-project.add-relation",
  input: Relation,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, ...relation }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const known = await relationsOf(tx, tender.id);
    if (known.some(({ creditCode }) => creditCode === relation.creditCode))
      throw new Refused(refuse("conflict", "tender.relation_known"));
    if (known.length >= MAX_RELATIONS)
      throw new Refused(refuse("conflict", "tender.too_many_relations", { limit: MAX_RELATIONS }));
    await tx.insert(tenderRelations).values({
      siteId: site.id,
      tenderProjectId: tender.id,
      ...relation,
      enteredBy: actor.personId,
      enteredAt: now,
    });
    return {
      result: { name: relation.name },
      trail: [
        {
          action: "relation.told",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { creditCode: relation.creditCode, relation: relation.relation },
        },
      ],
    };
  },
});

/** Ends a relation that is over or was told by mistake; the row stays. */
export const endRelation = defineCommand({
  name: "tender-project.end-relation",
  input: z.object({ lotId: z.uuid(), relationId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, now }, { lotId, relationId }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const [row] = await tx
      .update(tenderRelations)
      .set({ endedAt: now })
      .where(
        and(
          eq(tenderRelations.id, relationId),
          eq(tenderRelations.tenderProjectId, tender.id),
          isNull(tenderRelations.endedAt),
        ),
      )
      .returning();
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    return {
      result: { name: row.name },
      trail: [
        {
          action: "relation.ended",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { creditCode: row.creditCode },
        },
      ],
    };
  },
});
