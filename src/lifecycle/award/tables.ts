import { bigint, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

type Statement = { payload: string; cms: string; tst?: string };

/** Recommended candidates (中标候选人), at most three, ranked, as in the report. */
export const candidates = pgTable(
  "candidates",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    bidId: uuid().notNull(),
    orgId: uuid().notNull(),
    /** The version of the evaluation that it rests on; the newest one counts. */
    version: integer().notNull().default(1),
    rank: integer().notNull(),
    priceFen: bigint({ mode: "bigint" }).notNull(),
    totalHundredths: integer().notNull(),
  },
  (t) => [uniqueIndex("candidates_rank").on(t.lotId, t.version, t.rank)],
);

/** The decision on the winner (定标) and the notice of award. */
export const awards = pgTable("awards", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  bidId: uuid().notNull(),
  orgId: uuid().notNull(),
  priceFen: bigint({ mode: "bigint" }).notNull(),
  ground: text().notNull().default(""),
  decision: jsonb().notNull().$type<Statement>(),
  decidedAt: instant().notNull(),
  sentAt: instant(),
});

/** Decisions on a winner that were taken back before the notice (transition 21): which one, why, and by whose signature. */
export const pastAwards = pgTable("past_awards", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  bidId: uuid().notNull(),
  priceFen: bigint({ mode: "bigint" }).notNull(),
  ground: text().notNull(),
  decision: jsonb().notNull().$type<Statement>(),
  decidedAt: instant().notNull(),
  reason: text().notNull(),
  statement: jsonb().notNull().$type<Statement>(),
  at: instant().notNull(),
});

/** Award notice and result notices (中标通知书、中标结果通知书): one transaction makes them all. */
export const awardLetters = pgTable(
  "award_letters",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    /** award | result */
    kind: text().notNull(),
    number: text().notNull().unique(),
    payload: jsonb().notNull().$type<Record<string, unknown>>(),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("award_letters_unique").on(t.lotId, t.orgId)],
);
