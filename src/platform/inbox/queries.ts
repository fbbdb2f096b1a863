import { and, desc, eq, isNull, lte } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { twinsOf } from "./letters";
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

/** Marks the letters as read that are about something that was read itself. */
export async function markAboutRead(tx: Tx, actor: Actor, aboutId: string, now: Date): Promise<void> {
  await tx
    .update(letters)
    .set({ readAt: now })
    .where(and(eq(letters.aboutId, aboutId), eq(letters.orgId, actor.orgId), isNull(letters.readAt)));
}

/** Letters that nobody has read since `before` are marked as reminded, once; gives the jobs that send their twins again. */
export async function remindUnread(
  tx: Tx,
  wanted: { lotId: string; kind: string; before: Date; now: Date },
): Promise<Job[]> {
  const rows = await tx
    .update(letters)
    .set({ remindedAt: wanted.now })
    .where(
      and(
        eq(letters.lotId, wanted.lotId),
        eq(letters.kind, wanted.kind),
        lte(letters.sentAt, wanted.before),
        isNull(letters.readAt),
        isNull(letters.remindedAt),
      ),
    )
    .returning({ id: letters.id, phoneState: letters.phoneState });
  return rows.flatMap(({ id, phoneState }) => twinsOf(id, phoneState !== "none", ":again"));
}
