import { describe, expect, test } from "vitest";
import { Refused } from "@/core/refusal";
import { shanghai } from "@/core/time";
import { CLAUSES, clauseOf, clauseValue, PROFILES } from "./clauses";
import {
  bidValidityEnd,
  candidatePeriodEnd,
  candidatesDue,
  complaintDue,
  contractDue,
  decryptionWindowEnd,
  defaultWindowMinutes,
  earliestApplicationDeadline,
  earliestBidDeadline,
  earliestSaleEnd,
  latestChange,
  latestDocumentObjection,
  objectionAnswerDue,
  refundDue,
  refusalToDrawExperts,
  retentionEnd,
  signInOpensAt,
  startOfClocks,
  supervisionDue,
  writtenReportDue,
} from "./clocks";

const { national, "guizhou-demo": guizhou } = PROFILES;

describe("the timetable of an open mandatory lot, worked through", () => {
  const published = startOfClocks(shanghai("2026-03-02 08:58"), shanghai("2026-03-02 09:00"));
  const deadline = shanghai("2026-03-30 09:30");

  test("CLK-01: the sale may end on Saturday 2026-03-07 09:00", () => {
    expect(published).toEqual(shanghai("2026-03-02 09:00"));
    expect(earliestSaleEnd(national, published)).toEqual(shanghai("2026-03-07 09:00"));
  });

  test("CLK-03: the deadline is not before Sunday 2026-03-22 09:00", () => {
    expect(earliestBidDeadline(national, published)).toEqual(shanghai("2026-03-22 09:00"));
  });

  test("CLK-05: the last change that leaves the deadline is on Sunday 2026-03-15 09:30", () => {
    expect(latestChange(national, "tender", deadline)).toEqual(shanghai("2026-03-15 09:30"));
  });

  test("CLK-06: objections to the document until Friday 2026-03-20 09:30", () => {
    expect(latestDocumentObjection(national, deadline)).toEqual(shanghai("2026-03-20 09:30"));
  });

  test("CLK-30: sign-in from a day before, decryption 60 minutes, 30 in the demo profile", () => {
    expect(signInOpensAt(deadline)).toEqual(shanghai("2026-03-29 09:30"));
    expect(defaultWindowMinutes(national, deadline)).toBe(60);
    expect(defaultWindowMinutes(guizhou, deadline)).toBe(30);
    expect(decryptionWindowEnd(deadline, 60)).toEqual(shanghai("2026-03-30 10:30"));
  });

  test("CLK-29: experts are drawn at most 24 hours before the evaluation, where the profile says so", () => {
    const evaluation = shanghai("2026-03-31 09:00");
    expect(refusalToDrawExperts(guizhou, evaluation, shanghai("2026-03-30 08:59"))).toMatchObject({
      code: "law.draw_too_early",
      facts: { earliest: "2026-03-30 09:00:00 (北京时间)" },
    });
    expect(refusalToDrawExperts(guizhou, evaluation, shanghai("2026-03-30 09:00"))).toBeUndefined();
    expect(refusalToDrawExperts(national, evaluation, shanghai("2026-03-20 09:00"))).toBeUndefined();
  });

  test("CLK-11: candidates are published by the end of Friday 2026-04-03", () => {
    expect(candidatesDue(national, shanghai("2026-03-31 16:00"))).toEqual(shanghai("2026-04-04 00:00"));
  });

  test("CLK-12: published on Wednesday 2026-04-01, Qingming moves the end to Tuesday 2026-04-07 24:00", () => {
    expect(candidatePeriodEnd(shanghai("2026-04-01 10:00"), national)).toEqual(shanghai("2026-04-08 00:00"));
  });

  test("CLK-15: the written report by the end of Thursday 2026-04-23", () => {
    expect(writtenReportDue(national, shanghai("2026-04-08 10:00"))).toEqual(shanghai("2026-04-24 00:00"));
  });

  test("CLK-14: the contract by the end of Friday 2026-05-08, and inside the bid validity", () => {
    const sent = shanghai("2026-04-08 10:00");
    expect(contractDue(national, sent, bidValidityEnd(deadline, 90))).toEqual(shanghai("2026-05-09 00:00"));
    expect(contractDue(national, sent, bidValidityEnd(deadline, 30))).toEqual(shanghai("2026-04-30 00:00"));
  });

  test("CLK-23: bid security back five days after the contract, off the Labour Day holiday", () => {
    expect(refundDue(national, shanghai("2026-04-27 10:00"), "contract")).toEqual(shanghai("2026-05-07 00:00"));
  });
});

test("CLK-02: applications close five days after the sale at the earliest", () => {
  expect(earliestApplicationDeadline(national, shanghai("2026-03-09 17:00"))).toEqual(shanghai("2026-03-14 17:00"));
});

test("CLK-04: a change of the prequalification document stands three days before its deadline", () => {
  expect(latestChange(national, "prequalification", shanghai("2026-03-14 17:00"))).toEqual(
    shanghai("2026-03-11 17:00"),
  );
});

test("CLK-07: an answer is due at the end of the third day, or of the next working day", () => {
  expect(objectionAnswerDue(national, shanghai("2026-03-10 15:00"))).toEqual(shanghai("2026-03-14 00:00"));
  expect(objectionAnswerDue(national, shanghai("2026-03-11 15:00"))).toEqual(shanghai("2026-03-17 00:00"));
});

test("CLK-22: security is due back five days after a withdrawal", () => {
  expect(refundDue(national, shanghai("2026-03-10 15:00"), "withdrawal")).toEqual(shanghai("2026-03-17 00:00"));
});

test("CLK-24: the bid validity counts from the deadline and no holiday moves its end", () => {
  expect(bidValidityEnd(shanghai("2026-03-30 09:30"), 90)).toEqual(shanghai("2026-06-29 00:00"));
  expect(bidValidityEnd(shanghai("2026-04-01 09:30"), 3)).toEqual(shanghai("2026-04-05 00:00"));
});

test("CLK-25: the time in which the objection was being answered does not count for the complaint", () => {
  const known = shanghai("2026-03-02 10:00");
  expect(complaintDue(national, known)).toEqual(shanghai("2026-03-13 00:00"));
  const answering = { from: shanghai("2026-03-03 10:00"), to: shanghai("2026-03-05 10:00") };
  expect(complaintDue(national, known, answering)).toEqual(shanghai("2026-03-17 00:00"));
});

test("CLK-26: three working days to accept and thirty to decide, across holidays", () => {
  const { acceptBy, decideBy } = supervisionDue(shanghai("2026-04-02 10:00"));
  expect(acceptBy).toEqual(shanghai("2026-04-09 00:00"));
  // The thirtieth working day after 04-08 is Friday 05-22: Labour Day off, Saturday 05-09 worked.
  expect(decideBy(shanghai("2026-04-08 10:00"))).toEqual(shanghai("2026-05-23 00:00"));
});

test("CLK-28: refunds of a termination are due in five days", () => {
  expect(refundDue(national, shanghai("2026-03-02 10:00"), "termination")).toEqual(shanghai("2026-03-10 00:00"));
});

test("CLK-31: records are kept fifteen years", () => {
  expect(retentionEnd(national, shanghai("2026-06-30 10:00"))).toEqual(shanghai("2041-06-30 10:00"));
});

test("a period that needs a year without a holiday table refuses", () => {
  expect(() => candidatePeriodEnd(shanghai("2026-12-30 10:00"), national)).toThrow(Refused);
});

test("every clock has an entry, and old acts keep the value of their day", () => {
  for (let n = 1; n <= 32; n++) expect(clauseOf(`CLK-${String(n).padStart(2, "0")}`).article).not.toBe("");
  expect(CLAUSES).toHaveLength(32);
  expect(() => clauseValue(national, "CLK-01", "2011-12-31")).toThrow(RangeError);
  expect(clauseValue(national, "CLK-01", "2026-03-02")).toBe(5);
});
