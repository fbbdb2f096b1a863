import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { Refused } from "./refusal";
import { addDays, formatDate, shanghai } from "./time";
import { endOfWorkdays, isWorkday, onOrAfterWorkday } from "./workdays";

test("holidays, make-up working days and ordinary weekends", () => {
  expect(isWorkday(shanghai("2026-04-04 10:00"))).toBe(false);
  expect(isWorkday(shanghai("2026-04-06 10:00"))).toBe(false);
  expect(isWorkday(shanghai("2026-04-07 10:00"))).toBe(true);
  expect(isWorkday(shanghai("2026-05-09 10:00"))).toBe(true);
  expect(isWorkday(shanghai("2026-05-10 10:00"))).toBe(false);
  expect(onOrAfterWorkday(shanghai("2026-04-04 10:00"))).toEqual(shanghai("2026-04-07"));
});

test("the n-th working day ends at 24:00 and the day of the event is not counted", () => {
  expect(endOfWorkdays(shanghai("2026-04-03 10:00"), 1)).toEqual(shanghai("2026-04-08"));
  expect(endOfWorkdays(shanghai("2026-05-08 10:00"), 1)).toEqual(shanghai("2026-05-10"));
});

test("a year without a table refuses and names it", () => {
  expect(() => isWorkday(shanghai("2027-01-04"))).toThrow(Refused);
  try {
    isWorkday(shanghai("2027-01-04"));
  } catch (error) {
    expect((error as Refused).refusal).toMatchObject({ code: "law.holiday_table_missing", facts: { year: 2027 } });
  }
});

test("the table of 2026 equals the public data set, day by day", () => {
  const file = createRequire(import.meta.url).resolve("chinese-days/dist/years/2026.json");
  const published = JSON.parse(readFileSync(file, "utf8")) as Record<"holidays" | "workdays", Record<string, string>>;
  for (let day = shanghai("2026-01-01"); formatDate(day) < "2027"; day = addDays(day, 1)) {
    const text = formatDate(day);
    const weekend = [0, 6].includes(new Date(`${text}T00:00:00Z`).getUTCDay());
    const worked = text in published.workdays || (!weekend && !(text in published.holidays));
    expect(isWorkday(day), text).toBe(worked);
  }
});
