import type { LotFlag, LotState, Regime } from "./states";

/** What the rules read of a lot. */
export interface MovableLot {
  readonly state: LotState;
  readonly flags: readonly LotFlag[];
  readonly saleStart?: Date | null;
  readonly saleEnd?: Date | null;
  readonly bidDeadline?: Date | null;
  readonly applicationDeadline?: Date | null;
  readonly applicationWindowEndsAt?: Date | null;
  readonly windowEndsAt?: Date | null;
  readonly candidatePeriodEndsAt?: Date | null;
  readonly noticePublishedAt?: Date | null;
  readonly mediaPublishedAt?: Date | null;
}

/** One member of a committee, as the law counts it. */
export interface CommitteeMemberFacts {
  /** Expert of the library, or representative of the tenderer. */
  readonly kind: "expert" | "tenderer";
  /** Staff of the body that supervises the lot. */
  readonly isSupervisingStaff?: boolean;
  readonly signedIn?: boolean;
  /** Signed the recusal statement (回避声明). */
  readonly declared?: boolean;
}

export interface Candidate {
  readonly bidId: string;
  readonly rank: number;
}

/** Grounds on which rank 1 is passed over (IR55, IR74). */
export const LOSS_GROUNDS = {
  gave_up: "放弃中标",
  force_majeure: "因不可抗力不能履行合同",
  no_performance_bond: "未按要求提交履约保证金",
  violation: "被查实存在影响中标结果的违法行为",
  refused_contract: "拒绝签订合同",
} as const;

/** What a command knows when it asks for a move. A guard whose fact is missing refuses. */
export interface MoveFacts {
  readonly regime?: Regime;

  readonly organisationVerified?: boolean;
  readonly mandateNumber?: string | null;
  /** Filing number of a mandatory lot that the tenderer tenders itself (BL12). */
  readonly selfTenderFiling?: string | null;
  /** Recorded ground for inviting where open tendering is the rule (IR8). */
  readonly inviteGround?: string | null;
  readonly filingDemanded?: boolean;
  /** Titles of what is still missing. */
  readonly missingItems?: readonly string[];
  /** Titles of failed rows of the publication check. */
  readonly lawFailures?: readonly string[];
  readonly signaturesValid?: boolean;
  /** The message to the legal medium stands in the outbox of the same transaction. */
  readonly mediaInSameJob?: boolean;
  readonly inviteeCount?: number;

  readonly applicationDeadline?: Date;
  readonly applicantCount?: number;
  readonly qualifiedCount?: number;
  readonly reviewCommittee?: readonly CommitteeMemberFacts[];
  readonly reviewReportSigned?: boolean;
  /** Invited although not qualified. */
  readonly unqualifiedInvitees?: number;

  /** A change of the tender document; `affectsBids` counts as true when it is not declared false. */
  readonly change?: { readonly affectsBids?: boolean; readonly newDeadline: Date };

  /** Bidders with a valid receipt at the deadline; a consortium is one. */
  readonly bidderCount?: number;
  readonly undecidedPackages?: number;
  readonly priceMismatches?: number;
  readonly openOpeningObjections?: number;

  readonly committee?: readonly CommitteeMemberFacts[];
  readonly firstEnvelopeClosed?: boolean;
  /** Second envelopes opened of bidders who did not pass. */
  readonly failedBiddersOpened?: number;
  readonly unfinishedItems?: number;
  readonly ungroundedRejections?: number;
  readonly validBids?: number;
  /** The committee's written statement on competition, when fewer than three valid bids are left. */
  readonly competition?: { readonly lacking: boolean; readonly text: string };
  /** Members who neither signed, nor dissented, nor refused on record. */
  readonly silentMembers?: number;

  readonly candidates?: readonly Candidate[];
  readonly equalsReport?: boolean;
  readonly returnGround?: { readonly kind: "order" | "objection" | "capability_check"; readonly text: string };
  readonly isOriginalCommittee?: boolean;
  readonly openResultObjections?: number;
  readonly winner?: string;
  /** Why rank 1 was passed over; recorded by the return to the candidates. */
  readonly lossGround?: keyof typeof LOSS_GROUNDS;
  /** Printed rules of a non-mandatory lot that go without publication. */
  readonly publicationWaived?: boolean;

  readonly contractSigned?: boolean;
  readonly noticeCancelled?: boolean;
  readonly awardNoticeSigned?: boolean;
  readonly notices?: { readonly losers: number; readonly prepared: number };
  readonly contractSignatures?: number;
  readonly termMismatches?: readonly string[];
  readonly contractFen?: bigint;
  readonly bondFen?: bigint;
  readonly missingArchiveItems?: readonly string[];

  readonly termination?: { readonly ground: string; readonly isForceMajeure: boolean };
  readonly holdersNotified?: boolean;
  readonly instructionVerified?: boolean;
  readonly decisionNumber?: string;
  readonly failureAnalysis?: string;
}
