import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Statement } from "@/crypto/statement";
import type { Tx } from "@/kit/db/connect";
import { creditPosting, type Fate, forfeitPosting, refundPosting, type SecurityPosting } from "./rules";
import { securityAccounts, securityEntries, securityPayments, securityPayouts } from "./tables";

export type SecurityAccountRow = typeof securityAccounts.$inferSelect;
export type SecurityPayment = typeof securityPayments.$inferSelect;
export type SecurityPayout = typeof securityPayouts.$inferSelect;

/** The sub-account that a word of the bank is about, locked until the transaction ends: words about one account wait for one another. */
export async function lockAccount(tx: Tx, reference: string): Promise<SecurityAccountRow> {
  const [row] = await tx.select().from(securityAccounts).where(eq(securityAccounts.reference, reference)).for("update");
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

export async function lockPayout(tx: Tx, id: string): Promise<SecurityPayout> {
  const [row] = await tx.select().from(securityPayouts).where(eq(securityPayouts.id, id)).for("update");
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** Writes a posting; the database refuses whatever is no credit, refund or forfeit. */
async function post(
  tx: Tx,
  { siteId, lotId, orgId, id: paymentId }: SecurityPayment,
  kind: "credit" | "refund" | "forfeit",
  posting: SecurityPosting,
  at: Date,
  payoutId?: string,
): Promise<void> {
  const one = randomUUID();
  await tx.insert(securityEntries).values(
    posting.map(([account, amountFen]) => ({
      siteId,
      lotId,
      orgId,
      paymentId,
      ...(payoutId ? { payoutId } : {}),
      posting: one,
      kind,
      account,
      amountFen,
      at,
    })),
  );
}

export async function creditPayment(tx: Tx, row: typeof securityPayments.$inferInsert): Promise<SecurityPayment> {
  const [payment] = await tx.insert(securityPayments).values(row).returning();
  await post(tx, payment!, "credit", creditPosting(payment!.paidFen), payment!.receivedAt);
  return payment!;
}

/** The bank has sent it: the payout ends and the ledger follows, in one transaction. */
export async function settlePayout(tx: Tx, payout: SecurityPayout, statement: Statement, now: Date): Promise<void> {
  await tx
    .update(securityPayouts)
    .set({ state: "done", doneAt: now, statement })
    .where(and(eq(securityPayouts.id, payout.id), eq(securityPayouts.state, "due")));
  const [payment] = await tx.select().from(securityPayments).where(eq(securityPayments.id, payout.paymentId));
  const kind = payout.kind as "refund" | "forfeit";
  const posting =
    kind === "refund" ? refundPosting(payout.principalFen, payout.interestFen) : forfeitPosting(payout.principalFen);
  await post(tx, payment!, kind, posting, now, payout.id);
}

export interface BidFate extends Fate {
  readonly bidId: string;
  readonly finalAt: Date | null;
  readonly keepFacts: { readonly ground: "revoked" | "not-opened"; readonly facts: string } | undefined;
}

/** How the bids of a lot fared, by bidder. Bids are a later stage's; the database tells of them what securities depend on. */
export async function fatesOf(tx: Tx, lotId: string): Promise<Map<string, BidFate>> {
  const rows = await tx.execute<{
    org_id: string;
    bid_id: string;
    standing: boolean;
    withdrawn_at: Date | string | null;
    revoked_reason: string | null;
    failure_class: string | null;
    legal_effect: string | null;
    final_at: Date | string | null;
    refused_at: Date | string | null;
  }>(sql`select * from xb_bid_fates(${lotId}::uuid)`);
  return new Map(
    rows.map((row) => {
      const revoked = row.legal_effect === "REVOKED" || row.revoked_reason !== null;
      return [
        row.org_id,
        {
          bidId: row.bid_id,
          standing: row.standing,
          withdrawnAt: row.withdrawn_at ? new Date(row.withdrawn_at) : null,
          revoked,
          excusedAt: row.legal_effect === "WITHDRAWN" && row.final_at ? new Date(row.final_at) : null,
          refusedAt: row.refused_at ? new Date(row.refused_at) : null,
          sparedAt: null,
          finalAt: row.final_at ? new Date(row.final_at) : null,
          keepFacts: !revoked
            ? undefined
            : row.revoked_reason !== null
              ? { ground: "revoked" as const, facts: row.revoked_reason }
              : { ground: "not-opened" as const, facts: row.failure_class ?? "" },
        },
      ];
    }),
  );
}

/** Payments of a lot that no payout has taken up, with what of each is left after its surplus. */
export async function restingPayments(tx: Tx, lotId: string): Promise<{ payment: SecurityPayment; restFen: bigint }[]> {
  const payments = await tx.select().from(securityPayments).where(eq(securityPayments.lotId, lotId));
  const payouts = await tx.select().from(securityPayouts).where(eq(securityPayouts.lotId, lotId));
  return payments.flatMap((payment) => {
    const own = payouts.filter(({ paymentId, state }) => paymentId === payment.id && state !== "cancelled");
    if (own.some(({ reason }) => reason !== "surplus")) return [];
    const restFen = own.reduce((rest, { principalFen }) => rest - principalFen, payment.paidFen);
    return restFen > 0n ? [{ payment, restFen }] : [];
  });
}

/** What is held of one bidder in one lot: in time, not on its way back. */
export async function heldFen(tx: Tx, lotId: string, orgId: string): Promise<bigint> {
  const resting = await restingPayments(tx, lotId);
  return resting
    .filter(({ payment }) => payment.orgId === orgId && payment.verdict === "held")
    .reduce((sum, { restFen }) => sum + restFen, 0n);
}
