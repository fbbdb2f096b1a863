import { randomUUID } from "node:crypto";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Statement } from "@/crypto/statement";
import type { Tx } from "@/kit/db/connect";
import { randomNumber } from "./bank";
import { deliveryPosting, EARNED, type Posting, paymentPosting, refundPosting } from "./rules";
import { type FeeKind, ORDER_STATES, type OrderState, type PaymentFacts, type RefundReason } from "./schema";
import { feeEntries, feeInvoices, feeOrders, feePayments, feeRefunds } from "./tables";

export type FeeOrder = Omit<typeof feeOrders.$inferSelect, "state" | "kind"> & {
  readonly state: OrderState;
  readonly kind: FeeKind;
};
export type FeeRefund = Omit<typeof feeRefunds.$inferSelect, "reason"> & { readonly reason: RefundReason };

const notFound = () => new Refused(refuse("not_found", "general.not_found"));

/** An order, locked until the transaction ends. Row-level security shows a buyer its own ones only. */
export async function lockOrder(tx: Tx, where: { id: string } | { orderNo: string }): Promise<FeeOrder> {
  const condition = "id" in where ? eq(feeOrders.id, where.id) : eq(feeOrders.orderNo, where.orderNo);
  const [row] = await tx.select().from(feeOrders).where(condition).for("update");
  if (!row) throw notFound();
  return row as FeeOrder;
}

export async function updateOrder(
  tx: Tx,
  order: FeeOrder,
  set: Partial<typeof feeOrders.$inferInsert>,
): Promise<FeeOrder> {
  const [row] = await tx
    .update(feeOrders)
    .set(set)
    .where(and(eq(feeOrders.id, order.id), eq(feeOrders.state, order.state)))
    .returning();
  if (!row) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  return row as FeeOrder;
}

/** Writes one posting of the ledger; the database refuses a commit in which it does not sum to zero. */
export async function post(tx: Tx, order: FeeOrder, posting: Posting, at: Date): Promise<void> {
  const id = randomUUID();
  await tx.insert(feeEntries).values(
    posting.map(([account, amountFen]) => ({
      siteId: order.siteId,
      orgId: order.orgId,
      orderId: order.id,
      posting: id,
      account,
      payeeOrgId: order.payeeOrgId,
      amountFen,
      at,
    })),
  );
}

/** Keeps what the bank said. A word that is on record already is not written again. */
export async function keepPayment(
  tx: Tx,
  order: FeeOrder,
  paid: PaymentFacts,
  verdict: "counted" | "contradicted",
  statement: Statement,
  now: Date,
): Promise<void> {
  await tx
    .insert(feePayments)
    .values({
      siteId: order.siteId,
      orgId: order.orgId,
      orderId: order.id,
      ...paid,
      receivedAt: now,
      verdict,
      statement,
    })
    .onConflictDoNothing();
}

/**
 * The money is there: on the order and in the ledger.
 *
 * @param state - `refunding` when it goes back: meanwhile another order may have taken the place of one that expired.
 */
export async function countPayment(
  tx: Tx,
  order: FeeOrder,
  paid: PaymentFacts,
  statement: Statement,
  now: Date,
  state: "paid" | "refunding",
): Promise<FeeOrder> {
  await keepPayment(tx, order, paid, "counted", statement, now);
  await post(tx, order, paymentPosting(paid.paidFen), now);
  return updateOrder(tx, order, { state, ...paid });
}

/**
 * The payer goes to the bank's page. From here the bank decides what happened, and is asked; while it has not said that nothing is
 * paid, nobody is sent there a second time.
 */
export async function beginPayment(tx: Tx, order: FeeOrder): Promise<void> {
  if (order.state !== "created" && order.state !== "paying")
    throw new Refused(refuse("conflict", "billing.order_closed", { state: ORDER_STATES[order.state] }));
  if (order.state === "paying" && !order.saidOpenAt) throw new Refused(refuse("conflict", "billing.wait_for_bank"));
  await updateOrder(tx, order, { state: "paying", saidOpenAt: null, asked: 0 });
  await tx.execute(
    sql`update fee_orders set next_ask_at = clock_timestamp() + interval '2 seconds' where id = ${order.id}`,
  );
}

/** People invoice nobody, and money that is paid back is no sale: it takes the invoice of what was sold out of force. */
export const isInvoiced = (kind: FeeKind): boolean => kind === "document" || kind === "service";

/** The document was delivered, or the claim is met: the fee is earned by its payee, and the payer has its invoice where one is due. */
export async function completeOrder(tx: Tx, order: FeeOrder, sellerCode: string, now: Date): Promise<FeeOrder> {
  await post(tx, order, deliveryPosting(order.amountFen, order.kind), now);
  if (isInvoiced(order.kind))
    await tx.insert(feeInvoices).values({
      siteId: order.siteId,
      orgId: order.orgId,
      orderId: order.id,
      number: randomNumber(),
      title: order.invoiceTitle,
      taxNumber: order.invoiceTaxNumber,
      sellerName: order.payeeName,
      sellerCode,
      amountFen: order.amountFen,
      issuedAt: now,
    });
  return updateOrder(tx, order, { state: "delivered", deliveredAt: now });
}

/**
 * Owes money back to the buyer. All of it ends the order; a surplus does not.
 *
 * @returns id of the refund, or undefined when it is owed already.
 */
export async function oweRefund(
  tx: Tx,
  order: FeeOrder,
  owed: { reason: RefundReason; principalFen: bigint; interestFen: bigint; dueAt: Date },
  now: Date,
): Promise<string | undefined> {
  const [row] = await tx
    .insert(feeRefunds)
    .values({
      siteId: order.siteId,
      orgId: order.orgId,
      orderId: order.id,
      refundNo: randomNumber(),
      ...owed,
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: feeRefunds.id });
  if (row && owed.reason !== "surplus") await updateOrder(tx, order, { state: "refunding" });
  return row?.id;
}

export async function lockRefund(tx: Tx, id: string): Promise<FeeRefund> {
  const [row] = await tx.select().from(feeRefunds).where(eq(feeRefunds.id, id)).for("update");
  if (!row) throw notFound();
  return row as FeeRefund;
}

/** The bank has sent it back: ledger, invoice and order follow. */
export async function settleRefundOf(
  tx: Tx,
  order: FeeOrder,
  refund: FeeRefund,
  statement: Statement,
  now: Date,
): Promise<void> {
  const wasDelivered = order.deliveredAt !== null && refund.reason !== "surplus";
  const from = wasDelivered ? EARNED[order.kind] : "buyers";
  await post(tx, order, refundPosting(from, refund.principalFen, refund.interestFen), now);
  await tx.update(feeRefunds).set({ state: "done", doneAt: now, statement }).where(eq(feeRefunds.id, refund.id));
  if (refund.reason === "surplus") return;
  await tx.update(feeInvoices).set({ cancelledAt: now }).where(eq(feeInvoices.orderId, order.id));
  await updateOrder(tx, order, { state: "refunded" });
}

/** Condition on an order: its money is on its way to its payee, or there. */
export const PASSED_ON = sql`exists (select 1 from fee_payouts y where y.parts @> jsonb_build_array(jsonb_build_object('orderId', fee_orders.id::text)))`;

/** Orders of a lot's document that hold money which nobody has begun to send back or on to its payee. */
export async function paidOrdersOf(tx: Tx, lotId: string): Promise<FeeOrder[]> {
  const rows = await tx
    .select()
    .from(feeOrders)
    .where(
      and(
        eq(feeOrders.lotId, lotId),
        isNull(feeOrders.claimId),
        inArray(feeOrders.state, ["paid", "delivered"]),
        sql`not ${PASSED_ON}`,
      ),
    )
    .orderBy(sql`id`)
    .for("update");
  return rows as FeeOrder[];
}
