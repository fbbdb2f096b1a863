import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Objections (异议) with who filed them: for the filer, those who must answer, and the supervisor. */
export const objections = pgTable(
  "objections",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** 1, 2, 3 … of the lot; names the objection where its filer is not named. */
    number: integer().notNull(),
    /** tender_document | result | notice */
    kind: text().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    clause: text().notNull(),
    /** Facts and grounds. */
    text: text().notNull(),
    demand: text().notNull(),
    inTime: boolean().notNull(),
    filedAt: instant().notNull(),
    alarmAt: instant().notNull(),
    dueAt: instant().notNull(),
    /** When those who must answer were reminded. */
    warnedAt: instant(),
    answeredAt: instant(),
    statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
  },
  (t) => [uniqueIndex("objections_number").on(t.lotId, t.number), index("objections_due").on(t.answeredAt, t.dueAt)],
);

/** Answers (异议答复) with what was objected. Public: clause and wording without the filer. Never changed. */
export const objectionAnswers = pgTable("objection_answers", {
  objectionId: uuid().primaryKey(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  number: integer().notNull(),
  kind: text().notNull(),
  clause: text().notNull(),
  /** What was objected, without who did and without what the answer leaves out; answers of before have none. */
  objected: jsonb().$type<{ text: string; demand: string }>(),
  /** upheld | partly | rejected | not_admitted */
  outcome: text().notNull(),
  text: text().notNull(),
  at: instant().notNull(),
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
});
