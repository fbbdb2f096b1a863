import { describe, expect, test } from "vitest";
import { parseDecimal } from "@/core/rational";
import { CaseError } from "./case-file";
import { evaluate } from "./evaluate";
import { keptScores } from "./member-scores";
import { rankBids } from "./ranking";

const d = parseDecimal;
const bid = (name: string, total: string, price: string, technical: string) => ({
  bid: name,
  total: d(total),
  price: d(price),
  quoted: d(price),
  technical: d(technical),
});

describe("ties", () => {
  test("higher total, then lower price, then higher technical score", () => {
    const bids = [
      bid("a", "90", "10", "30"),
      bid("b", "90", "9", "30"),
      bid("c", "91", "20", "1"),
      bid("d", "90", "10", "31"),
    ];
    const { order, openTies } = rankBids(bids, ["price", "technical", "draw"], {});
    expect(order).toEqual(["c", "b", "d", "a"]);
    expect(openTies).toEqual([]);
  });

  test("what is still equal shares the rank until TIE|rank is drawn", () => {
    const bids = [
      bid("a", "95", "10", "30"),
      bid("b", "90", "10", "30"),
      bid("c", "90", "10", "30"),
      bid("d", "80", "1", "1"),
    ];
    const rules = ["price", "technical", "draw"] as const;
    const open = rankBids(bids, rules, {});
    expect([...open.ranks]).toEqual([
      ["a", 1],
      ["b", 2],
      ["c", 2],
      ["d", 4],
    ]);
    expect(open.openTies).toEqual([{ rank: 2, label: "TIE|2", bids: ["b", "c"] }]);
    const drawn = rankBids(bids, rules, { "TIE|2": ["c", "b"] });
    expect(drawn.order).toEqual(["a", "c", "b", "d"]);
    expect(drawn.openTies).toEqual([]);
    expect(() => rankBids(bids, rules, { "TIE|2": ["c", "a"] })).toThrow(CaseError);
  });

  test("candidates are not named while a tie among them waits for its draw", () => {
    const method = { kind: "lowest_evaluated" } as const;
    const bids = ["a", "b", "c", "d"].map((id) => ({ id, quoted: id === "d" ? "2" : "1" }));
    const open = evaluate({ format: "xinbiao-score/1", lot: "L", method, bids });
    expect(open.candidates).toEqual([]);
    expect(open.openTies).toEqual([{ rank: 1, label: "TIE|1", bids: ["a", "b", "c"] }]);
    const drawn = evaluate({ format: "xinbiao-score/1", lot: "L", method, bids, draws: { "TIE|1": ["b", "c", "a"] } });
    expect(drawn.candidates.map((candidate) => candidate.bid)).toEqual(["b", "c", "a"]);
  });
});

describe("combining members' scores", () => {
  test("fewer than the printed number of members: nothing is dropped", () => {
    const rule = { dropHigh: 1, dropLow: 1, minMembers: 5, per: "item" } as const;
    expect(keptScores(["1", "2", "3", "9"].map(d), rule)).toHaveLength(4);
    expect(keptScores(["1", "2", "3", "4", "9"].map(d), rule)).toEqual(["2", "3", "4"].map(d));
  });

  test("class weights: each product is rounded before adding", () => {
    const result = evaluate({
      format: "xinbiao-score/1",
      lot: "L",
      method: {
        kind: "comprehensive",
        price: { type: "lowest", full: "100" },
        weights: { technical: "0.333", commercial: "0.333", price: "0.334" },
      },
      criteria: [
        { id: "t", class: "technical", max: "100", objective: true },
        { id: "c", class: "commercial", max: "100", objective: true },
      ],
      bids: [{ id: "a", quoted: "1", objective: { t: "80.05", c: "70.05" } }],
    });
    // 26.65665 → 26.66, 23.32665 → 23.33, 33.40.
    expect(result.rows[0]!.total).toBe("83.39");
  });

  test("per total: extremes of the members' totals are dropped, objective scores are added", () => {
    const members = ["1", "2", "3", "4", "5"];
    const result = evaluate({
      format: "xinbiao-score/1",
      lot: "L",
      method: { kind: "comprehensive", price: { type: "lowest", full: "0" }, members: { per: "total" } },
      criteria: [
        { id: "x", class: "technical", max: "50" },
        { id: "y", class: "commercial", max: "40" },
        { id: "o", class: "commercial", max: "10", objective: true },
      ],
      members,
      bids: [{ id: "a", quoted: "1", objective: { o: "5" } }],
      scores: members.flatMap((member, i) => [
        { member, bid: "a", item: "x", score: String(10 + i) },
        { member, bid: "a", item: "y", score: String(20 - 3 * i) },
      ]),
    });
    // Totals 30, 28, 26, 24, 22: without extremes 26.00.
    expect(result.rows[0]!.otherScore).toBe("31.00");
  });
});
