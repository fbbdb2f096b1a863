import { toDecimal } from "@/core/rational";
import { PRICE_FIELD } from "@/lifecycle/tender-document/bill/rules";
import { caseFileOf } from "./case-file";
import { CaseFile } from "./engine/case-file";
import { combineScores } from "./engine/member-scores";
import { EvaluationMethod } from "./engine/method";
import { Steps } from "./engine/steps";
import type { EvaluatedBid, FirstEnvelope, Rejection } from "./queries";

/**
 * The result of the first envelopes: who passed, and their points of everything but the price. There is no price anywhere to
 * compute with; the totals are computed again, from the same scores, when there are prices.
 */
export function firstEnvelopeOf({
  passed,
  ...facts
}: Omit<Parameters<typeof caseFileOf>[0], "bids" | "rejections"> & {
  readonly passed: readonly EvaluatedBid[];
}): FirstEnvelope {
  const ids = passed.map(({ bidId }) => bidId);
  const method = EvaluationMethod.parse(facts.document.method);
  if (method.kind !== "comprehensive" || !ids.length) return { passed: ids, scores: {} };
  const caseFile = CaseFile.parse(caseFileOf({ ...facts, bids: passed, rejections: [] }));
  const places = method.rounding.score;
  const scores = caseFile.bids.map(
    (bid) =>
      [bid.id, toDecimal(combineScores(caseFile, bid, method.members, places, new Steps()).total, places)] as const,
  );
  return { passed: ids, scores: Object.fromEntries(scores) };
}

/** What every member signs when the committee closes the first envelopes. */
export const firstEnvelopeContent = (result: FirstEnvelope, rejections: readonly Rejection[]) => ({
  passed: [...result.passed],
  scores: { ...result.scores },
  rejections: rejections.map(({ bidId, ground, item, reason, place, votes }) => ({
    ...{ bidId, ground, item, reason, place, votes },
  })),
});

/** A second envelope without a price that can be read answers nothing that could be compared; its bid is out by what is printed. */
export const withoutPrice = (bidId: string): Rejection => ({
  bidId,
  ground: "RJ-6",
  item: PRICE_FIELD,
  reason: "第二信封中没有可以读取的投标总价，未对招标文件的实质性要求作出响应",
  place: "第二信封，开标一览表",
  votes: 0,
});
