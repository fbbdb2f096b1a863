import type { CheckRow } from "./check-row";
import { profileOf } from "./clauses";
import { type GatheringFacts, gatheringRows } from "./gatherings";
import type { PlacedText } from "./lint";
import { type ProvisionalSum, provisionalRows } from "./provisional";
import { clockRows } from "./publish-check-clocks";
import type { FileReading } from "./publish-check-files";
import { moneyRows } from "./publish-check-money";
import { textRows } from "./publish-check-texts";
import type { Regime } from "./regime";

export { blocks, type CheckRow, failuresOf } from "./check-row";

/** A contract of agency as the check reads it. */
export interface MandateOnFile {
  readonly number: string;
  readonly tendererSigned: boolean;
  readonly agencySigned: boolean;
  readonly coversPublishing: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** What an authority decided on the tender (IR7), as the check reads it. */
export interface ApprovalOnFile extends Pick<Regime, "tenderMode" | "orgForm"> {
  /** 审批, 核准 or 备案, with authority and document number. */
  readonly title: string;
  readonly documentNumber: string;
  readonly ground: string;
}

export type ServiceContractState = "signed" | "own platform" | "missing";

/** What a lot is about to be published with. Instants and amounts, no database rows: the caller collects them. */
export interface PublishFacts {
  readonly profile: string;
  readonly regime: Regime;
  readonly now: Date;
  /** Planned publication; `now` when it is published at once. */
  readonly publishAt: Date;
  readonly saleStart: Date | null;
  readonly saleEnd: Date | null;
  readonly bidDeadline: Date | null;
  readonly estimateFen: bigint;
  /** Estimates of all lots of the project, this one included. */
  readonly projectEstimatesFen: readonly bigint[];
  readonly ceilingFen: bigint;
  readonly securityFen: bigint;
  /** Price of the tender document; nothing when it is free. */
  readonly documentFeeFen?: bigint;
  /** The account that the fee goes to is written down. */
  readonly hasFeeAccount?: boolean;
  readonly validityDays: number;
  readonly decryptionWindowMinutes: number;
  readonly envelopeCount: number;
  readonly consortiumAllowed: boolean;
  /** The structured twin of the notice. */
  readonly noticeFields: Readonly<Record<string, string>>;
  /** Visits and meetings that the document announces. */
  readonly gatherings?: readonly GatheringFacts[];
  /** Provisional sums of the bill of quantities (IR29). */
  readonly provisional?: readonly ProvisionalSum[];
  /** Hash of the sealed base estimate, where the tenderer made one. */
  readonly baseEstimateHash?: string | undefined;
  /** Wording that is searched for floors on prices and for discriminating clauses. */
  readonly texts: readonly PlacedText[];
  /** Sentences found in the files of the document. Not searched for floors: “不设最低限价” would be one. */
  readonly fileTexts?: readonly PlacedText[];
  /** Whether those files have been read. */
  readonly files?: readonly FileReading[];
  /** Reasons that the publisher gave for findings, by the finding's key. */
  readonly lintAnswers?: ReadonlyMap<string, string>;
  readonly mandateNumber?: string | null;
  /** Does an agency publish? It needs a contract that both sides signed; a tenderer acts in its own right. */
  readonly byAgency?: boolean;
  readonly mandate?: MandateOnFile | undefined;
  /** What the mandate lets the winner pay, and what of it the tender document says; the same, or nothing of both. */
  readonly winnerPays?: { readonly agreed: string | undefined; readonly printed: string | undefined };
  /** Does the project need approval or verification (fixed-asset investment)? Then its tender does too (IR7). */
  readonly needsApproval?: boolean;
  readonly approval?: ApprovalOnFile | undefined;
  readonly selfTenderFiling?: string | null;
  readonly inviteGround?: string | null;
  readonly inviteeCount?: number;
  /** Whoever publishes has signed the platform's service contract, or runs the platform itself. */
  readonly serviceContract?: ServiceContractState;
  /** Until when an invitation is answered. */
  readonly replyBy?: Date | null | undefined;
  /** Trial run of the evaluation method on invented prices. */
  readonly methodTrial: { readonly ok: boolean; readonly text: string };
  readonly scope?: { readonly isInScopeByFunds: boolean; readonly isInScopeByKind: boolean };
}

/** The check before publication (发布前检查): every row that fails blocks, every finding in the wording wants an answer. */
export function publishCheck(facts: PublishFacts): CheckRow[] {
  const profile = profileOf(facts.profile);
  return [
    ...clockRows(facts, profile),
    ...gatheringRows(facts, profile),
    ...moneyRows(facts, profile),
    ...provisionalRows(facts.regime, facts.provisional ?? []),
    ...textRows(facts),
  ];
}
