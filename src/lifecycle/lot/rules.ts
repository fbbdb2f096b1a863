import { type Refusal, refuse } from "@/core/refusal";
import { addDays, addHours, formatInstant } from "@/core/time";
import { endOfPeriod } from "@/lifecycle/law/counting";
import { roundOf } from "@/lifecycle/law/rounds";
import { type Candidate, type CommitteeMemberFacts, LOSS_GROUNDS, type MovableLot } from "./move-facts";
import { FLAG_NAMES, type Regime, stoppedBy } from "./states";

/**
 * May a sealed bid still be handed in for this lot?
 *
 * The deadline itself is already too late: opening starts at that very instant (BL34, CLK-08), so "at" and "after" are
 * the same side. Facts carry the refusal code at receipt (`rf`).
 */
export function refusalToSubmit(lot: MovableLot, now: Date): Refusal | undefined {
  const flag = stoppedBy(lot.flags);
  // While the clocks stand still no deadline comes: "too late" would be untrue.
  if (lot.state === "T1" && flag)
    return refuse("conflict", "lot.receiving_suspended", { rf: "RF-13", flag: FLAG_NAMES[flag] });
  if (lot.bidDeadline && now >= lot.bidDeadline && lot.state !== "D0" && lot.state !== "D1" && lot.state !== "D2") {
    return refuse("too_late", "lot.deadline_passed", { rf: "RF-01", deadline: formatInstant(lot.bidDeadline) });
  }
  if (lot.state !== "T1" || !lot.bidDeadline) return refuse("conflict", "lot.not_open_for_bids", { rf: "RF-13" });
  return undefined;
}

/**
 * May a bidder take its own bid back (撤回)? Before the deadline always, whatever flag is set (BL29); where the clocks stand
 * still the deadline has not come, whatever the time of day.
 */
export function refusalToWithdraw(lot: MovableLot, now: Date): Refusal | undefined {
  if (lot.state === "T1" && stoppedBy(lot.flags)) return undefined;
  if (lot.bidDeadline && now >= lot.bidDeadline) {
    return refuse("too_late", "lot.withdrawal_too_late", { deadline: formatInstant(lot.bidDeadline) });
  }
  return lot.state === "T1" ? undefined : refuse("conflict", "lot.not_open_for_bids", { rf: "RF-13" });
}

/**
 * May an application for prequalification (资格预审申请文件) still be handed in? As with bids, the deadline itself is too late
 * (O20 art. 28), and where the clocks stand still none comes.
 */
export function refusalToApply(lot: MovableLot, now: Date): Refusal | undefined {
  const flag = stoppedBy(lot.flags);
  if (lot.state === "P1" && flag)
    return refuse("conflict", "lot.receiving_suspended", { rf: "RF-13", flag: FLAG_NAMES[flag] });
  if (lot.applicationDeadline && now >= lot.applicationDeadline)
    return refuse("too_late", "lot.application_deadline_passed", {
      rf: "RF-01",
      deadline: formatInstant(lot.applicationDeadline),
    });
  return lot.state === "P1" ? undefined : refuse("conflict", "lot.not_open_for_applications", { rf: "RF-13" });
}

/** May the prequalification document (资格预审文件) be obtained now? Registration is the only condition besides. */
export function refusalToObtainForm(lot: MovableLot, now: Date): Refusal | undefined {
  if (lot.state !== "P1") return refuse("conflict", "lot.not_open_for_applications", { rf: "RF-13" });
  if (lot.saleEnd && now >= lot.saleEnd && !stoppedBy(lot.flags))
    return refuse("too_late", "lot.sale_ended", { at: formatInstant(lot.saleEnd) });
  return undefined;
}

/** A key of an application counts until the end of the decryption window, and never under a flag. */
export function refusalToOpenApplication(lot: MovableLot, now: Date): Refusal | undefined {
  if (lot.state !== "P2" || !lot.applicationWindowEndsAt) return refuse("conflict", "lot.applications_not_opening");
  if (lot.flags.length) return refuse("conflict", "opening.suspended");
  return now >= lot.applicationWindowEndsAt
    ? refuse("too_late", "opening.window_ended", { end: formatInstant(lot.applicationWindowEndsAt) })
    : undefined;
}

/** May the tender document be obtained now? Registration is the only condition besides (O20 art. 20). */
export function refusalToObtain(lot: MovableLot, now: Date): Refusal | undefined {
  if (lot.state !== "T1") return refuse("conflict", "lot.not_open_for_bids", { rf: "RF-13" });
  if (lot.saleStart && now < lot.saleStart) {
    return refuse("too_early", "lot.sale_not_begun", { at: formatInstant(lot.saleStart) });
  }
  // Where the clocks stand still the end of the sale does not come either.
  if (lot.saleEnd && now >= lot.saleEnd && !stoppedBy(lot.flags))
    return refuse("too_late", "lot.sale_ended", { at: formatInstant(lot.saleEnd) });
  return undefined;
}

/** CLK-16: an invitation goes to three at least (BL17). Open lots invite nobody. */
export function refusalOfInvitees(regime: Regime, count: number | undefined): Refusal | undefined {
  if (regime.tenderMode === "open") return undefined;
  return count !== undefined && count >= 3
    ? undefined
    : refuse("conflict", "lot.too_few_invitees", { count: count ?? 0 });
}

/** CLK-04: a change that may affect applications stands 3 days before their deadline, which else must move (IR21). */
export function refusalOfFormChange(
  change: { readonly affectsApplications: boolean; readonly newDeadline: Date },
  now: Date,
): Refusal | undefined {
  if (!change.affectsApplications || now <= addDays(change.newDeadline, -3)) return undefined;
  return refuse("too_late", "law.form_change_too_late", { earliest: formatInstant(addDays(now, 3)) });
}

/** CLK-05: a change that may affect bids stands 15 days before the deadline, which else must move (BL23, IR21). */
export function refusalOfChange(
  change: { readonly affectsBids?: boolean; readonly newDeadline: Date },
  now: Date,
): Refusal | undefined {
  if (change.affectsBids === false || now <= addDays(change.newDeadline, -15)) return undefined;
  return refuse("too_late", "law.change_too_late", { earliest: formatInstant(addDays(now, 15)) });
}

/**
 * Do the clocks that began with the later of the two publications allow closing at this deadline? When the legal medium
 * printed late, the agency must publish a corrected deadline first (BL24, CLK-03).
 */
export function refusalOfPublication(regime: Regime, lot: MovableLot): Refusal | undefined {
  if (!regime.mandatory || regime.tenderMode !== "open" || roundOf(regime)) return undefined;
  if (!lot.noticePublishedAt || !lot.mediaPublishedAt) return refuse("conflict", "law.media_not_published");
  const start = lot.mediaPublishedAt > lot.noticePublishedAt ? lot.mediaPublishedAt : lot.noticePublishedAt;
  if (lot.bidDeadline && lot.bidDeadline >= addDays(start, 20)) return undefined;
  return refuse("conflict", "law.deadline_must_move", { earliest: formatInstant(addDays(start, 20)) });
}

/** CLK-17: five or more, odd, two thirds experts, nobody of the supervising body (BL37, IR46); mandatory lots only. */
export function refusalOfCommittee(regime: Regime, members: readonly CommitteeMemberFacts[]): Refusal | undefined {
  if (!regime.mandatory) return undefined;
  if (members.length < 5 || members.length % 2 === 0) {
    return refuse("conflict", "law.committee_size", { count: members.length });
  }
  const experts = members.filter(({ kind }) => kind === "expert").length;
  if (experts * 3 < members.length * 2) {
    return refuse("conflict", "law.committee_experts", { experts, count: members.length });
  }
  if (members.some(({ isSupervisingStaff }) => isSupervisingStaff)) {
    return refuse("conflict", "law.committee_supervising_staff");
  }
  return undefined;
}

/** CLK-18: one to three candidates, ranked without gap or tie (IR53). */
export function refusalOfCandidates(candidates: readonly Candidate[]): Refusal | undefined {
  const { length } = candidates;
  if (length < 1 || length > 3) return refuse("conflict", "law.candidate_count", { count: length });
  const ranks = candidates.map(({ rank }) => rank).sort((a, b) => a - b);
  const distinct = new Set(candidates.map(({ bidId }) => bidId)).size === length;
  return distinct && ranks.every((rank, i) => rank === i + 1)
    ? undefined
    : refuse("conflict", "law.candidates_unranked");
}

/**
 * State funds: the first-ranked candidate wins, unless a recorded ground passes it over (IR55). The same where the committee
 * was authorised to decide (BL40): its first rank is the winner, and the tenderer only announces it.
 */
export function refusalOfWinner(
  regime: Regime,
  candidates: readonly Candidate[],
  winner: string,
  lossGround?: keyof typeof LOSS_GROUNDS,
): Refusal | undefined {
  const candidate = candidates.find(({ bidId }) => bidId === winner);
  if (!candidate) return refuse("conflict", "lot.winner_not_candidate");
  const isBound = regime.awardRight === "decides" || (regime.mandatory && regime.stateFundsDominant);
  if (!isBound || candidate.rank === 1) return undefined;
  if (lossGround && lossGround in LOSS_GROUNDS) return undefined;
  return refuse("conflict", "law.first_rank_must_win", { rank: candidate.rank });
}

/** CLK-21: the performance bond is at most a tenth of the contract (IR58). */
export function refusalOfBond(bondFen: bigint, contractFen: bigint): Refusal | undefined {
  return bondFen * 10n <= contractFen ? undefined : refuse("invalid", "law.bond_above_tenth");
}

/** CLK-19: more than a third of the members say the time is too short, so it is extended (IR48). */
export const mustExtendEvaluation = (members: number, asking: number): boolean => asking * 3 > members;

export type ObjectionKind = "notice" | "prequalification_document" | "tender_document" | "opening" | "result";

/** Instants that bound the windows of objections. */
export interface ObjectionWindow {
  /** Deadline of applications for `prequalification_document`, of bids for `tender_document`. */
  readonly deadline?: Date | null;
  /** End of the opening (O2), when it has ended. */
  readonly openingEndedAt?: Date | null;
  readonly candidatesPublishedAt?: Date | null;
  readonly candidatePeriodEndsAt?: Date | null;
}

/**
 * Is an objection in time (CLK-06, CLK-10, CLK-13)? One that is late is kept and answered as an opinion, and stops
 * nothing; one in time sets SUSPENDED_OBJECTION until it is answered (IR22, IR54) — save at the opening, where it is
 * answered on the spot and holds the closing of the record (IR44). Asking for a defective notice to be corrected is in time
 * as long as the notice invites, and stops nothing (发布管理办法第十六条).
 */
export function standingOfObjection(
  kind: ObjectionKind,
  window: ObjectionWindow,
  now: Date,
): { readonly inTime: boolean; readonly suspends: boolean } {
  const days = kind === "prequalification_document" ? 2 : 10;
  let inTime: boolean;
  switch (kind) {
    case "notice":
      inTime = !window.deadline || now < window.deadline;
      break;
    case "prequalification_document":
    case "tender_document":
      inTime = window.deadline ? now <= addDays(window.deadline, -days) : false;
      break;
    case "opening":
      inTime = Boolean(window.deadline && now >= window.deadline && !window.openingEndedAt);
      break;
    case "result":
      inTime = Boolean(
        window.candidatesPublishedAt &&
          window.candidatePeriodEndsAt &&
          now >= window.candidatesPublishedAt &&
          now < window.candidatePeriodEndsAt,
      );
  }
  return { inTime, suspends: inTime && kind !== "opening" && kind !== "notice" };
}

/** CLK-07: the answer is due at the end of the third day; the alarm rings after 48 hours. */
export const objectionDueTimes = (receivedAt: Date): { readonly alarmAt: Date; readonly dueAt: Date } => ({
  alarmAt: addHours(receivedAt, 48),
  dueAt: endOfPeriod(receivedAt, 3),
});
