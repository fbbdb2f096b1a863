import { profileOf } from "./clauses";
import { clockRows } from "./publish-check-clocks";
import { moneyRows } from "./publish-check-money";
import { textRows } from "./publish-check-texts";
import type { Regime } from "./regime";

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
  /** Wording that is searched for floors on prices and for discriminating clauses. */
  readonly texts: readonly string[];
  readonly mandateNumber?: string | null;
  readonly selfTenderFiling?: string | null;
  readonly inviteGround?: string | null;
  readonly inviteeCount?: number;
  /** Trial run of the evaluation method on invented prices. */
  readonly methodTrial: { readonly ok: boolean; readonly text: string };
  readonly scope?: { readonly isInScopeByFunds: boolean; readonly isInScopeByKind: boolean };
}

/** One row of the check as it is shown: what is there, what the law asks, and how to mend it. */
export interface CheckRow {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly limit: string;
  readonly article: string;
  readonly verdict: "pass" | "fail" | "warn";
  readonly fix?: string;
}

/** The check before publication (发布前检查): every row that fails blocks, every warning is shown and recorded. */
export function publishCheck(facts: PublishFacts): CheckRow[] {
  const profile = profileOf(facts.profile);
  return [...clockRows(facts, profile), ...moneyRows(facts, profile), ...textRows(facts)];
}

/** Titles of the rows that block. Empty: the lot may be published. */
export const failuresOf = (rows: readonly CheckRow[]): string[] =>
  rows.filter(({ verdict }) => verdict === "fail").map(({ title }) => title);
