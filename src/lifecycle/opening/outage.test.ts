import { expect, test } from "vitest";
import { addMinutes, shanghai } from "@/core/time";
import type { Outage, Part } from "@/kit/heartbeat";
import { judgeOutage, lostSeconds, openingHour, silencesWithin } from "./outage";

const deadline = shanghai("2026-05-20 09:30");
const at = (minutes: number) => addMinutes(deadline, minutes);
const down = (from: number, to?: number, part: Part = "receiver"): Outage => ({
  part,
  from: at(from),
  to: to === undefined ? undefined : at(to),
});
const watch = { from: at(-60), end: deadline, kind: "deadline" as const };

test("silences of the receiving parts are laid over one another; the worker's silence keeps nobody from handing in", () => {
  const found = silencesWithin(
    [down(-50, -40), down(-45, -30, "web"), down(-20, -10), down(-60, -5, "worker")],
    at(-60),
    at(0),
  );
  expect(found).toEqual([
    { from: at(-50), to: at(-30) },
    { from: at(-20), to: at(-10) },
  ]);
  expect(lostSeconds(found, at(-60), at(0))).toBe(30 * 60);
  expect(lostSeconds(silencesWithin([down(-70, -55), down(-1, 20)], at(-60), at(0)), at(-60), at(0))).toBe(6 * 60);
  expect(silencesWithin([down(-90, -60), down(0, 5)], at(-60), at(0))).toEqual([]);
});

test("less than a minute lost before the deadline changes nothing; a minute does, however it is made up", () => {
  expect(judgeOutage([down(-0.9, 30)], watch, at(31))).toEqual({ kind: "none" });
  expect(judgeOutage([down(-1, 30)], watch, at(31))).toMatchObject({ kind: "move", seconds: 60 });
  expect(judgeOutage([down(-50, -49.5), down(-20, -19.5, "web")], watch, at(-10))).toMatchObject({ kind: "move" });
});

test("an outage that is over before the deadline moves it by an hour, or by what was lost if that is more", () => {
  expect(judgeOutage([down(-30, -20)], watch, at(-19))).toMatchObject({ end: at(60), seconds: 600 });
  const before = { ...watch, from: at(-120) };
  expect(judgeOutage([down(-110, -10)], before, at(-9))).toMatchObject({ end: at(105), seconds: 6000 });
});

test("an outage over the deadline holds everything while it lasts, and moves the deadline from its end", () => {
  expect(judgeOutage([down(-10)], watch, at(-5))).toEqual({ kind: "wait", since: at(-10) });
  expect(judgeOutage([down(-10)], watch, at(3))).toEqual({ kind: "wait", since: at(-10) });
  expect(judgeOutage([down(-10, 40)], watch, at(41))).toMatchObject({
    kind: "move",
    // 09:30 + 41 min + 60 min, on the next quarter.
    end: shanghai("2026-05-20 11:15"),
    silences: [{ from: at(-10).toISOString(), to: at(40).toISOString() }],
  });
});

test("a moved deadline falls on a working day, when people are at their desks", () => {
  expect(openingHour(shanghai("2026-05-20 07:10"))).toEqual(shanghai("2026-05-20 10:00"));
  expect(openingHour(shanghai("2026-05-20 17:00"))).toEqual(shanghai("2026-05-20 17:00"));
  expect(openingHour(shanghai("2026-05-20 17:01"))).toEqual(shanghai("2026-05-21 10:00"));
  // A Friday evening, and the Dragon Boat holiday.
  expect(openingHour(shanghai("2026-05-22 18:00"))).toEqual(shanghai("2026-05-25 10:00"));
  expect(openingHour(shanghai("2026-06-18 18:00"))).toEqual(shanghai("2026-06-22 10:00"));
});

test("CLK-30: a decryption window goes on for what was lost in it, and for ten minutes at least after the platform is back", () => {
  const window = { from: at(0), end: at(60), kind: "window" as const };
  expect(judgeOutage([down(10, 25)], window, at(26))).toMatchObject({ end: at(75), seconds: 900 });
  expect(judgeOutage([down(59), down(10, 10.5)], window, at(65))).toMatchObject({ kind: "wait" });
  expect(judgeOutage([down(58, 90)], window, at(91))).toMatchObject({ end: at(101), seconds: 120 });
  expect(judgeOutage([down(30, 90)], window, at(91))).toMatchObject({ end: at(121), seconds: 1800 });
});
