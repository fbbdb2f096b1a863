import { eq } from "drizzle-orm";
import type { CommandScope } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { activeMembers } from "@/lifecycle/committee/queries";
import { moveLot } from "@/lifecycle/lot/move";
import type { Lot } from "@/lifecycle/lot/queries";
import { evaluationOf } from "./queries";
import { evaluations, pastEvaluations, type ReopeningGround } from "./tables";

/**
 * Gives a lot back to its committee (责令重新评标, transitions 19 and 27): the same members evaluate again from the beginning, in a
 * version of its own. What was marked, computed, reported and published before is kept as it was.
 *
 * @param outcome - candidates and decision that rested on the version before.
 */
export async function reopenEvaluation(
  { tx, site }: Pick<CommandScope, "tx" | "site">,
  lot: Lot,
  ground: ReopeningGround,
  outcome: Record<string, unknown>,
  now: Date,
): Promise<{ version: number; jobs: readonly Job[] }> {
  const { version, caseFile, result, startedAt, finishedAt } = await evaluationOf(tx, lot.id);
  await moveLot(
    tx,
    lot,
    "E1",
    now,
    {
      decisionNumber: ground.no,
      returnGround: { kind: "order", text: ground.text },
      isOriginalCommittee: true,
    },
    { candidatesPublishedAt: null, candidatePeriodEndsAt: null },
  );
  await tx.insert(pastEvaluations).values({
    ...{ siteId: site.id, lotId: lot.id, version, caseFile, result, startedAt, finishedAt, ground, outcome, at: now },
  });
  await tx
    .update(evaluations)
    .set({
      ...{ version: version + 1, step: "preliminary", caseFile: null, result: null },
      ...{ startedAt: now, finishedAt: null },
    })
    .where(eq(evaluations.lotId, lot.id));
  const members = await activeMembers(tx, lot.id);
  return {
    version: version + 1,
    jobs: members.map(({ id }) => ({
      ...{ name: "invite-expert", payload: { memberId: id }, key: `recall:${id}:${version + 1}` },
    })),
  };
}
