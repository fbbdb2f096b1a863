import { type Refusal, refuse } from "@/core/refusal";

/** Valid bids below which the committee states whether competition is clearly lacking (O12 art. 27). */
export const ENOUGH_BIDS = 3;

/** Length of the statement and of a dissent. */
export const COMPETITION_CHARS = { least: 20, most: 4000 } as const;

/** One statement on competition with the members who have answered it. */
export interface CompetitionStatement {
  readonly number: number;
  readonly validBids: number;
  readonly isLacking: boolean;
  readonly text: string;
  readonly signatures: readonly { readonly memberId: string; readonly kind: string; readonly text: string }[];
}

/**
 * Where a statement stands: `carried` when every member has answered and more than half signed without dissent,
 * `dropped` when every member has answered and no such majority is there, else `open`. Members answer all of it: a majority
 * that is reached early keeps nobody from putting a dissent on record.
 */
export function outcomeOfStatement(
  members: readonly string[],
  { signatures }: Pick<CompetitionStatement, "signatures">,
): "open" | "carried" | "dropped" {
  const answered = signatures.filter(({ memberId }) => members.includes(memberId));
  if (answered.length < members.length) return "open";
  return answered.filter(({ kind }) => kind === "signed").length * 2 > members.length ? "carried" : "dropped";
}

/** The statement that stands for so many valid bids: carried, and not made for more than are left now. */
export function standingStatement<T extends CompetitionStatement>(
  members: readonly string[],
  statements: readonly T[],
  validBids: number,
): T | undefined {
  const last = statements.at(-1);
  return last && outcomeOfStatement(members, last) === "carried" && last.validBids <= validBids ? last : undefined;
}

/** Must the review stop for a statement? With nobody left all bids are rejected without one (transition 17). */
export function needsStatement(
  members: readonly string[],
  statements: readonly CompetitionStatement[],
  validBids: number,
): boolean {
  return validBids > 0 && validBids < ENOUGH_BIDS && !standingStatement(members, statements, validBids);
}

/**
 * The chair drafts, and drafts anew while nobody has answered, when no majority was found, or when bids were revoked meanwhile.
 * Where none is left there is no competition to find.
 */
export function refusalToDraft(
  isChair: boolean,
  members: readonly string[],
  last: CompetitionStatement | undefined,
  draft: { readonly validBids: number; readonly isLacking: boolean },
): Refusal | undefined {
  if (!isChair) return refuse("forbidden", "evaluation.chair_only");
  if (draft.validBids === 0 && !draft.isLacking) return refuse("conflict", "evaluation.none_left");
  const isUnderSignature =
    last &&
    last.signatures.length > 0 &&
    last.validBids === draft.validBids &&
    outcomeOfStatement(members, last) === "open";
  return isUnderSignature ? refuse("conflict", "evaluation.statement_under_signature") : undefined;
}

/** Every member answers the last draft once, as long as it speaks of the bids that are left. */
export function refusalToAnswer(
  members: readonly string[],
  memberId: string,
  last: CompetitionStatement | undefined,
  now: { readonly validBids: number; readonly number: number },
): Refusal | undefined {
  if (!last || outcomeOfStatement(members, last) !== "open")
    return refuse("conflict", "evaluation.statement_not_drafted");
  if (last.validBids !== now.validBids) return refuse("conflict", "evaluation.statement_outdated");
  // Drafted anew while it was read: nobody signs a text that was not on the screen.
  if (last.number !== now.number) return refuse("conflict", "evaluation.statement_redrafted");
  return last.signatures.some((row) => row.memberId === memberId)
    ? refuse("conflict", "evaluation.sheet_signed")
    : undefined;
}

/** What a member signs: the statement and its own dissent. */
export const competitionContent = (
  { number, validBids, isLacking, text }: Omit<CompetitionStatement, "signatures">,
  dissent: string,
) => ({ number, validBids, isLacking, text, dissent });
