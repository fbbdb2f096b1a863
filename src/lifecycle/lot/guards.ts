import { type Refusal, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { RefusalCode } from "@/i18n/refusal-codes";
import { roundOf } from "@/lifecycle/law/rounds";
import type { MovableLot, MoveFacts } from "./move-facts";
import {
  refusalOfBond,
  refusalOfCandidates,
  refusalOfChange,
  refusalOfCommittee,
  refusalOfInvitees,
  refusalOfPublication,
  refusalOfWinner,
} from "./rules";

/** A guard of one transition: a pure rule over the lot, what the command knows, and the instant. */
export type Guard = (lot: MovableLot, facts: MoveFacts, now: Date) => Refusal | undefined;

const conflict = (code: RefusalCode, facts: Record<string, string | number> = {}): Refusal =>
  refuse("conflict", code, facts);

/** Missing facts refuse by name: whoever asks must know. */
const unknown = (fact: string): Refusal => conflict("lot.fact_missing", { fact });

const holds = (fact: boolean | undefined, code: RefusalCode) => (fact === true ? undefined : conflict(code));

const none = (count: number | undefined, name: string, code: RefusalCode): Refusal | undefined =>
  count === undefined ? unknown(name) : count === 0 ? undefined : conflict(code, { count });

const empty = (list: readonly string[] | undefined, name: string, code: RefusalCode): Refusal | undefined =>
  list === undefined ? unknown(name) : list.length ? conflict(code, { items: list.join("、") }) : undefined;

const written = (text: string | null | undefined, code: RefusalCode): Refusal | undefined =>
  text?.trim() ? undefined : conflict(code);

const atLeastThree = (count: number | undefined, name: string, code: RefusalCode): Refusal | undefined =>
  count === undefined ? unknown(name) : count >= 3 ? undefined : conflict(code);

const fewerThanThree = (count: number | undefined, name: string, code: RefusalCode): Refusal | undefined =>
  count === undefined ? unknown(name) : count < 3 ? undefined : conflict(code);

/** A due time that is not fixed has not come. */
const reached = (instant: Date | null | undefined, now: Date, code: RefusalCode): Refusal | undefined =>
  instant && now >= instant ? undefined : refuse("too_early", code, { at: instant ? formatInstant(instant) : "—" });

const decryptionFinished: Guard = (lot, facts, now) =>
  facts.undecidedPackages === 0 || (lot.windowEndsAt && now >= lot.windowEndsAt)
    ? undefined
    : refuse("too_early", "lot.decryption_running", {
        count: facts.undecidedPackages ?? "—",
        at: lot.windowEndsAt ? formatInstant(lot.windowEndsAt) : "—",
      });

export const GUARDS = {
  organisation_verified: (_, facts) => holds(facts.organisationVerified, "lot.organisation_unverified"),
  mandate_held: (_, { regime, mandateNumber, selfTenderFiling }) => {
    if (!regime) return unknown("regime");
    if (regime.orgForm === "agency") return written(mandateNumber, "lot.mandate_missing");
    return regime.mandatory ? written(selfTenderFiling, "lot.self_tender_filing_missing") : undefined;
  },
  mode_grounded: (_, { regime, inviteGround }) => {
    if (!regime) return unknown("regime");
    const openIsTheRule = regime.mandatory && regime.stateFundsDominant;
    return openIsTheRule && regime.tenderMode === "invited"
      ? written(inviteGround, "lot.invite_ground_missing")
      : undefined;
  },
  filing_demanded: (_, facts) => holds(facts.filingDemanded, "lot.filing_not_demanded"),
  content_complete: (_, facts) => empty(facts.missingItems, "missingItems", "lot.content_incomplete"),
  law_check_passed: (_, facts) => empty(facts.lawFailures, "lawFailures", "lot.law_check_failed"),
  signatures_valid: (_, facts) => holds(facts.signaturesValid, "lot.not_signed"),
  is_prequalified_lot: (_, { regime }) =>
    regime ? holds(roundOf(regime) !== undefined, "lot.wrong_qualification_route") : unknown("regime"),
  is_postqualified_lot: (_, { regime }) =>
    regime ? holds(roundOf(regime) === undefined, "lot.wrong_qualification_route") : unknown("regime"),
  media_in_same_job: (_, facts) => holds(facts.mediaInSameJob, "lot.media_not_in_same_job"),
  three_invitees: (_, { regime, inviteeCount }) =>
    regime ? refusalOfInvitees(regime, inviteeCount) : unknown("regime"),

  application_deadline_reached: (_, facts, now) =>
    reached(facts.applicationDeadline, now, "lot.application_deadline_not_reached"),
  three_applicants: (_, facts) => atLeastThree(facts.applicantCount, "applicantCount", "lot.too_few_applicants"),
  fewer_than_three_applicants: (_, facts) =>
    fewerThanThree(facts.applicantCount, "applicantCount", "lot.enough_applicants"),
  review_committee_lawful: (_, { regime, reviewCommittee }) => {
    if (!regime) return unknown("regime");
    // Technical proposals are studied, and nobody judges who passes (IR30).
    if (regime.twoStage) return undefined;
    // The tenderer's own reviewers do when state funds do not prevail (IR18).
    if (!regime.mandatory || !regime.stateFundsDominant) return undefined;
    return reviewCommittee ? refusalOfCommittee(regime, reviewCommittee) : unknown("reviewCommittee");
  },
  review_reported: (_, facts) => holds(facts.reviewReportSigned, "lot.review_not_reported"),
  three_qualified: (_, facts) => atLeastThree(facts.qualifiedCount, "qualifiedCount", "lot.too_few_qualified"),
  fewer_than_three_qualified: (_, facts) =>
    fewerThanThree(facts.qualifiedCount, "qualifiedCount", "lot.enough_qualified"),
  only_qualified_invited: (_, facts) =>
    none(facts.unqualifiedInvitees, "unqualifiedInvitees", "lot.unqualified_invited"),

  change_in_time: (_, facts, now) => (facts.change ? refusalOfChange(facts.change, now) : unknown("change")),
  deadline_reached: (lot, _, now) => reached(lot.bidDeadline, now, "lot.deadline_not_reached"),
  published_in_time: (lot, { regime }) => (regime ? refusalOfPublication(regime, lot) : unknown("regime")),
  three_bidders: (_, facts) => atLeastThree(facts.bidderCount, "bidderCount", "lot.too_few_bidders"),
  fewer_than_three_bidders: (_, facts) => fewerThanThree(facts.bidderCount, "bidderCount", "lot.enough_bidders"),
  decryption_finished: decryptionFinished,
  prices_identical: (_, facts) => none(facts.priceMismatches, "priceMismatches", "lot.prices_differ"),
  opening_objections_answered: (_, facts) =>
    none(facts.openOpeningObjections, "openOpeningObjections", "lot.opening_objection_open"),

  committee_lawful: (_, { regime, committee }) =>
    regime && committee ? refusalOfCommittee(regime, committee) : unknown("committee"),
  members_present_and_declared: (_, { committee }) =>
    committee?.length && committee.every(({ signedIn, declared }) => signedIn && declared)
      ? undefined
      : conflict("lot.members_not_ready"),
  has_two_envelopes: (_, { regime }) => holds(regime?.envelopes === 2, "lot.single_envelope"),
  first_envelope_closed: (_, facts) => holds(facts.firstEnvelopeClosed, "lot.first_envelope_open"),
  only_passed_opened: (_, facts) => none(facts.failedBiddersOpened, "failedBiddersOpened", "lot.failed_bidder_opened"),
  items_finished: (_, facts) => none(facts.unfinishedItems, "unfinishedItems", "lot.items_unfinished"),
  rejections_grounded: (_, facts) =>
    none(facts.ungroundedRejections, "ungroundedRejections", "lot.rejection_without_ground"),
  competition_stated: (_, { validBids, competition }) => {
    if (validBids === undefined) return unknown("validBids");
    if (validBids === 0) return conflict("lot.all_rejected");
    if (validBids >= 3) return undefined;
    if (!competition?.text.trim()) return conflict("lot.competition_not_stated", { count: validBids });
    return competition.lacking ? conflict("lot.competition_lacking") : undefined;
  },
  all_rejected_or_no_competition: (_, { validBids, competition }) => {
    if (validBids === undefined) return unknown("validBids");
    if (validBids === 0) return undefined;
    if (validBids >= 3) return conflict("lot.enough_valid_bids");
    return competition?.lacking && competition.text.trim()
      ? undefined
      : conflict("lot.competition_not_stated", { count: validBids });
  },
  all_signed_or_dissented: (_, facts) => none(facts.silentMembers, "silentMembers", "lot.report_not_signed"),

  candidates_lawful: (_, { candidates }) => (candidates ? refusalOfCandidates(candidates) : unknown("candidates")),
  equals_report: (_, facts) => holds(facts.equalsReport, "lot.differs_from_report"),
  return_grounded: (_, facts) => written(facts.returnGround?.text, "lot.return_without_ground"),
  original_committee: (_, facts) => holds(facts.isOriginalCommittee, "lot.other_committee"),
  publication_over: (lot, _, now) => reached(lot.candidatePeriodEndsAt, now, "lot.publication_running"),
  publication_not_required: (_, { regime, publicationWaived }) =>
    regime && !regime.mandatory && publicationWaived ? undefined : conflict("lot.publication_required"),
  result_objections_answered: (_, facts) =>
    none(facts.openResultObjections, "openResultObjections", "lot.result_objection_open"),
  winner_is_candidate: (_, { candidates, winner }) =>
    winner && candidates?.some(({ bidId }) => bidId === winner) ? undefined : conflict("lot.winner_not_candidate"),
  first_rank_wins: (_, { regime, candidates, winner, lossGround }) =>
    regime && candidates && winner ? refusalOfWinner(regime, candidates, winner, lossGround) : unknown("winner"),
  winner_lost_grounded: (_, facts) => (facts.lossGround ? undefined : conflict("lot.loss_ground_missing")),
  contract_not_signed: (_, facts) => holds(facts.contractSigned === false, "lot.contract_signed"),
  notice_cancelled: (lot, facts) =>
    lot.state === "A3" ? holds(facts.noticeCancelled, "lot.notice_not_cancelled") : undefined,
  award_notice_signed: (_, facts) => holds(facts.awardNoticeSigned, "lot.award_notice_unsigned"),
  all_notices_together: (_, { notices }) =>
    notices && notices.prepared === notices.losers ? undefined : conflict("lot.notices_incomplete"),
  contract_signed_by_both: (_, facts) => holds(facts.contractSignatures === 2, "lot.contract_unsigned"),
  terms_equal: (_, facts) => empty(facts.termMismatches, "termMismatches", "lot.contract_terms_differ"),
  bond_within_tenth: (_, { contractFen, bondFen }) =>
    contractFen === undefined || bondFen === undefined ? unknown("bondFen") : refusalOfBond(bondFen, contractFen),
  archive_complete: (_, facts) => empty(facts.missingArchiveItems, "missingArchiveItems", "lot.archive_incomplete"),

  termination_grounded: (_, { regime, termination }) => {
    if (!regime) return unknown("regime");
    if (!termination?.ground.trim()) return conflict("lot.termination_without_ground");
    const isBound = regime.subject === "works" || regime.subject === "goods";
    return isBound && !termination.isForceMajeure ? conflict("lot.termination_needs_force_majeure") : undefined;
  },
  holders_notified: (_, facts) => holds(facts.holdersNotified, "lot.holders_not_notified"),
  instruction_verified: (_, facts) => holds(facts.instructionVerified, "lot.instruction_unverified"),
  decision_recorded: (_, facts) => written(facts.decisionNumber, "lot.decision_number_missing"),
  failure_analysed: (lot, facts) =>
    lot.state === "F1" || lot.state === "F2" ? written(facts.failureAnalysis, "lot.failure_not_analysed") : undefined,
} as const satisfies Record<string, Guard>;

export type GuardId = keyof typeof GUARDS;
