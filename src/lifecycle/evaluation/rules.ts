import type { z } from "zod";
import { type Refusal, refuse } from "@/core/refusal";
import type { Criterion, ReviewItem } from "@/lifecycle/tender-document/schema";

type Item = z.infer<typeof ReviewItem>;
type Scored = z.infer<typeof Criterion>;

/** Grounds of rejection (否决投标); nothing that is not here can be chosen (IR51, O12 art. 25, IR49). */
export const REJECTION_GROUNDS = {
  "RJ-1": "未经投标单位盖章且未经单位负责人签字",
  "RJ-2": "联合体未提交共同投标协议",
  "RJ-3": "不符合资格条件",
  "RJ-4": "同一投标人提交两个以上不同的投标文件或报价",
  "RJ-5": "报价低于成本或高于最高限价",
  "RJ-6": "未对实质性要求作出响应",
  "RJ-7": "串通投标、弄虚作假、行贿等违法行为",
  "RJ-8": "重大偏差",
  "RJ-9": "联合体成员变化或重复投标",
  "RJ-10": "单位负责人为同一人或存在控股、管理关系",
  "RJ-11": "不再具备资格条件",
  "RJ-12": "拒绝澄清或者补正",
} as const;
export type RejectionGround = keyof typeof REJECTION_GROUNDS;

export interface Mark {
  readonly item: string;
  readonly verdict: "pass" | "fail";
  readonly ground?: string | undefined;
  readonly reason?: string | undefined;
  readonly place?: string | undefined;
}

/** Only printed items; a failure names ground, reason and place in the bid (R-5.7.7, IR49). */
export function refusalOfMark(items: readonly Item[], mark: Mark): Refusal | undefined {
  if (!items.some(({ id }) => id === mark.item)) return refuse("invalid", "evaluation.item_not_printed");
  if (mark.verdict === "pass") return undefined;
  if (!mark.ground || !(mark.ground in REJECTION_GROUNDS)) return refuse("invalid", "evaluation.ground_missing");
  if ((mark.reason?.trim().length ?? 0) < 10) return refuse("invalid", "evaluation.reason_missing");
  if (!mark.place?.trim()) return refuse("invalid", "evaluation.place_missing");
  return undefined;
}

/** Below this share of the maximum a score needs its reason in words. */
const REASON_BELOW_PERCENT = 60;

/** Scores stay in their printed range; a low one says why. */
export function refusalOfScore(
  criteria: readonly Scored[],
  input: { item: string; scoreHundredths: number; reason: string },
): Refusal | undefined {
  const criterion = criteria.find(({ id }) => id === input.item);
  if (!criterion) return refuse("invalid", "evaluation.item_not_printed");
  const { scoreHundredths } = input;
  if (!Number.isInteger(scoreHundredths) || scoreHundredths < 0 || scoreHundredths > criterion.maxHundredths) {
    return refuse("invalid", "evaluation.score_out_of_range", {
      title: criterion.title,
      max: String(criterion.maxHundredths / 100),
    });
  }
  if (scoreHundredths * 100 < criterion.maxHundredths * REASON_BELOW_PERCENT && input.reason.trim().length < 10) {
    return refuse("invalid", "evaluation.low_score_reason", { title: criterion.title });
  }
  return undefined;
}

export interface MemberMark extends Mark {
  readonly memberId: string;
  readonly bidId: string;
}

/**
 * Which bids the committee rejects: a printed item that more than half of the members fail. Each rejection carries the
 * item, the ground and reason of the majority's first member, and the votes.
 */
export function majorityRejections(members: readonly string[], marks: readonly MemberMark[]) {
  const rejections: { bidId: string; item: string; ground: string; reason: string; place: string; votes: number }[] =
    [];
  const keys = new Set(marks.map(({ bidId, item }) => `${bidId}|${item}`));
  for (const key of [...keys].sort()) {
    const [bidId, item] = key.split("|") as [string, string];
    const fails = marks.filter(
      (mark) =>
        mark.bidId === bidId && mark.item === item && mark.verdict === "fail" && members.includes(mark.memberId),
    );
    if (fails.length * 2 <= members.length || rejections.some((rejection) => rejection.bidId === bidId)) continue;
    const first = fails[0]!;
    rejections.push({
      bidId,
      item,
      ground: first.ground ?? "",
      reason: first.reason ?? "",
      place: first.place ?? "",
      votes: fails.length,
    });
  }
  return rejections;
}

/** What a member has not yet marked or scored: nothing may be missing when a sheet is signed. */
export function missingItems(
  bidIds: readonly string[],
  items: readonly string[],
  done: readonly { bidId: string; item: string }[],
): number {
  const have = new Set(done.map(({ bidId, item }) => `${bidId}|${item}`));
  return bidIds.flatMap((bidId) => items.map((item) => `${bidId}|${item}`)).filter((key) => !have.has(key)).length;
}
