import {
  add,
  compare,
  mean,
  multiply,
  ONE,
  parseDecimal,
  type Rational,
  rational,
  subtract,
  toDecimal,
} from "@/core/rational";
import { CaseError, type CaseFile } from "./case-file";
import type { Base, Factor } from "./method";
import type { Steps } from "./steps";

/** A price that enters the base, with its bid. */
export interface Entering {
  readonly bid: string;
  readonly price: Rational;
}

export interface BaseContext {
  readonly entering: readonly Entering[];
  readonly trims: readonly { readonly minN: number; readonly dropHigh: number; readonly dropLow: number }[];
  readonly ceiling: Rational | undefined;
  readonly draws: CaseFile["draws"];
  readonly places: number;
  readonly steps: Steps;
}

export interface BaseResult {
  readonly base: Rational;
  readonly mean: Rational;
  /** Prices left for the mean, ascending. */
  readonly used: readonly Rational[];
}

/** The value of a factor: printed, or the drawn item of its printed list. @throws CaseError */
export function factorValue(factor: Factor, draws: CaseFile["draws"]): Rational {
  if (typeof factor === "string") return parseDecimal(factor);
  const drawn = draws[factor.draw];
  if (typeof drawn !== "string") throw new CaseError(`缺少抽取结果 ${factor.draw}`);
  if (!factor.from.includes(drawn)) throw new CaseError(`抽取结果 ${factor.draw} = ${drawn} 不在招标文件载明的范围内`);
  return parseDecimal(drawn);
}

/** Prices left after trimming, ascending. Of equal extremes one copy is dropped for each that is to be dropped. */
export function trimPrices(prices: readonly Rational[], trims: BaseContext["trims"]): Rational[] {
  const sorted = [...prices].sort(compare);
  const rule = trims.filter(({ minN }) => minN <= sorted.length).sort((a, b) => b.minN - a.minN)[0];
  return rule ? sorted.slice(rule.dropLow, sorted.length - rule.dropHigh) : sorted;
}

/**
 * The base price (评标基准价): trimmed mean rounded to price places, the variant's formula, then rounded again.
 *
 * @throws CaseError when nobody enters, or a ceiling or draw that the variant needs is missing.
 */
export function basePrice(base: Base, context: BaseContext): BaseResult {
  const { entering, draws, places, steps } = context;
  if (!entering.length) throw new CaseError("没有进入评标基准价计算的报价");
  if (base.variant === "B7") {
    const drawn = draws.METHOD;
    const chosen = base.methods.find(({ id }) => id === drawn);
    if (!chosen) throw new CaseError("缺少抽取结果 METHOD，或不在招标文件载明的范围内");
    return basePrice(chosen.base, context);
  }
  const prices = entering.map(({ price }) => price);
  const used = base.variant === "B1" ? trimPrices(prices, []) : trimPrices(prices, context.trims);
  const texts = used.map((price) => toDecimal(price, places));
  const middle = steps.note("平均价", `(${texts.join(" + ")}) ÷ ${used.length}`, mean(used), places);
  const m = toDecimal(middle, places);
  const ceiling = (): Rational => {
    if (!context.ceiling) throw new CaseError(`${base.variant} 须设最高投标限价`);
    return context.ceiling;
  };
  const lowest = [...prices].sort(compare)[0]!;
  const done = (formula: string, value: Rational): BaseResult => ({
    base: steps.note(`评标基准价（${base.variant}）`, formula, value, places),
    mean: middle,
    used,
  });
  const show = (value: Rational) => toDecimal(value, 6).replace(/\.?0+$/, "");

  switch (base.variant) {
    case "B1":
    case "B2":
      return done(m, middle);
    case "B3": {
      const k = factorValue(base.k, draws);
      return done(`${m} × (1 − ${show(k)})`, multiply(middle, subtract(ONE, k)));
    }
    case "B4": {
      const [a, w] = [factorValue(base.a, draws), factorValue(base.w, draws)];
      const value = add(multiply(multiply(ceiling(), subtract(ONE, a)), w), multiply(middle, subtract(ONE, w)));
      const c = toDecimal(ceiling(), places);
      return done(`${c} × (1 − ${show(a)}) × ${show(w)} + ${m} × (1 − ${show(w)})`, value);
    }
    case "B5": {
      if (base.of === "mean_and_lowest") {
        return done(`(${m} + ${toDecimal(lowest, places)}) ÷ 2`, multiply(add(middle, lowest), rational(1n, 2n)));
      }
      const below = prices.filter((price) => compare(price, middle) < 0).sort(compare);
      if (!below.length) return done(`无低于 ${m} 的报价，取 ${m}`, middle);
      const list = below.map((price) => toDecimal(price, places)).join(" + ");
      return done(`(${list}) ÷ ${below.length}`, mean(below));
    }
    case "B6":
      return done(toDecimal(lowest, places), lowest);
    case "B8": {
      const drawn = entering.find(({ bid }) => bid === draws.B8);
      if (!drawn) throw new CaseError("缺少抽取结果 B8，或所抽投标不在计算范围内");
      const [x, y, z] = [base.x, base.y, base.z].map((factor) => factorValue(factor, draws)) as [
        Rational,
        Rational,
        Rational,
      ];
      const value = add(add(multiply(ceiling(), x), multiply(middle, y)), multiply(drawn.price, z));
      const parts = [
        `${toDecimal(ceiling(), places)} × ${show(x)}`,
        `${m} × ${show(y)}`,
        `${toDecimal(drawn.price, places)} × ${show(z)}`,
      ];
      return done(parts.join(" + "), value);
    }
  }
}
