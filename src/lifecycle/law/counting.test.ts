import { expect, test } from "vitest";
import { addDays, shanghai } from "@/core/time";
import {
  endOfFixedPeriod,
  endOfMinimum,
  endOfPeriod,
  extendBySuspension,
  isTightBefore,
  latestBefore,
  satisfiesMinimum,
} from "./counting";

test("a minimum of 20 days needs 20 × 24 hours and the 20th date after", () => {
  const start = shanghai("2026-03-02 09:00");
  expect(endOfMinimum(start, 20)).toEqual(shanghai("2026-03-22 09:00"));
  expect(satisfiesMinimum(start, shanghai("2026-03-22 08:59:59"), 20)).toBe(false);
  expect(satisfiesMinimum(start, shanghai("2026-03-22 09:00"), 20)).toBe(true);
});

test("periods counted back, and the strict reader's warning below 24 spare hours", () => {
  const deadline = shanghai("2026-03-30 09:30");
  expect(latestBefore(deadline, 15)).toEqual(shanghai("2026-03-15 09:30"));
  expect(isTightBefore(shanghai("2026-03-15 09:30"), deadline, 15)).toBe(true);
  expect(isTightBefore(shanghai("2026-03-14 09:30"), deadline, 15)).toBe(false);
  expect(isTightBefore(shanghai("2026-03-15 09:31"), deadline, 15)).toBe(false);
});

test("a period to act ends at 24:00 of its last day, moved off a day off", () => {
  expect(endOfPeriod(shanghai("2026-04-01 10:00"), 3)).toEqual(shanghai("2026-04-08 00:00"));
  expect(endOfPeriod(shanghai("2026-03-31 16:00"), 3)).toEqual(shanghai("2026-04-04 00:00"));
  expect(endOfFixedPeriod(shanghai("2026-04-01 10:00"), 3)).toEqual(shanghai("2026-04-05 00:00"));
});

test("a timer that stood still ends as much later", () => {
  const end = shanghai("2026-04-08 00:00");
  const from = shanghai("2026-04-02 10:00");
  expect(extendBySuspension(end, from, addDays(from, 2))).toEqual(shanghai("2026-04-10 00:00"));
  expect(extendBySuspension(end, from, addDays(from, -2))).toEqual(end);
});
