import { and, eq, inArray, ne } from "drizzle-orm";
import type { CommandScope } from "@/kit/command";
import { evaluationOf } from "./queries";
import { evaluations, pastEvaluations, preliminaryMarks, type ReopeningGround, scoreSheets, scores } from "./tables";

/**
 * What a replaced member found is void and the one that comes judges every bid itself (IR48, R-5.7.5): the evaluation goes on as a
 * version of its own, from the preliminary review. The others keep their marks and their signed sheets of that review; scores
 * are kept as drafts and signed again, because other bids may be left than before.
 *
 * @param replaced - id of the member that left; its rows stay in the version before.
 */
export async function voidMember(
  { tx, site }: Pick<CommandScope, "tx" | "site">,
  lotId: string,
  replaced: string,
  ground: ReopeningGround,
  now: Date,
): Promise<number> {
  const { version, caseFile, result, startedAt, finishedAt } = await evaluationOf(tx, lotId);
  const next = version + 1;
  await tx.insert(pastEvaluations).values({
    ...{ siteId: site.id, lotId, version, caseFile, result, startedAt, finishedAt, ground },
    ...{ outcome: { replaced }, at: now },
  });
  for (const table of [preliminaryMarks, scores] as const) {
    const kept = await tx
      .select()
      .from(table as typeof scores)
      .where(and(eq(table.lotId, lotId), eq(table.version, version), ne(table.memberId, replaced)));
    for (const { id: _, ...row } of kept) await tx.insert(table as typeof scores).values({ ...row, version: next });
  }
  const sheets = await tx
    .select()
    .from(scoreSheets)
    .where(
      and(
        eq(scoreSheets.lotId, lotId),
        eq(scoreSheets.version, version),
        ne(scoreSheets.memberId, replaced),
        inArray(scoreSheets.step, ["preliminary"]),
      ),
    );
  for (const { id: _, ...row } of sheets) await tx.insert(scoreSheets).values({ ...row, version: next });
  await tx
    .update(evaluations)
    .set({ version: next, step: "preliminary", caseFile: null, result: null })
    .where(eq(evaluations.lotId, lotId));
  return next;
}
