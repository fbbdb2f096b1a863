import { yuanText } from "@/core/money";
import { add, compare, divide, multiply, parseDecimal, rational, sum, toDecimal, ZERO } from "@/core/rational";
import { formatScore } from "@/core/score";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { CaseError, type CaseFileInput, issueText } from "./case-file";
import { evaluate } from "./evaluate";
import { drawsOf, EvaluationMethod } from "./method";

export type TrialResult = { readonly ok: boolean; readonly text: string };

/** The engine has no place for a base estimate (IR50); a method that names one is told so instead of being read without it. */
const BASE_ESTIMATE = /base_?estimate|标底/i;

/** Shares of the ceiling at which the invented bids stand. */
const SHARES = [99n, 97n, 95n, 93n, 91n, 88n, 80n];

/**
 * Tries the printed method on seven invented prices, with every value that a draw may give, before it is published: what
 * cannot be computed after the opening must not be printed.
 */
export function trialRun(
  content: Pick<TenderDocumentContent, "method" | "criteria" | "ceilingFen" | "usesDraws">,
): TrialResult {
  const no = (text: string): TrialResult => ({ ok: false, text });
  if (BASE_ESTIMATE.test(JSON.stringify(content.method)))
    return no("评标办法参数不得使用标底：标底只能作为评标参考，不得作为中标或否决投标的条件");
  const parsed = EvaluationMethod.safeParse(content.method);
  if (!parsed.success) {
    return no(`评标办法参数不完整：${issueText(parsed.error.issues[0])}`);
  }
  const method = parsed.data;
  const draws = drawsOf(method);
  const needsDraw =
    draws.length > 0 ||
    (method.kind === "comprehensive" && method.price.type === "deviation" && method.price.base.variant === "B8");
  if (needsDraw && !content.usesDraws) return no("评标办法含开标现场抽取的系数，须在招标文件中载明抽取");
  if (method.kind === "comprehensive") {
    const problem = pointsProblem(method, content.criteria);
    if (problem) return no(problem);
  }
  const variants = Math.max(1, ...draws.map(({ items }) => items.length));
  let best = "";
  for (let i = 0; i < variants; i++) {
    const drawn = Object.fromEntries(draws.map(({ label, items }) => [label, items[i % items.length]!]));
    try {
      const result = evaluate(inventedCase(method, content, { ...drawn, B8: "试算1" }));
      best ||= result.base ? `试算基准价 ${result.base} 元` : "按评标价由低到高排序";
    } catch (error) {
      if (error instanceof CaseError || error instanceof RangeError) return no(`无法计算：${error.message}`);
      throw error;
    }
  }
  return { ok: true, text: `以 ${SHARES.length} 个假设报价、${variants} 种抽取结果试算通过；${best}` };
}

type Criteria = TenderDocumentContent["criteria"];

/** Points add up to 100, or the class weights to 1 with 100 points in every weighted class. */
function pointsProblem(
  method: Extract<EvaluationMethod, { kind: "comprehensive" }>,
  criteria: Criteria,
): string | undefined {
  const full = parseDecimal(method.price.full);
  const points = (name?: string) =>
    sum(
      criteria
        .filter((item) => !name || item.class === name)
        .map(({ maxHundredths }) => rational(BigInt(maxHundredths), 100n)),
    );
  if (!method.weights) {
    const total = add(points(), full);
    return compare(total, rational(100n)) === 0
      ? undefined
      : `各评分因素与报价满分之和应为 100 分，现为 ${toDecimal(total, 2)} 分`;
  }
  const { technical, commercial, credit, price } = method.weights;
  const weights = sum([technical, commercial, credit, price].map(parseDecimal));
  if (compare(weights, rational(1n)) !== 0) return `各类权重之和应为 1，现为 ${toDecimal(weights, 4)}`;
  const hundred = rational(100n);
  for (const [name, weight, have] of [
    ["技术", technical, points("technical")],
    ["商务", commercial, points("commercial")],
    ["报价", price, full],
  ] as const) {
    if (compare(parseDecimal(weight), ZERO) > 0 && compare(have, hundred) !== 0) {
      return `${name}部分满分应为 100 分，现为 ${toDecimal(have, 2)} 分`;
    }
  }
  return undefined;
}

function inventedCase(
  method: EvaluationMethod,
  content: Pick<TenderDocumentContent, "criteria" | "ceilingFen">,
  draws: Record<string, string>,
): CaseFileInput {
  const ceiling = parseDecimal(yuanText(BigInt(content.ceilingFen)));
  const bids = SHARES.map((percent, i) => ({
    id: `试算${i + 1}`,
    quoted: toDecimal(multiply(ceiling, divide(rational(percent), rational(100n))), method.rounding.price),
    smallEnterprise: i % 2 === 1,
  }));
  const members = ["甲", "乙", "丙", "丁", "戊"];
  return {
    format: "xinbiao-score/1",
    lot: "试算",
    method,
    ceiling: toDecimal(ceiling, 2),
    criteria: content.criteria.map(({ id, title, class: of, maxHundredths }) => ({
      id,
      title,
      class: of,
      max: formatScore(maxHundredths),
    })),
    members,
    bids,
    scores: bids.flatMap(({ id: bid }, i) =>
      members.flatMap((member, j) =>
        content.criteria.map(({ id: item, maxHundredths }) => ({
          member,
          bid,
          item,
          score: formatScore(Math.floor((maxHundredths * (90 - 2 * i - j)) / 100)),
        })),
      ),
    ),
    draws,
  };
}
