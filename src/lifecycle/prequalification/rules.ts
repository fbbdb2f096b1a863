import { hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical } from "@/core/canonical-json";
import { type Refusal, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type RoundKind, type RoundWords, wordsOf } from "@/lifecycle/law/rounds";
import type { CommitteeMemberFacts, MovableLot } from "@/lifecycle/lot/move-facts";
import { refusalOfCommittee, refusalToApply } from "@/lifecycle/lot/rules";
import type { Regime } from "@/lifecycle/lot/states";
import type { PrequalContent, PrequalCriterion, ReviewedApplicant } from "./schema";

/** The manifest whose hash an application names as `tenderDigest`. */
export const prequalManifest = (
  lotCode: string,
  version: number,
  content: PrequalContent,
  files: readonly { readonly name: string; readonly sha256: string; readonly sizeBytes: number }[],
): CanonicalValue => ({
  format: "xinbiao-prequalification/1",
  lot: lotCode,
  version,
  content: JSON.parse(JSON.stringify(content)) as CanonicalValue,
  files: files.map(({ name, sha256: hash, sizeBytes }) => ({ name, sha256: hash, size: sizeBytes })),
});

export const hashOf = (value: unknown): string => hex(sha256(encodeCanonical(value as CanonicalValue)));

/** Titles, ids and places are there once: the same criterion twice would be judged twice. */
export function refusalOfContent(
  { criteria, items, form, requiredFiles }: PrequalContent,
  kind: RoundKind = "application",
): Refusal | undefined {
  if ((items !== undefined) !== (kind === "proposal")) return refuse("invalid", "prequalification.other_round");
  const { item, form: formName } = wordsOf(kind);
  for (const [what, ids] of [
    [item, (items ?? criteria).map(({ id }) => id)],
    [`${formName}栏目`, form.map(({ id }) => id)],
    ["须提交的文件", requiredFiles.map(({ id }) => id)],
  ] as const)
    if (new Set(ids).size !== ids.length) return refuse("invalid", "prequalification.twice", { what });
  return undefined;
}

/** May the document change like this now? While applications are received, and no date moves nearer (IR21). */
export function refusalToAmend(
  lot: MovableLot,
  after: PrequalContent,
  now: Date,
  words: RoundWords = wordsOf("application"),
): Refusal | undefined {
  const refusal = refusalToApply({ ...lot, flags: [] }, now);
  if (refusal) return refusal;
  for (const [what, old, next] of [
    [`${words.deadline}时间`, lot.applicationDeadline, after.deadline],
    [`获取${words.document}的截止时间`, lot.saleEnd, after.saleEnd],
  ] as const)
    if (old && new Date(next) < old)
      return refuse("invalid", "prequalification.date_earlier", { what, old: formatInstant(old) });
  return undefined;
}

/** Does the law ask for a review committee (资格审查委员会, IR18), whose experts are drawn (IR46)? */
export const needsReviewCommittee = (regime: Regime): boolean =>
  regime.qualification === "pre" && regime.mandatory && regime.stateFundsDominant;

/**
 * May these people review (IR18)? In a mandatory tender of prevailing state funds they are a committee by the rules of
 * CLK-17; otherwise the tenderer names them, an odd number, so that every criterion has a majority.
 */
export function refusalOfReviewers(regime: Regime, reviewers: readonly CommitteeMemberFacts[]): Refusal | undefined {
  if (regime.mandatory && regime.stateFundsDominant) return refusalOfCommittee(regime, reviewers);
  return reviewers.length % 2 === 1
    ? undefined
    : refuse("conflict", "prequalification.reviewers_even", { count: reviewers.length });
}

/** What one reviewer must say of one application: every criterion, and why where it is not met. */
export function refusalOfMarks(
  criteria: readonly PrequalCriterion[],
  marks: readonly { readonly criterionId: string; readonly passed: boolean; readonly reason: string }[],
): Refusal | undefined {
  for (const { id, title } of criteria) {
    const mark = marks.find(({ criterionId }) => criterionId === id);
    if (!mark) return refuse("invalid", "prequalification.unmarked", { title });
    if (!mark.passed && mark.reason.length < 5) return refuse("invalid", "prequalification.no_reason", { title });
  }
  return marks.length === criteria.length
    ? undefined
    : refuse("invalid", "prequalification.twice", { what: "资格条件" });
}

export interface Mark {
  readonly reviewerId: string;
  readonly criterionId: string;
  readonly passed: boolean;
  readonly reason: string;
}

export const NOT_OPENED = wordsOf("application").notOpened;

/**
 * What the review found of one applicant: a criterion is met when more than half of the reviewers say so, and who meets
 * all is qualified (合格制). The reasons are those of the reviewers who found that it is not met, in the words they wrote.
 */
export function judgeApplicant(
  criteria: readonly PrequalCriterion[],
  reviewers: number,
  marks: readonly Mark[],
  opened: boolean,
): Pick<ReviewedApplicant, "opened" | "qualified" | "items" | "reasons"> {
  if (!opened) return { opened, qualified: false, items: [], reasons: [NOT_OPENED] };
  const items = criteria.map(({ id }) => {
    const own = marks.filter(({ criterionId }) => criterionId === id);
    const passed = own.filter((mark) => mark.passed).length * 2 > reviewers;
    const reasons = passed ? [] : [...new Set(own.filter((mark) => !mark.passed).map(({ reason }) => reason))].sort();
    return { criterionId: id, passed, reasons };
  });
  const failed = items.filter(({ passed }) => !passed);
  return {
    opened,
    qualified: failed.length === 0,
    items,
    reasons: failed.map(
      ({ criterionId, reasons }) =>
        `${criteria.find(({ id }) => id === criterionId)!.title}：不符合。${reasons.join("；")}`,
    ),
  };
}

/** May the host begin to read or judge what was handed in: when all is open, or the window is over. */
export function refusalToBeginReview(
  kind: RoundKind,
  left: { readonly waiting: boolean; readonly released: boolean },
  endsAt: Date | null,
  now: Date,
): Refusal | undefined {
  const ended = endsAt !== null && now >= endsAt;
  if (!left.released && (!left.waiting || ended)) return undefined;
  const code = kind === "proposal" ? "proposal.opening_not_finished" : "prequalification.opening_not_finished";
  return refuse("too_early", code, { at: endsAt ? formatInstant(endsAt) : "—" });
}

/**
 * Does a bid come from those who applied (IR37)? Leader and members are the same companies as in the application, in
 * whatever order the members stand. @returns what the committee is told.
 */
export function findingOfChange(
  applied: readonly string[],
  bids: readonly string[],
  kind: RoundKind = "application",
): string | undefined {
  const [a, b] = [applied, bids].map(([leader = "", ...members]) => [leader, ...members.sort()].join("|"));
  if (a === b) return undefined;
  return kind === "proposal" ? PARTICIPANT_CHANGED : CONSORTIUM_CHANGED;
}

/** The same of who handed in a technical proposal: stage 2 is for those who did (IR30). */
export const PARTICIPANT_CHANGED =
  "联合体成员与第一阶段提交技术建议时不一致：第二阶段的招标文件只向在第一阶段提交技术建议的投标人提供（《招标投标法实施条例》第三十条，IR30）。";

export const CONSORTIUM_CHANGED =
  "联合体成员与资格预审申请时不一致：资格预审后联合体增减、更换成员的，其投标无效（《招标投标法实施条例》第三十七条，IR37）。";
