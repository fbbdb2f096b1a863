import { DrizzleQueryError, sql } from "drizzle-orm";
import type { Db, Tx } from "./connect";

/** Who asks: the four that make a session, or a service acting for the procedure itself. */
export interface Context {
  readonly siteId: string;
  readonly orgId?: string;
  readonly personId?: string;
  readonly role: string;
}

/** A call that got no answer in time. Whether it took effect is unknown: ask again with the same key. */
export class Unanswered extends Error {
  constructor() {
    super("the database did not answer in time");
    this.name = "Unanswered";
  }
}

/**
 * A failed query without the values that it was sent with: who bids, and released keys, are among them, and an error ends in
 * a log. Whose frames are whose stays to be read.
 */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof DrizzleQueryError)) return error;
  const told = `Failed query: ${error.query}`;
  error.stack = `${error.name}: ${told}${error.stack?.slice(error.stack.indexOf(error.message) + error.message.length) ?? ""}`;
  error.message = told;
  error.params = [];
  return error;
}

/** Longest time a whole transaction may take before its caller is told that the outcome is unknown. */
const TRANSACTION_LIMIT_MS = 20_000;

/**
 * Runs `work` in one transaction whose row-level security context is `context`.
 * Without a context there are no rows: this is the only way the product opens a transaction.
 */
export async function inContext<R>(db: Db, context: Context, work: (tx: Tx) => Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unanswered()), TRANSACTION_LIMIT_MS);
  });
  const running = db.transaction(async (tx) => {
    await tx.execute(
      sql`select set_config('xb.site', ${context.siteId}, true), set_config('xb.org', ${context.orgId ?? ""}, true),
                 set_config('xb.person', ${context.personId ?? ""}, true), set_config('xb.role', ${context.role}, true)`,
    );
    return work(tx);
  });
  try {
    return await Promise.race([running, limit]);
  } catch (error) {
    throw withoutValues(error);
  } finally {
    clearTimeout(timer);
    running.catch(() => {}); // Its own outcome was already reported, or is unknown to the caller.
  }
}

/**
 * Legal time now: the clock of the database host, shifted in demonstrations. Read it after the lock that the act needs;
 * `now()` is forbidden, because it is the start of the transaction and would call a late bid timely.
 */
export async function legalNow(tx: Tx | Db): Promise<Date> {
  const [row] = await tx.execute<{ now: string | Date }>(sql`select xb_now() as now`);
  return new Date(row!.now);
}
