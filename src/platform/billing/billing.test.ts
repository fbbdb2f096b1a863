import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { DEFAULT_RATES, interestOf, ratesWith, refusalToEnterRate } from "./interest";
import { differencesOf } from "./reconcile";
import {
  deliveryPosting,
  judgePayment,
  type OrderFacts,
  paymentPosting,
  refundPosting,
  secondsToNextQuestion,
} from "./rules";
import { EnterRate, InvoiceHead, percentMillionths, percentText } from "./schema";

const order: OrderFacts = {
  state: "paying",
  amountFen: 30_000n,
  payUntil: shanghai("2026-03-09 17:00"),
  transaction: null,
  paidFen: null,
};
const paid = { transaction: "B1", paidFen: 30_000n, paidAt: shanghai("2026-03-09 16:59:59") };

test("a payment counts once, in time by the bank's instant, whole or not at all", () => {
  expect(judgePayment(order, paid)).toEqual({ kind: "deliver", surplusFen: 0n });
  expect(judgePayment({ ...order, state: "expired" }, paid)).toEqual({ kind: "deliver", surplusFen: 0n });
  expect(judgePayment(order, { ...paid, paidAt: order.payUntil })).toEqual({ kind: "give-back", reason: "late" });
  expect(judgePayment(order, { ...paid, paidFen: 29_999n })).toEqual({ kind: "give-back", reason: "short" });
  expect(judgePayment(order, { ...paid, paidFen: 30_001n })).toEqual({ kind: "deliver", surplusFen: 1n });
  expect(judgePayment(order, paid, "terminated")).toEqual({ kind: "give-back", reason: "terminated" });
  const counted = { ...order, state: "delivered" as const, transaction: "B1", paidFen: 30_000n };
  expect(judgePayment(counted, paid)).toEqual({ kind: "repeated" });
  expect(judgePayment(counted, { ...paid, paidFen: 1n })).toEqual({ kind: "contradicted" });
  expect(judgePayment(counted, { ...paid, transaction: "B2" })).toEqual({ kind: "contradicted" });
});

test("every posting sums to zero", () => {
  const sum = (posting: ReturnType<typeof paymentPosting>) => posting.reduce((total, [, fen]) => total + fen, 0n);
  expect(sum(paymentPosting(30_000n))).toBe(0n);
  expect(sum(deliveryPosting(30_000n))).toBe(0n);
  expect(sum(refundPosting("buyers", 27_000n, 0n))).toBe(0n);
  expect(sum(refundPosting("document-fees", 30_000n, 3n))).toBe(0n);
});

test("R-5.9.3: interest is counted by days at the rate of each day, and rounded once", () => {
  const at = (text: string) => shanghai(`${text} 10:00`);
  // 800,000 yuan for 90 days at 0.05 %: 800000 × 0.0005 × 90 / 360 = 100 yuan.
  expect(interestOf(80_000_000n, at("2026-03-01"), at("2026-05-30"))).toBe(10_000n);
  // Across a change of rate: 36 days at 0.10 %, 72 at 0.05 %, on 100,000 yuan: 10 and 10 yuan.
  expect(interestOf(10_000_000n, at("2025-04-14"), at("2025-07-31"))).toBe(2_000n);
  expect(interestOf(30_000n, at("2026-03-02"), at("2026-03-02"))).toBe(0n);
  expect(() => interestOf(1n, at("2020-01-01"), at("2026-01-01"))).toThrow(RangeError);
});

test("R-5.9.3: the operator's rates take the default's place from their first day on, follow one another and change no past day", () => {
  const at = (text: string) => shanghai(`${text} 10:00`);
  const rates = ratesWith([["2026-03-11", 1_000n]]);
  // Ten days at the default's 0.05 %, thirty at 0.10 %, on 1,000,000 yuan.
  expect(interestOf(100_000_000n, at("2026-03-01"), at("2026-04-10"), rates)).toBe(9_722n);
  expect(ratesWith([])).toBe(DEFAULT_RATES);
  expect(ratesWith([["2022-01-01", 1n]])).toEqual([["2022-01-01", 1n]]);
  expect(refusalToEnterRate("2020-01-01", undefined, "2026-03-01")).toBeUndefined();
  expect(refusalToEnterRate("2026-03-01", "2026-02-01", "2026-03-01")).toBeUndefined();
  for (const from of ["2026-02-28", "2026-02-01"])
    expect(refusalToEnterRate(from, "2026-02-01", "2026-03-01")).toMatchObject({ code: "billing.rate_past" });
  expect([EnterRate.shape.percent.safeParse("0.05").success, percentMillionths("0.05"), percentText(500n)]).toEqual([
    true,
    500,
    "0.05%",
  ]);
});

test("a day of the bank is compared movement by movement, and its sum with its own lines", () => {
  const paid = { kind: "paid" as const, orderNo: "A", number: "B1", fen: 30_000n };
  const back = { kind: "refunded" as const, orderNo: "A", number: "R1", fen: 30_001n };
  expect(differencesOf([paid, back], -1n, [back, paid])).toEqual([]);
  expect(differencesOf([], 0n, [])).toEqual([]);
  expect(differencesOf([paid], 30_000n, []).map(({ what, number }) => [what, number])).toEqual([["only-bank", "B1"]]);
  expect(differencesOf([], 0n, [back])).toMatchObject([{ what: "only-ledger", ledgerFen: "-30001", bankFen: "" }]);
  expect(differencesOf([{ ...paid, fen: 1n }], 1n, [paid])).toMatchObject([{ what: "amount", bankFen: "1" }]);
  expect(differencesOf([{ ...paid, orderNo: "C" }], 30_000n, [paid])).toMatchObject([{ what: "amount" }]);
  expect(differencesOf([paid], 30_001n, [paid])).toMatchObject([{ what: "total", bankFen: "30001" }]);
});

test("the bank is asked every few seconds while a payer waits, and once a minute in the end", () => {
  expect([0, 1, 2, 3, 119, 120].map(secondsToNextQuestion)).toEqual([1, 2, 4, 5, 5, 60]);
});

test("an invoice names a company and its tax number", () => {
  expect(InvoiceHead.parse({ invoiceTitle: " 甲山建设 ", invoiceTaxNumber: "91520100ma6dem001x" })).toEqual({
    invoiceTitle: "甲山建设",
    invoiceTaxNumber: "91520100MA6DEM001X",
  });
  expect(InvoiceHead.safeParse({ invoiceTitle: "甲", invoiceTaxNumber: "123" }).success).toBe(false);
});
