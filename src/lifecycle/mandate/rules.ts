import type { MandateAct, MandateTerms } from "./schema";

/** What of a mandate decides whether it may be used. */
export interface MandateFacts {
  readonly terms: MandateTerms;
  readonly tendererSignedAt: Date | null;
  readonly agencySignedAt: Date | null;
}

export const isSignedByBoth = ({ tendererSignedAt, agencySignedAt }: MandateFacts): boolean =>
  tendererSignedAt !== null && agencySignedAt !== null;

export const coversAct = ({ terms }: MandateFacts, act: MandateAct): boolean => terms.scope.includes(act);

/** Its period includes both ends' instants. */
export const isRunning = ({ terms }: MandateFacts, now: Date): boolean =>
  now >= new Date(terms.startsAt) && now <= new Date(terms.endsAt);
