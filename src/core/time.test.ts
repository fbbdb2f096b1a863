import { expect, test } from "vitest";
import {
  addDays,
  datesBetween,
  endOfShanghaiDay,
  formatChineseInstant,
  formatDate,
  formatInstant,
  fromTs14,
  readShanghai,
  shanghai,
  shanghaiParts,
  startOfShanghaiDay,
  ts14,
  weekdayName,
} from "./time";

test("an instant is shown in Beijing time whatever the zone of the machine", () => {
  expect(formatInstant(new Date("2026-03-22T01:00:00Z"))).toBe("2026-03-22 09:00:00 (北京时间)");
  expect(formatDate(new Date("2026-03-21T16:00:00Z"))).toBe("2026-03-22");
  expect(formatChineseInstant(shanghai("2026-03-02 09:05"))).toBe("2026年3月2日9时05分");
});

test("the day in Beijing begins at 16:00 UTC of the day before", () => {
  const morning = new Date("2026-03-22T01:00:00.250Z");
  expect(startOfShanghaiDay(morning)).toEqual(new Date("2026-03-21T16:00:00Z"));
  expect(endOfShanghaiDay(morning)).toEqual(new Date("2026-03-22T16:00:00Z"));
  expect(startOfShanghaiDay(startOfShanghaiDay(morning))).toEqual(startOfShanghaiDay(morning));
});

test("a wall time that does not exist is no time", () => {
  expect(readShanghai("2026-02-30 09:00")).toBeUndefined();
  expect(readShanghai("2026-02-28 24:00")).toBeUndefined();
  expect(readShanghai("22/03/2026")).toBeUndefined();
  expect(() => shanghai("morning")).toThrow(RangeError);
});

test("weekdays and dates between", () => {
  expect(weekdayName(shanghai("2026-03-02"))).toBe("星期一");
  expect(shanghaiParts(shanghai("2026-03-22")).weekday).toBe(7);
  expect(datesBetween(shanghai("2026-03-02 23:59"), shanghai("2026-03-22 00:00"))).toBe(20);
  expect(addDays(shanghai("2026-03-02 09:00"), 20)).toEqual(shanghai("2026-03-22 09:00"));
});

test("R-A.3: 14-digit exchange times and instants are the same moment, both ways", () => {
  for (const text of ["2026-03-22 09:00:00", "2026-12-31 23:59:59", "2028-02-29 00:00:00"]) {
    const instant = shanghai(text);
    expect(ts14(instant)).toBe(text.replace(/[- :]/g, ""));
    expect(fromTs14(ts14(instant))).toEqual(instant);
  }
  expect(ts14(new Date("2026-03-22T01:00:00Z"))).toBe("20260322090000");
  expect(fromTs14("20260231090000")).toBeUndefined();
});
