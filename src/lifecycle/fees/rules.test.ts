import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { withhold } from "./labour-tax";
import { expertFee, refusalToEnter, scheduleOn, spansOf } from "./rules";

const RATES = {
  halfDayFen: "40000",
  overtimeHourFen: "10000",
  againHalfDayFen: "30000",
  attendanceFen: "20000",
  localFen: "5000",
  countyFen: "10000",
  otherFen: "30000",
};
const at = shanghai;
const now = at("2026-03-31 18:00");
const span = (from: string, to: string) => spansOf(at(`2026-03-31 ${from}`), at(`2026-03-31 ${to}`));

test("R-5.7.26: an expert is paid by started half days, overtime, travel; each step is shown, the tax withheld", () => {
  const fee = expertFee(RATES, { kind: "evaluation", spans: span("08:55", "18:00"), travel: "county" }, now);
  // Nine hours and five minutes: two half days and two started hours; 1,100 yuan less 800, a fifth of 300.
  expect(fee).toMatchObject({ grossFen: 110_000n, taxFen: 6_000n, netFen: 104_000n });
  expect(fee.steps.map(({ amount }) => amount)).toEqual(["800.00", "200.00", "100.00", "1100.00", "-60.00", "1040.00"]);
  const short = expertFee(RATES, { kind: "evaluation", spans: span("09:00", "13:00"), travel: "local" }, now);
  expect(short).toMatchObject({ grossFen: 45_000n, taxFen: 0n });
  expect(expertFee(RATES, { kind: "evaluation", spans: span("09:00", "13:01"), travel: "local" }, now).grossFen).toBe(
    85_000n,
  );
  expect(expertFee(RATES, { kind: "again", spans: span("09:00", "10:00"), travel: "local" }, now).grossFen).toBe(
    35_000n,
  );
  // Whoever left after arriving: what is agreed for attendance, whatever the hours.
  expect(expertFee(RATES, { kind: "attendance", spans: [], travel: "other" }, now).grossFen).toBe(50_000n);
});

test("an evaluation of several days is counted by day, without the nights", () => {
  const spans = spansOf(at("2026-03-30 09:00"), at("2026-04-01 11:00"));
  expect(spans.map(({ from, to }) => (to.getTime() - from.getTime()) / 3_600_000)).toEqual([13, 14, 3]);
  expect(spansOf(at("2026-03-30 23:00"), at("2026-03-31 01:00"))).toEqual([]);
});

test("tax on pay for labour: 800 yuan or a fifth off, three brackets with quick deductions, dated", () => {
  const tax = (yuan: number) => withhold(BigInt(yuan) * 100n, "2026-03-31").taxFen;
  expect([0, 800, 801, 4000].map(tax)).toEqual([0n, 0n, 20n, 64_000n]);
  expect(tax(4001)).toBe(64_016n);
  // 25,000 − 5,000 = 20,000 × 20 %; 30,000 × 80 % = 24,000 × 30 % − 2,000; 100,000 × 80 % × 40 % − 7,000.
  expect([25_000, 30_000, 100_000].map(tax)).toEqual([400_000n, 520_000n, 2_500_000n]);
  expect(() => withhold(1n, "2018-12-31")).toThrow(RangeError);
});

test("R-E.4: a fee standard follows the last one, changes nothing of the past, and holds from its day", () => {
  expect(refusalToEnter("2026-01-01", undefined, "2026-03-01")).toBeUndefined();
  expect(refusalToEnter("2026-04-01", "2026-01-01", "2026-03-01")).toBeUndefined();
  expect(refusalToEnter("2026-02-01", "2026-01-01", "2026-03-01")).toMatchObject({ code: "fees.schedule_past" });
  expect(refusalToEnter("2026-04-01", "2026-04-01", "2026-03-01")).toMatchObject({ code: "fees.schedule_past" });
  const all = [{ validFrom: "2026-04-01" }, { validFrom: "2026-01-01" }];
  expect(scheduleOn(all, "2026-03-31")?.validFrom).toBe("2026-01-01");
  expect(scheduleOn(all, "2025-12-31")).toBeUndefined();
});
