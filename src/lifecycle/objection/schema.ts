import { z } from "zod";
import { inWordsOf, type RoundKind } from "@/lifecycle/law/rounds";
import { StatementInput } from "@/platform/identity/schema";

/** Limits that stand beside the schema. */
export const OBJECTION_LIMITS = { textLength: 5000, openPerOrganisation: 10, omitted: 20 } as const;

const text = (label: string, min: number, max: number = OBJECTION_LIMITS.textLength) =>
  z
    .string({ error: `${label}须为文字` })
    .trim()
    .min(min, min > 1 ? `${label}不少于 ${min} 字` : `${label}不能为空`)
    .max(max, `${label}不能超过 ${max} 字`);

export const OBJECTION_KINDS = {
  prequalification_document: "资格预审文件",
  tender_document: "招标文件",
  result: "评标结果",
  notice: "招标公告",
} as const;
export type FiledKind = keyof typeof OBJECTION_KINDS;

/** What an objection is against, in the words of the tender's first round. */
export const objectedTo = (kind: string, round: RoundKind | undefined): string =>
  inWordsOf(round, OBJECTION_KINDS[kind as FiledKind] ?? kind);

export const OUTCOMES = {
  upheld: "异议成立",
  partly: "部分成立",
  rejected: "异议不成立",
  not_admitted: "不予受理",
} as const;
export type ObjectionOutcome = keyof typeof OUTCOMES;

/** An objection as its filer writes it. */
export const Objection = z.object({
  lotId: z.uuid(),
  kind: z.enum(["prequalification_document", "tender_document", "result", "notice"]),
  clause: text("所涉条款或事项", 1, 200),
  text: text("事实和理由", 10),
  demand: text("请求", 2, 2000),
});
export type Objection = z.output<typeof Objection>;
export const FileObjection = Objection.extend({ statement: StatementInput });

/** The answer. */
export const ObjectionAnswer = z.object({
  objectionId: z.uuid(),
  outcome: z.enum(["upheld", "partly", "rejected", "not_admitted"]),
  text: text("答复内容", 10),
  /** Words of the objection that are not published: trade secrets, personal data, names of third parties. */
  omitted: z
    .array(text("不公开的词句", 2, 200))
    .max(OBJECTION_LIMITS.omitted, `不公开的词句不能超过 ${OBJECTION_LIMITS.omitted} 处`)
    .default([]),
});
export type ObjectionAnswer = z.output<typeof ObjectionAnswer>;
export const AnswerObjection = ObjectionAnswer.extend({ statement: StatementInput });
