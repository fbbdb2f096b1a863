import { bigserial, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, siteId } from "@/kit/db/columns";
import type { OpenedSecurity } from "@/lifecycle/bid-security/guarantee/opened";
import type { OpenedConsortium } from "@/lifecycle/bidding/consortium/opened";
import type { Declaration } from "@/lifecycle/bidding/declaration/part";
import type { DeviceMarks } from "@/lifecycle/bidding/device/marks";

type Statement = { payload: string; cms: string; tst?: string };

/** The closing record (截标记录): the frozen set of packages, signed before any key exists at the platform. */
export const closingRecords = pgTable("closing_records", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  payload: jsonb().notNull().$type<Record<string, unknown>>(),
  closingHash: text().notNull(),
  statement: jsonb().notNull().$type<Statement>(),
  closedAt: instant().notNull(),
});

/** One row per bid and segment of the opening: what the bidder released and what came of it. */
export const bidOpenings = pgTable(
  "bid_openings",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    bidId: uuid().notNull(),
    orgId: uuid().notNull(),
    segment: text().notNull(),
    /** The opening it is part of: 2 for second envelopes, of bids that passed the first alone. */
    round: integer().notNull().default(1),
    /** waiting | released | decrypted | failed */
    state: text().notNull().default("waiting"),
    release: jsonb().$type<Statement>(),
    releasedAt: instant(),
    /** Content key, wrapped by nothing: it exists here only after the bidder released it. */
    contentKey: bytes(),
    /** DF-1 … DF-7, set by machine evidence. */
    failureClass: text(),
    failureEvidence: jsonb().$type<Record<string, unknown>>(),
    /** REVOKED or WITHDRAWN, decided with the class. */
    legalEffect: text(),
    /** Signed form of the opening segment; shown to all at the same commit. */
    form: jsonb().$type<Record<string, string>>(),
    draw: text(),
    files: jsonb().$type<{ name: string; size: number; sha256: string; fileId: string }[]>(),
    /** Who bids together, and what did not hold of it; null for a bidder that bids alone. */
    consortium: jsonb().$type<OpenedConsortium>(),
    /** Conflicts of interest that registrations and the tenderer's list show (IR34), found when all were announced. */
    interests: jsonb().notNull().$type<string[]>().default([]),
    /** What the bidder declares of its relations and levels (IR34, BL31); null where the package brought nothing readable. */
    declaration: jsonb().$type<Declaration>(),
    /** Marks of the computer that sealed; null where the package brought none that can be read. */
    device: jsonb().$type<DeviceMarks>(),
    /** What the package says of its security; null where it says nothing. */
    security: jsonb().$type<OpenedSecurity>(),
    finalAt: instant(),
  },
  (t) => [uniqueIndex("bid_openings_unique").on(t.bidId, t.segment), index("bid_openings_lot").on(t.lotId)],
);

/**
 * Bids that their bidders gave up after the deadline (撤销投标文件, IR35): kept and counted, never opened or evaluated further.
 * Secret like the state of the bid until all is announced.
 */
export const bidRevocations = pgTable(
  "bid_revocations",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    bidId: uuid().notNull(),
    reason: text().notNull(),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("bid_revocations_bid").on(t.bidId), index("bid_revocations_lot").on(t.lotId)],
);

/** Every attempt to release a key, accepted or not. */
export const releaseAttempts = pgTable("release_attempts", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  code: text().notNull(),
  at: instant().notNull(),
});

/** What happened in the hall, in order; the event stream resumes from `seq`. */
export const hallEvents = pgTable(
  "hall_events",
  {
    seq: bigserial({ mode: "number" }).primaryKey(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    kind: text().notNull(),
    payload: jsonb().notNull().$type<Record<string, unknown>>(),
    at: instant().notNull(),
  },
  (t) => [index("hall_events_lot").on(t.lotId, t.seq)],
);

/** Times of a lot that moved because the platform itself was silent: which silences, from when to when. */
export const lotOutages = pgTable(
  "lot_outages",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** deadline | window */
    span: text().notNull(),
    silences: jsonb().notNull().$type<readonly { readonly from: string; readonly to: string }[]>(),
    seconds: integer().notNull(),
    oldEnd: instant().notNull(),
    newEnd: instant().notNull(),
    at: instant().notNull(),
  },
  (t) => [index("lot_outages_lot").on(t.lotId)],
);

/** Sign-in at the hall (开标签到). Hidden until the list is announced. */
export const hallSignIns = pgTable(
  "hall_sign_ins",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    round: integer().notNull().default(1),
    address: text(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("hall_sign_ins_unique").on(t.lotId, t.orgId, t.round)],
);

/** Who hosts an opening (主持人), since when; the newest line counts. */
export const hallChairs = pgTable(
  "hall_chairs",
  {
    seq: bigserial({ mode: "number" }).primaryKey(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    since: instant().notNull(),
  },
  (t) => [index("hall_chairs_lot").on(t.lotId, t.seq)],
);

/** What the host did to the time of an opening (主持人处置): extended the window, paused, resumed; each with its reason. */
export const hallMeasures = pgTable(
  "hall_measures",
  {
    seq: bigserial({ mode: "number" }).primaryKey(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    round: integer().notNull().default(1),
    /** extended | paused | resumed */
    kind: text().notNull(),
    reason: text().notNull(),
    /** Where the proof of the reason is kept: number of the fault report, of a picture, of a call. */
    evidence: text().notNull(),
    /** End of the decryption window before and after; the same for a pause. */
    oldEnd: instant().notNull(),
    newEnd: instant().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [index("hall_measures_lot").on(t.lotId, t.seq)],
);

/** Confirmations and objections at the opening; an open objection blocks the record (CLK-10). */
export const openingRemarks = pgTable("opening_remarks", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  round: integer().notNull().default(1),
  /** confirmed | countersigned | objection | revoked */
  kind: text().notNull(),
  text: text().notNull().default(""),
  statement: jsonb().$type<Statement>(),
  answer: text(),
  answeredAt: instant(),
  at: instant().notNull(),
});

const recordColumns = () => ({
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  payload: jsonb().notNull().$type<Record<string, unknown>>(),
  recordHash: text().notNull(),
  /** PDF waiting for the host's signature, then signed. */
  pdfFileId: uuid(),
  signedPdfFileId: uuid(),
  statement: jsonb().$type<Statement>(),
  version: integer().notNull().default(1),
  signedAt: instant(),
});

/** The opening record (开标记录): data and PDF, signed by the host, published. */
export const openingRecords = pgTable("opening_records", recordColumns());

/** The record of the opening of second envelopes (第二信封开标记录), in a lot that has them. */
export const secondOpeningRecords = pgTable("second_opening_records", recordColumns());
