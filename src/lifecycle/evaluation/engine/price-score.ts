import {
  absolute,
  compare,
  divide,
  multiply,
  parseDecimal,
  type Rational,
  rational,
  subtract,
  toDecimal,
  ZERO,
} from "@/core/rational";
import type { ComprehensiveMethod } from "./method";
import type { Steps } from "./steps";

export interface PriceResult {
  /** Deviation from the base in per cent, rounded; absent for the lowest-price type. */
  readonly deviation?: Rational;
  readonly score: Rational;
}

/**
 * The price score of one bid. The deviation is rounded first, and the score computed from the rounded deviation: the
 * order is part of the method.
 */
export function priceScore(
  method: ComprehensiveMethod,
  price: Rational,
  base: Rational,
  bid: string,
  steps: Steps,
): PriceResult {
  const { rounding } = method;
  const p = toDecimal(price, rounding.price);
  const b = toDecimal(base, rounding.price);
  if (method.price.type === "lowest") {
    const raw = multiply(divide(base, price), parseDecimal(method.price.full));
    return { score: steps.note("报价得分", `${b} ÷ ${p} × ${method.price.full}`, raw, rounding.score, bid) };
  }
  const { full, e1, e2, floor } = method.price;
  const raw = multiply(divide(subtract(price, base), base), rational(100n));
  const deviation = steps.note("偏差率（%）", `(${p} − ${b}) ÷ ${b} × 100`, raw, rounding.deviation, bid);
  const side = compare(deviation, ZERO);
  const perPoint = side > 0 ? e1 : e2;
  const d = toDecimal(absolute(deviation), rounding.deviation);
  const reduced = subtract(parseDecimal(full), multiply(parseDecimal(perPoint), absolute(deviation)));
  const isBelowFloor = compare(reduced, parseDecimal(floor)) < 0;
  const formula = side === 0 ? full : `${full} − ${perPoint} × ${d}${isBelowFloor ? `，不低于 ${floor}` : ""}`;
  const score = steps.note("报价得分", formula, isBelowFloor ? parseDecimal(floor) : reduced, rounding.score, bid);
  return { deviation, score };
}
