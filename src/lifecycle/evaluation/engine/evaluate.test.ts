import { describe, expect, test } from "vitest";
import { CaseError, type CaseFileInput } from "./case-file";
import { evaluate } from "./evaluate";

const lot = "E5200000001000001001001";
const trims = [{ minN: 5, dropHigh: 1, dropLow: 1 }];
const row = (result: ReturnType<typeof evaluate>, bid: string) => result.rows.find((item) => item.bid === bid)!;

/** Comprehensive method, six bids of seven, K drawn. */
const ev1 = (set: Partial<CaseFileInput> = {}): CaseFileInput => ({
  format: "xinbiao-score/1",
  lot,
  ceiling: "10000000.00",
  method: {
    kind: "comprehensive",
    price: {
      type: "deviation",
      base: { variant: "B3", k: { draw: "K", from: ["0.005", "0.010", "0.015", "0.020", "0.025", "0.030"] } },
      trims,
      full: "60",
      e1: "1.0",
      e2: "0.5",
      floor: "0",
    },
  },
  criteria: [{ id: "other", title: "其他", class: "technical", max: "40", objective: true }],
  bids: (
    [
      ["A", "9650000.00", "33.40"],
      ["B", "9480000.00", "35.10"],
      ["C", "9210000.00", "31.25"],
      ["D", "9870000.00", "36.00"],
      ["E", "8990000.00", "28.90"],
      ["F", "10120000.00", ""],
      ["G", "9330000.00", "34.75"],
    ] as const
  ).map(([id, quoted, other]) => ({ id, quoted, objective: (other ? { other } : {}) as Record<string, string> })),
  draws: { K: "0.015" },
  ...set,
});

test("R-5.7.15: example EV-1, trimmed mean lowered by a drawn K, is computed to the last digit", () => {
  const result = evaluate(ev1());
  expect(result.rejected).toEqual([{ bid: "F", ground: "RJ-5" }]);
  expect(result.usedForMean).toEqual(["9210000.00", "9330000.00", "9480000.00", "9650000.00"]);
  expect(result.mean).toBe("9417500.00");
  expect(result.base).toBe("9276237.50");
  const rows = result.ranking.map(({ bid, rank }) => {
    const { quoted, deviationPct, priceScore, otherScore, total } = row(result, bid);
    return [bid, quoted, deviationPct, priceScore, otherScore, total, rank];
  });
  expect(rows).toEqual([
    ["G", "9330000.00", "0.58", "59.42", "34.75", "94.17", 1],
    ["B", "9480000.00", "2.20", "57.80", "35.10", "92.90", 2],
    ["C", "9210000.00", "-0.71", "59.65", "31.25", "90.90", 3],
    ["D", "9870000.00", "6.40", "53.60", "36.00", "89.60", 4],
    ["A", "9650000.00", "4.03", "55.97", "33.40", "89.37", 5],
    ["E", "8990000.00", "-3.09", "58.46", "28.90", "87.36", 6],
  ]);
  expect(result.candidates).toEqual([
    { rank: 1, bid: "G", contractPrice: "9330000.00" },
    { rank: 2, bid: "B", contractPrice: "9480000.00" },
    { rank: 3, bid: "C", contractPrice: "9210000.00" },
  ]);
});

test("every step is printed with its formula, exact value and rounding", () => {
  const { steps } = evaluate(ev1());
  expect(steps.find(({ what, bid }) => what === "报价得分" && bid === "E")).toEqual({
    what: "报价得分",
    bid: "E",
    formula: "60 − 0.5 × 3.09",
    exact: "58.455",
    value: "58.46",
    rounding: "四舍五入，保留 2 位小数",
  });
  expect(steps.find(({ what }) => what === "评标基准价（B3）")).toMatchObject({
    formula: "9417500.00 × (1 − 0.015)",
    value: "9276237.50",
  });
});

test("the same case gives the same bytes", () => {
  expect(JSON.stringify(evaluate(ev1()))).toBe(JSON.stringify(evaluate(structuredClone(ev1()))));
});

/** Composite with ceiling, four bids, floor. */
const ev2: CaseFileInput = {
  format: "xinbiao-score/1",
  lot,
  ceiling: "5000000.00",
  method: {
    kind: "comprehensive",
    price: {
      type: "deviation",
      base: { variant: "B4", a: "0.03", w: "0.4" },
      trims,
      full: "40",
      e1: "2",
      e2: "1",
      floor: "10",
    },
    alarms: { belowMeanOfOthers: "0.80", belowCeiling: "0.70" },
  },
  bids: (
    [
      ["A", "4620000.00"],
      ["B", "4885000.00"],
      ["C", "3350000.00"],
      ["D", "4710000.00"],
    ] as const
  ).map(([id, quoted]) => ({ id, quoted })),
};

test("R-5.7.15: example EV-2, composite with the ceiling and a floor", () => {
  const result = evaluate(ev2);
  expect(result.mean).toBe("4391250.00");
  expect(result.base).toBe("4574750.00");
  expect(
    result.rows.map(({ bid, quoted, deviationPct, priceScore }) => [bid, quoted, deviationPct, priceScore]),
  ).toEqual([
    ["A", "4620000.00", "0.99", "38.02"],
    ["B", "4885000.00", "6.78", "26.44"],
    ["C", "3350000.00", "-26.77", "13.23"],
    ["D", "4710000.00", "2.96", "34.08"],
  ]);
});

test("example EV-2: only the clearly low price raises an alarm, and it rejects nobody", () => {
  const result = evaluate(ev2);
  expect(
    result.alarms.map(({ bid, vsMeanOfOthers, vsCeiling, flag }) => [bid, vsMeanOfOthers, vsCeiling, flag]),
  ).toEqual([
    ["A", "1.0707", "0.9240", false],
    ["B", "1.1558", "0.9770", false],
    ["C", "0.7070", "0.6700", true],
    ["D", "1.0992", "0.9420", false],
  ]);
  expect(result.rejected).toEqual([]);
});

/** Lowest evaluated price. */
const ev3: CaseFileInput = {
  format: "xinbiao-score/1",
  lot,
  method: { kind: "lowest_evaluated" },
  bids: [
    {
      id: "A",
      quoted: "2980000.00",
      corrections: [{ text: "单价 120.00 × 5000 误算为 590000", amount: "+10000.00" }],
      adjustments: [{ text: "延期 10 天 × 2000 元/天", amount: "+20000.00" }],
    },
    { id: "B", quoted: "3050000.00", adjustments: [{ text: "付款条件优于要求", percent: "-0.5" }] },
    { id: "C", quoted: "2995000.00", adjustments: [{ text: "漏项按最高价计", amount: "+42000.00" }] },
    { id: "D", quoted: "2150000.00", rejected: "RJ-5" },
    { id: "E", quoted: "3110000.00", corrections: [{ text: "以大写金额为准", amount: "-10000.00" }] },
  ],
};

test("R-5.7.9 R-5.7.15: example EV-3, corrections bind and adjustments only compare", () => {
  const result = evaluate(ev3);
  expect(
    result.rows.map(({ bid, quoted, corrected, evaluationPrice, rejected, rank }) => [
      bid,
      quoted,
      corrected,
      evaluationPrice,
      rejected !== undefined,
      rank,
    ]),
  ).toEqual([
    ["A", "2980000.00", "2990000.00", "3010000.00", false, 1],
    ["B", "3050000.00", "3050000.00", "3034750.00", false, 2],
    ["C", "2995000.00", "2995000.00", "3037000.00", false, 3],
    ["D", "2150000.00", "2150000.00", "2150000.00", true, undefined],
    ["E", "3110000.00", "3100000.00", "3100000.00", false, 4],
  ]);
  expect(result.candidates[0]).toEqual({ rank: 1, bid: "A", contractPrice: "2990000.00" });
});

test("R-5.7.14 R-5.7.15: example EV-4, members' scores without extremes, and outliers", () => {
  const scores = {
    A: ["13.5", "15.0", "14.0", "12.0", "14.5"],
    B: ["11.0", "12.5", "12.0", "12.0", "18.0"],
    C: ["16.0", "15.5", "16.5", "17.0", "16.0"],
  };
  const members = ["1", "2", "3", "4", "5"];
  const result = evaluate({
    format: "xinbiao-score/1",
    lot,
    method: {
      kind: "comprehensive",
      price: { type: "lowest", full: "80" },
      members: { dropHigh: 1, dropLow: 1, minMembers: 5, outlierShare: "0.30" },
    },
    criteria: [{ id: "plan", title: "施工方案", class: "technical", max: "20" }],
    members,
    bids: Object.keys(scores).map((id) => ({ id, quoted: "1.00" })),
    scores: Object.entries(scores).flatMap(([bid, list]) =>
      list.map((score, i) => ({ member: members[i]!, bid, item: "plan", score })),
    ),
  });
  expect(
    result.rows.map(({ bid, items }) => [bid, items![0]!.score, items![0]!.plainMean, items![0]!.outliers]),
  ).toEqual([
    ["A", "14.00", "13.80", []],
    ["B", "12.17", "13.10", ["5"]],
    ["C", "16.17", "16.20", []],
  ]);
});

test("R-5.7.15: example EV-5, lowest-price type with a deduction that never touches the contract", () => {
  const result = evaluate({
    format: "xinbiao-score/1",
    lot,
    method: {
      kind: "comprehensive",
      price: { type: "lowest", full: "30" },
      smallEnterpriseDeduction: "0.10",
    },
    bids: [
      { id: "A", quoted: "1500000.00" },
      { id: "B", quoted: "1420000.00", smallEnterprise: true },
      { id: "C", quoted: "1380000.00" },
    ],
  });
  expect(result.base).toBe("1278000.00");
  expect(
    result.rows.map(({ bid, quoted, evaluationPrice, priceScore, contractPrice }) => [
      bid,
      quoted,
      evaluationPrice,
      priceScore,
      contractPrice,
    ]),
  ).toEqual([
    ["A", "1500000.00", "1500000.00", "25.56", "1500000.00"],
    ["B", "1420000.00", "1278000.00", "30.00", "1420000.00"],
    ["C", "1380000.00", "1380000.00", "27.78", "1380000.00"],
  ]);
});

test("R-5.7.15: example EV-6, half up where bankers and floats give another score", () => {
  const result = evaluate({
    format: "xinbiao-score/1",
    lot,
    method: {
      kind: "comprehensive",
      price: { type: "deviation", base: { variant: "B1" }, full: "60", e1: "1.0", e2: "0.5" },
    },
    bids: [
      { id: "A", quoted: "975700.00" },
      { id: "B", quoted: "1024350.00" },
      { id: "C", quoted: "1000000.00" },
    ],
    frozenBase: "1000000.00",
  });
  expect(result.rows.map(({ bid, deviationPct, priceScore }) => [bid, deviationPct, priceScore])).toEqual([
    ["A", "-2.43", "58.79"],
    ["B", "2.44", "57.56"],
    ["C", "0.00", "60.00"],
  ]);
});

describe("what the engine refuses", () => {
  test("a draw that is missing, or gives what was not printed", () => {
    expect(() => evaluate(ev1({ draws: {} }))).toThrow(CaseError);
    expect(() => evaluate(ev1({ draws: { K: "0.017" } }))).toThrow("不在招标文件载明的范围内");
  });

  test("R-5.7.12: a score above the printed maximum, a missing one, a second one", () => {
    const base = ev1();
    const withScore = (score: string, extra: NonNullable<CaseFileInput["scores"]> = []): CaseFileInput => ({
      ...base,
      criteria: [{ id: "plan", class: "technical", max: "40" }],
      members: ["1"],
      bids: [{ id: "A", quoted: "9650000.00" }],
      scores: [{ member: "1", bid: "A", item: "plan", score }, ...extra],
    });
    expect(() => evaluate(withScore("40"))).not.toThrow();
    expect(() => evaluate(withScore("40.01"))).toThrow("超过 40 分");
    expect(() => evaluate({ ...withScore("1"), scores: [] })).toThrow("缺少 1 对 A");
    expect(() => evaluate(withScore("1", [{ member: "1", bid: "A", item: "plan", score: "2" }]))).toThrow("有两个评分");
  });

  test("the same bid twice, and a case that is none", () => {
    expect(() =>
      evaluate(
        ev1({
          bids: [
            { id: "A", quoted: "1" },
            { id: "A", quoted: "2" },
          ],
        }),
      ),
    ).toThrow("出现两次");
    expect(() => evaluate(ev1({ bids: [{ id: "A", quoted: "-1" }] }))).toThrow(CaseError);
  });
});

test("a price of nothing cannot be scored", () => {
  expect(() => evaluate(ev1({ bids: [{ id: "A", quoted: "0", objective: { other: "1" } }] }))).toThrow("须大于零");
});

test("a later rejection does not move a frozen base", () => {
  const first = evaluate(ev1());
  const bids = ev1().bids.map((bid) => (bid.id === "G" ? { ...bid, rejected: "RJ-6" } : bid));
  const second = evaluate(ev1({ bids, frozenBase: first.base! }));
  expect(second.base).toBe("9276237.50");
  expect(row(second, "B").total).toBe("92.90");
  expect(second.ranking[0]).toEqual({ rank: 1, bid: "B" });
});

test("all bids rejected: nothing is ranked and nothing is divided", () => {
  const bids = ev1().bids.map((bid) => ({ ...bid, rejected: "RJ-6" }));
  expect(evaluate(ev1({ bids }))).toMatchObject({ ranking: [], candidates: [], alarms: [], entering: [] });
});
