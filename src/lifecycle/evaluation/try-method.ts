import { z } from "zod";
import { yuanText } from "@/core/money";
import { rational, toDecimal } from "@/core/rational";
import { formatScore } from "@/core/score";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { CaseError, issueText } from "./engine/case-file";
import { type EvaluationResult, evaluate } from "./engine/evaluate";
import { drawsOf, EvaluationMethod } from "./engine/method";

/** Prices that somebody makes up to see what a method does with them (评标办法试算). */
export const MethodTrial = z.object({
  lotId: z.uuid(),
  /** The tender document as its form says it, saved or not. */
  content: z.unknown(),
  bids: z
    .array(
      z.object({
        name: z.string().trim().min(1, "请给每个假设投标人一个名称").max(50, "名称不能超过 50 字"),
        priceFen: z.string().regex(/^[1-9]\d{0,17}$/, "假设报价须为大于零的金额，例如 12,800,000.00"),
        /** Share of the points of every criterion but the price, in per cent. */
        percent: z.number().int().min(0, "得分率须在 0 至 100 之间").max(100, "得分率须在 0 至 100 之间"),
      }),
    )
    .min(1, "请至少填写一个假设报价")
    .max(20, "假设报价不能超过 20 个")
    .refine((bids) => new Set(bids.map(({ name }) => name)).size === bids.length, "假设投标人的名称不能重复"),
  /** What the draws of the opening shall have given; left out, the first of each list. */
  drawn: z.record(z.string().max(32), z.string().max(200)).default({}),
});
export type MethodTrial = z.output<typeof MethodTrial>;

export type MethodTried =
  | { readonly ok: false; readonly problem: string }
  | {
      readonly ok: true;
      readonly result: Pick<EvaluationResult, "base" | "mean" | "rows" | "ranking" | "rejected" | "openTies" | "steps">;
      readonly draws: readonly { readonly label: string; readonly items: readonly string[]; readonly value: string }[];
    };

const Parameters = TenderDocumentContent.pick({ method: true, criteria: true, ceilingFen: true });

/** Scores and ranks made-up bids with the engine that will evaluate the real ones. Nothing is kept of it. */
export function tryMethod({ content, bids, drawn }: Omit<MethodTrial, "lotId">): MethodTried {
  const no = (problem: string): MethodTried => ({ ok: false, problem });
  const parsed = Parameters.safeParse(content);
  if (!parsed.success) return no(`招标文件没有填写完整，不能试算：${issueText(parsed.error.issues[0])}`);
  const method = EvaluationMethod.safeParse(parsed.data.method);
  if (!method.success) return no(`评标办法参数不完整，不能试算：${issueText(method.error.issues[0])}`);
  const { criteria, ceilingFen } = parsed.data;
  const draws = drawsOf(method.data).map(({ label, items }) => ({
    label,
    items,
    value: items.includes(drawn[label] ?? "") ? drawn[label]! : items[0]!,
  }));
  const [first] = bids;
  try {
    const result = evaluate({
      format: "xinbiao-score/1",
      lot: "试算",
      method: method.data,
      ...(BigInt(ceilingFen) > 0n ? { ceiling: yuanText(BigInt(ceilingFen)) } : {}),
      criteria: criteria.map(({ id, title, class: of, maxHundredths }) => ({
        id,
        title,
        class: of,
        max: formatScore(maxHundredths),
      })),
      members: ["试算"],
      bids: bids.map(({ name, priceFen }) => ({ id: name, quoted: yuanText(BigInt(priceFen)) })),
      scores: bids.flatMap(({ name, percent }) =>
        criteria.map(({ id, maxHundredths }) => ({
          member: "试算",
          bid: name,
          item: id,
          score: toDecimal(rational(BigInt(maxHundredths * percent), 10_000n), 2),
        })),
      ),
      draws: { ...Object.fromEntries(draws.map(({ label, value }) => [label, value])), B8: first!.name },
    });
    const { base, mean, rows, ranking, rejected, openTies, steps } = result;
    return {
      ok: true,
      draws,
      result: { rows, ranking, rejected, openTies, steps, ...(base ? { base } : {}), ...(mean ? { mean } : {}) },
    };
  } catch (error) {
    if (error instanceof CaseError || error instanceof RangeError) return no(`不能计算：${error.message}`);
    throw error;
  }
}
