import { parseYuan, yuanText } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatScore, parseScore } from "@/core/score";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import type { CaseFileInput } from "./engine/case-file";
import type { EvaluationResult } from "./engine/evaluate";
import { EvaluationMethod } from "./engine/method";
import type { EvaluatedBid, Rejection } from "./queries";

/** The form field that holds the total price (投标总价), in fen. */
export const PRICE_FIELD = "price";

/**
 * The case file of an evaluation (format `xinbiao-score/1`): everything the engine computes from. Bids go by their ids,
 * members by theirs, so that a published case names nobody whose name is still secret.
 */
export function buildCaseFile(facts: {
  lot: { code: string };
  document: TenderDocumentContent;
  bids: readonly EvaluatedBid[];
  rejections: readonly Rejection[];
  members: readonly string[];
  scores: readonly { memberId: string; bidId: string; item: string; scoreHundredths: number }[];
}): CaseFileInput {
  const { document } = facts;
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
    bids: facts.bids.map((bid) => {
      const ground = grounds.get(bid.bidId);
      return {
        id: bid.bidId,
        quoted: yuanText(BigInt(bid.form[PRICE_FIELD] ?? "0")),
        ...(ground ? { rejected: ground } : {}),
      };
    }),
    scores: facts.scores
      .filter(({ bidId }) => !grounds.has(bidId))
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
