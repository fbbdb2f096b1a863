import type { Regime } from "./regime";

/** Estimates (fen) from which a lot in scope must be tendered (必须招标的工程项目规定, Order 16 of 2018). */
export const THRESHOLDS_FEN: Record<Regime["subject"], bigint> = {
  works: 400_000_000n,
  goods: 200_000_000n,
  survey_design: 100_000_000n,
  services: 100_000_000n,
};

export interface ScopeAnswers {
  readonly subject: Regime["subject"];
  /** Estimate of the single contract; what can be bought together in one project is added up. */
  readonly estimateFen: bigint;
  /** In scope by its funds: state funds or loans of international bodies (arts. 2, 3). */
  readonly isInScopeByFunds: boolean;
  /** In scope by its kind: infrastructure of public interest (art. 4). */
  readonly isInScopeByKind: boolean;
}

/** Must this be tendered? Scope, by funds or by kind, and threshold must both be there. */
export function mustBeTendered(answers: ScopeAnswers): boolean {
  const isInScope = answers.isInScopeByFunds || answers.isInScopeByKind;
  return isInScope && answers.estimateFen >= THRESHOLDS_FEN[answers.subject];
}

/**
 * Do lots of one project look split to stay below the threshold? True when none reaches it alone and two or more
 * together do.
 */
export function looksSplit(subject: Regime["subject"], estimatesFen: readonly bigint[]): boolean {
  const limit = THRESHOLDS_FEN[subject];
  const below = estimatesFen.filter((estimate) => estimate < limit);
  return (
    below.length >= 2 && below.length === estimatesFen.length && below.reduce((sum, part) => sum + part, 0n) >= limit
  );
}
