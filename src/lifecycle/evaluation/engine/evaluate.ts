import { add, compare, multiply, parseDecimal, type Rational, sum, toDecimal, ZERO } from "@/core/rational";
import { type PriceAlarm, priceAlarms } from "./alarms";
import { basePrice, type Entering } from "./base-price";
import { CaseError, CaseFile, type CaseFileInput, issueText } from "./case-file";
import { type CombinedScores, combineScores, type ItemScore } from "./member-scores";
import type { ComprehensiveMethod, LowestEvaluatedMethod } from "./method";
import { priceScore } from "./price-score";
import { type BidPrices, bidPrices, groundOf, isAboveCeiling } from "./prices";
import { type Rankable, type Ranking, rankBids } from "./ranking";
import { type Step, Steps } from "./steps";

/** One bid in the result; amounts, percentages and scores are decimal texts. */
export interface ResultRow {
  readonly bid: string;
  readonly quoted: string;
  readonly corrected: string;
  /** Price that was scored or compared. */
  readonly evaluationPrice: string;
  /** What a contract with this bidder would cost. */
  readonly contractPrice: string;
  readonly rejected?: string;
  readonly deviationPct?: string;
  readonly priceScore?: string;
  readonly items?: readonly ItemScore[];
  readonly technical?: string;
  readonly commercial?: string;
  readonly credit?: string;
  /** All but the price. */
  readonly otherScore?: string;
  readonly total?: string;
  readonly rank?: number;
}

export interface EvaluationResult {
  readonly format: "xinbiao-score-result/1";
  readonly lot: string;
  readonly method: "comprehensive" | "lowest_evaluated";
  readonly entering: readonly string[];
  readonly usedForMean: readonly string[];
  readonly mean?: string;
  readonly base?: string;
  /** In the order of the case file. */
  readonly rows: readonly ResultRow[];
  readonly rejected: readonly { readonly bid: string; readonly ground: string }[];
  readonly alarms: readonly PriceAlarm[];
  /** Valid bids by rank. */
  readonly ranking: readonly { readonly rank: number; readonly bid: string }[];
  readonly openTies: Ranking["openTies"];
  /** Best three at most; empty while a tie among them is not drawn. */
  readonly candidates: readonly { readonly rank: number; readonly bid: string; readonly contractPrice: string }[];
  readonly steps: readonly Step[];
}

interface PricedBid extends BidPrices {
  readonly bid: CaseFile["bids"][number];
  readonly ground: string | undefined;
}

/**
 * Computes an evaluation from its case file and nothing else (IR49): prices, base, scores, totals, ranking, with every
 * step. The same case gives the same bytes, for us and for everybody who recomputes it.
 *
 * @throws CaseError when the case lacks something that the method needs.
 */
export function evaluate(input: CaseFileInput): EvaluationResult {
  const parsed = CaseFile.safeParse(input);
  if (!parsed.success) {
    throw new CaseError(issueText(parsed.error.issues[0]));
  }
  const caseFile = parsed.data;
  const ids = new Set(caseFile.bids.map(({ id }) => id));
  if (ids.size !== caseFile.bids.length) throw new CaseError("同一投标出现两次");
  const steps = new Steps();
  const priced = caseFile.bids.map((bid) => ({
    bid,
    ground: groundOf(bid, caseFile),
    ...bidPrices(bid, caseFile.method, steps),
  }));
  return caseFile.method.kind === "comprehensive"
    ? comprehensive(caseFile, caseFile.method, priced, steps)
    : lowestEvaluated(caseFile, caseFile.method, priced, steps);
}

const ceilingOf = (caseFile: CaseFile): Rational | undefined =>
  caseFile.ceiling === undefined ? undefined : parseDecimal(caseFile.ceiling);

function comprehensive(
  caseFile: CaseFile,
  method: ComprehensiveMethod,
  priced: readonly PricedBid[],
  steps: Steps,
): EvaluationResult {
  const { price: pricePlaces, score: scorePlaces, deviation: deviationPlaces } = method.rounding;
  const ceiling = ceilingOf(caseFile);
  const valid = priced.filter(({ ground }) => ground === undefined);
  // All opened bids include those rejected in review, never those above the ceiling.
  const entering: Entering[] = (
    method.entering === "passed" ? valid : priced.filter(({ quoted }) => !isAboveCeiling(quoted, ceiling))
  ).map(({ bid, evaluation }) => ({ bid: bid.id, price: evaluation }));
  const context = { entering, ceiling, draws: caseFile.draws, places: pricePlaces, steps };
  const computed = entering.length
    ? method.price.type === "deviation"
      ? basePrice(method.price.base, { ...context, trims: method.price.trims })
      : basePrice({ variant: "B6" }, { ...context, trims: [] })
    : undefined;
  const base = caseFile.frozenBase === undefined ? computed?.base : parseDecimal(caseFile.frozenBase);
  const worthless = valid.find(({ evaluation }) => compare(evaluation, ZERO) <= 0);
  if (worthless) throw new CaseError(`${worthless.bid.id} 的评标价须大于零`);
  if (base && compare(base, ZERO) <= 0) throw new CaseError("评标基准价须大于零");

  const scored = new Map(
    valid.map(({ bid, evaluation }) => {
      const price = priceScore(method, evaluation, base!, bid.id, steps);
      const others = combineScores(caseFile, bid, method.members, scorePlaces, steps);
      return [bid.id, { price, others, total: totalOf(method, price.score, others, bid.id, steps) }] as const;
    }),
  );
  const ranking = rankBids(
    valid.map(({ bid, evaluation, quoted }): Rankable => {
      const { total, others } = scored.get(bid.id)!;
      return { bid: bid.id, total, price: evaluation, quoted, technical: others.classes.technical };
    }),
    method.ties,
    caseFile.draws,
  );
  const rows = priced.map((item): ResultRow => {
    const row = rowOf(item, pricePlaces, ranking);
    const score = scored.get(item.bid.id);
    if (!score) return row;
    const show = (value: Rational) => toDecimal(value, scorePlaces);
    const { technical, commercial, credit } = score.others.classes;
    return {
      ...row,
      ...(score.price.deviation && { deviationPct: toDecimal(score.price.deviation, deviationPlaces) }),
      priceScore: show(score.price.score),
      items: score.others.items,
      technical: show(technical),
      commercial: show(commercial),
      credit: show(credit),
      otherScore: show(score.others.total),
      total: show(score.total),
    };
  });
  return {
    ...frame(caseFile, priced, rows, ranking, steps),
    entering: entering.map(({ bid }) => bid),
    usedForMean: (computed?.used ?? []).map((price) => toDecimal(price, pricePlaces)),
    ...(computed && { mean: toDecimal(computed.mean, pricePlaces) }),
    ...(base && { base: toDecimal(base, pricePlaces) }),
  };
}

/** Without weights the classes are added; with weights each product is rounded before adding. */
function totalOf(
  method: ComprehensiveMethod,
  price: Rational,
  others: CombinedScores,
  bid: string,
  steps: Steps,
): Rational {
  const { score: places } = method.rounding;
  const show = (value: Rational) => toDecimal(value, places);
  if (!method.weights) {
    return steps.note("总分", `${show(others.total)} + ${show(price)}`, add(others.total, price), places, bid);
  }
  const weights = method.weights;
  const parts = (["technical", "commercial", "credit", "price"] as const).map((name) => {
    const score = name === "price" ? price : others.classes[name];
    const weight = weights[name];
    return steps.note(
      `${{ technical: "技术", commercial: "商务", credit: "信用", price: "报价" }[name]}加权得分`,
      `${show(score)} × ${weight}`,
      multiply(score, parseDecimal(weight)),
      places,
      bid,
    );
  });
  return steps.note("总分", parts.map(show).join(" + "), sum(parts), places, bid);
}

function lowestEvaluated(
  caseFile: CaseFile,
  method: LowestEvaluatedMethod,
  priced: readonly PricedBid[],
  steps: Steps,
): EvaluationResult {
  const valid = priced.filter(({ ground }) => ground === undefined);
  const ranking = rankBids(
    valid.map(({ bid, evaluation, quoted }) => ({ bid: bid.id, price: evaluation, quoted })),
    method.ties,
    caseFile.draws,
  );
  const rows = priced.map((item) => rowOf(item, method.rounding.price, ranking));
  return frame(caseFile, priced, rows, ranking, steps);
}

function rowOf({ bid, quoted, corrected, evaluation, ground }: PricedBid, places: number, ranking: Ranking): ResultRow {
  const rank = ranking.ranks.get(bid.id);
  return {
    bid: bid.id,
    quoted: toDecimal(quoted, places),
    corrected: toDecimal(corrected, places),
    evaluationPrice: toDecimal(evaluation, places),
    contractPrice: toDecimal(corrected, places),
    ...(ground !== undefined && { rejected: ground }),
    ...(rank !== undefined && { rank }),
  };
}

function frame(
  caseFile: CaseFile,
  priced: readonly PricedBid[],
  rows: readonly ResultRow[],
  ranking: Ranking,
  steps: Steps,
): EvaluationResult {
  const { method } = caseFile;
  const valid = priced.filter(({ ground }) => ground === undefined);
  const ranked = ranking.order.map((bid) => ({ rank: ranking.ranks.get(bid)!, bid }));
  const isOpen = ranking.openTies.some(({ rank }) => rank <= method.candidates);
  const contractPrice = new Map(rows.map((row) => [row.bid, row.contractPrice]));
  return {
    format: "xinbiao-score-result/1",
    lot: caseFile.lot,
    method: method.kind,
    entering: [],
    usedForMean: [],
    rows,
    rejected: priced.flatMap(({ bid, ground }) => (ground === undefined ? [] : [{ bid: bid.id, ground }])),
    alarms: priceAlarms(
      valid.map(({ bid, quoted }) => ({ id: bid.id, quoted })),
      ceilingOf(caseFile),
      method.alarms,
    ),
    ranking: ranked,
    openTies: ranking.openTies,
    candidates: isOpen
      ? []
      : ranked.slice(0, method.candidates).map((entry) => ({ ...entry, contractPrice: contractPrice.get(entry.bid)! })),
    steps: steps.list,
  };
}
