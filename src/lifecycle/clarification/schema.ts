import { z } from "zod";
import { PairedStatement } from "@/lifecycle/signing/schema";
import { Gatherings } from "@/lifecycle/tender-document/schema";
import { StatementInput } from "@/platform/identity/schema";

/** Limits that stand beside the schema. */
export const CLARIFICATION_LIMITS = { textLength: 2000, items: 100, changes: 100, openQuestions: 50 } as const;

const text = (label: string, max: number = CLARIFICATION_LIMITS.textLength) =>
  z
    .string({ error: `${label}须为文字` })
    .trim()
    .min(1, `${label}不能为空`)
    .max(max, `${label}不能超过 ${max} 字`);

/** A question as a bidder writes it. */
export const Question = z.object({ lotId: z.uuid(), clause: text("条款号", 100), text: text("问题") });
export type Question = z.output<typeof Question>;
export const AskQuestion = Question.extend({ statement: StatementInput });

/** One thing that a clarification says: the answer to a question, or a remark of its own. */
export interface AnsweredItem {
  readonly questionId?: string | undefined;
  readonly clause: string;
  readonly question?: string | undefined;
  readonly answer: string;
}

/** One changed place of the tender document, as the publisher words it and as the schedule has it. */
export const DocumentChange = z.object({
  clause: text("修改的条款", 100),
  before: text("原内容"),
  after: text("修改后"),
});
export type DocumentChange = z.output<typeof DocumentChange>;

/** A clarification as the publisher writes it. */
export const Clarification = z.object({
  lotId: z.uuid(),
  title: text("标题", 200),
  answers: z
    .array(z.object({ questionId: z.uuid(), answer: text("答复") }))
    .max(CLARIFICATION_LIMITS.items)
    .default([]),
  remarks: z
    .array(z.object({ clause: text("条款号", 100), answer: text("澄清内容") }))
    .max(CLARIFICATION_LIMITS.items)
    .default([]),
  changes: z.array(DocumentChange).max(CLARIFICATION_LIMITS.changes).default([]),
  /** Visits and meetings from now on, instead of those that the document announces; left out, they stay. */
  gatherings: Gatherings.optional(),
  /** PDFs that become part of the tender document. */
  fileIds: z.array(z.uuid()).max(20, "附件不能超过 20 个").default([]),
  /** Said by the publisher; what is not said counts as yes (IR21). */
  affectsBids: z.boolean().default(true),
  obligatory: z.boolean().default(false),
  newDeadline: z.iso
    .datetime({ offset: true, error: "新的投标截止时间须为时间" })
    .transform((value) => new Date(value))
    .optional(),
});
export type Clarification = z.output<typeof Clarification>;
export type ClarificationInput = z.input<typeof Clarification>;
export const PublishClarification = Clarification.extend({ statement: PairedStatement });
