import { sql } from "drizzle-orm";
import { encodeCanonical } from "@/core/canonical-json";
import { hex, utf8 } from "@/core/bytes";
import type { Context } from "./db/context";
import type { Tx } from "./db/connect";
import { trailLines } from "./tables";

/** Facts of a trail line: canonical JSON (no floats, no null). */
export type TrailFacts = { readonly [name: string]: string | number | boolean | readonly string[] };

/** What a command says it did. The vocabulary is the law's: `bid.withdrawn`, not `update`. */
export interface TrailLine {
  readonly action: string;
  readonly subject: string;
  readonly facts: TrailFacts;
  readonly lotId?: string;
  /**
   * Chain the line joins: `project:<id>`, `site`, or `sealed:<lot id>` for events whose mere number would tell a secret
   * (uploads, purchases, withdrawals, draws). The sealed chain's head joins the project chain when the opening begins.
   */
  readonly chain: `project:${string}` | `sealed:${string}` | "site";
}

/** Hash of the line before the first one. */
export const GENESIS = "0".repeat(64);

/** The exact bytes whose SHA-256, after the previous hash, is the hash of a line. Published in `public/specs/trail.md`. */
export function trailLineBytes(line: {
  chain: string;
  seq: number;
  action: string;
  subject: string;
  lotId?: string;
  personId?: string;
  orgId?: string;
  role: string;
  address?: string;
  at: string;
  realAt: string;
  facts: TrailFacts;
}): Uint8Array<ArrayBuffer> {
  const present = Object.fromEntries(Object.entries(line).filter(([, value]) => value !== undefined));
  return encodeCanonical(present as never);
}

/** `SHA-256(previous hash as hex text ‖ LF ‖ canonical line)`, lower-case hex. */
export async function trailHash(prev: string, line: Uint8Array<ArrayBuffer>): Promise<string> {
  const head = utf8(`${prev}\n`);
  const all = new Uint8Array(head.length + line.length);
  all.set(head);
  all.set(line, head.length);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", all)));
}

/** Adds lines to their chains, in the transaction of the act. The row of the chain's head is the lock. */
export async function appendTrail(
  tx: Tx,
  who: Context & { address?: string | undefined },
  now: Date,
  lines: readonly TrailLine[],
): Promise<void> {
  const [clock] = await tx.execute<{ real: string | Date }>(sql`select clock_timestamp() as real`);
  const realAt = new Date(clock!.real);
  // One lock order for chains, so that two commands that write to the same two never wait for each other.
  const chains = [...new Set(lines.map((line) => line.chain))].sort();
  const heads = new Map<string, { seq: number; hash: string }>();
  for (const chain of chains) {
    const [head] = await tx.execute<{ seq: string; hash: string }>(sql`select * from xb_trail_head(${chain})`);
    heads.set(chain, { seq: Number(head!.seq), hash: head!.hash });
  }
  for (const line of lines) {
    const head = heads.get(line.chain)!;
    const seq = head.seq + 1;
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
      facts: line.facts,
    });
    const hash = await trailHash(head.hash, bytes);
    await tx.insert(trailLines).values({
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
      facts: line.facts,
    });
    heads.set(line.chain, { seq, hash });
  }
  for (const chain of chains) {
    const head = heads.get(chain)!;
    await tx.execute(sql`select xb_trail_advance(${chain}, ${head.seq}, ${head.hash})`);
  }
}
