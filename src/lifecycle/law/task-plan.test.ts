import { expect, test } from "vitest";
import { formatInstant, shanghai } from "@/core/time";
import { aRegime } from "@/lifecycle/lot/testing-lot";
import { PROFILES } from "./clauses";
import { isDate, type PlanInput, type PlanRow, taskPlan } from "./task-plan";

const input = (set: Partial<PlanInput> = {}): PlanInput => ({
  profile: PROFILES.national,
  regime: aRegime(),
  publishAt: shanghai("2026-03-02 09:00"),
  validityDays: 90,
  windowMinutes: 60,
  ...set,
});
const chosen = (deadline: string, saleEnd = "2026-03-09 17:00") => ({
  saleStart: shanghai("2026-03-02 09:00"),
  saleEnd: shanghai(saleEnd),
  bidDeadline: shanghai(deadline),
});
const of = (rows: readonly PlanRow[], clause: string) => rows.find((row) => row.clause === clause)!;
const text = ({ at }: PlanRow) => (isDate(at) ? formatInstant(at).slice(0, 16) : at.code);

test("R-5.2.5 CLK-01 CLK-03 CLK-12: published on 2026-03-02, every act has its earliest or latest lawful moment", () => {
  const rows = taskPlan(input());
  expect(rows.map((row) => [row.clause, row.bound, text(row)])).toEqual([
    [undefined, "not_before", "2026-03-02 09:00"],
    ["CLK-01", "not_before", "2026-03-07 09:00"],
    ["CLK-03", "not_before", "2026-03-22 09:00"],
    ["CLK-05", "not_after", "2026-03-07 09:00"],
    ["CLK-06", "not_after", "2026-03-12 09:00"],
    ["CLK-30", "not_before", "2026-03-22 10:00"],
    ["CLK-12", "not_before", "2026-03-26 00:00"],
    [undefined, "not_before", "2026-03-26 00:00"],
    ["CLK-15", "not_after", "2026-04-11 00:00"],
    ["CLK-14", "not_after", "2026-04-26 00:00"],
    ["CLK-24", "not_after", "2026-06-20 00:00"],
  ]);
  for (const { article, rule } of rows) expect(article.length * rule.length).toBeGreaterThan(0);
});

test("R-5.2.5 CLK-03: a plan with 19 days conflicts, one with 20 fits; a voluntary lot is warned", () => {
  const at = (deadline: string, set: Partial<PlanInput> = {}) =>
    of(taskPlan(input({ chosen: chosen(deadline), ...set })), "CLK-03").verdict;
  expect(at("2026-03-21 09:00")).toBe("fail");
  expect(at("2026-03-22 09:00")).toBe("pass");
  const regime = aRegime({ mandatory: false });
  expect(at("2026-03-21 09:00", { regime })).toBe("warn");
  expect(at("2026-03-22 09:00", { regime })).toBe("pass");
  // Never before the documents are sold, whoever tenders.
  expect(at("2026-03-09 16:59", { regime })).toBe("fail");
});

test("R-5.2.5 CLK-01: a sale of four days conflicts, for every lot", () => {
  for (const mandatory of [true, false]) {
    const rows = taskPlan(
      input({ regime: aRegime({ mandatory }), chosen: chosen("2026-03-30 09:30", "2026-03-06 17:00") }),
    );
    expect(of(rows, "CLK-01").verdict).toBe("fail");
  }
});

test("R-5.2.5 CLK-12: later acts count from what was chosen, as in the timetable worked by hand", () => {
  const rows = taskPlan(input({ chosen: chosen("2026-03-30 09:30") }));
  expect(text(of(rows, "CLK-05"))).toBe("2026-03-15 09:30");
  expect(text(of(rows, "CLK-06"))).toBe("2026-03-20 09:30");
  expect(text(of(rows, "CLK-30"))).toBe("2026-03-30 10:30");
  // Three days after 30 March.
  expect(text(of(rows, "CLK-12"))).toBe("2026-04-03 00:00");
});

test("CLK-02 CLK-04: with prequalification the documents follow the applications", () => {
  const rows = taskPlan(input({ regime: aRegime({ qualification: "pre" }) }));
  expect(text(of(rows, "CLK-02"))).toBe("2026-03-12 09:00");
  expect(text(of(rows, "CLK-04"))).toBe("2026-03-09 09:00");
  expect(text(of(rows, "CLK-03"))).toBe("2026-04-01 09:00");
});

test("CLK-29: experts are drawn in the last day before the evaluation where the profile says so", () => {
  const rows = taskPlan(input({ profile: PROFILES["guizhou-demo"] }));
  expect(text(of(rows, "CLK-29"))).toBe("2026-03-21 10:00");
  expect(of(taskPlan(input()), "CLK-29")).toBeUndefined();
});

test("without the holidays of a year the rows that need them say so, and the others stand", () => {
  const rows = taskPlan(input({ publishAt: shanghai("2026-12-14 09:00") }));
  expect(text(of(rows, "CLK-03"))).toBe("2027-01-03 09:00");
  expect(text(of(rows, "CLK-12"))).toBe("law.holiday_table_missing");
  expect(text(of(rows, "CLK-14"))).toBe("law.holiday_table_missing");
  expect(text(of(rows, "CLK-24"))).toBe("2027-04-03 00:00");
});
