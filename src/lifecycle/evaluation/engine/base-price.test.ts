import { describe, expect, test } from "vitest";
import { parseDecimal, toDecimal } from "@/core/rational";
import { type BaseContext, basePrice, trimPrices } from "./base-price";
import { CaseError } from "./case-file";
import type { Base } from "./method";
import { Steps } from "./steps";

const context = (prices: readonly string[], set: Partial<BaseContext> = {}): BaseContext => ({
  entering: prices.map((price, i) => ({ bid: `b${i + 1}`, price: parseDecimal(price) })),
  trims: [],
  ceiling: parseDecimal("200"),
  draws: {},
  places: 2,
  steps: new Steps(),
  ...set,
});
const base = (rule: Base, prices: readonly string[], set: Partial<BaseContext> = {}) =>
  toDecimal(basePrice(rule, context(prices, set)).base, 2);
const prices = ["100", "110", "120", "130", "190"];
const trims = [{ minN: 5, dropHigh: 1, dropLow: 1 }];

describe("variants of the base price", () => {
  test("B1 mean, B2 trimmed mean, B3 lowered", () => {
    expect(base({ variant: "B1" }, prices, { trims })).toBe("130.00");
    expect(base({ variant: "B2" }, prices, { trims })).toBe("120.00");
    expect(base({ variant: "B3", k: "0.015" }, prices, { trims })).toBe("118.20");
  });

  test("B4 composite with the ceiling, factors drawn", () => {
    const rule: Base = { variant: "B4", a: { draw: "a", from: ["0.1", "0.2"] }, w: "0.5" };
    expect(base(rule, prices, { trims, draws: { a: "0.2" } })).toBe("140.00");
    expect(() => base(rule, prices, { ceiling: undefined, draws: { a: "0.2" } })).toThrow(CaseError);
  });

  test("B5 second mean: with the lowest, or of the untrimmed prices strictly below the mean", () => {
    expect(base({ variant: "B5", of: "mean_and_lowest" }, prices, { trims })).toBe("110.00");
    expect(base({ variant: "B5", of: "below_mean" }, prices, { trims })).toBe("105.00");
    expect(base({ variant: "B5", of: "below_mean" }, ["100", "100"])).toBe("100.00");
  });

  test("B6 lowest", () => expect(base({ variant: "B6" }, prices, { trims })).toBe("100.00"));

  test("B7 the variant itself is drawn", () => {
    const rule: Base = {
      variant: "B7",
      methods: [
        { id: "M1", base: { variant: "B1" } },
        { id: "M2", base: { variant: "B6" } },
      ],
    };
    expect(base(rule, prices, { draws: { METHOD: "M1" } })).toBe("130.00");
    expect(base(rule, prices, { draws: { METHOD: "M2" } })).toBe("100.00");
    expect(() => base(rule, prices, { draws: { METHOD: "M3" } })).toThrow(CaseError);
  });

  test("B8 ceiling, mean and a drawn bid, which stays in the mean", () => {
    const rule: Base = { variant: "B8", x: "0.2", y: "0.5", z: "0.3" };
    expect(base(rule, prices, { draws: { B8: "b2" } })).toBe("138.00");
    expect(() => base(rule, prices, { draws: { B8: "b9" } })).toThrow(CaseError);
  });
});

test("the trim rule with the largest minN that fits holds, and one copy of equal extremes is dropped", () => {
  const rules = [
    { minN: 5, dropHigh: 1, dropLow: 1 },
    { minN: 10, dropHigh: 2, dropLow: 2 },
  ];
  const list = (n: number) => Array.from({ length: n }, (_, i) => parseDecimal(String(i + 1)));
  expect(trimPrices(list(4), rules)).toHaveLength(4);
  expect(trimPrices(list(9), rules)).toHaveLength(7);
  expect(trimPrices(list(10), rules)).toHaveLength(6);
  const equal = ["1", "1", "2", "3", "3"].map(parseDecimal);
  expect(trimPrices(equal, rules).map((price) => toDecimal(price, 0))).toEqual(["1", "2", "3"]);
});

test("the trimmed mean is rounded before the variant's formula", () => {
  expect(base({ variant: "B3", k: "0.5" }, ["1.00", "1.00", "1.01"])).toBe("0.50");
  expect(base({ variant: "B3", k: "0.5" }, ["1.01", "1.01", "1.01"])).toBe("0.51");
});

test("nobody enters: no base", () => expect(() => base({ variant: "B1" }, [])).toThrow(CaseError));
