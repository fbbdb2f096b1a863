import { sql } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";
import type { HallEventKind } from "./event-kinds";
import { hallEvents } from "./tables";

/** Channel on which the receiver listens; the payload is the lot's id and nothing else. */
export const HALL_CHANNEL = "xb_hall";

/**
 * Says something in the hall. Only under the lot lock (`FOR UPDATE`): then the order of the numbers is the order of the
 * commits, and a stream that resumes after a number loses nothing.
 */
export async function say(
  tx: Tx,
  siteId: string,
  lotId: string,
  now: Date,
  kind: HallEventKind,
  payload: Record<string, unknown>,
): Promise<void> {
  await tx.insert(hallEvents).values({ siteId, lotId, kind, payload, at: now });
  // In the transaction, by SQL: a notice that outlives a rollback would tell of something that did not happen.
  await tx.execute(sql`select pg_notify(${HALL_CHANNEL}, ${lotId})`);
}
