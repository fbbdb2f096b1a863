import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { id, instant, siteId } from "./db/columns";

/**
 * The one row that moves legal time in a demonstration. It exists only while a demonstration
 * database is in use; a production start refuses a database that has it.
 */
export const demoClock = pgTable("demo_clock", {
  onlyRow: boolean().primaryKey().default(true),
  /** Legal time at `realBase`. */
  demoBase: instant().notNull(),
  realBase: timestamp({ withTimezone: true }).notNull(),
  /** Legal seconds per real second; 0 while the clock is paused. */
  rate: integer().notNull().default(1),
  running: boolean().notNull().default(false),
});

/** Last line of every chain; locked while a line is added, so that a chain has one order. */
export const trailHeads = pgTable(
  "trail_heads",
  {
    siteId: siteId(),
    /** `project:<tender project id>`, `sealed:<lot id>` or `site`. */
    chain: text().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    hash: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.chain] })],
);

/** The trail (留痕): append-only by grant and by trigger; every line carries the hash of the line before it. */
export const trailLines = pgTable(
  "trail_lines",
  {
    siteId: siteId(),
    chain: text().notNull(),
    seq: bigint({ mode: "number" }).notNull(),
    prev: text().notNull(),
    hash: text().notNull(),
    /** Vocabulary of the law: `bid.withdrawn`, not `update`. */
    action: text().notNull(),
    subject: text().notNull(),
    lotId: uuid(),
    personId: uuid(),
    orgId: uuid(),
    role: text().notNull(),
    address: text(),
    /** Legal time of the act. */
    at: instant().notNull(),
    /** Real time of the database host; equal to `at` outside demonstrations. */
    realAt: timestamp({ withTimezone: true }).notNull(),
    facts: jsonb().notNull().$type<Record<string, unknown>>(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.chain, t.seq] }), index("trail_lines_lot").on(t.lotId)],
);

/** Answers already given, so that a repeated request acts once and gets the same answer. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    siteId: siteId(),
    personId: uuid().notNull(),
    key: text().notNull(),
    command: text().notNull(),
    bodyHash: text().notNull(),
    answer: jsonb().$type<unknown>(),
    createdAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.personId, t.key] })],
);

/** Messages to the public service hub, written in the transaction of the act they report. */
export const outbox = pgTable(
  "outbox",
  {
    id: id(),
    siteId: siteId(),
    tenderProjectId: uuid(),
    lotId: uuid(),
    /** Order inside one tender project. */
    seq: bigint({ mode: "number" }).notNull(),
    key: text().notNull(),
    dataset: text().notNull(),
    op: text().notNull().default("upsert"),
    version: integer().notNull().default(1),
    body: jsonb().notNull().$type<Record<string, unknown>>(),
    bodyHash: text().notNull(),
    occurredAt: instant().notNull(),
    /** queued → sent → accepted | rejected → published; held: of an invited tender, until its opening. */
    state: text().notNull().default("queued"),
    attempts: integer().notNull().default(0),
    nextTryAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
    lastError: text(),
    ack: jsonb().$type<Record<string, unknown>>(),
    ackAt: instant(),
  },
  (t) => [uniqueIndex("outbox_key").on(t.siteId, t.key, t.version), index("outbox_due").on(t.state, t.nextTryAt)],
);

/** When each process of the installation last said that it runs, by the real clock and in legal time. */
export const serviceBeats = pgTable("service_beats", {
  part: text().primaryKey(),
  at: timestamp({ withTimezone: true }).notNull(),
  legalAt: timestamp({ withTimezone: true }),
});

/** Times in which a process said nothing, written when it is back. Public: they name no lot and no site. */
export const serviceIncidents = pgTable("service_incidents", {
  id: uuid().primaryKey().defaultRandom(),
  part: text().notNull(),
  seconds: integer().notNull(),
  /** Legal time of its last word before. */
  startedAt: timestamp({ withTimezone: true }),
  /** Legal time at which the process was back. */
  endedAt: timestamp({ withTimezone: true }).notNull(),
});
