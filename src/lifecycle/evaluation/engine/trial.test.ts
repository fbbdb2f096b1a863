import { expect, test } from "vitest";
import { drawsOf, EvaluationMethod } from "./method";
import { trialRun } from "./trial";

const method = {
  kind: "comprehensive",
  price: {
    type: "deviation",
    base: { variant: "B3", k: { draw: "K", from: ["0.005", "0.010", "0.015"] } },
    trims: [{ minN: 5, dropHigh: 1, dropLow: 1 }],
    full: "60",
    e1: "1.0",
    e2: "0.5",
  },
};
const criteria = [
  { id: "plan", title: "施工方案", standard: "优", clause: "2.1", class: "technical" as const, maxHundredths: 3000 },
  { id: "team", title: "项目班子", standard: "优", clause: "2.2", class: "commercial" as const, maxHundredths: 1000 },
];
const content = { method, criteria, ceilingFen: "1280000000", usesDraws: true };

test("a complete method is tried with every value that the draw may give", () => {
  const result = trialRun(content);
  expect(result).toMatchObject({ ok: true });
  expect(result.text).toContain("3 种抽取结果");
});

test("a method that cannot be computed, or whose points are not 100, is refused before publication", () => {
  expect(trialRun({ ...content, method: {} }).ok).toBe(false);
  expect(trialRun({ ...content, criteria: criteria.slice(1) })).toMatchObject({
    ok: false,
    text: "各评分因素与报价满分之和应为 100 分，现为 70.00 分",
  });
  expect(trialRun({ ...content, usesDraws: false }).ok).toBe(false);
  const weights = { technical: "0.4", commercial: "0.2", price: "0.3" };
  expect(trialRun({ ...content, method: { ...method, weights } }).text).toContain("权重之和应为 1");
});

test("R-5.4.9: no method computes with the base estimate, or rejects by it", () => {
  const withBase = (base: unknown) => trialRun({ ...content, method: { ...method, price: { ...method.price, base } } });
  expect(withBase({ variant: "BASE_ESTIMATE" })).toMatchObject({ ok: false, text: expect.stringContaining("标底") });
  const rejecting = { ...method, rejectBeyond: { baseEstimate: "0.05" } };
  expect(trialRun({ ...content, method: rejecting })).toMatchObject({
    ok: false,
    text: expect.stringContaining("标底"),
  });
});

test("a method by the lowest evaluated price needs no points", () => {
  expect(trialRun({ ...content, method: { kind: "lowest_evaluated" }, criteria: [] })).toMatchObject({ ok: true });
});

test("every variant of the base price can be tried", () => {
  const bases = [
    { variant: "B1" },
    { variant: "B2" },
    { variant: "B4", a: "0.03", w: { draw: "w", from: ["0.3", "0.4"] } },
    { variant: "B5", of: "below_mean" },
    { variant: "B6" },
    {
      variant: "B7",
      methods: [
        { id: "M1", base: { variant: "B1" } },
        { id: "M2", base: { variant: "B6" } },
      ],
    },
    { variant: "B8", x: "0.2", y: "0.5", z: "0.3" },
  ];
  for (const base of bases) {
    const tried = { ...content, method: { ...method, price: { ...method.price, base } } };
    expect(trialRun(tried), base.variant).toMatchObject({ ok: true });
  }
});

test("the opening learns which draws the method needs", () => {
  expect(drawsOf(EvaluationMethod.parse(method))).toEqual([{ label: "K", items: ["0.005", "0.010", "0.015"] }]);
  expect(drawsOf(EvaluationMethod.parse({ kind: "lowest_evaluated" }))).toEqual([]);
});

test("parameters that make no sense are refused", () => {
  const bad = [
    { ...method, candidates: 4 },
    { ...method, price: { ...method.price, e1: "-1" } },
    { ...method, price: { ...method.price, trims: [{ minN: 2, dropHigh: 1, dropLow: 1 }] } },
    { ...method, members: { dropHigh: 3, dropLow: 3, minMembers: 5 } },
    { ...method, alarms: { belowCeiling: "1.5" } },
    { ...method, price: { ...method.price, full: "sixty" } },
  ];
  for (const candidate of bad) expect(EvaluationMethod.safeParse(candidate).success).toBe(false);
});
