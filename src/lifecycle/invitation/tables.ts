import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/**
 * Whom an invited tender goes to (邀请名单), and what each answered. An invitee sees its own row alone: nobody learns who
 * else is invited, nor how many (BL22).
 */
export const lotInvitees = pgTable(
  "lot_invitees",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    addedBy: uuid().notNull(),
    addedAt: instant().notNull(),
    /** Taken from the list before it went out; the row stays for the trail. */
    removedAt: instant(),
    /** When the invitation went out, in the act that published it; before that the invitee has no row to see. */
    invitedAt: instant(),
    replyBy: instant(),
    /** accepted | declined */
    reply: text(),
    reason: text(),
    statement: jsonb().$type<{ payload: string; cms: string; tst?: string }>(),
    repliedAt: instant(),
  },
  (t) => [uniqueIndex("lot_invitees_once").on(t.lotId, t.orgId), index("lot_invitees_org").on(t.orgId)],
);
