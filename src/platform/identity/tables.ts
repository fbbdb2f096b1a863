import { sql } from "drizzle-orm";
import { index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Sessions: person × organisation × role × site. Only the hash of the cookie is kept. Real time, not legal time. */
export const sessions = pgTable("sessions", {
  idHash: text().primaryKey(),
  siteId: uuid().notNull(),
  personId: uuid().notNull(),
  orgId: uuid().notNull(),
  role: text().notNull(),
  certificateId: uuid().notNull(),
  /** Seat to which an evaluation session is bound. */
  seatId: uuid(),
  address: text(),
  createdAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  seenAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  endedAt: timestamp({ withTimezone: true }),
});

/** Texts that a certificate has to sign: purpose, origin, nonce; used once, five minutes. Real time. */
export const challenges = pgTable(
  "challenges",
  {
    nonce: text().primaryKey(),
    siteId: uuid().notNull(),
    text: text().notNull(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
    usedAt: timestamp({ withTimezone: true }),
  },
  (t) => [index("challenges_expiry").on(t.expiresAt)],
);
