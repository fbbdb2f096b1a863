import { asc, eq } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { bidderTitlesOf, revocationsOf } from "@/lifecycle/opening/queries";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { awardLetters, awards, candidates } from "./tables";

/** Candidates that rest on the newest version of the evaluation, by rank. */
export async function candidatesOf(tx: Tx, lotId: string) {
  const rows = await tx.select().from(candidates).where(eq(candidates.lotId, lotId)).orderBy(asc(candidates.rank));
  const version = Math.max(0, ...rows.map((row) => row.version));
  return rows.filter((row) => row.version === version);
}

/** How often candidates have been published: each time is a full publication with a number of its own. */
export async function publicationsOf(tx: Tx, lotId: string): Promise<number> {
  const rows = await tx
    .selectDistinct({ version: candidates.version })
    .from(candidates)
    .where(eq(candidates.lotId, lotId));
  return rows.length;
}

/** The decision that counts, if there is one. */
export async function awardOf(tx: Tx, lotId: string) {
  const [award] = await tx.select().from(awards).where(eq(awards.lotId, lotId));
  return award;
}

/** Candidates with names, decision and letters, for who runs or supervises the lot. */
export async function awardView(tx: Tx, actor: Actor, lotId: string) {
  await readOwnLot(tx, actor, lotId);
  const list = await candidatesOf(tx, lotId);
  const award = await awardOf(tx, lotId);
  const letters = await tx
    .select()
    .from(awardLetters)
    .where(eq(awardLetters.lotId, lotId))
    .orderBy(asc(awardLetters.number));
  const names = await bidderTitlesOf(tx, lotId);
  const revoked = await revocationsOf(tx, lotId);
  return {
    candidates: list.map(({ bidId, orgId, rank, priceFen, totalHundredths }) => ({
      bidId,
      rank,
      name: names.get(orgId) ?? "",
      priceFen,
      totalHundredths,
      isRevoked: revoked.has(bidId),
    })),
    award,
    letters: letters.map(({ kind, number, orgId, at }) => ({ kind, number, name: names.get(orgId) ?? "", at })),
  };
}
