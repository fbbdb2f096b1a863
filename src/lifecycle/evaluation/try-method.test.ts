import { expect, test } from "vitest";
import { defaultContent } from "@/lifecycle/tender-document/defaults";
import { tryMethod } from "./try-method";

const content = defaultContent("施工标段", 1_300_000_000n);
const bids = [
  { name: "甲", priceFen: "1200000000", percent: 80 },
  { name: "乙", priceFen: "1250000000", percent: 90 },
  { name: "丙", priceFen: "1100000000", percent: 70 },
];

test("R-5.4.1: made-up prices are scored and ranked by the engine from the document's own parameters", () => {
  const tried = tryMethod({ content, bids, drawn: {} });
  if (!tried.ok) throw new Error(tried.problem);
  // Mean 11,833,333.33 × (1 − 0.015).
  expect(tried.result.base).toBe("11655833.33");
  expect(tried.result.rows.map(({ bid, otherScore }) => [bid, otherScore])).toEqual([
    ["甲", "32.00"],
    ["乙", "36.00"],
    ["丙", "28.00"],
  ]);
  expect(tried.result.ranking.map(({ bid }) => bid)).toEqual(["甲", "乙", "丙"]);
  expect(tried.result.steps.length).toBeGreaterThan(3);
});

test("a price above the ceiling is rejected, equal ones wait for their draw", () => {
  const tried = tryMethod({
    content,
    drawn: {},
    bids: [...bids, { name: "丁", priceFen: "1300000001", percent: 100 }],
  });
  expect(tried).toMatchObject({ ok: true, result: { rejected: [{ bid: "丁" }] } });
  const equal = ["甲", "乙", "丙"].map((name) => ({ name, priceFen: "1200000000", percent: 80 }));
  const tie = tryMethod({ content, drawn: {}, bids: equal });
  if (!tie.ok) throw new Error(tie.problem);
  expect(tie.result.openTies.length).toBeGreaterThan(0);
});

test("what a draw gives can be chosen, and a value that is not on its list is not taken", () => {
  const price = {
    ...(content.method.price as object),
    base: { variant: "B3", k: { draw: "K", from: ["0.01", "0.02"] } },
  };
  const drawing = { ...content, usesDraws: true, method: { ...content.method, price } };
  const base = (drawn: Record<string, string>) => {
    const tried = tryMethod({ content: drawing, bids, drawn });
    return tried.ok ? [tried.draws[0]?.value, tried.result.base] : tried.problem;
  };
  expect(base({})).toEqual(["0.01", "11715000.00"]);
  expect(base({ K: "0.02" })).toEqual(["0.02", "11596666.66"]);
  expect(base({ K: "0.5" })).toEqual(["0.01", "11715000.00"]);
});

test("a document that cannot be computed says why", () => {
  expect(tryMethod({ content: {}, bids, drawn: {} })).toMatchObject({ ok: false });
  expect(tryMethod({ content: { ...content, method: { kind: "guess" } }, bids, drawn: {} })).toMatchObject({
    ok: false,
    problem: expect.stringContaining("评标办法参数不完整"),
  });
});
