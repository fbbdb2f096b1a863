import { expect, test } from "vitest";
import { hex } from "@/core/bytes";
import { commitmentOf, draw, drawWithStandby, hashOfItems, openingNonces, seedOf, sortItems } from "./draw";
import { type DrawCase, runDrawCase } from "./draw-case";

const LOT = "E5200000001000001001001";
const NONCES = ["operator-nonce-0001", "tenderer-nonce-0002"];
const seed = seedOf(LOT, NONCES);
const pool = Array.from({ length: 12 }, (_, i) => `EXP${String(i + 1).padStart(3, "0")}`);
const excluded = { EXP003: "employee of bidder", EXP007: "recused by himself", EXP010: "supervisory staff" };
const eligible = pool.filter((code) => !(code in excluded));
const DRAWN = ["EXP006", "EXP005", "EXP001", "EXP012", "EXP008"];
const SEATS = ["GY-01", "GY-02", "GY-03", "ZY-01", "ZY-02", "LPS-01", "LPS-02"];

test("R-5.7.2: the published example of an expert draw is reproduced exactly", async () => {
  expect(commitmentOf(NONCES[0]!)).toBe("35771fc33941133b8a9d0f38bdefd0e8727f709cf251e63da916e2522c3bd4aa");
  expect(commitmentOf(NONCES[1]!)).toBe("2318d3d78572ce3b64d2dbf01ae4dd40ab92a03ee513d5d03667b435353319b1");
  expect(hex(seed)).toBe("d7508fcf247d07ab4cf102a0b33acc40529daa6134f9e72c7cd9f483ea553d81");
  const { drawn, standby } = await drawWithStandby(seed, "EXPERT|civil", [...eligible].reverse(), 5, 2);
  expect(drawn).toEqual(DRAWN);
  expect(standby).toEqual(["EXP004", "EXP002"]);
});

test("R-5.7.24: seats are drawn in the published order and go to the members as they were drawn", async () => {
  const picked = await draw(seed, "SEAT", SEATS, 5);
  expect(picked).toEqual(["LPS-01", "LPS-02", "GY-02", "ZY-01", "GY-03"]);
  expect(Object.fromEntries(DRAWN.map((expert, i) => [expert, picked[i]]))).toEqual({
    EXP006: "LPS-01",
    EXP005: "LPS-02",
    EXP001: "GY-02",
    EXP012: "ZY-01",
    EXP008: "GY-03",
  });
});

test("R-5.6.7: the factor K of the published example is 0.005", async () => {
  const factors = ["0.005", "0.010", "0.015", "0.020", "0.025", "0.030"];
  expect(await draw(seed, "K", factors, 1)).toEqual(["0.005"]);
});

test("items are sorted by their UTF-8 bytes and hashed each with a line feed", () => {
  expect(sortItems(["b", "a", "甲", "A", "10", "9"])).toEqual(["10", "9", "A", "a", "b", "甲"]);
  // U+FF5E sorts before U+1F600 in bytes, and after it in UTF-16.
  expect(sortItems(["😀", "～"])).toEqual(["～", "😀"]);
  expect(hashOfItems(["b", "a"])).toBe(commitmentOf("a\nb\n"));
  expect(() => sortItems(["a", "a"])).toThrow(RangeError);
});

test("nonces of an opening: platform, tenderer, then the bids in the order of their seal hashes", () => {
  const bids = [
    { sealHash: "bb", draw: "0B" },
    { sealHash: "aa", draw: "0a" },
  ];
  expect(openingNonces("p", "t", bids)).toEqual(["p", "t", "0a", "0b"]);
});

test("every item is drawn about equally often", async () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 600; i++) {
    const picked = await draw(seed, `X${i}`, ["a", "b", "c"], 1);
    counts.set(picked[0]!, (counts.get(picked[0]!) ?? 0) + 1);
  }
  for (const item of ["a", "b", "c"]) expect(counts.get(item)).toBeGreaterThan(150);
});

test("more than there is cannot be drawn", async () => {
  await expect(draw(seed, "X", ["a"], 2)).rejects.toThrow(RangeError);
});

test("a case file names what does not fit: commitment, list, result", async () => {
  const good: DrawCase = {
    format: "xinbiao-draw/1",
    lot: LOT,
    parties: NONCES.map((nonce, i) => ({ party: `p${i}`, nonce, commitment: commitmentOf(nonce) })),
    draws: [
      {
        label: "EXPERT|civil",
        items: pool,
        excluded,
        inputHash: hashOfItems(eligible),
        count: 5,
        standby: 2,
        expect: { drawn: DRAWN, standby: ["EXP004", "EXP002"] },
      },
    ],
  };
  expect((await runDrawCase(good)).disagreements).toEqual([]);
  const bad = structuredClone(good);
  bad.parties[0]!.nonce = "operator-nonce-0009";
  bad.draws[0]!.items.push("EXP013");
  expect((await runDrawCase(bad)).disagreements).toEqual([
    "p0 的承诺",
    "EXPERT|civil 的名单哈希",
    "EXPERT|civil 的抽取结果",
    "EXPERT|civil 的备选结果",
  ]);
});
