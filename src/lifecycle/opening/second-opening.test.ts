import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { isOpening, openedAtOf, openingName, roundOfLot } from "./rounds";
import { hallStep, refusalToAnnounceSecond, refusalToOpenSecond, refusalToRelease, refusalToSignIn } from "./rules";

const at = shanghai("2026-06-01 10:00");
const minutes = (n: number) => new Date(at.getTime() + n * 60_000);
const lot = (state: "O1" | "O2" | "E1" | "E1b" | "E2", second?: { at?: Date; opened?: Date; ends?: Date }) => ({
  state,
  flags: [],
  bidDeadline: shanghai("2026-05-25 09:30"),
  openedAt: shanghai("2026-05-25 09:30"),
  windowEndsAt: second?.ends ?? null,
  secondOpeningAt: second?.at ?? null,
  secondOpenedAt: second?.opened ?? null,
});

test("R-5.6.11: the second opening is of E1b, from its own instant on, and the record of the lot afterwards", () => {
  expect([roundOfLot(lot("O1")), roundOfLot(lot("E1")), roundOfLot(lot("E1b"))]).toEqual([1, 1, 2]);
  expect(roundOfLot(lot("E1", { opened: at }))).toBe(2);
  expect([isOpening(lot("O1")), isOpening(lot("E1b")), isOpening(lot("E1b", { opened: at }))]).toEqual([
    true,
    false,
    true,
  ]);
  expect(isOpening(lot("E1", { opened: at }))).toBe(false);
  expect(openedAtOf(lot("E1b", { opened: at }))).toEqual(at);
  expect([openingName(), openingName(1), openingName(2)]).toEqual(["开标", "第一信封开标", "第二信封开标"]);
});

test("R-5.6.11: it is announced half an hour before at least, may move until it begins, and begins at its time once", () => {
  const code = (target: Date, of = lot("E1b")) => refusalToAnnounceSecond(of, target, at)?.code;
  expect(code(minutes(29))).toBe("opening.second_time");
  expect(code(minutes(30))).toBeUndefined();
  expect(code(minutes(31 * 24 * 60))).toBe("opening.second_time");
  expect(code(minutes(60), lot("E1b", { at: minutes(120) }))).toBeUndefined();
  expect(code(minutes(60), lot("E1"))).toBe("opening.no_second_to_announce");
  expect(code(minutes(60), lot("E1b", { opened: at }))).toBe("opening.no_second_to_announce");
  expect(refusalToOpenSecond(lot("E1b"), at)?.code).toBe("opening.second_not_announced");
  expect(refusalToOpenSecond(lot("E1b", { at: minutes(1) }), at)?.code).toBe("opening.second_too_early");
  expect(refusalToOpenSecond(lot("E1b", { at }), at)).toBeUndefined();
  expect(refusalToOpenSecond({ ...lot("E1b", { at }), flags: ["SUSPENDED_ORDER"] }, at)?.code).toBe(
    "opening.suspended",
  );
  expect(refusalToOpenSecond(lot("E1b", { at, opened: at }), at)?.code).toBe("opening.not_open");
});

test("R-5.6.11: keys count inside its own window, sign-in from the announcement on", () => {
  const open = lot("E1b", { at, opened: at, ends: minutes(30) });
  expect(refusalToRelease(open, minutes(29))).toBeUndefined();
  expect(refusalToRelease(open, minutes(30))?.code).toBe("opening.window_ended");
  expect(refusalToRelease(lot("E1b", { at }), at)?.code).toBe("opening.not_open");
  expect(refusalToRelease({ ...open, flags: ["SUSPENDED_ORDER"] }, at)?.code).toBe("opening.suspended");
  expect(refusalToSignIn(lot("E1b"), at)?.code).toBe("opening.second_not_announced");
  expect(refusalToSignIn(lot("E1b", { at: minutes(60) }), at)).toBeUndefined();
  expect(refusalToSignIn(open, minutes(31))?.code).toBe("opening.window_ended");
  expect([hallStep(lot("E1b"), false), hallStep(open, false), hallStep(open, true)]).toEqual([0, 2, 4]);
  expect(hallStep(lot("E1", { opened: at }), true)).toBe(5);
});
