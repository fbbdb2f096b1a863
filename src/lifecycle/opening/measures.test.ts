import { expect, test } from "vitest";
import { addMinutes, shanghai } from "@/core/time";
import { endAfterPause, extensionLeft, refusalToExtend, refusalToPause, refusalToResume } from "./measures";

const opened = shanghai("2026-06-15 09:30");
const end = addMinutes(opened, 60);
const held = { state: "O1" as const, flags: [], windowEndsAt: end, secondOpenedAt: null };
const extension = (minutes: number) => ({
  ...{ kind: "extended" as const, at: opened, oldEnd: end, newEnd: addMinutes(end, minutes) },
});

test("CLK-30: the host extends while the window runs, and by no more in all than what is printed", () => {
  const extend = (minutes: number, at = addMinutes(opened, 59), left = 60) =>
    refusalToExtend(held, { minutes, left, announced: false }, at);
  expect(extend(60)).toBeUndefined();
  expect(extend(61)).toMatchObject({ code: "opening.extension_limit", facts: { left: 60 } });
  expect(extend(10, end)).toMatchObject({ kind: "too_late", code: "opening.window_ended" });
  expect(
    refusalToExtend({ ...held, flags: ["SUSPENDED_ORDER"] }, { minutes: 5, left: 60, announced: false }, opened),
  ).toMatchObject({ code: "opening.suspended" });
  const announced = { minutes: 5, left: 60, announced: true };
  expect(refusalToExtend(held, announced, opened)).toMatchObject({ code: "opening.no_window" });
  expect(refusalToExtend({ ...held, state: "E1b" }, announced, opened)).toMatchObject({ code: "opening.no_window" });
  expect(extensionLeft([], 60)).toBe(60);
  expect(extensionLeft([extension(20), extension(25)], 60)).toBe(15);
});

test("R-5.11.5: a pause gives back exactly the time that was left, and time to come back when little was", () => {
  const pause = { at: addMinutes(opened, 20), oldEnd: end };
  const now = addMinutes(opened, 90);
  expect(endAfterPause(pause, now)).toEqual(addMinutes(now, 40));
  expect(endAfterPause({ ...pause, at: addMinutes(opened, 59) }, now)).toEqual(addMinutes(now, 10));
  // What had ended stays ended.
  expect(endAfterPause({ ...pause, at: addMinutes(opened, 61) }, now)).toEqual(end);
});

test("R-5.11.5: the host pauses what is being held, and resumes its own pause and nobody else's", () => {
  expect(refusalToPause(held, false)).toBeUndefined();
  expect(refusalToPause(held, true)).toMatchObject({ code: "opening.not_open" });
  expect(refusalToPause({ ...held, flags: ["SUSPENDED_ORDER"] }, false)).toMatchObject({ code: "opening.suspended" });
  expect(refusalToPause({ ...held, state: "T1" }, false)).toMatchObject({ code: "opening.not_open" });
  expect(refusalToResume({ ...held, flags: ["SUSPENDED_INCIDENT"] })).toBeUndefined();
  expect(refusalToResume({ ...held, flags: ["SUSPENDED_ORDER"] })).toMatchObject({ code: "opening.not_paused" });
  expect(refusalToResume({ ...held, flags: ["SUSPENDED_INCIDENT", "SUSPENDED_ORDER"] })).toMatchObject({
    code: "opening.suspended",
  });
});
