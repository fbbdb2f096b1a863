import { type Refusal, refuse } from "@/core/refusal";
import { GUARDS, type GuardId } from "./guards";
import type { MovableLot, MoveFacts } from "./move-facts";
import { FAILED_STATES, FLAG_NAMES, type LotState, STATE_NAMES } from "./states";

export type { MovableLot, MoveFacts } from "./move-facts";

/** Who may start a transition. `clock` is the platform acting at a due time, `host` whoever hosts the opening. */
export type Mover = "tenderer" | "agency" | "host" | "clock" | "committee" | "supervisor" | "archivist";

export interface Transition {
  /** Number in the law table of the product. */
  readonly n: number;
  /** Empty: the lot is created. */
  readonly from: readonly LotState[];
  /** Empty: the state stays, a flag is set. */
  readonly to: readonly LotState[];
  readonly who: readonly Mover[];
  readonly guards: readonly GuardId[];
  /** Allowed while a flag is set: correcting what was objected to, and decisions of the supervisor. */
  readonly underFlags?: true;
}

const OWNERS: readonly Mover[] = ["tenderer", "agency"];
const BEFORE_AWARD: readonly LotState[] = ["P1", "P2", "P3", "P4", "T1", "T2", "O1", "O2", "E1", "E1b", "E2", "A1"];
const AWARDED: readonly LotState[] = ["A2", "A3", "C1", "C2"];
const PUBLISHED: readonly LotState[] = [...BEFORE_AWARD, ...AWARDED];
const EVALUATED: readonly LotState[] = ["E2", "A1", ...AWARDED];

/** Every move a lot can make. What is not here cannot happen. */
export const TRANSITIONS: readonly Transition[] = [
  { n: 1, from: [], to: ["D0"], who: OWNERS, guards: ["organisation_verified", "mandate_held", "mode_grounded"] },
  { n: 2, from: ["D0"], to: ["D1"], who: OWNERS, guards: ["filing_demanded"] },
  {
    n: 3,
    from: ["D0", "D1"],
    to: ["D2"],
    who: OWNERS,
    guards: ["mandate_held", "mode_grounded", "content_complete", "law_check_passed", "signatures_valid"],
  },
  {
    n: 4,
    from: ["D2"],
    to: ["P1"],
    who: OWNERS,
    guards: ["is_prequalified_lot", "media_in_same_job", "three_invitees"],
  },
  {
    n: 4,
    from: ["D2"],
    to: ["T1"],
    who: OWNERS,
    guards: ["is_postqualified_lot", "media_in_same_job", "three_invitees"],
  },
  { n: 5, from: ["P1"], to: ["P2"], who: ["clock"], guards: ["application_deadline_reached"] },
  { n: 6, from: ["P2"], to: ["P3"], who: ["host"], guards: ["three_applicants"] },
  { n: 6, from: ["P2"], to: ["F1"], who: ["host"], guards: ["fewer_than_three_applicants"] },
  {
    n: 7,
    from: ["P3"],
    to: ["P4"],
    who: ["committee"],
    guards: ["review_committee_lawful", "review_reported", "three_qualified"],
  },
  { n: 7, from: ["P3"], to: ["F1"], who: ["committee"], guards: ["review_reported", "fewer_than_three_qualified"] },
  { n: 8, from: ["P4"], to: ["T1"], who: OWNERS, guards: ["only_qualified_invited"] },
  { n: 9, from: ["T1"], to: ["T1"], who: OWNERS, guards: ["change_in_time"], underFlags: true },
  { n: 10, from: ["T1"], to: ["T2"], who: ["clock"], guards: ["deadline_reached", "published_in_time"] },
  { n: 11, from: ["T2"], to: ["F1"], who: ["clock"], guards: ["deadline_reached", "fewer_than_three_bidders"] },
  { n: 12, from: ["T2"], to: ["O1"], who: ["host", "clock"], guards: ["deadline_reached", "three_bidders"] },
  {
    n: 13,
    from: ["O1"],
    to: ["O2"],
    who: ["host", "clock"],
    guards: ["decryption_finished", "prices_identical", "opening_objections_answered"],
  },
  { n: 14, from: ["O2"], to: ["E1"], who: ["host"], guards: ["committee_lawful", "members_present_and_declared"] },
  { n: 15, from: ["E1"], to: ["E1b"], who: ["committee"], guards: ["has_two_envelopes", "first_envelope_closed"] },
  {
    n: 15,
    from: ["E1b"],
    to: ["E1"],
    who: ["host", "clock"],
    guards: ["decryption_finished", "only_passed_opened", "opening_objections_answered"],
  },
  {
    n: 16,
    from: ["E1"],
    to: ["E2"],
    who: ["committee"],
    guards: ["items_finished", "rejections_grounded", "competition_stated", "all_signed_or_dissented"],
  },
  {
    n: 17,
    from: ["E1"],
    to: ["F2"],
    who: ["committee"],
    guards: ["rejections_grounded", "all_rejected_or_no_competition"],
  },
  { n: 18, from: ["E2"], to: ["A1"], who: OWNERS, guards: ["candidates_lawful", "equals_report"] },
  {
    n: 19,
    from: ["E2", "A1", "A2"],
    to: ["E1"],
    who: ["tenderer", "supervisor"],
    guards: ["return_grounded", "original_committee"],
  },
  {
    n: 20,
    from: ["A1"],
    to: ["A2"],
    who: ["tenderer"],
    guards: ["publication_over", "result_objections_answered", "winner_is_candidate", "first_rank_wins"],
  },
  {
    n: 20,
    from: ["E2"],
    to: ["A2"],
    who: ["tenderer"],
    guards: ["publication_not_required", "result_objections_answered", "winner_is_candidate"],
  },
  {
    n: 21,
    from: ["A2", "A3"],
    to: ["A1", "F1"],
    who: ["tenderer"],
    guards: ["winner_lost_grounded", "contract_not_signed", "notice_cancelled"],
  },
  { n: 22, from: ["A2"], to: ["A3"], who: ["tenderer"], guards: ["award_notice_signed", "all_notices_together"] },
  {
    n: 23,
    from: ["A3"],
    to: ["C1"],
    who: ["tenderer"],
    guards: ["contract_signed_by_both", "terms_equal", "bond_within_tenth"],
  },
  { n: 24, from: ["C1"], to: ["C2"], who: ["tenderer"], guards: [] },
  { n: 24, from: ["C2"], to: ["Z"], who: ["archivist"], guards: ["archive_complete"] },
  { n: 25, from: BEFORE_AWARD, to: ["F3"], who: ["tenderer"], guards: ["termination_grounded", "holders_notified"] },
  { n: 26, from: PUBLISHED, to: [], who: ["supervisor"], guards: ["instruction_verified"], underFlags: true },
  { n: 27, from: PUBLISHED, to: ["F4"], who: ["supervisor"], guards: ["decision_recorded"], underFlags: true },
  // A new evaluation or award presupposes one: a decision never jumps over the opening or the committee.
  { n: 27, from: EVALUATED, to: ["E1"], who: ["supervisor"], guards: ["decision_recorded"], underFlags: true },
  { n: 27, from: AWARDED, to: ["A1"], who: ["supervisor"], guards: ["decision_recorded"], underFlags: true },
  { n: 28, from: FAILED_STATES, to: ["D0"], who: ["tenderer"], guards: ["failure_analysed"] },
  // An edit before publication goes back to the draft and voids the signatures.
  { n: 29, from: ["D1", "D2"], to: ["D0"], who: OWNERS, guards: [] },
];

/**
 * May this lot move to `to` now?
 *
 * Fails closed: a guard whose fact was not given refuses. A flag holds every move but those marked `underFlags`. Where
 * two rows lead to the same state on different grounds, one that holds is enough; the refusal is the first row's.
 */
export function refusalToMove(lot: MovableLot, to: LotState, facts: MoveFacts, now: Date): Refusal | undefined {
  const rows = TRANSITIONS.filter((row) => row.from.includes(lot.state) && row.to.includes(to));
  if (!rows.length) {
    return refuse("conflict", "lot.no_such_move", { from: STATE_NAMES[lot.state], to: STATE_NAMES[to] });
  }
  let first: Refusal | undefined;
  for (const row of rows) {
    const refusal = refusalOfFlags(lot, row) ?? firstRefusal(row.guards, lot, facts, now);
    if (!refusal) return undefined;
    first ??= refusal;
  }
  return first;
}

/** May a lot be created under this mandate and mode? */
export function refusalToCreate(facts: MoveFacts, now: Date): Refusal | undefined {
  return firstRefusal(TRANSITIONS[0]!.guards, { state: "D0", flags: [] }, facts, now);
}

/** May the supervisor's instruction suspend the lot? Only a verified signature does; a complaint alone does not. */
export function refusalToSuspendByOrder(lot: MovableLot, facts: MoveFacts, now: Date): Refusal | undefined {
  const row = TRANSITIONS.find(({ n }) => n === 26)!;
  if (!row.from.includes(lot.state))
    return refuse("conflict", "lot.not_in_progress", { state: STATE_NAMES[lot.state] });
  return firstRefusal(row.guards, lot, facts, now);
}

function refusalOfFlags(lot: MovableLot, row: Transition): Refusal | undefined {
  if (row.underFlags || !lot.flags.length) return undefined;
  return refuse("conflict", "lot.suspended", { flags: lot.flags.map((flag) => FLAG_NAMES[flag]).join("、") });
}

function firstRefusal(guards: readonly GuardId[], lot: MovableLot, facts: MoveFacts, now: Date): Refusal | undefined {
  for (const guard of guards) {
    const refusal = GUARDS[guard](lot, facts, now);
    if (refusal) return refusal;
  }
  return undefined;
}
