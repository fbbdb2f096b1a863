import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import { profileOf } from "@/lifecycle/law/clauses";
import { proposedDeadline, refusalOfDeadline, refusalOfEmpty, refusalToAsk } from "./rules";

const national = profileOf("national");
const lot = { state: "T1" as const, flags: [], bidDeadline: shanghai("2026-03-30 09:30") };

test("R-5.4.7 CLK-05: at 15 days the deadline stays, at 14 days 23 hours it must move to a working day 15 days ahead", () => {
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-15 09:30"))).toBeUndefined();
  // Monday 03-30 plus one day is enough.
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-15 10:30"))).toEqual(
    shanghai("2026-03-31 09:30"),
  );
  // Fifteen days after 03-20 is Saturday 04-04, a holiday until 04-06.
  expect(proposedDeadline(national, lot.bidDeadline, shanghai("2026-03-20 09:00"))).toEqual(
    shanghai("2026-04-07 09:30"),
  );
});

test("a new deadline is later than the old one", () => {
  expect(refusalOfDeadline(lot.bidDeadline, lot.bidDeadline)).toMatchObject({ code: "clarification.deadline_earlier" });
  expect(refusalOfDeadline(lot.bidDeadline, shanghai("2026-03-31 09:30"))).toBeUndefined();
});

test("an empty clarification is none", () => {
  expect(refusalOfEmpty({ answers: [], remarks: [], changes: [] })).toMatchObject({ code: "clarification.empty" });
  expect(refusalOfEmpty({ answers: [], remarks: [{ clause: "3.1", answer: "见附件" }], changes: [] })).toBeUndefined();
});

test("questions are asked until the deadline; an objection does not stop them, an order does", () => {
  const now = shanghai("2026-03-20 09:00");
  expect(refusalToAsk(lot, now)).toBeUndefined();
  expect(refusalToAsk(lot, lot.bidDeadline)).toMatchObject({ kind: "too_late" });
  expect(refusalToAsk({ ...lot, flags: ["SUSPENDED_OBJECTION"] }, now)).toBeUndefined();
  expect(refusalToAsk({ ...lot, flags: ["SUSPENDED_ORDER"] }, now)).toMatchObject({ code: "clarification.suspended" });
  expect(refusalToAsk({ ...lot, state: "D0" }, now)).toMatchObject({ code: "clarification.not_tendering" });
});
