import { type Refusal, refuse } from "@/core/refusal";
import { addDays, addHours, addMinutes, formatDate, formatInstant, shanghaiParts } from "@/core/time";
import { endOfWorkdays } from "@/core/workdays";
import { type ClauseId, clauseValue, isOn, type Profile } from "./clauses";
import { endOfFixedPeriod, endOfMinimum, endOfPeriod, latestBefore } from "./counting";

const days = (profile: Profile, id: ClauseId, at: Date): number => clauseValue(profile, id, formatDate(at));

/** The clocks of a notice start at the later of the two publications: on the platform and in the legal medium. */
export const startOfClocks = (platformAt: Date, mediaAt: Date): Date => (mediaAt > platformAt ? mediaAt : platformAt);

/** CLK-01: earliest end of the sale of documents. */
export const earliestSaleEnd = (profile: Profile, saleStart: Date): Date =>
  endOfMinimum(saleStart, days(profile, "CLK-01", saleStart));

/** CLK-02: earliest deadline of prequalification applications. */
export const earliestApplicationDeadline = (profile: Profile, saleEnd: Date): Date =>
  endOfMinimum(saleEnd, days(profile, "CLK-02", saleEnd));

/** CLK-03: earliest bid deadline after the documents were first issued. */
export const earliestBidDeadline = (profile: Profile, firstIssued: Date): Date =>
  endOfMinimum(firstIssued, days(profile, "CLK-03", firstIssued));

/** CLK-04 and CLK-05: latest moment for a change that leaves the deadline where it is. */
export const latestChange = (profile: Profile, document: "prequalification" | "tender", deadline: Date): Date =>
  latestBefore(deadline, days(profile, document === "tender" ? "CLK-05" : "CLK-04", deadline));

/** CLK-06: latest moment for an objection to the tender document. */
export const latestDocumentObjection = (profile: Profile, bidDeadline: Date): Date =>
  latestBefore(bidDeadline, days(profile, "CLK-06", bidDeadline));

/** CLK-07 and CLK-13: the answer to an objection is due at the end of the third day. */
export const objectionAnswerDue = (profile: Profile, receivedAt: Date): Date =>
  endOfPeriod(receivedAt, days(profile, "CLK-07", receivedAt));

/** CLK-30: sign-in of an opening begins a day before. */
export const signInOpensAt = (bidDeadline: Date): Date => addHours(bidDeadline, -24);

/** CLK-30: default length of the decryption window under the profile, in minutes. */
export const defaultWindowMinutes = (profile: Profile, at: Date): number => days(profile, "CLK-30", at);

/** The decryption window begins when the opening begins; its length is printed in the tender document. */
export const decryptionWindowEnd = (openingBegan: Date, windowMinutes: number): Date =>
  addMinutes(openingBegan, windowMinutes);

/** CLK-29: experts are not drawn earlier than 24 hours before the evaluation, where the profile says so. */
export function refusalToDrawExperts(profile: Profile, evaluationAt: Date, now: Date): Refusal | undefined {
  if (!isOn(profile, "CLK-29")) return undefined;
  const earliest = addHours(evaluationAt, -days(profile, "CLK-29", now));
  return now < earliest ? refuse("too_early", "law.draw_too_early", { earliest: formatInstant(earliest) }) : undefined;
}

/** CLK-11: candidates are published within three days after the report was received. */
export const candidatesDue = (profile: Profile, reportAt: Date): Date =>
  endOfPeriod(reportAt, days(profile, "CLK-11", reportAt));

/**
 * CLK-12: end (24:00) of the publication of candidates. It lasts three days at least and its last day is a working day,
 * so that whoever wants to object has one.
 *
 * @throws Refused `law.holiday_table_missing`
 */
export const candidatePeriodEnd = (publishedAt: Date, profile: Profile): Date =>
  endOfPeriod(publishedAt, days(profile, "CLK-12", publishedAt));

/** CLK-24: the bid validity counts from the bid deadline and ends at 24:00 of its last day, holiday or not. */
export const bidValidityEnd = (bidDeadline: Date, validityDays: number): Date =>
  endOfFixedPeriod(bidDeadline, validityDays);

/** CLK-14: the contract is due within 30 days of sending the award notice, and inside the bid validity. */
export function contractDue(profile: Profile, noticeSentAt: Date, validityEnd: Date): Date {
  const due = endOfFixedPeriod(noticeSentAt, days(profile, "CLK-14", noticeSentAt));
  return due < validityEnd ? due : validityEnd;
}

/** CLK-15: the written report (招标投标情况书面报告) is due within 15 days of the award decision. */
export const writtenReportDue = (profile: Profile, decidedAt: Date): Date =>
  endOfPeriod(decidedAt, days(profile, "CLK-15", decidedAt));

/** CLK-22, CLK-23, CLK-28: bid security is due back within five days of withdrawal, contract or termination. */
export const refundDue = (profile: Profile, event: Date, cause: "withdrawal" | "contract" | "termination"): Date => {
  const id = ({ withdrawal: "CLK-22", contract: "CLK-23", termination: "CLK-28" } as const)[cause];
  return endOfPeriod(event, days(profile, id, event));
};

/** CLK-25: a complaint is due within ten days; the time in which an objection was being answered does not count. */
export const complaintDue = (profile: Profile, knownAt: Date, answering?: { from: Date; to: Date }): Date => {
  const pause = answering ? Math.max(0, answering.to.getTime() - answering.from.getTime()) : 0;
  return endOfPeriod(new Date(knownAt.getTime() + pause), days(profile, "CLK-25", knownAt));
};

/** CLK-26: the supervisor accepts within three working days and decides within thirty. */
export const supervisionDue = (receivedAt: Date): { acceptBy: Date; decideBy: (acceptedAt: Date) => Date } => ({
  acceptBy: endOfWorkdays(receivedAt, 3),
  decideBy: (acceptedAt) => endOfWorkdays(acceptedAt, 30),
});

/** CLK-31: earliest end of retention, counted from the end of the procedure. */
export function retentionEnd(profile: Profile, endedAt: Date): Date {
  const years = days(profile, "CLK-31", endedAt);
  const { year } = shanghaiParts(endedAt);
  let end = new Date(endedAt);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  // 29 February plus fifteen years is 1 March: never shorter than promised.
  if (shanghaiParts(end).year < year + years) end = addDays(end, 1);
  return end;
}
