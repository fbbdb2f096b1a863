import { sql } from "drizzle-orm";
import { type Changed, changeFacts, type TrailFacts, trailHash, trailLineBytes } from "@/core/trail-hash";
import type { Tx } from "./db/connect";
import type { Context } from "./db/context";
import { trailLines } from "./tables";

/** What a command says it did. The vocabulary is the law's: `bid.withdrawn`, not `update`. */
export interface TrailLine {
  readonly action: string;
  readonly subject: string;
  readonly facts: TrailFacts;
  /**
   * The object that the act changed; the line says its digests as `before` and `after` (R-O.49a). Never anything whose
   * value a clock still keeps: who knows the rest of an object finds a price by trying.
   */
  readonly changed?: Changed;
  readonly lotId?: string;
  /**
   * Chain the line joins: `project:<id>`, `site`, or `sealed:<lot id>` for events whose mere number would tell a secret
   * (uploads, withdrawals, draws), `holders:<lot id>` for who obtained the document, which is secret for ever, or
   * `org:<id>` for what people of an organisation do for themselves, such as signing in and testing a key: one chain of them
   * all would tell, by its numbers, how many came just before a deadline. The sealed chain's head joins the project chain when the opening begins.
   */
  readonly chain: `project:${string}` | `sealed:${string}` | `holders:${string}` | `org:${string}` | "site";
}

/** Adds lines to their chains, in the transaction of the act. The row of the chain's head is the lock. */
export async function appendTrail(
  tx: Tx,
  who: Context & { address?: string | undefined },
  now: Date,
  lines: readonly TrailLine[],
): Promise<void> {
  // One lock order for chains, so that two commands that write to the same two never wait for each other.
  const chains = [...new Set(lines.map((line) => line.chain))].sort();
  const heads = new Map<string, { seq: number; hash: string }>();
  let realAt = now;
  for (const chain of chains) {
    const [head] = await tx.execute<{ seq: string; hash: string; real: string | Date }>(
      sql`select h.*, clock_timestamp() as real from xb_trail_head(${chain}) h`,
    );
    heads.set(chain, { seq: Number(head!.seq), hash: head!.hash });
    realAt = new Date(head!.real);
  }
  const rows: (typeof trailLines.$inferInsert)[] = [];
  for (const line of lines) {
    const head = heads.get(line.chain)!;
    const seq = head.seq + 1;
    const facts = { ...line.facts, ...(line.changed ? await changeFacts(line.changed) : {}) };
    const bytes = trailLineBytes({
      chain: line.chain,
      seq,
      action: line.action,
      subject: line.subject,
      ...(line.lotId ? { lotId: line.lotId } : {}),
      ...(who.personId ? { personId: who.personId } : {}),
      ...(who.orgId ? { orgId: who.orgId } : {}),
      role: who.role,
      ...(who.address ? { address: who.address } : {}),
      at: now.toISOString(),
      realAt: realAt.toISOString(),
      facts,
    });
    const hash = await trailHash(head.hash, bytes);
    rows.push({
      siteId: who.siteId,
      chain: line.chain,
      seq,
      prev: head.hash,
      hash,
      action: line.action,
      subject: line.subject,
      lotId: line.lotId,
      personId: who.personId,
      orgId: who.orgId,
      role: who.role,
      address: who.address,
      at: now,
      realAt,
      facts,
    });
    heads.set(line.chain, { seq, hash });
  }
  // Sent together: what comes of one does not depend on the other, and both are the transaction's.
  await Promise.all([
    ...slices(rows).map((some) => tx.insert(trailLines).values(some).execute()),
    ...chains.map((chain) => {
      const { seq, hash } = heads.get(chain)!;
      return tx.execute(sql`select xb_trail_advance(${chain}, ${seq}, ${hash})`);
    }),
  ]);
}

/** A statement takes 65,534 values at most. */
const ROWS_AT_ONCE = 1_000;
const slices = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, i) =>
    rows.slice(i * ROWS_AT_ONCE, (i + 1) * ROWS_AT_ONCE),
  );
