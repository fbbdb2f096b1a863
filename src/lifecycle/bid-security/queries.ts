import { and, asc, desc, eq, sql } from "drizzle-orm";
import { formatYuan, yuanText } from "@/core/money";
import { addDays, formatInstant, shanghai } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { bidValidityEnd } from "@/lifecycle/law/clocks";
import type { SecurityAccountRow, SecurityPayout } from "./records";
import { BACK_REASONS, type BackReason, KEEP_GROUNDS, type KeepGround } from "./schema";
import {
  securityAccounts,
  securityKeepings,
  securityMarks,
  securityPayments,
  securityPayouts,
  validityExtensions,
  validityReplies,
} from "./tables";

/** The own sub-account of a lot. */
export async function ownAccount(tx: Tx, actor: Actor, lotId: string): Promise<SecurityAccountRow | undefined> {
  const [row] = await tx
    .select()
    .from(securityAccounts)
    .where(and(eq(securityAccounts.lotId, lotId), eq(securityAccounts.orgId, actor.orgId)));
  return row;
}

/** The own security of a lot as its bidder sees it: where it pays, what arrived, what goes back. */
export interface OwnSecurity {
  readonly account?: { readonly number: string; readonly bank: string };
  readonly heldFen: string;
  readonly arrived: readonly {
    readonly at: string;
    readonly amount: string;
    readonly payer: string;
    readonly note: string;
  }[];
  readonly back: readonly { readonly what: string; readonly amount: string; readonly when: string }[];
  /** What the tenderer decides or decided of keeping it. */
  readonly keeping?: string;
}

/** How a way out reads: `2026-04-03 24:00 前退回`, `已退回`. */
const whenOf = ({ state, kind, dueAt, doneAt, sendAfter, createdAt }: SecurityPayout): string => {
  const verb = kind === "refund" ? "退回付款账户" : "划转招标人";
  if (state === "done") return `${formatInstant(doneAt!)} 已${verb}`;
  const wait = sendAfter > createdAt ? `${formatInstant(sendAfter)} 起办理，` : "";
  return `${wait}${formatInstant(dueAt)} 前${verb}`;
};

const reasonOf = ({ reason, kind }: SecurityPayout): string =>
  kind === "refund" ? BACK_REASONS[reason as BackReason] : `不予退还：${KEEP_GROUNDS[reason as KeepGround]}`;

const sumOf = ({ principalFen, interestFen }: SecurityPayout): string =>
  interestFen ? `${formatYuan(principalFen)}，利息 ${formatYuan(interestFen)}` : formatYuan(principalFen);

/** A way out as lists show it. */
export const payoutLine = (payout: SecurityPayout) => ({
  what: reasonOf(payout),
  amount: sumOf(payout),
  when: whenOf(payout),
});

type PaymentRow = typeof securityPayments.$inferSelect;

/** What of a payment is held: it came in time, and less what is on its way out of it. */
export const heldOf = (payment: PaymentRow, payouts: readonly SecurityPayout[]): bigint =>
  payment.verdict !== "held"
    ? 0n
    : payouts
        .filter(({ paymentId, state }) => paymentId === payment.id && state !== "cancelled")
        .reduce((rest, { principalFen }) => rest - principalFen, payment.paidFen);

export const paymentsOfLot = (tx: Tx, lotId: string): Promise<PaymentRow[]> =>
  tx.select().from(securityPayments).where(eq(securityPayments.lotId, lotId)).orderBy(asc(securityPayments.paidAt));
export const payoutsOfLot = (tx: Tx, lotId: string): Promise<SecurityPayout[]> =>
  tx.select().from(securityPayouts).where(eq(securityPayouts.lotId, lotId)).orderBy(asc(securityPayouts.createdAt));
export const keepingsOfLot = (tx: Tx, lotId: string) =>
  tx.select().from(securityKeepings).where(eq(securityKeepings.lotId, lotId));

export async function ownSecurity(tx: Tx, actor: Actor, lotId: string): Promise<OwnSecurity> {
  const account = await ownAccount(tx, actor, lotId);
  const own = <R extends { orgId: string }>(rows: readonly R[]) => rows.filter(({ orgId }) => orgId === actor.orgId);
  const payments = own(await paymentsOfLot(tx, lotId));
  const payouts = own(await payoutsOfLot(tx, lotId)).filter(({ state }) => state !== "cancelled");
  const [keeping] = own(await keepingsOfLot(tx, lotId));
  const decided =
    { keep: "招标人决定不予退还", return: "招标人决定退还" }[keeping?.decision ?? ""] ?? "等待招标人决定是否退还";
  return {
    ...(account ? { account: { number: account.account, bank: account.bankName } } : {}),
    heldFen: String(payments.reduce((sum, payment) => sum + heldOf(payment, payouts), 0n)),
    arrived: payments.map(({ paidAt, paidFen, payerName, verdict, finding }) => ({
      at: formatInstant(paidAt),
      amount: formatYuan(paidFen),
      payer: payerName,
      note: verdict === "late" ? "晚于投标截止，不计入，退回" : finding,
    })),
    back: payouts.map(payoutLine),
    ...(keeping
      ? {
          keeping: `${KEEP_GROUNDS[keeping.ground as KeepGround]}：${decided}${keeping.reason ? `。理由：${keeping.reason}` : ""}`,
        }
      : {}),
  };
}

/**
 * Has the own security come, or does the own sealed bid bring a guarantee (RF-14)? What waits to go back after a withdrawal counts:
 * the bid that is being handed in keeps it here.
 */
export async function isSecured(tx: Tx, actor: Actor, lotId: string, requiredFen: bigint, now: Date): Promise<boolean> {
  const [mark] = await tx
    .select({ id: securityMarks.id })
    .from(securityMarks)
    .where(and(eq(securityMarks.lotId, lotId), eq(securityMarks.orgId, actor.orgId)));
  if (mark) return true;
  const payouts = (await payoutsOfLot(tx, lotId)).filter(
    ({ state, reason, sendAfter }) => !(state === "due" && reason === "withdrawn" && sendAfter > now),
  );
  const payments = (await paymentsOfLot(tx, lotId)).filter(
    ({ orgId, paidAt }) => orgId === actor.orgId && paidAt <= now,
  );
  return payments.reduce((sum, payment) => sum + heldOf(payment, payouts), 0n) >= requiredFen;
}

/** The security ledger of a lot that has ended, as the operator reads it (R-5.9.1). */
export interface LedgerBalance {
  readonly lotId: string;
  readonly code: string;
  readonly name: string;
  /** Null, and sums `—`, of a lot that was never opened: they would tell whether anybody had paid. */
  readonly settled: boolean | null;
  readonly paidIn: string;
  readonly back: string;
  readonly interest: string;
  readonly kept: string;
}

/** Ledgers of ended lots; the operator's alone, and nothing of a lot that still runs. */
export async function ledgerBalances(tx: Tx): Promise<LedgerBalance[]> {
  const rows = await tx.execute<{
    lot_id: string;
    code: string;
    name: string;
    settled: boolean | null;
    in_fen: string | null;
    back_fen: string | null;
    interest_fen: string | null;
    kept_fen: string | null;
  }>(sql`select * from xb_security_balance()`);
  const sum = (fen: string | null) => (fen === null ? "—" : yuanText(BigInt(fen)));
  return rows.map((row) => ({
    lotId: row.lot_id,
    code: row.code,
    name: row.name,
    settled: row.settled,
    paidIn: sum(row.in_fen),
    back: sum(row.back_fen),
    interest: sum(row.interest_fen),
    kept: sum(row.kept_fen),
  }));
}

/** Requests to extend the validity of a lot's bids, newest first. */
export const extensionsOf = (tx: Tx, lotId: string) =>
  tx
    .select()
    .from(validityExtensions)
    .where(eq(validityExtensions.lotId, lotId))
    .orderBy(desc(validityExtensions.askedAt));

export const repliesOf = (tx: Tx, lotId: string) =>
  tx.select().from(validityReplies).where(eq(validityReplies.lotId, lotId)).orderBy(asc(validityReplies.at));

/** End of a day as an instant: 24:00. */
export const endOfDay = (day: string): Date => addDays(shanghai(`${day} 00:00`), 1);

/** CLK-24: when the bids of a lot end to bind: as printed, or as last extended. */
export async function validityEndOf(
  tx: Tx,
  lot: { readonly id: string; readonly bidDeadline: Date | null },
  validityDays: number,
): Promise<Date> {
  const [newest] = await extensionsOf(tx, lot.id);
  return newest ? endOfDay(newest.until) : bidValidityEnd(lot.bidDeadline!, validityDays);
}

/** Bidders that did not consent to a longer validity, and since when they are out; who has not answered in time is one of them. */
export async function leftBidders(tx: Tx, lotId: string): Promise<Map<string, Date>> {
  const rows = await tx.execute<{ org_id: string; at: Date | string }>(
    sql`select org_id, at from xb_validity_refused(${lotId}::uuid)`,
  );
  return new Map(rows.map(({ org_id, at }) => [org_id, new Date(at)]));
}

/** A request as the bidder reads it, with its own answer. */
export interface OwnExtension {
  readonly id: string;
  readonly until: string;
  readonly reason: string;
  readonly replyBy: string;
  readonly answer?: "consent" | "refuse";
}

export async function ownExtensions(tx: Tx, actor: Actor, lotId: string): Promise<OwnExtension[]> {
  const replies = await repliesOf(tx, lotId);
  return (await extensionsOf(tx, lotId)).map(({ id, until, reason, replyBy }) => {
    const own = replies.find((one) => one.extensionId === id && one.orgId === actor.orgId);
    return {
      id,
      until,
      reason,
      replyBy: replyBy.toISOString(),
      ...(own ? { answer: own.answer as "consent" | "refuse" } : {}),
    };
  });
}
