import { z } from "zod";
import { isDecimal } from "@/core/rational";

/** A decimal as text: JSON has no exact numbers. */
const decimal = z.string().max(40).refine(isDecimal, "须为十进制数");
const notNegative = decimal.refine((text) => !text.startsWith("-"), "不能为负数");
const share = notNegative.refine(
  (text) => /^\+?(0|1)(\.\d+)?$/.test(text) && !/^\+?1\.0*[1-9]/.test(text),
  "须在 0 与 1 之间",
);

/** A factor: printed, or drawn at the opening from a printed list (draw label and items). */
export const Factor = z.union([
  decimal,
  z.object({ draw: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,31}$/), from: z.array(decimal).min(2).max(100) }),
]);
export type Factor = z.infer<typeof Factor>;

/** How the base price (评标基准价) is made of the entering prices. */
export const SimpleBase = z.discriminatedUnion("variant", [
  /** Mean of all entering prices. */
  z.object({ variant: z.literal("B1") }),
  /** Mean after dropping extremes by the printed trim rules. */
  z.object({ variant: z.literal("B2") }),
  /** B2 × (1 − K). */
  z.object({ variant: z.literal("B3"), k: Factor }),
  /** Ceiling × (1 − a) × w + mean × (1 − w). */
  z.object({ variant: z.literal("B4"), a: Factor, w: Factor }),
  /** Second mean (二次平均): of mean and lowest, or of the prices below the mean. */
  z.object({ variant: z.literal("B5"), of: z.enum(["mean_and_lowest", "below_mean"]) }),
  /** Lowest entering price. */
  z.object({ variant: z.literal("B6") }),
  /** Ceiling × x + mean × y + one drawn bid × z. */
  z.object({ variant: z.literal("B8"), x: Factor, y: Factor, z: Factor }),
]);
export type SimpleBase = z.infer<typeof SimpleBase>;

export const Base = z.union([
  SimpleBase,
  /** The variant itself is drawn at the opening, label METHOD, from the ids. */
  z.object({
    variant: z.literal("B7"),
    methods: z
      .array(z.object({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/), base: SimpleBase }))
      .min(2)
      .max(20),
  }),
]);
export type Base = z.infer<typeof Base>;

/** From `minN` entering prices on, drop so many highest and lowest. The rule with the largest minN that fits holds. */
export const Trim = z
  .object({ minN: z.number().int().min(1), dropHigh: z.number().int().min(0), dropLow: z.number().int().min(0) })
  .refine(({ minN, dropHigh, dropLow }) => dropHigh + dropLow < minN, "去掉的报价数须少于报价总数");

const places = z.number().int().min(0).max(6);

export const Rounding = z.object({
  price: places.default(2),
  deviation: places.default(2),
  score: places.default(2),
});

/** Alarm thresholds as shares; an alarm makes the committee ask, it rejects nobody. */
export const Alarms = z.object({
  belowMeanOfOthers: share.optional(),
  belowCeiling: share.optional(),
  belowSecondLowest: share.optional(),
});

const DEFAULT_ROUNDING = { price: 2, deviation: 2, score: 2 };

const common = {
  /** Share taken off the price of small enterprises before it is scored; the contract price stays. */
  smallEnterpriseDeduction: share.optional(),
  alarms: Alarms.default({}),
  rounding: Rounding.default(DEFAULT_ROUNDING),
  /** How many candidates are recommended, three at most. */
  candidates: z.number().int().min(1).max(3).default(3),
};

/** Price score by deviation from a base price, or against the lowest price. */
export const PriceScore = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("deviation"),
    base: Base,
    trims: z.array(Trim).max(10).default([]),
    /** F: full points. */
    full: notNegative,
    /** Points off for each per cent above the base. */
    e1: notNegative,
    /** Points off for each per cent below the base. */
    e2: notNegative,
    floor: notNegative.default("0"),
  }),
  z.object({ type: z.literal("lowest"), full: notNegative }),
]);

/** How the members' scores of one item become the committee's: plain mean, or mean without extremes. */
export const MemberRule = z
  .object({
    dropHigh: z.number().int().min(0).max(3).default(1),
    dropLow: z.number().int().min(0).max(3).default(1),
    /** With fewer members nothing is dropped. */
    minMembers: z.number().int().min(1).default(5),
    per: z.enum(["item", "total"]).default("item"),
    /** A score further than this share of the plain mean from it raises an alarm. */
    outlierShare: share.optional(),
  })
  .refine(({ dropHigh, dropLow, minMembers }) => dropHigh + dropLow < minMembers, "去掉的评分数须少于成员数");

export const ComprehensiveMethod = z
  .object({
    kind: z.literal("comprehensive"),
    price: PriceScore,
    /** Whose prices make the base: those that passed the preliminary review, or all opened not above the ceiling. */
    entering: z.enum(["passed", "opened"]).default("passed"),
    members: MemberRule.default({ dropHigh: 1, dropLow: 1, minMembers: 5, per: "item" }),
    /** Class weights: total = Σ class score × weight. Without: total = Σ class scores. */
    weights: z.object({ technical: share, commercial: share, credit: share.default("0"), price: share }).optional(),
    ties: z
      .array(z.enum(["price", "technical", "quoted", "draw"]))
      .max(4)
      .default(["price", "technical", "draw"]),
    ...common,
  })
  .refine(({ weights, members }) => !weights || members.per === "item", "设类别权重时须按单项合成评分");

export const LowestEvaluatedMethod = z.object({
  kind: z.literal("lowest_evaluated"),
  ties: z
    .array(z.enum(["quoted", "draw"]))
    .max(2)
    .default(["quoted", "draw"]),
  ...common,
});

/** Parameters of the evaluation method (评标办法), printed in the tender document; the engine reads nothing else (IR49). */
export const EvaluationMethod = z.union([ComprehensiveMethod, LowestEvaluatedMethod]);
export type EvaluationMethod = z.infer<typeof EvaluationMethod>;
export type ComprehensiveMethod = z.infer<typeof ComprehensiveMethod>;
export type LowestEvaluatedMethod = z.infer<typeof LowestEvaluatedMethod>;

const factorDraw = (factor: Factor) => (typeof factor === "string" ? [] : [{ label: factor.draw, items: factor.from }]);

function baseDraws(base: Base): { label: string; items: string[] }[] {
  switch (base.variant) {
    case "B3":
      return factorDraw(base.k);
    case "B4":
      return [...factorDraw(base.a), ...factorDraw(base.w)];
    case "B7":
      return [
        { label: "METHOD", items: base.methods.map(({ id }) => id) },
        ...base.methods.flatMap(({ base: inner }) => baseDraws(inner)),
      ];
    case "B8":
      return [base.x, base.y, base.z].flatMap(factorDraw);
    default:
      return [];
  }
}

/** Draws the opening must make for this method: label and items; one item of each is drawn. Each label once. */
export function drawsOf(method: EvaluationMethod): { readonly label: string; readonly items: readonly string[] }[] {
  if (method.kind !== "comprehensive" || method.price.type !== "deviation") return [];
  const draws = baseDraws(method.price.base);
  return draws.filter(({ label }, i) => draws.findIndex((other) => other.label === label) === i);
}
