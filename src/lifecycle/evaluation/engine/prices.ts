import {
  add,
  compare,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  subtract,
  toDecimal,
} from "@/core/rational";
import type { CaseBid, CaseFile } from "./case-file";
import type { EvaluationMethod } from "./method";
import type { Steps } from "./steps";

export interface BidPrices {
  readonly quoted: Rational;
  /** After arithmetic corrections: the price a contract would have. */
  readonly corrected: Rational;
  /** What is scored or compared: deducted, or adjusted. */
  readonly evaluation: Rational;
}

/** Prices of one bid from quotation to comparison. Percentages apply to the corrected price. */
export function bidPrices(bid: CaseBid, method: EvaluationMethod, steps: Steps): BidPrices {
  const { price: places } = method.rounding;
  const quoted = parseDecimal(bid.quoted);
  const show = (value: Rational) => toDecimal(value, places);
  let corrected = quoted;
  if (bid.corrections.length) {
    corrected = bid.corrections.reduce((price, { amount }) => add(price, parseDecimal(amount)), quoted);
    const formula = [show(quoted), ...bid.corrections.map(({ amount, text }) => `${signed(amount)}（${text}）`)].join(
      " ",
    );
    corrected = steps.note("修正价", formula, corrected, places, bid.id);
  }
  let evaluation = corrected;
  const terms: string[] = [];
  for (const adjustment of bid.adjustments) {
    const change =
      "amount" in adjustment
        ? parseDecimal(adjustment.amount)
        : steps.note(
            "折算金额",
            `${show(corrected)} × ${adjustment.percent}%`,
            multiply(corrected, multiply(parseDecimal(adjustment.percent), rational(1n, 100n))),
            places,
            bid.id,
          );
    evaluation = add(evaluation, change);
    terms.push(`${signed(show(change))}（${adjustment.text}）`);
  }
  if (terms.length) {
    evaluation = steps.note("评标价", [show(corrected), ...terms].join(" "), evaluation, places, bid.id);
  }
  if (bid.smallEnterprise && method.smallEnterpriseDeduction) {
    const share = parseDecimal(method.smallEnterpriseDeduction);
    const formula = `${show(evaluation)} × (1 − ${method.smallEnterpriseDeduction})`;
    evaluation = steps.note("小微企业扣除后价格", formula, multiply(evaluation, subtract(ONE, share)), places, bid.id);
  }
  return { quoted, corrected, evaluation };
}

const signed = (amount: string): string =>
  amount.startsWith("-") ? `− ${amount.slice(1)}` : `+ ${amount.replace("+", "")}`;

/** Strictly above the ceiling is rejected by what is printed, without the committee's judgement (IR51(5)). */
export const isAboveCeiling = (quoted: Rational, ceiling: Rational | undefined): boolean =>
  ceiling !== undefined && compare(quoted, ceiling) > 0;

/** The ground on which a bid is out: the committee's, or the ceiling. */
export function groundOf(bid: CaseBid, caseFile: CaseFile): string | undefined {
  if (bid.rejected) return bid.rejected;
  const ceiling = caseFile.ceiling === undefined ? undefined : parseDecimal(caseFile.ceiling);
  return isAboveCeiling(parseDecimal(bid.quoted), ceiling) ? "RJ-5" : undefined;
}
