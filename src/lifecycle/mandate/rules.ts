import { formatYuan, yuanText } from "@/core/money";
import { rational, toDecimal } from "@/core/rational";
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

/** The fee that a mandate agrees on. */
export type AgreedFee = Pick<MandateTerms, "feeFen" | "feeTiers">;

/** One line of a computation, for whoever checks it by hand. */
export interface FeeStep {
  readonly text: string;
  /** Yuan with as many places as the exact product has. */
  readonly amount: string;
}

export interface ComputedFee {
  readonly amountFen: bigint;
  readonly steps: readonly FeeStep[];
}

/** Yuan of an exact number of thousandths of thousandths of a fen. */
const exactYuan = (micro: bigint): string =>
  toDecimal(rational(micro, 100_000_000n), 8).replace(/(\.\d{2}\d*?)0+$/, "$1");

/** Thousandths of a per mille, of a text that the schema has read. */
function rateOf(perMille: string): bigint {
  const [whole, part = ""] = perMille.split(".");
  return BigInt(whole!) * 1000n + BigInt(part.padEnd(3, "0"));
}

/**
 * The agency service fee (招标代理服务费) on an award price, each step with its exact product; the sum is rounded once, to the fen,
 * halves up. A fixed fee does not depend on the price.
 */
export function serviceFee({ feeFen, feeTiers }: AgreedFee, awardFen: bigint): ComputedFee {
  if (!feeTiers)
    return { amountFen: BigInt(feeFen), steps: [{ text: "固定金额", amount: exactYuan(BigInt(feeFen) * 1_000_000n) }] };
  const steps: FeeStep[] = [];
  let [from, total] = [0n, 0n];
  for (const { upToFen, perMille } of feeTiers) {
    const end = upToFen === "" || awardFen < BigInt(upToFen) ? awardFen : BigInt(upToFen);
    if (end <= from) break;
    // Fen by thousandths of a per mille: millionths of a fen.
    const product = (end - from) * rateOf(perMille);
    const base = from ? `（${yuanText(end)} - ${yuanText(from)}）` : yuanText(end);
    steps.push({ text: `${base} × ${perMille}‰`, amount: exactYuan(product) });
    total += product;
    from = end;
  }
  return {
    amountFen: (total * 2n + 1_000_000n) / 2_000_000n,
    steps: [...steps, { text: "合计，四舍五入到分", amount: yuanText((total * 2n + 1_000_000n) / 2_000_000n) }],
  };
}

/** How the fee is counted, in words. */
export function feeText({ feeFen, feeTiers }: AgreedFee): string {
  if (!feeTiers) return `每个标段 ${formatYuan(BigInt(feeFen))}`;
  const tiers = feeTiers.map(({ upToFen, perMille }, i) => {
    const below = i ? BigInt(feeTiers[i - 1]!.upToFen) : 0n;
    const range =
      upToFen === ""
        ? `${formatYuan(below)} 以上的部分`
        : `${i ? `${formatYuan(below)} 至 ` : ""}${formatYuan(BigInt(upToFen))}${i ? " " : " 以下"}的部分`;
    return `${range} ${perMille}‰`;
  });
  return `以每个标段的中标金额为基数分档累进计算：${tiers.join("，")}；各档相加后四舍五入到分`;
}

/** What the tender document says where the winner pays (须在招标文件中载明); undefined where it does not pay. */
export const winnerPaysText = (terms: AgreedFee & Pick<MandateTerms, "feePayer">): string | undefined =>
  terms.feePayer === "winner" && (terms.feeTiers || BigInt(terms.feeFen) > 0n)
    ? `招标代理服务费由中标人支付，${feeText(terms)}。中标通知书发出后由平台按此计算并列出算式。`
    : undefined;
