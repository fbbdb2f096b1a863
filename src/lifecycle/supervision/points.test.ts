import { expect, test } from "vitest";
import { addDays, addHours, addMinutes, shanghai } from "@/core/time";
import { colourOf, type PointFacts, pointsOf } from "./points";

const start = shanghai("2026-03-02 09:00");
const NOTHING: PointFacts = {
  state: "T1",
  mandatory: true,
  noticePublishedAt: null,
  mediaPublishedAt: null,
  bidDeadline: null,
  openedAt: null,
  reportedAt: null,
  candidatesPublishedAt: null,
  objections: [],
};
const colours = (facts: Partial<PointFacts>, now: Date) =>
  Object.fromEntries(pointsOf({ ...NOTHING, ...facts }).map((point) => [point.id, colourOf(point, now)]));

test("R-5.13.3: a point is green until it is near, then yellow, then red; what was done late stays red", () => {
  const objection = { number: 1, filedAt: start, alarmAt: addHours(start, 48), dueAt: addDays(start, 3) };
  const at = (hours: number, answered: Date | null = null) =>
    colours({ objections: [{ ...objection, answeredAt: answered }] }, addHours(start, hours))["objection-1"];
  expect([at(47), at(48), at(72), at(73)]).toEqual(["green", "yellow", "yellow", "red"]);
  expect(at(200, addHours(start, 60))).toBe("green");
  expect(at(200, addHours(start, 73))).toBe("red");
});

test("R-N.3: a medium that has not printed within twelve hours is late; half of it is a warning", () => {
  const at = (hours: number) => colours({ noticePublishedAt: start }, addHours(start, hours)).media;
  expect([at(5), at(6), at(12), at(13)]).toEqual(["green", "yellow", "yellow", "red"]);
  expect(colours({ noticePublishedAt: start, mandatory: false }, addHours(start, 13))).toEqual({});
});

test("R-L.110 CLK-11: candidates that are not published on the third day after the report are late", () => {
  const at = (days: number) => colours({ reportedAt: start }, addDays(start, days)).candidates;
  expect([at(1), at(2), at(3), at(3.1)]).toEqual(["green", "yellow", "yellow", "red"]);
});

test("an opening that does not follow its deadline is late; a failed lot waits for none", () => {
  const bidDeadline = start;
  const now = addMinutes(start, 11);
  expect(colours({ bidDeadline, state: "T2" }, now).opening).toBe("red");
  expect(colours({ bidDeadline, state: "O1", openedAt: addMinutes(start, 0.1) }, now).opening).toBe("green");
  expect(colours({ bidDeadline, state: "F1" }, now)).toEqual({});
});
