import { asc, eq } from "drizzle-orm";
import type { ChainedLine, TrailFacts } from "@/core/trail-hash";
import type { Tx } from "./db/connect";
import { trailLines } from "./tables";

/**
 * All lines of a chain in order. The caller has asked whether its actor may read the chain; lines of a sealed chain are
 * hidden by the database until the opening all the same.
 */
export async function trailOf(tx: Tx, chain: string): Promise<ChainedLine[]> {
  const rows = await tx.select().from(trailLines).where(eq(trailLines.chain, chain)).orderBy(asc(trailLines.seq));
  return rows.map((row) => ({
    chain: row.chain,
    seq: row.seq,
    action: row.action,
    subject: row.subject,
    ...(row.lotId ? { lotId: row.lotId } : {}),
    ...(row.personId ? { personId: row.personId } : {}),
    ...(row.orgId ? { orgId: row.orgId } : {}),
    role: row.role,
    ...(row.address ? { address: row.address } : {}),
    at: row.at.toISOString(),
    realAt: row.realAt.toISOString(),
    facts: row.facts as TrailFacts,
    prev: row.prev,
    hash: row.hash,
  }));
}
