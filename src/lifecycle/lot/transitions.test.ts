import { describe, expect, test } from "vitest";
import { addDays, shanghai } from "@/core/time";
import type { MoveFacts } from "./move-facts";
import { LOT_FLAGS, LOT_STATES, type LotState } from "./states";
import { aMovableLot, aRegime } from "./testing-lot";
import { refusalToCreate, refusalToMove, refusalToSuspendByOrder, TRANSITIONS } from "./transitions";

const now = shanghai("2026-03-30 09:30");
const later = addDays(now, 30);
const fiveExperts = Array.from({ length: 5 }, () => ({ kind: "expert" as const, signedIn: true, declared: true }));
const candidates = [
  { bidId: "a", rank: 1 },
  { bidId: "b", rank: 2 },
];

/** Facts under which every guard holds. */
const allGood: MoveFacts = {
  regime: aRegime(),
  organisationVerified: true,
  mandateNumber: "WT-1",
  selfTenderFiling: "BA-1",
  inviteGround: "ground",
  filingDemanded: true,
  missingItems: [],
  lawFailures: [],
  signaturesValid: true,
  mediaInSameJob: true,
  inviteeCount: 3,
  applicationDeadline: now,
  applicantCount: 3,
  qualifiedCount: 3,
  reviewCommittee: fiveExperts,
  reviewReportSigned: true,
  unqualifiedInvitees: 0,
  change: { affectsBids: false, newDeadline: now },
  bidderCount: 3,
  undecidedPackages: 0,
  priceMismatches: 0,
  openOpeningObjections: 0,
  committee: fiveExperts,
  firstEnvelopeClosed: true,
  failedBiddersOpened: 0,
  unfinishedItems: 0,
  ungroundedRejections: 0,
  validBids: 3,
  silentMembers: 0,
  candidates,
  equalsReport: true,
  returnGround: { kind: "objection", text: "upheld" },
  isOriginalCommittee: true,
  openResultObjections: 0,
  winner: "a",
  lossGround: "gave_up",
  contractSigned: false,
  noticeCancelled: true,
  awardNoticeSigned: true,
  notices: { losers: 2, prepared: 2 },
  contractSignatures: 2,
  termMismatches: [],
  contractFen: 1_000n,
  bondFen: 100n,
  missingArchiveItems: [],
  termination: { ground: "flood", isForceMajeure: true },
  holdersNotified: true,
  instructionVerified: true,
  decisionNumber: "J-1",
  failureAnalysis: "analysis",
};

const move = (from: LotState, to: LotState, facts: MoveFacts = {}, at = later) =>
  refusalToMove(aMovableLot({ state: from, candidatePeriodEndsAt: now }), to, { ...allGood, ...facts }, at);

describe("the table", () => {
  test("numbers 1 to 28 are all there, and states exist", () => {
    const numbers = new Set(TRANSITIONS.map(({ n }) => n));
    for (let n = 1; n <= 28; n++) expect(numbers.has(n), `#${n}`).toBe(true);
    for (const { from, to } of TRANSITIONS) for (const state of [...from, ...to]) expect(LOT_STATES).toContain(state);
  });

  test("the main line goes through from draft to archive", () => {
    const line: LotState[] = ["D0", "D2", "T1", "T2", "O1", "O2", "E1", "E2", "A1", "A2", "A3", "C1", "C2", "Z"];
    for (let i = 1; i < line.length; i++)
      expect(move(line[i - 1]!, line[i]!), `${line[i - 1]}→${line[i]}`).toBeUndefined();
  });

  test("a move that is not in the table is refused, and the archive is final", () => {
    expect(move("T1", "O1")).toMatchObject({ code: "lot.no_such_move" });
    for (const to of LOT_STATES) expect(move("Z", to)).toMatchObject({ code: "lot.no_such_move" });
  });

  test("every move whose guards need a fact refuses without it", () => {
    for (const { n, from, to, guards } of TRANSITIONS) {
      const isTimeOnly = guards.every((guard) => ["deadline_reached", "publication_over"].includes(guard));
      if (!from.length || !to.length || isTimeOnly) continue;
      const lot = aMovableLot({ state: from[0]!, windowEndsAt: null });
      const target = n === 21 ? "F1" : to[0]!;
      if (n === 28) continue; // F3 and F4 need no analysis; F1 and F2 are tested below.
      expect(refusalToMove({ ...lot, state: from[0]! }, target, {}, later), `#${n}`).toBeDefined();
    }
  });
});

describe("flags", () => {
  test("no forward move while a flag is set, whichever it is", () => {
    for (const flag of LOT_FLAGS) {
      for (const { from, to, underFlags } of TRANSITIONS) {
        if (!from.length || !to.length || underFlags || from[0] === "A1" || from[0] === "A2" || from[0] === "E2")
          continue;
        if (to.some((state) => ["E1", "A1", "F4"].includes(state))) continue;
        const lot = aMovableLot({ state: from[0]!, flags: [flag] });
        expect(refusalToMove(lot, to[0]!, allGood, later), `${from[0]}→${to[0]}`).toMatchObject({
          code: "lot.suspended",
        });
      }
    }
  });

  test("an objection holds the closing, and correcting the document stays possible", () => {
    const lot = aMovableLot({ flags: ["SUSPENDED_OBJECTION"] });
    expect(refusalToMove(lot, "T2", allGood, now)).toMatchObject({ code: "lot.suspended" });
    expect(refusalToMove(lot, "T1", { change: { newDeadline: addDays(now, 20) } }, now)).toBeUndefined();
  });

  test("R-L.116: a complaint alone suspends nothing, a verified instruction does", () => {
    const lot = aMovableLot();
    expect(refusalToSuspendByOrder(lot, {}, now)).toMatchObject({ code: "lot.instruction_unverified" });
    expect(refusalToSuspendByOrder(lot, { instructionVerified: false }, now)).toBeDefined();
    expect(refusalToMove(lot, "T2", allGood, now)).toBeUndefined();
    expect(refusalToSuspendByOrder(lot, { instructionVerified: true }, now)).toBeUndefined();
    expect(refusalToMove({ ...lot, flags: ["SUSPENDED_ORDER"] }, "T2", allGood, now)).toMatchObject({
      code: "lot.suspended",
    });
  });

  test("a decision of the supervisor is carried out although the lot is suspended", () => {
    const lot = aMovableLot({ state: "O1", flags: ["SUSPENDED_ORDER"] });
    expect(refusalToMove(lot, "F4", { decisionNumber: "J-1" }, now)).toBeUndefined();
    expect(refusalToMove(lot, "F4", {}, now)).toMatchObject({ code: "lot.decision_number_missing" });
  });
});

describe("guards", () => {
  test("R-5.2.4: an agency without a mandate cannot create, nor finish, a lot", () => {
    expect(refusalToCreate({ ...allGood, mandateNumber: "" }, now)).toMatchObject({ code: "lot.mandate_missing" });
    expect(move("D0", "D2", { mandateNumber: null })).toMatchObject({ code: "lot.mandate_missing" });
    const self = aRegime({ orgForm: "self" });
    expect(refusalToCreate({ ...allGood, regime: self, selfTenderFiling: null }, now)).toMatchObject({
      code: "lot.self_tender_filing_missing",
    });
  });

  test("R-5.2.3 R-L.114: inviting with state funds needs a recorded ground", () => {
    const regime = aRegime({ tenderMode: "invited" });
    expect(refusalToCreate({ ...allGood, regime, inviteGround: " " }, now)).toMatchObject({
      code: "lot.invite_ground_missing",
    });
    expect(refusalToCreate({ ...allGood, regime }, now)).toBeUndefined();
  });

  test("the legal check and the signatures block the way to publication", () => {
    expect(move("D0", "D2", { lawFailures: ["投标保证金"] })).toMatchObject({ code: "lot.law_check_failed" });
    expect(move("D0", "D2", { signaturesValid: false })).toMatchObject({ code: "lot.not_signed" });
  });

  test("prequalified lots publish their own notice first", () => {
    const regime = aRegime({ qualification: "pre" });
    expect(move("D2", "T1", { regime })).toMatchObject({ code: "lot.wrong_qualification_route" });
    expect(move("D2", "P1", { regime })).toBeUndefined();
  });

  test("fewer than three applicants or qualified ones fail the lot", () => {
    expect(move("P2", "P3", { applicantCount: 2 })).toMatchObject({ code: "lot.too_few_applicants" });
    expect(move("P2", "F1", { applicantCount: 2 })).toBeUndefined();
    expect(move("P2", "F1", { applicantCount: 3 })).toMatchObject({ code: "lot.enough_applicants" });
    expect(move("P3", "P4", { qualifiedCount: 2 })).toMatchObject({ code: "lot.too_few_qualified" });
    expect(move("P3", "F1", { qualifiedCount: 2 })).toBeUndefined();
  });

  test("R-5.3.5: the review committee of a mandatory lot with state funds follows the committee rules", () => {
    expect(move("P3", "P4", { reviewCommittee: fiveExperts.slice(0, 4) })).toMatchObject({
      code: "law.committee_size",
    });
    const regime = aRegime({ stateFundsDominant: false });
    expect(move("P3", "P4", { regime, reviewCommittee: [] })).toBeUndefined();
  });

  test("nobody closes early, and closing is not before the deadline", () => {
    expect(move("T1", "T2", {}, shanghai("2026-03-30 09:29:59"))).toMatchObject({
      kind: "too_early",
      code: "lot.deadline_not_reached",
    });
    expect(move("T1", "T2", {}, now)).toBeUndefined();
  });

  test("CLK-09: two bidders are not opened, and three are not failed", () => {
    expect(move("T2", "O1", { bidderCount: 2 })).toMatchObject({ code: "lot.too_few_bidders" });
    expect(move("T2", "F1", { bidderCount: 2 })).toBeUndefined();
    expect(move("T2", "F1", { bidderCount: 3 })).toMatchObject({ code: "lot.enough_bidders" });
  });

  test("opening ends when every outcome is final or the window is over, and every objection answered", () => {
    const lot = aMovableLot({ state: "O1", windowEndsAt: addDays(now, 1) });
    const open = { ...allGood, undecidedPackages: 1 };
    expect(refusalToMove(lot, "O2", open, now)).toMatchObject({ code: "lot.decryption_running" });
    expect(refusalToMove(lot, "O2", open, addDays(now, 1))).toBeUndefined();
    expect(refusalToMove(lot, "O2", { ...allGood, openOpeningObjections: 1 }, now)).toMatchObject({
      code: "lot.opening_objection_open",
    });
    expect(refusalToMove(lot, "O2", { ...allGood, priceMismatches: 1 }, now)).toMatchObject({
      code: "lot.prices_differ",
    });
  });

  test("evaluation begins with a lawful committee that is present and has declared", () => {
    const undeclared = fiveExperts.map((member, i) => ({ ...member, declared: i > 0 }));
    expect(move("O2", "E1", { committee: undeclared })).toMatchObject({ code: "lot.members_not_ready" });
    expect(move("O2", "E1", { committee: fiveExperts.slice(1) })).toMatchObject({ code: "law.committee_size" });
  });

  test("the second envelope exists in two-envelope lots only, and of passed bidders only", () => {
    expect(move("E1", "E1b")).toMatchObject({ code: "lot.single_envelope" });
    expect(move("E1", "E1b", { regime: aRegime({ envelopes: 2 }) })).toBeUndefined();
    expect(move("E1b", "E1", { failedBiddersOpened: 1 })).toMatchObject({ code: "lot.failed_bidder_opened" });
    expect(move("E1b", "E1")).toBeUndefined();
  });

  test("R-5.7.21: with two valid bids left the committee decides on competition, both ways", () => {
    expect(move("E1", "E2", { validBids: 2 })).toMatchObject({ code: "lot.competition_not_stated" });
    expect(move("E1", "E2", { validBids: 2, competition: { lacking: false, text: "价格仍有竞争" } })).toBeUndefined();
    const lacking = { validBids: 2, competition: { lacking: true, text: "明显缺乏竞争" } };
    expect(move("E1", "E2", lacking)).toMatchObject({ code: "lot.competition_lacking" });
    expect(move("E1", "F2", lacking)).toBeUndefined();
    expect(move("E1", "F2", { validBids: 2 })).toMatchObject({ code: "lot.competition_not_stated" });
    expect(move("E1", "F2", { validBids: 3 })).toMatchObject({ code: "lot.enough_valid_bids" });
    expect(move("E1", "F2", { validBids: 0 })).toBeUndefined();
  });

  test("the report needs every item finished, every rejection grounded, every member heard", () => {
    expect(move("E1", "E2", { unfinishedItems: 1 })).toMatchObject({ code: "lot.items_unfinished" });
    expect(move("E1", "E2", { ungroundedRejections: 1 })).toMatchObject({ code: "lot.rejection_without_ground" });
    expect(move("E1", "E2", { silentMembers: 1 })).toMatchObject({ code: "lot.report_not_signed" });
  });

  test("CLK-12: the award waits for the end of the publication and for open objections", () => {
    const lot = aMovableLot({ state: "A1", candidatePeriodEndsAt: shanghai("2026-04-08 00:00") });
    expect(refusalToMove(lot, "A2", allGood, shanghai("2026-04-07 23:59:59"))).toMatchObject({
      code: "lot.publication_running",
    });
    expect(refusalToMove(lot, "A2", allGood, shanghai("2026-04-08 00:00"))).toBeUndefined();
    expect(refusalToMove(lot, "A2", { ...allGood, openResultObjections: 1 }, later)).toMatchObject({
      code: "lot.result_objection_open",
    });
  });

  test("R-L.108: only a non-mandatory lot whose printed rules say so goes from the report to the award", () => {
    expect(move("E2", "A2", { publicationWaived: true })).toMatchObject({ code: "lot.publication_required" });
    const regime = aRegime({ mandatory: false });
    expect(move("E2", "A2", { regime })).toMatchObject({ code: "lot.publication_required" });
    expect(move("E2", "A2", { regime, publicationWaived: true })).toBeUndefined();
  });

  test("R-5.8.5: back to the committee before the notice only, with a reason, to the same members", () => {
    for (const from of ["E2", "A1", "A2"] as const) {
      expect(move(from, "E1")).toBeUndefined();
      expect(refusalToMove(aMovableLot({ state: from }), "E1", {}, now)).toMatchObject({
        code: "lot.return_without_ground",
      });
    }
    const withoutDecision = { ...allGood, decisionNumber: "" };
    expect(refusalToMove(aMovableLot({ state: "A3" }), "E1", withoutDecision, now)).toBeDefined();
    expect(move("E2", "E1", { isOriginalCommittee: false, decisionNumber: "" })).toMatchObject({
      code: "lot.other_committee",
    });
  });

  test("from the notice back to the candidates before the contract only, the notice being cancelled", () => {
    expect(move("A3", "A1", { decisionNumber: "" })).toBeUndefined();
    expect(move("A3", "A1", { decisionNumber: "", noticeCancelled: false })).toMatchObject({
      code: "lot.notice_not_cancelled",
    });
    expect(move("A3", "A1", { decisionNumber: "", contractSigned: true })).toMatchObject({
      code: "lot.contract_signed",
    });
    expect(move("A2", "F1")).toBeUndefined();
  });

  test("the award notice and all result notices leave together", () => {
    expect(move("A2", "A3", { notices: { losers: 2, prepared: 1 } })).toMatchObject({ code: "lot.notices_incomplete" });
  });

  test("a contract with another price, or with a bond above a tenth, is not recorded as signed", () => {
    expect(move("A3", "C1", { termMismatches: ["合同价"] })).toMatchObject({ code: "lot.contract_terms_differ" });
    expect(move("A3", "C1", { bondFen: 101n })).toMatchObject({ code: "law.bond_above_tenth" });
  });

  test("termination needs its ground; for works nothing less than force majeure", () => {
    expect(move("T1", "F3", { termination: { ground: "", isForceMajeure: true } })).toMatchObject({
      code: "lot.termination_without_ground",
    });
    const mere = { termination: { ground: "plans changed", isForceMajeure: false } };
    expect(move("T1", "F3", mere)).toMatchObject({ code: "lot.termination_needs_force_majeure" });
    expect(move("T1", "F3", { ...mere, regime: aRegime({ subject: "services" }) })).toBeUndefined();
    expect(move("A2", "F3")).toMatchObject({ code: "lot.no_such_move" });
  });

  test("R-5.11.3: a new round after a failure asks for the written analysis", () => {
    expect(move("F1", "D0", { failureAnalysis: "" })).toMatchObject({ code: "lot.failure_not_analysed" });
    expect(move("F2", "D0", { failureAnalysis: "" })).toMatchObject({ code: "lot.failure_not_analysed" });
    expect(move("F1", "D0")).toBeUndefined();
    expect(move("F3", "D0", { failureAnalysis: "" })).toBeUndefined();
  });

  test("R-L.64: a decision leads to a new tender, a new evaluation, or a new award", () => {
    for (const to of ["F4", "E1", "A1"] as const) {
      expect(refusalToMove(aMovableLot({ state: "A3" }), to, { decisionNumber: "J-1" }, now)).toBeUndefined();
    }
    expect(move("O2", "E1", { committee: [] })).toBeDefined();
    expect(move("T1", "A1")).toMatchObject({ code: "lot.no_such_move" });
  });
});
