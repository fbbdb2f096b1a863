import { z } from "zod";
import { isDecimal } from "@/core/rational";
import { EvaluationMethod } from "./method";

const id = z.string().min(1).max(200);
const decimal = z.string().max(40).refine(isDecimal, "须为十进制数");
const amount = decimal.refine((text) => !text.startsWith("-"), "不能为负数");

/** A scored criterion. Objective ones are computed or equal for all members, and stand in the bid. */
export const CaseCriterion = z.object({
  id,
  title: z.string().max(500).default(""),
  class: z.enum(["technical", "commercial", "credit"]),
  max: amount,
  objective: z.boolean().default(false),
});

/** A signed change of price: an amount, or a percentage of the corrected price. */
export const Adjustment = z.union([
  z.object({ text: z.string().max(1000), amount: decimal }),
  z.object({ text: z.string().max(1000), percent: decimal }),
]);

export const CaseBid = z.object({
  id,
  name: z.string().max(500).default(""),
  /** Price as it was read out, in yuan. */
  quoted: amount,
  /** Ground on which the committee rejected the bid, e.g. RJ-6. */
  rejected: z.string().max(40).optional(),
  smallEnterprise: z.boolean().default(false),
  /** Arithmetic corrections that the bidder confirmed; they bind. */
  corrections: z.array(z.object({ text: z.string().max(1000), amount: decimal })).default([]),
  /** Quantified deviations; they count for the comparison only. */
  adjustments: z.array(Adjustment).default([]),
  /** Scores of objective criteria. */
  objective: z.record(id, amount).default({}),
});

/** Everything an evaluation is computed from; format `xinbiao-score/1` of `public/specs/evaluation.md`. */
export const CaseFile = z.object({
  format: z.literal("xinbiao-score/1"),
  lot: id,
  method: EvaluationMethod,
  /** Ceiling price (最高限价) in yuan. */
  ceiling: amount.optional(),
  criteria: z.array(CaseCriterion).max(200).default([]),
  members: z.array(id).max(99).default([]),
  bids: z.array(CaseBid).min(1).max(1000),
  scores: z
    .array(z.object({ member: id, bid: id, item: id, score: amount }))
    .max(200_000)
    .default([]),
  /** Results of draws by label; a tie's value is the drawn order of the bids. */
  draws: z.record(id, z.union([id, z.array(id)])).default({}),
  /** Base price of an earlier version of this evaluation, when it must not change any more. */
  frozenBase: amount.optional(),
});
export type CaseFile = z.infer<typeof CaseFile>;
/** What a caller may write: defaults may be left out. */
export type CaseFileInput = z.input<typeof CaseFile>;
export type CaseBid = z.infer<typeof CaseBid>;

/** The case does not hold what the method needs. Nothing is computed from half a case. */
export class CaseError extends Error {}

/** Where a case or a method is wrong, in words for people: the place, and the reason when we wrote one. */
export function issueText(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): string {
  const place = issue?.path.map(String).join(".") || "内容";
  return `${place}：${issue && /[\u4e00-\u9fff]/.test(issue.message) ? issue.message : "缺少，或格式不符"}`;
}
