import { expect, test } from "vitest";
import { feeText, serviceFee, winnerPaysText } from "./rules";
import { MandateTerms } from "./schema";

const TIERS = [
  { upToFen: "100000000", perMille: "10" },
  { upToFen: "500000000", perMille: "7" },
  { upToFen: "1000000000", perMille: "5.5" },
  { upToFen: "", perMille: "3.5" },
];
const terms = {
  number: "WT-1",
  scope: ["publish"],
  feeFen: "0",
  feePayer: "winner",
  feeTiers: TIERS,
  startsAt: "2026-03-01T00:00:00Z",
  endsAt: "2026-12-01T00:00:00Z",
};

test("R-5.9.1: a service fee by tiers is exact, shows every step, and is rounded once", () => {
  // 1,000,000 × 10‰ + 4,000,000 × 7‰ + 5,000,000 × 5.5‰ + 2,800,000 × 3.5‰ = 10,000 + 28,000 + 27,500 + 9,800 yuan.
  const { amountFen, steps } = serviceFee({ feeFen: "0", feeTiers: TIERS }, 1_280_000_000n);
  expect(amountFen).toBe(7_530_000n);
  expect(steps).toEqual([
    { text: "1000000.00 × 10‰", amount: "10000.00" },
    { text: "（5000000.00 - 1000000.00） × 7‰", amount: "28000.00" },
    { text: "（10000000.00 - 5000000.00） × 5.5‰", amount: "27500.00" },
    { text: "（12800000.00 - 10000000.00） × 3.5‰", amount: "9800.00" },
    { text: "合计，四舍五入到分", amount: "75300.00" },
  ]);
  // At the end of a tier nothing of the next one; half a fen goes up.
  expect(serviceFee({ feeFen: "0", feeTiers: TIERS }, 100_000_000n).amountFen).toBe(1_000_000n);
  expect(serviceFee({ feeFen: "0", feeTiers: [{ upToFen: "", perMille: "5" }] }, 100n).amountFen).toBe(1n);
  expect(serviceFee({ feeFen: "0", feeTiers: [{ upToFen: "", perMille: "4.999" }] }, 100n)).toEqual({
    amountFen: 0n,
    steps: [
      { text: "1.00 × 4.999‰", amount: "0.004999" },
      { text: "合计，四舍五入到分", amount: "0.00" },
    ],
  });
  expect(serviceFee({ feeFen: "3000000" }, 1n).amountFen).toBe(3_000_000n);
});

test("R-5.9.1: the tender document prints what the winner pays, and nothing where the tenderer pays", () => {
  expect(feeText({ feeFen: "0", feeTiers: TIERS })).toContain(
    "¥1,000,000.00 以下的部分 10‰，¥1,000,000.00 至 ¥5,000,000.00 的部分 7‰",
  );
  expect(winnerPaysText({ feeFen: "3000000", feePayer: "winner" })).toContain("每个标段 ¥30,000.00");
  expect(winnerPaysText({ feeFen: "3000000", feePayer: "tenderer" })).toBeUndefined();
  expect(winnerPaysText({ feeFen: "0", feePayer: "winner" })).toBeUndefined();
});

test("tiers that overlap, have a gap at the end, or stand beside a fixed amount are refused", () => {
  const read = (set: object) => MandateTerms.safeParse({ ...terms, ...set }).success;
  expect(read({})).toBe(true);
  expect(read({ feeTiers: [...TIERS].reverse() })).toBe(false);
  expect(read({ feeTiers: TIERS.slice(0, 2) })).toBe(false);
  expect(read({ feeTiers: [{ upToFen: "", perMille: "1" }, ...TIERS] })).toBe(false);
  expect(read({ feeTiers: [{ upToFen: "", perMille: "1.2345" }] })).toBe(false);
  expect(read({ feeFen: "1" })).toBe(false);
  expect(read({ feeTiers: undefined, feeFen: "1" })).toBe(true);
});
