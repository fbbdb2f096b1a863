import { and, eq, isNull } from "drizzle-orm";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import type { CommandScope, Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { randomNumber } from "./bank";
import { payoutJob } from "./commands/payout";
import { completeOrder, type FeeOrder, oweRefund } from "./records";
import { FEE_KINDS, type FeeKind, type RefundReason } from "./schema";
import { feeClaims, feeOrders, feePayouts } from "./tables";

export type FeeClaim = Omit<typeof feeClaims.$inferSelect, "kind"> & { readonly kind: FeeKind };
type Scope = Pick<CommandScope<Service>, "tx" | "site" | "now">;

/** A claim; row-level security shows it to whoever owes it and to whoever raised it. @throws Refused `not_found` */
export async function claimOf(tx: Tx, id: string): Promise<FeeClaim> {
  const [row] = await tx.select().from(feeClaims).where(eq(feeClaims.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row as FeeClaim;
}

/**
 * Why money for a claim goes back although it came in time. The claim is locked until the transaction ends: paid and cancelled in one
 * instant, the one that comes second knows of the other.
 */
export async function claimEnd(tx: Tx, claimId: string): Promise<RefundReason | undefined> {
  const [claim] = await tx
    .select({ cancelledAt: feeClaims.cancelledAt })
    .from(feeClaims)
    .where(eq(feeClaims.id, claimId))
    .for("update");
  return claim?.cancelledAt ? "cancelled" : undefined;
}

/** Owes one payee what it is to have; the bank is asked by a job of its own. */
export async function owePayout(
  { tx, site, now }: Scope,
  payout: Pick<
    typeof feePayouts.$inferInsert,
    "lotId" | "kind" | "claimId" | "orgId" | "personId" | "payeeName" | "payeeAccount" | "parts"
  >,
): Promise<{ payoutId: string; job: Job }> {
  const amountFen = payout.parts.reduce((sum, { fen }) => sum + BigInt(fen), 0n);
  const [row] = await tx
    .insert(feePayouts)
    .values({ ...payout, siteId: site.id, number: randomNumber(), amountFen, createdAt: now })
    .returning({ id: feePayouts.id });
  return { payoutId: row!.id, job: payoutJob(row!.id) };
}

/** What the agency paid back goes to whoever had paid it, the way it came. */
async function giveBackReturned({ tx, now }: Scope, claimId: string): Promise<Job[]> {
  const [order] = (await tx
    .select()
    .from(feeOrders)
    .where(and(eq(feeOrders.claimId, claimId), eq(feeOrders.state, "delivered")))
    .for("update")) as FeeOrder[];
  if (!order) return [];
  const owed = { reason: "cancelled" as const, principalFen: order.amountFen, interestFen: 0n, dueAt: now };
  const refundId = await oweRefund(tx, order, owed, now);
  return refundId ? [{ name: "pay-refund", payload: { refundId }, key: `refund:${refundId}` }] : [];
}

/** The money for a claim is there: order, claim, invoice and ledger follow; a service fee goes on to the agency. */
export async function meetClaim(scope: Scope, order: FeeOrder): Promise<Job[]> {
  const { tx, site, now } = scope;
  const claim = await claimOf(tx, order.claimId!);
  const owner = await organisationOf(tx, claim.ownerOrgId);
  await completeOrder(tx, order, owner.creditCode, now);
  await tx
    .update(feeClaims)
    .set({ paidAt: now })
    .where(and(eq(feeClaims.id, claim.id), isNull(feeClaims.paidAt)));
  const jobs: Job[] = [];
  const { lotId, kind, payeeName, payeeAccount } = claim;
  if (kind === "service") {
    const parts = [{ orderId: order.id, fen: String(order.amountFen) }];
    const payee = { orgId: claim.ownerOrgId, payeeName, payeeAccount };
    const { job } = await owePayout(scope, { lotId, kind, claimId: claim.id, ...payee, parts });
    jobs.push(job);
  }
  if (claim.returnsOf) jobs.push(...(await giveBackReturned(scope, claim.returnsOf)));
  const fee = FEE_KINDS[kind];
  const told = new Set([claim.payerOrgId, claim.ownerOrgId]);
  return [
    ...jobs,
    ...(await writeLetters(
      tx,
      site.id,
      now,
      [...told].map((orgId) => ({
        orgId,
        lotId,
        kind: "fee-paid",
        subject: `${fee}已到账`,
        body: `订单 ${order.orderNo} 已付款 ${formatYuan(order.amountFen)}（${fee}）。明细、转付和电子发票记录见“费用”页。`,
      })),
    )),
  ];
}
