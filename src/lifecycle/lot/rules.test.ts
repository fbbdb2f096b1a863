import { expect, test } from "vitest";
import { shanghai } from "@/core/time";
import {
  mustExtendEvaluation,
  objectionDueTimes,
  refusalOfBond,
  refusalOfCandidates,
  refusalOfChange,
  refusalOfCommittee,
  refusalOfInvitees,
  refusalOfPublication,
  refusalOfWinner,
  refusalToObtain,
  refusalToSubmit,
  refusalToWithdraw,
  standingOfObjection,
} from "./rules";
import { aMovableLot, aRegime } from "./testing-lot";

const experts = (count: number) => Array.from({ length: count }, () => ({ kind: "expert" as const }));
const tenderers = (count: number) => Array.from({ length: count }, () => ({ kind: "tenderer" as const }));

test("CLK-08: a bid handed in at the very deadline is late, one millisecond before is not", () => {
  const lot = aMovableLot();
  const deadline = lot.bidDeadline!;
  expect(refusalToSubmit(lot, new Date(deadline.getTime() - 1))).toBeUndefined();
  expect(refusalToSubmit(lot, deadline)).toMatchObject({
    kind: "too_late",
    code: "lot.deadline_passed",
    facts: { rf: "RF-01" },
  });
  expect(refusalToSubmit({ ...lot, state: "T2" }, deadline)).toMatchObject({ code: "lot.deadline_passed" });
});

test("a lot that is not in tendering receives nothing", () => {
  expect(refusalToSubmit(aMovableLot({ state: "D2" }), shanghai("2026-03-10"))).toMatchObject({
    code: "lot.not_open_for_bids",
    facts: { rf: "RF-13" },
  });
});

test("an order or an incident stops receiving; an objection or the tenderer's pause does not", () => {
  const now = shanghai("2026-03-10");
  for (const flag of ["SUSPENDED_ORDER", "SUSPENDED_INCIDENT"] as const) {
    expect(refusalToSubmit(aMovableLot({ flags: [flag] }), now)).toMatchObject({ code: "lot.receiving_suspended" });
  }
  for (const flag of ["SUSPENDED_OBJECTION", "SUSPENDED_TENDERER"] as const) {
    expect(refusalToSubmit(aMovableLot({ flags: [flag] }), now)).toBeUndefined();
  }
});

test("a bidder withdraws under any flag, until the deadline; where the clocks stand still it does not come", () => {
  const deadline = shanghai("2026-03-30 09:30");
  const before = shanghai("2026-03-30 09:29:59");
  for (const flags of [[], ["SUSPENDED_OBJECTION"], ["SUSPENDED_TENDERER"]] as const) {
    expect(refusalToWithdraw(aMovableLot({ flags: [...flags] }), before)).toBeUndefined();
    expect(refusalToWithdraw(aMovableLot({ flags: [...flags] }), deadline)).toMatchObject({ kind: "too_late" });
  }
  for (const flag of ["SUSPENDED_ORDER", "SUSPENDED_INCIDENT"] as const) {
    const lot = aMovableLot({ flags: [flag] });
    expect(refusalToWithdraw(lot, deadline)).toBeUndefined();
    expect(refusalToObtain({ ...lot, saleStart: before, saleEnd: before }, deadline)).toBeUndefined();
    expect(refusalToObtain({ ...lot, flags: [], saleStart: before, saleEnd: before }, deadline)).toMatchObject({
      code: "lot.sale_ended",
    });
    expect(refusalToSubmit(lot, deadline)).toMatchObject({ code: "lot.receiving_suspended" });
    expect(refusalToWithdraw({ ...lot, state: "T2" }, deadline)).toMatchObject({ kind: "too_late" });
  }
});

test("the document can be obtained from the printed start to the printed end", () => {
  const lot = aMovableLot();
  expect(refusalToObtain(lot, shanghai("2026-03-02 08:59:59"))).toMatchObject({ code: "lot.sale_not_begun" });
  expect(refusalToObtain(lot, shanghai("2026-03-02 09:00"))).toBeUndefined();
  expect(refusalToObtain(lot, shanghai("2026-03-09 17:00"))).toMatchObject({ code: "lot.sale_ended" });
});

test("CLK-16 R-5.3.3: two invitees are too few", () => {
  const invited = aRegime({ tenderMode: "invited" });
  expect(refusalOfInvitees(invited, 2)).toMatchObject({ code: "lot.too_few_invitees" });
  expect(refusalOfInvitees(invited, 3)).toBeUndefined();
  expect(refusalOfInvitees(aRegime(), undefined)).toBeUndefined();
});

test("CLK-05: a clarification 14 days 23 hours before the deadline moves the deadline", () => {
  const deadline = shanghai("2026-03-30 09:30");
  const late = shanghai("2026-03-15 10:30");
  expect(refusalOfChange({ newDeadline: deadline }, late)).toMatchObject({
    code: "law.change_too_late",
    facts: { earliest: "2026-03-30 10:30:00 (北京时间)" },
  });
  expect(refusalOfChange({ newDeadline: deadline }, shanghai("2026-03-15 09:30"))).toBeUndefined();
  expect(refusalOfChange({ newDeadline: shanghai("2026-03-30 10:30") }, late)).toBeUndefined();
  expect(refusalOfChange({ affectsBids: false, newDeadline: deadline }, late)).toBeUndefined();
});

test("CLK-03: when the medium prints late the closing waits for a corrected deadline", () => {
  const lot = aMovableLot({ bidDeadline: shanghai("2026-03-22 09:00") });
  expect(refusalOfPublication(aRegime(), lot)).toBeUndefined();
  const late = { ...lot, mediaPublishedAt: shanghai("2026-03-02 09:00:01") };
  expect(refusalOfPublication(aRegime(), late)).toMatchObject({ code: "law.deadline_must_move" });
  expect(refusalOfPublication(aRegime(), { ...lot, mediaPublishedAt: null })).toMatchObject({
    code: "law.media_not_published",
  });
  expect(refusalOfPublication(aRegime({ mandatory: false }), late)).toBeUndefined();
});

test("CLK-17 R-5.7.1: an even committee, or one of fewer than five, is refused", () => {
  for (const count of [3, 4, 6]) {
    expect(refusalOfCommittee(aRegime(), experts(count))).toMatchObject({ code: "law.committee_size" });
  }
  expect(refusalOfCommittee(aRegime(), experts(5))).toBeUndefined();
});

test("CLK-17 R-5.7.27: two representatives of the tenderer among five are refused", () => {
  expect(refusalOfCommittee(aRegime(), [...experts(3), ...tenderers(2)])).toMatchObject({
    code: "law.committee_experts",
  });
  expect(refusalOfCommittee(aRegime(), [...experts(4), ...tenderers(1)])).toBeUndefined();
  expect(refusalOfCommittee(aRegime(), [...experts(6), ...tenderers(3)])).toBeUndefined();
});

test("CLK-17 R-5.3.5: staff of the supervising body is refused", () => {
  const members = [...experts(4), { kind: "expert" as const, isSupervisingStaff: true }];
  expect(refusalOfCommittee(aRegime(), members)).toMatchObject({ code: "law.committee_supervising_staff" });
});

test("CLK-18 R-5.7.20: four candidates are refused, and unranked ones", () => {
  const ranked = (...ranks: number[]) => ranks.map((rank, i) => ({ bidId: `b${i}`, rank }));
  expect(refusalOfCandidates(ranked(1, 2, 3, 4))).toMatchObject({ code: "law.candidate_count" });
  expect(refusalOfCandidates([])).toMatchObject({ code: "law.candidate_count" });
  expect(refusalOfCandidates(ranked(1, 1, 2))).toMatchObject({ code: "law.candidates_unranked" });
  expect(refusalOfCandidates(ranked(2, 3))).toMatchObject({ code: "law.candidates_unranked" });
  expect(refusalOfCandidates(ranked(2, 1, 3))).toBeUndefined();
});

test("R-5.8.3 R-5.8.4: rank 1 wins unless a ground passes it over, and nobody outside the list", () => {
  const candidates = ["a", "b", "c"].map((bidId, i) => ({ bidId, rank: i + 1 }));
  expect(refusalOfWinner(aRegime(), candidates, "a")).toBeUndefined();
  expect(refusalOfWinner(aRegime(), candidates, "b")).toMatchObject({ code: "law.first_rank_must_win" });
  expect(refusalOfWinner(aRegime(), candidates, "b", "gave_up")).toBeUndefined();
  expect(refusalOfWinner(aRegime({ stateFundsDominant: false }), candidates, "b")).toBeUndefined();
  const decides = aRegime({ stateFundsDominant: false, awardRight: "decides" });
  expect(refusalOfWinner(decides, candidates, "b")).toMatchObject({ code: "law.first_rank_must_win" });
  expect(refusalOfWinner(decides, candidates, "a")).toBeUndefined();
  expect(refusalOfWinner(aRegime({ mandatory: false }), candidates, "d")).toMatchObject({
    code: "lot.winner_not_candidate",
  });
});

test("CLK-21 R-5.8.9: a performance bond of 10.1 per cent is refused", () => {
  expect(refusalOfBond(100n, 1_000n)).toBeUndefined();
  expect(refusalOfBond(101n, 1_000n)).toMatchObject({ code: "law.bond_above_tenth" });
});

test("CLK-19 R-5.7.22 R-L.47: two of five extend the evaluation, one of five does not", () => {
  expect(mustExtendEvaluation(5, 2)).toBe(true);
  expect(mustExtendEvaluation(5, 1)).toBe(false);
  expect(mustExtendEvaluation(9, 3)).toBe(false);
});

test("CLK-06 R-L.115: an objection one minute late is kept as an opinion and sets no flag", () => {
  const window = { deadline: shanghai("2026-03-30 09:30") };
  expect(standingOfObjection("tender_document", window, shanghai("2026-03-20 09:30"))).toEqual({
    inTime: true,
    suspends: true,
  });
  expect(standingOfObjection("tender_document", window, shanghai("2026-03-20 09:31"))).toEqual({
    inTime: false,
    suspends: false,
  });
  expect(standingOfObjection("prequalification_document", window, shanghai("2026-03-28 09:30")).inTime).toBe(true);
});

test("CLK-10: an objection to the opening is in time until the record is closed, and is answered on the spot", () => {
  const deadline = shanghai("2026-03-30 09:30");
  const now = shanghai("2026-03-30 10:00");
  expect(standingOfObjection("opening", { deadline }, now)).toEqual({ inTime: true, suspends: false });
  expect(standingOfObjection("opening", { deadline, openingEndedAt: now }, now).inTime).toBe(false);
});

test("CLK-13: an objection to the result is in time inside the publication only", () => {
  const window = {
    candidatesPublishedAt: shanghai("2026-04-01 10:00"),
    candidatePeriodEndsAt: shanghai("2026-04-08 00:00"),
  };
  expect(standingOfObjection("result", window, shanghai("2026-04-07 23:59:59")).suspends).toBe(true);
  expect(standingOfObjection("result", window, shanghai("2026-04-08 00:00"))).toEqual({
    inTime: false,
    suspends: false,
  });
});

test("CLK-07: the answer is due at the end of the third day, with an alarm after 48 hours", () => {
  expect(objectionDueTimes(shanghai("2026-03-10 15:00"))).toEqual({
    alarmAt: shanghai("2026-03-12 15:00"),
    dueAt: shanghai("2026-03-14 00:00"),
  });
});
