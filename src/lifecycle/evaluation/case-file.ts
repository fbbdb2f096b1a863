import { parseYuan, yuanText } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatScore, parseScore } from "@/core/score";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { CaseFileInput } from "./engine/case-file";
import type { EvaluationResult } from "./engine/evaluate";
import { EvaluationMethod } from "./engine/method";
import type { EvaluatedBid, Rejection } from "./queries";

/** The form field that holds the total price (投标总价), in fen. */
export const PRICE_FIELD = "price";

interface CaseFacts {
  readonly lot: { readonly code: string };
  readonly document: TenderDocumentContent;
  readonly bids: readonly EvaluatedBid[];
  readonly rejections: readonly Rejection[];
  readonly members: readonly string[];
  readonly scores: readonly { memberId: string; bidId: string; item: string; scoreHundredths: number }[];
}

/**
 * The case file of an evaluation (format `xinbiao-score/1`): everything the engine computes from. Bids go by their ids,
 * members by theirs, so that a published case names nobody whose name is still secret. Where there are two envelopes, a price
 * that stayed sealed or that nobody can read is no part of the computation, and neither is its bid.
 */
export const buildCaseFile = (facts: CaseFacts): CaseFileInput =>
  caseFileOf(
    hasTwoEnvelopes(facts.document)
      ? { ...facts, bids: facts.bids.filter(({ form }) => sealedPrice(form) !== undefined) }
      : facts,
  );

/** The case of exactly these bids, whatever of them is known. */
export function caseFileOf(facts: CaseFacts): CaseFileInput {
  const { document, bids } = facts;
  const grounds = new Map(facts.rejections.map(({ bidId, ground }) => [bidId, ground]));
  return {
    format: "xinbiao-score/1",
    lot: facts.lot.code,
    method: EvaluationMethod.parse(document.method),
    ceiling: yuanText(BigInt(document.ceilingFen)),
    criteria: document.criteria.map(({ id, title, class: kind, maxHundredths }) => ({
      id,
      title,
      class: kind,
      max: formatScore(maxHundredths),
    })),
    members: [...facts.members],
    bids: bids.map((bid) => {
      const ground = grounds.get(bid.bidId);
      return {
        id: bid.bidId,
        quoted: yuanText(BigInt(bid.form[PRICE_FIELD] ?? "0")),
        ...(ground ? { rejected: ground } : {}),
      };
    }),
    scores: facts.scores
      .filter(({ bidId }) => !grounds.has(bidId) && bids.some((bid) => bid.bidId === bidId))
      .map(({ memberId, bidId, item, scoreHundredths }) => ({
        member: memberId,
        bid: bidId,
        item,
        score: formatScore(scoreHundredths),
      })),
  };
}

/** What the engine found, as it stands in the evaluation's result. */
export function outcomeOf(result: Record<string, unknown> | null): EvaluationResult {
  const outcome = result?.outcome as EvaluationResult | undefined;
  if (!outcome) throw new Refused(refuse("conflict", "evaluation.not_started"));
  return outcome;
}

export interface RankedBid {
  readonly bidId: string;
  readonly rank: number;
  readonly priceFen: bigint;
  readonly totalHundredths: number;
}

/** Valid bids by rank, with the price a contract would have. */
export function rankingOf(result: Record<string, unknown> | null): RankedBid[] {
  const outcome = outcomeOf(result);
  return outcome.ranking.map(({ bid, rank }) => {
    const row = outcome.rows.find((candidate) => candidate.bid === bid)!;
    return {
      bidId: bid,
      rank,
      priceFen: parseYuan(row.contractPrice) ?? 0n,
      totalHundredths: parseScore(row.total ?? "0") ?? 0,
    };
  });
}

/**
 * The ranking without bids that were revoked since (R-L.102, transition 21): who is left moves up, each at its own bid and with the
 * points of the report. Nothing is computed again.
 */
export function rankingAmong(ranking: readonly RankedBid[], stands: (bidId: string) => boolean): RankedBid[] {
  const left = ranking.filter(({ bidId }) => stands(bidId));
  return left.map((row) => ({ ...row, rank: 1 + left.filter(({ rank }) => rank < row.rank).length }));
}
