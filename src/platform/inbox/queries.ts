import { and, desc, eq, isNull } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { letters } from "./tables";

/** Newest letters of the actor's organisation. Row-level security hides everybody else's. */
export async function ownLetters(tx: Tx, actor: Actor) {
  return tx.select().from(letters).where(eq(letters.orgId, actor.orgId)).orderBy(desc(letters.sentAt)).limit(100);
}

/** Marks a letter as read: the read time is evidence. */
export async function markRead(tx: Tx, actor: Actor, letterId: string, now: Date): Promise<void> {
  await tx
    .update(letters)
    .set({ readAt: now })
    .where(and(eq(letters.id, letterId), eq(letters.orgId, actor.orgId), isNull(letters.readAt)));
}
