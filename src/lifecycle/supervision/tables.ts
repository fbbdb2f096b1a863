import { sql } from "drizzle-orm";
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

interface Kept {
  readonly payload: string;
  readonly cms: string;
  readonly tst?: string;
}

/**
 * Instructions of supervising bodies (监督指令) with the platform's signed answers. What was executed names authority and
 * number once; what was refused is kept as it came, forged ones too. Never changed.
 */
export const instructions = pgTable(
  "instructions",
  {
    id: id(),
    siteId: siteId(),
    /** Missing where the lot is not one of this site, or nobody knows who wrote. */
    lotId: uuid(),
    type: text().notNull(),
    no: text().notNull(),
    authority: text().notNull(),
    ground: text().notNull(),
    text: text().notNull(),
    nonce: text().notNull(),
    /** executed | refused */
    state: text().notNull(),
    reason: text(),
    /** SHA-256 (hex) of what was signed. */
    hash: text().notNull(),
    statement: jsonb().notNull().$type<Kept>(),
    ack: jsonb().notNull().$type<Kept>(),
    receivedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex("instructions_number").on(t.siteId, t.authority, t.no).where(sql`state = 'executed'`),
    index("instructions_lot").on(t.lotId, t.receivedAt),
    index("instructions_state").on(t.siteId, t.state, t.receivedAt),
  ],
);

/** Those who run the tender have taken notice of a decision (签收): neither consent nor a condition of carrying it out. */
export const instructionReceipts = pgTable("instruction_receipts", {
  instructionId: uuid().primaryKey(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  personId: uuid().notNull(),
  at: instant().notNull(),
});

/** Supervision points that were told of when they turned yellow or red (监督点预警), each colour once. */
export const pointAlarms = pgTable(
  "point_alarms",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    point: text().notNull(),
    /** yellow | red */
    colour: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("point_alarms_once").on(t.lotId, t.point, t.colour)],
);
