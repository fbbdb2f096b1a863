import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Why an evaluation is done again: the decision, as the report names it. */
export interface ReopeningGround {
  /** Done again as a whole, or because a member was replaced; what was kept before there was a choice is the first. */
  readonly kind?: "reevaluate" | "replace";
  readonly authority: string;
  readonly no: string;
  readonly article: string;
  readonly text: string;
}

type Statement = { payload: string; cms: string; tst?: string };

/** The evaluation of one lot: which step the committee is in, and what the engine computed. */
export const evaluations = pgTable("evaluations", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  /** Key of STEP_NAMES. */
  step: text().notNull().default("preliminary"),
  version: integer().notNull().default(1),
  /** Case file of the engine (inputs) and its result with every step, recomputable by anybody. */
  caseFile: jsonb().$type<Record<string, unknown>>(),
  result: jsonb().$type<Record<string, unknown>>(),
  startedAt: instant().notNull(),
  finishedAt: instant(),
});

/** Pass/fail marks of the preliminary review, one per member, bid and item. */
export const preliminaryMarks = pgTable(
  "preliminary_marks",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull().default(1),
    memberId: uuid().notNull(),
    bidId: uuid().notNull(),
    item: text().notNull(),
    /** pass | fail */
    verdict: text().notNull(),
    /** RJ-1 … RJ-12, with reasoned text and place in the bid, when `fail`. */
    ground: text(),
    reason: text().notNull().default(""),
    place: text().notNull().default(""),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("preliminary_marks_unique").on(t.lotId, t.version, t.memberId, t.bidId, t.item)],
);

/** Scores in hundredths of a point. Nobody reads another member's before all submitted. */
export const scores = pgTable(
  "scores",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull().default(1),
    memberId: uuid().notNull(),
    bidId: uuid().notNull(),
    item: text().notNull(),
    scoreHundredths: integer().notNull(),
    reason: text().notNull().default(""),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("scores_unique").on(t.lotId, t.version, t.memberId, t.bidId, t.item)],
);

/** A member's signed sheet of one step; final when signed. */
export const scoreSheets = pgTable(
  "score_sheets",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull().default(1),
    memberId: uuid().notNull(),
    step: text().notNull(),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("score_sheets_unique").on(t.lotId, t.version, t.memberId, t.step)],
);

/** The evaluation report (评标报告), signed by every member on the same bytes, one after another. */
export const reports = pgTable(
  "reports",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull().default(1),
    payload: jsonb().notNull().$type<Record<string, unknown>>(),
    /** Latest PDF: grows by one incremental signature per member. */
    pdfFileId: uuid().notNull(),
    finishedAt: instant(),
    deliveredAt: instant(),
  },
  (t) => [uniqueIndex("reports_version").on(t.lotId, t.version)],
);

/** Signatures, dissents and refusals on a report. Refusal without text counts as agreement (IR53). */
export const reportSignatures = pgTable(
  "report_signatures",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    reportId: uuid().notNull(),
    memberId: uuid().notNull(),
    /** signed | dissented | refused */
    kind: text().notNull(),
    text: text().notNull().default(""),
    at: instant().notNull(),
  },
  (t) => [
    uniqueIndex("report_signatures_unique").on(t.reportId, t.memberId),
    index("report_signatures_lot").on(t.lotId),
  ],
);

/**
 * What the committee states in writing when fewer than three valid bids are left (O12 art. 27): whether competition is
 * clearly lacking. Drafted by its chair; a new draft is a new row, and nothing is taken back.
 */
export const competitionStatements = pgTable(
  "competition_statements",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull().default(1),
    /** 1, 2 … within a version of the evaluation. */
    number: integer().notNull(),
    /** Valid bids that were left when it was drafted: it speaks of these and of no fewer. */
    validBids: integer().notNull(),
    isLacking: boolean().notNull(),
    text: text().notNull(),
    draftedBy: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("competition_statements_number").on(t.lotId, t.version, t.number)],
);

/** A member's signature under a statement on competition, or its dissent with the reason. */
export const competitionSignatures = pgTable(
  "competition_signatures",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    statementId: uuid().notNull(),
    memberId: uuid().notNull(),
    /** signed | dissented */
    kind: text().notNull(),
    text: text().notNull().default(""),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [
    uniqueIndex("competition_signatures_unique").on(t.statementId, t.memberId),
    index("competition_signatures_lot").on(t.lotId),
  ],
);

/**
 * Evaluations that were done again (重新评标, transitions 19 and 27): input and result as they stood, what was made of them, and
 * on what ground the committee was called back. Marks, sheets and report of that version stay where they are.
 */
export const pastEvaluations = pgTable(
  "past_evaluations",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull(),
    caseFile: jsonb().$type<Record<string, unknown>>(),
    result: jsonb().$type<Record<string, unknown>>(),
    startedAt: instant().notNull(),
    finishedAt: instant(),
    /** Document number and article of the decision, and what it says. */
    ground: jsonb().notNull().$type<ReopeningGround>(),
    /** Candidates and decision that rested on it, as they stood. */
    outcome: jsonb().notNull().$type<Record<string, unknown>>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("past_evaluations_version").on(t.lotId, t.version)],
);
