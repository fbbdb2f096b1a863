import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { AnsweredItem, DocumentChange } from "./schema";

/** Questions on the tender document (提问). Who asked stands in another table that nobody else reads. */
export const questions = pgTable(
  "questions",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** Clause of the tender document that the question is about. */
    clause: text().notNull(),
    text: text().notNull(),
    /** Start of the Beijing day: the minute could be compared with who was signed in. */
    askedOn: instant().notNull(),
    /** The clarification that answers it. */
    clarificationId: uuid(),
  },
  (t) => [index("questions_lot").on(t.lotId)],
);

/** Who asked, with the signed question. Secret for ever from everybody else (IR21). */
export const questionAskers = pgTable("question_askers", {
  questionId: uuid().primaryKey(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  personId: uuid().notNull(),
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
  at: instant().notNull(),
});

/** Clarifications and changes (澄清与修改): what everybody may know of them. Never changed once published. */
export const clarifications = pgTable(
  "clarifications",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** 1, 2, 3 … of the lot. */
    number: integer().notNull(),
    title: text().notNull(),
    /** The version of the tender document that it puts into force. */
    documentVersion: integer().notNull(),
    affectsBids: boolean().notNull(),
    /** Bids prepared for an older version are refused (RF-09). */
    obligatory: boolean().notNull(),
    /** The deadline moved (CLK-05): before and after. */
    oldDeadline: instant(),
    newDeadline: instant(),
    contentHash: text().notNull(),
    publishedAt: instant().notNull(),
    /** When every holder of the document had been written to. */
    announcedAt: instant(),
  },
  (t) => [uniqueIndex("clarifications_number").on(t.lotId, t.number)],
);

/** What a clarification says: for those who obtained the document, the parties, and the committee. */
export const clarificationTexts = pgTable("clarification_texts", {
  clarificationId: uuid().primaryKey(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  items: jsonb().notNull().$type<AnsweredItem[]>(),
  changes: jsonb().notNull().$type<DocumentChange[]>(),
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
});

/** Who has read which clarification. Own rows only: a number of readers is a number of bidders. */
export const clarificationReads = pgTable(
  "clarification_reads",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    clarificationId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("clarification_reads_unique").on(t.clarificationId, t.orgId)],
);
