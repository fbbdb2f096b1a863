import { expect, test } from "vitest";
import { addDays, addMinutes, shanghai } from "@/core/time";
import { clocksAfterResume, covers, type InstructionFacts, refusalOfInstruction } from "./rules";
import type { Instruction, InstructionType } from "./schema";

const now = shanghai("2026-06-01 10:00");
const AUTHORITY = "11520100MB00000039";

const order = (type: InstructionType = "SUSPEND", more: Partial<Instruction> = {}): Instruction => ({
  format: "xinbiao-instruction/1",
  type,
  no: "清发改监〔2026〕1 号",
  authority: AUTHORITY,
  jurisdiction: "520100",
  lot: "E5200000001000001001001",
  ground: "实施条例第六十二条",
  text: "暂停招标投标活动",
  issuedAt: now.toISOString(),
  nonce: "0123456789abcdef",
  ...more,
});
const facts = (more: Partial<NonNullable<InstructionFacts["lot"]>> = {}): InstructionFacts => ({
  signer: AUTHORITY,
  lot: {
    state: "T1",
    flags: [],
    bidDeadline: addDays(now, 10),
    region: "520102",
    twoEnvelopes: false,
    supervisor: AUTHORITY,
    ...more,
  },
  nonceUsed: false,
  numberUsed: false,
});

test("only the body that supervises this lot, in its region, now and once, is obeyed", () => {
  expect(refusalOfInstruction(order(), facts(), now)).toBeUndefined();
  expect(refusalOfInstruction(order(), { ...facts(), signer: "91520100MA0000002X" }, now)).toBe("AUTHORITY");
  expect(refusalOfInstruction(order(), { ...facts(), signer: undefined }, now)).toBe("AUTHORITY");
  expect(refusalOfInstruction(order(), { signer: AUTHORITY, nonceUsed: false, numberUsed: false }, now)).toBe(
    "UNKNOWN_LOT",
  );
  expect(refusalOfInstruction(order(), facts({ supervisor: "11520300MB00000030" }), now)).toBe("JURISDICTION");
  expect(refusalOfInstruction(order(), facts({ region: "520300" }), now)).toBe("JURISDICTION");
  const at = (minutes: number) => order("SUSPEND", { issuedAt: addMinutes(now, minutes).toISOString() });
  expect(refusalOfInstruction(at(-5), facts(), now)).toBeUndefined();
  expect(refusalOfInstruction(at(-6), facts(), now)).toBe("STALE");
  expect(refusalOfInstruction(at(6), facts(), now)).toBe("STALE");
  expect(refusalOfInstruction(order(), { ...facts(), nonceUsed: true }, now)).toBe("NONCE");
  expect(refusalOfInstruction(order(), { ...facts(), numberUsed: true }, now)).toBe("NUMBER");
});

test("a state that does not allow it refuses: suspended twice, resumed without, ended, extended to the past", () => {
  expect(refusalOfInstruction(order(), facts({ flags: ["SUSPENDED_ORDER"] }), now)).toBe("STATE");
  expect(refusalOfInstruction(order(), facts({ flags: ["SUSPENDED_OBJECTION"] }), now)).toBeUndefined();
  expect(refusalOfInstruction(order(), facts({ state: "F1" }), now)).toBe("STATE");
  expect(refusalOfInstruction(order("RESUME"), facts(), now)).toBe("STATE");
  expect(refusalOfInstruction(order("RESUME"), facts({ flags: ["SUSPENDED_ORDER"] }), now)).toBeUndefined();
  const until = (days: number) => order("EXTEND", { until: addDays(now, days).toISOString() });
  expect(refusalOfInstruction(until(11), facts(), now)).toBeUndefined();
  expect(refusalOfInstruction(until(10), facts(), now)).toBe("STATE");
  expect(refusalOfInstruction(until(11), facts({ state: "O1" }), now)).toBe("STATE");
  expect(refusalOfInstruction(order("EXTEND"), facts(), now)).toBe("STATE");
  expect(refusalOfInstruction(order("REMIND"), facts({ state: "Z" }), now)).toBeUndefined();
  expect(refusalOfInstruction(order("PROVIDE"), facts(), now)).toBe("FORMAT");
  expect(refusalOfInstruction(order("PROVIDE", { classes: ["NOTICE"] }), facts(), now)).toBeUndefined();
});

test("a region covers what is below it", () => {
  expect([covers("520000", "520102"), covers("520100", "520102"), covers("520102", "520102")]).toEqual([
    true,
    true,
    true,
  ]);
  expect([covers("520100", "520300"), covers("520102", "520100"), covers("000000", "520100")]).toEqual([
    false,
    false,
    false,
  ]);
});

test("after a suspension every clock has the time it had left; what would end within a day is moved on", () => {
  const since = shanghai("2026-06-01 10:00");
  const resumed = shanghai("2026-06-08 10:00");
  expect(
    clocksAfterResume(
      {
        saleEnd: shanghai("2026-05-31 17:00"),
        bidDeadline: shanghai("2026-06-10 09:30"),
        candidatePeriodEndsAt: null,
      },
      since,
      resumed,
    ),
  ).toEqual({ bidDeadline: shanghai("2026-06-17 09:30") });
  // Two hours were left: not enough to hear of it. 11 June is a Thursday.
  expect(clocksAfterResume({ bidDeadline: shanghai("2026-06-01 12:00") }, since, resumed)).toEqual({
    bidDeadline: shanghai("2026-06-11 12:00"),
  });
  // The same on a Wednesday would open on a Saturday: the Monday after.
  expect(clocksAfterResume({ bidDeadline: shanghai("2026-06-01 12:00") }, since, shanghai("2026-06-10 10:00"))).toEqual(
    { bidDeadline: shanghai("2026-06-15 12:00") },
  );
  // Applications for prequalification go on the same way.
  expect(clocksAfterResume({ applicationDeadline: shanghai("2026-06-01 12:00") }, since, resumed)).toEqual({
    applicationDeadline: shanghai("2026-06-11 12:00"),
  });
  expect(clocksAfterResume({ applicationWindowEndsAt: shanghai("2026-06-01 10:12") }, since, resumed)).toEqual({
    applicationWindowEndsAt: shanghai("2026-06-08 10:30"),
  });
  expect(clocksAfterResume({ windowEndsAt: shanghai("2026-06-01 10:12") }, since, resumed)).toEqual({
    windowEndsAt: shanghai("2026-06-08 10:30"),
  });
  expect(clocksAfterResume({ windowEndsAt: shanghai("2026-06-01 10:50") }, since, resumed)).toEqual({
    windowEndsAt: shanghai("2026-06-08 10:50"),
  });
});

test("R-L.64 R-5.8.5: a new evaluation is ordered between the report and the award notice; a decision of invalidity at any time", () => {
  const again = (state: NonNullable<InstructionFacts["lot"]>["state"], twoEnvelopes = false) =>
    refusalOfInstruction(order("REEVALUATE"), facts({ state, twoEnvelopes }), now);
  expect((["E2", "A1", "A2"] as const).map((state) => again(state))).toEqual([undefined, undefined, undefined]);
  expect((["T1", "O2", "E1", "A3", "C1", "F2"] as const).map((state) => again(state))).toEqual(Array(6).fill("STATE"));
  expect(again("E2", true)).toBe("TWO_ENVELOPES");
  const invalid = (state: NonNullable<InstructionFacts["lot"]>["state"]) =>
    refusalOfInstruction(order("INVALIDATE"), facts({ state, flags: ["SUSPENDED_ORDER"] }), now);
  expect((["T1", "O1", "E1b", "A3"] as const).map(invalid)).toEqual(Array(4).fill(undefined));
  expect((["F1", "F4", "Z"] as const).map(invalid)).toEqual(Array(3).fill("STATE"));
});

test("R-5.7.5: a member is replaced before or while bids are judged, by an expert on standby", () => {
  const replace = (more: object, committee: InstructionFacts["committee"], state: "O2" | "E1" | "E2" = "E1") =>
    refusalOfInstruction(
      order("REPLACE_MEMBER", more),
      { ...facts({ state }), ...(committee ? { committee } : {}) },
      now,
    );
  const committee = { codes: ["EXP001"], standby: 1, step: "detailed" };
  expect(replace({ member: "EXP001" }, committee)).toBeUndefined();
  expect(replace({ member: "EXP001" }, { ...committee, step: undefined }, "O2")).toBeUndefined();
  expect(replace({ member: "EXP001" }, { ...committee, step: "report" })).toBe("STATE");
  expect(replace({ member: "EXP001" }, committee, "E2")).toBe("STATE");
  expect(replace({ member: "EXP001" }, undefined)).toBe("STATE");
  expect(replace({}, committee)).toBe("MEMBER");
  expect(replace({ member: "EXP002" }, committee)).toBe("MEMBER");
  expect(replace({ member: "EXP001" }, { ...committee, standby: 0 })).toBe("STANDBY");
});
