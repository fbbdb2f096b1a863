import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import { GUARANTEE_KINDS, type Guarantee } from "@/lifecycle/bid-security/guarantee/part";
import {
  extensionsOf,
  keepingsOfLot,
  leftBidders,
  paymentsOfLot,
  payoutLine,
  payoutsOfLot,
  repliesOf,
} from "@/lifecycle/bid-security/queries";
import { maskedAccount, samePayers } from "@/lifecycle/bid-security/rules";
import { KEEP_GROUNDS, type KeepGround, VALIDITY_ANSWERS } from "@/lifecycle/bid-security/schema";
import { standingBids } from "@/lifecycle/bidding/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { organisationsOf } from "@/platform/party/queries";
import { openingRecordOf, openingsOf } from "./queries";

/** The security of one bid, as those who run, supervise or evaluate the lot read it after the opening. */
export interface SecurityLine {
  readonly orgId: string;
  readonly name: string;
  readonly form: string;
  readonly amount: string;
  /** Transfers with their payers, or what the guarantee says. */
  readonly facts: readonly string[];
  readonly findings: readonly string[];
  readonly back: readonly string[];
  readonly guarantee?: Guarantee;
  readonly guaranteeFileId?: string;
  /** What came in time, fen, and when the last of it came. */
  readonly paid?: {
    readonly fen: bigint;
    readonly at: Date;
    readonly payerAccount: string;
    readonly payerBank: string;
  };
  /** What it answered to the newest request to extend; empty when there was none. */
  readonly validity: string;
  readonly keeping?: {
    readonly id: string;
    readonly ground: string;
    readonly facts: string;
    readonly decision: string | null;
    readonly reason: string;
  };
}

/**
 * Securities of the bids that stood at the deadline (R-5.5.12: the list after O1). Before the opening there is none, for anybody;
 * who paid and did not bid is never in it. Row-level security shows the rest to the parties and to the committee at its seats alone.
 */
export async function securityLines(tx: Tx, lot: Lot): Promise<SecurityLine[]> {
  if (!lot.openedAt) return [];
  const { requiredFen } = formsAllowed((await documentInForce(tx, lot.id)).content);
  const bids = await standingBids(tx, lot.id);
  const names = await organisationsOf(
    tx,
    bids.map(({ orgId }) => orgId),
  );
  const [payments, payouts, keepings] = [
    await paymentsOfLot(tx, lot.id),
    await payoutsOfLot(tx, lot.id),
    await keepingsOfLot(tx, lot.id),
  ];
  const [extension] = await extensionsOf(tx, lot.id);
  const replies = (await repliesOf(tx, lot.id)).filter(({ extensionId }) => extensionId === extension?.id);
  const left = await leftBidders(tx, lot.id);
  const announced = (await openingRecordOf(tx, lot.id)) !== undefined;
  const openings = new Map((await openingsOf(tx, lot.id)).map((one) => [one.bidId, one]));
  const inTime = payments.filter(({ verdict }) => verdict === "held");
  const together = samePayers(inTime);
  return bids.map(({ id: bidId, orgId }): SecurityLine => {
    const opening = openings.get(bidId);
    const own = inTime.filter((payment) => payment.orgId === orgId);
    const late = payments.filter((payment) => payment.orgId === orgId && payment.verdict === "late");
    const paidFen = own.reduce((sum, payment) => sum + payment.paidFen, 0n);
    const guarantee = opening?.security?.guarantee;
    const file = guarantee && opening?.files?.find(({ sha256 }) => sha256 === guarantee.sha256);
    const keeping = keepings.find((one) => one.bidId === bidId);
    const others = together
      .filter(({ orgIds }) => orgIds.includes(orgId))
      .flatMap(({ orgIds }) => orgIds.filter((other) => other !== orgId));
    const findings = [
      ...new Set(own.flatMap(({ finding }) => finding || [])),
      ...(others.length
        ? [
            `与${[...new Set(others)].map((other) => `“${names.get(other)?.name}”`).join("、")}的保证金从同一账户转出（实施条例第四十条第六项），是否视为串通投标由评标委员会认定。`,
          ]
        : []),
      ...(own.length && !guarantee && paidFen < requiredFen
        ? [`截止时间前到账 ${formatYuan(paidFen)}，少于招标文件要求的 ${formatYuan(requiredFen)}。`]
        : []),
      ...(late.length ? ["另有款项在投标截止时间后到账，不计入，退回。"] : []),
      ...(opening?.security?.findings ?? []),
      ...(!own.length && !guarantee && requiredFen && announced && opening?.state === "decrypted"
        ? ["没有缴纳投标保证金，投标文件中也没有保函。"]
        : []),
    ];
    const reply = replies.find((one) => one.orgId === orgId);
    if (
      guarantee &&
      extension &&
      reply?.answer === "consent" &&
      (reply.guaranteeUntil || guarantee.validUntil) < extension.until
    )
      findings.push(`同意延长投标有效期至 ${extension.until}，保函没有同时延长。`);
    const last = own.at(-1);
    return {
      orgId,
      name: names.get(orgId)?.name ?? "",
      form: guarantee
        ? GUARANTEE_KINDS[guarantee.kind].name
        : own.length
          ? "银行转账"
          : announced
            ? "无"
            : "开标后显示",
      amount: guarantee ? formatYuan(BigInt(guarantee.amountFen)) : own.length ? formatYuan(paidFen) : "—",
      facts: [
        ...own.map(
          ({ paidAt, paidFen: fen, payerName, payerAccount, payerBank }) =>
            `${formatInstant(paidAt)} 到账 ${formatYuan(fen)}，付款人 ${payerName}，账户 ${maskedAccount(payerAccount)}${payerBank ? `，${payerBank}` : ""}`,
        ),
        ...(guarantee
          ? [
              `${guarantee.guarantor}，编号 ${guarantee.number}，受益人 ${guarantee.beneficiary}，有效期至 ${guarantee.validUntil}`,
            ]
          : []),
      ],
      findings,
      back: payouts
        .filter((payout) => payout.orgId === orgId && payout.state !== "cancelled")
        .map(payoutLine)
        .map(({ what, amount, when }) => `${what}：${amount}，${when}`),
      validity: reply
        ? VALIDITY_ANSWERS[reply.answer as "consent" | "refuse"]
        : left.has(orgId)
          ? "期满未答复，视为不同意"
          : extension
            ? "等待答复"
            : "",
      ...(guarantee ? { guarantee } : {}),
      ...(file ? { guaranteeFileId: file.fileId } : {}),
      ...(last
        ? { paid: { fen: paidFen, at: last.paidAt, payerAccount: last.payerAccount, payerBank: last.payerBank } }
        : {}),
      ...(keeping
        ? {
            keeping: {
              id: keeping.id,
              ground: KEEP_GROUNDS[keeping.ground as KeepGround],
              facts: keeping.facts,
              decision: keeping.decision,
              reason: keeping.reason ?? "",
            },
          }
        : {}),
    };
  });
}
