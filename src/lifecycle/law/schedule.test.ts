import { expect, test } from "vitest";
import { formatInstant, shanghai } from "@/core/time";
import { PROFILES } from "./clauses";
import { suggestedSchedule } from "./schedule";

test("a suggested schedule keeps both minimums and falls on working days", () => {
  const { saleEnd, bidDeadline } = suggestedSchedule(PROFILES.national, shanghai("2026-05-18 08:00"));
  expect(formatInstant(saleEnd)).toBe("2026-05-25 17:00:00 (北京时间)");
  expect(formatInstant(bidDeadline)).toBe("2026-06-08 09:30:00 (北京时间)");
});
