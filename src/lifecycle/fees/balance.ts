import { and, eq, isNull, sql } from "drizzle-orm";
import { formatYuan, yuanText } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { securityPayouts } from "@/lifecycle/bid-security/tables";
import type { FeeKind } from "@/platform/billing/schema";
import { FEE_KINDS } from "@/platform/billing/schema";
import { feeClaims, feePayouts } from "@/platform/billing/tables";
import { organisationsOf } from "@/platform/party/queries";
import { expertFees } from "./tables";

export interface FeeBalance {
  readonly lotId: string;
  readonly code: string;
  readonly name: string;
  /** Null where the lot was never opened. */
  readonly settled: boolean | null;
  readonly claimed: string;
  readonly paid: string;
  readonly passedOn: string;
}

/** Fee ledger of the lots that are over, for the operator: sums, and nothing of who. */
export async function feeBalances(tx: Tx): Promise<FeeBalance[]> {
  const rows = await tx.execute<{
    lot_id: string;
    code: string;
    name: string;
    settled: boolean | null;
    claimed_fen: string;
    paid_fen: string;
    passed_fen: string;
  }>(sql`select * from xb_fee_balance()`);
  return rows.map(({ lot_id, code, name, settled, claimed_fen, paid_fen, passed_fen }) => ({
    lotId: lot_id,
    code,
    name,
    settled,
    claimed: yuanText(BigInt(claimed_fen)),
    paid: yuanText(BigInt(paid_fen)),
    passedOn: yuanText(BigInt(passed_fen)),
  }));
}

/** What is still open in the money of a lot: what, who owes it to whom, how much, since when. */
export interface OpenItem {
  readonly what: string;
  readonly who: string;
  readonly amount: string;
  readonly since: string;
}

export interface LotBalance {
  /** Null before the opening, and for whoever has no part in the lot. */
  readonly settled: boolean | null;
  readonly items: readonly OpenItem[];
}

/** What of a lot's money is open, as far as the reader knows of it: row-level security shows a claim to its two sides alone. */
export async function lotBalance(tx: Tx, actor: Actor, lotId: string): Promise<LotBalance> {
  const [row] = await tx.execute<{ settled: boolean | null }>(sql`select xb_lot_settled(${lotId}::uuid) as settled`);
  const claims = await tx
    .select()
    .from(feeClaims)
    .where(and(eq(feeClaims.lotId, lotId), isNull(feeClaims.paidAt), isNull(feeClaims.cancelledAt)));
  const backs = await tx
    .select()
    .from(securityPayouts)
    .where(and(eq(securityPayouts.lotId, lotId), eq(securityPayouts.state, "due")));
  const payouts = await tx
    .select()
    .from(feePayouts)
    .where(and(eq(feePayouts.lotId, lotId), eq(feePayouts.state, "due"), eq(feePayouts.orgId, actor.orgId)));
  const waiting = await tx
    .select()
    .from(expertFees)
    .where(and(eq(expertFees.lotId, lotId), isNull(expertFees.confirmedAt)));
  const names = await organisationsOf(tx, [
    ...new Set([...claims.map(({ payerOrgId }) => payerOrgId), ...backs.map(({ orgId }) => orgId)]),
  ]);
  const nameOf = (orgId: string) => names.get(orgId)?.name ?? "";
  return {
    settled: row?.settled ?? null,
    items: [
      ...claims.map(({ kind, payerOrgId, amountFen, createdAt }) => ({
        what: FEE_KINDS[kind as FeeKind],
        who: `${nameOf(payerOrgId)} 应付`,
        amount: formatYuan(amountFen),
        since: formatInstant(createdAt),
      })),
      ...waiting.map(({ netFen, preparedAt }) => ({
        what: FEE_KINDS.expert,
        who: "评标专家尚未确认",
        amount: formatYuan(netFen),
        since: formatInstant(preparedAt),
      })),
      ...payouts.map(({ kind, amountFen, createdAt }) => ({
        what: FEE_KINDS[kind as FeeKind],
        who: "收款银行应转付本单位",
        amount: formatYuan(amountFen),
        since: formatInstant(createdAt),
      })),
      ...backs.map(({ orgId, principalFen, interestFen, createdAt }) => ({
        what: "投标保证金",
        who: `收款银行应退还 ${nameOf(orgId)}`,
        amount: formatYuan(principalFen + interestFen),
        since: formatInstant(createdAt),
      })),
    ],
  };
}
