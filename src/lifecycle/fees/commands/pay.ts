import { and, eq, inArray } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { addDays } from "@/core/time";
import { type Actor, defineCommand, type Runtime, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { readLot } from "@/lifecycle/lot/queries";
import { bankOrder, randomNumber } from "@/platform/billing/bank";
import { claimOf, type FeeClaim } from "@/platform/billing/claims";
import { beginPayment, type FeeOrder, lockOrder } from "@/platform/billing/records";
import { feeOrders } from "@/platform/billing/tables";
import { ORDER_DAYS, OrderClaim, PayClaim } from "../schema";

/** Orders of which there is at most one for a claim. */
const OPEN = ["created", "paying", "paid", "delivered"];

async function openOrder(tx: Tx, claimId: string): Promise<FeeOrder | undefined> {
  const [row] = await tx
    .select()
    .from(feeOrders)
    .where(and(eq(feeOrders.claimId, claimId), inArray(feeOrders.state, OPEN)));
  return row as FeeOrder | undefined;
}

/** A claim that the actor's organisation owes; for everybody else it does not exist. */
async function ownDebt(tx: Tx, actor: Actor, claimId: string): Promise<FeeClaim> {
  const claim = await claimOf(tx, claimId);
  if (claim.payerOrgId !== actor.orgId) throw new Refused(refuse("not_found", "general.not_found"));
  if (claim.cancelledAt) throw new Refused(refuse("conflict", "fees.cancelled"));
  if (claim.paidAt) throw new Refused(refuse("conflict", "fees.paid"));
  return claim;
}

/** The bank's page for a claim, known before anything is written, so that no order lacks its page. */
async function prepareOrder(runtime: Runtime, actor: Actor, claimId: string) {
  const { site, ports, db } = runtime;
  const { claim, now, known } = await inContext(db, actor, async (tx) => ({
    claim: await ownDebt(tx, actor, claimId),
    now: await legalNow(tx),
    known: await openOrder(tx, claimId),
  }));
  if (known) return undefined;
  if (claim.kind === "service" && !claim.payeeAccount) throw new Refused(refuse("conflict", "fees.no_account"));
  if (!site.bankUrl) throw new Refused(refuse("unavailable", "billing.no_bank"));
  const { kind, amountFen } = claim;
  const orderNo = randomNumber();
  const until = addDays(now, ORDER_DAYS);
  const payee = claim.payeeName || "代收专户";
  const order = { kind, orderNo, amountFen, payee, payeeAccount: claim.payeeAccount || "代收专户", until };
  const payUrl = await ports.bank.place(
    site.bankUrl,
    await bankOrder({ site, ports }, { ...order, returnPath: `/w/${actor.orgId}/fees` }),
  );
  if (!payUrl) throw new Refused(refuse("unavailable", "fees.bank_unreachable"));
  return { orderNo, until, payUrl, payee };
}

/** Orders the payment of a claim at the bank. Asked again, it gives the order that there is. */
export const orderClaim = defineCommand({
  name: "fees.order",
  input: OrderClaim,
  may: roles("tenderer", "agency", "bidder"),
  prepare: (runtime, actor, { claimId }) => prepareOrder(runtime, actor, claimId),
  async run({ tx, actor, site, now, prepared }, { claimId, invoiceTitle, invoiceTaxNumber }) {
    const claim = await ownDebt(tx, actor, claimId);
    const lot = await readLot(tx, claim.lotId);
    if (prepared)
      await tx
        .insert(feeOrders)
        .values({
          siteId: site.id,
          orgId: actor.orgId,
          personId: actor.personId,
          lotId: claim.lotId,
          kind: claim.kind,
          claimId,
          orderNo: prepared.orderNo,
          amountFen: claim.amountFen,
          payeeOrgId: claim.ownerOrgId,
          payeeName: prepared.payee,
          payeeAccount: claim.payeeAccount,
          invoiceTitle,
          invoiceTaxNumber,
          payUrl: prepared.payUrl,
          payUntil: prepared.until,
          createdAt: now,
        })
        .onConflictDoNothing();
    const order = await openOrder(tx, claimId);
    if (!order) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    return {
      result: { orderId: order.id, state: order.state },
      trail: [
        {
          action: "fee.ordered",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { kind: claim.kind, orderNo: order.orderNo, amountFen: String(order.amountFen) },
        },
      ],
    };
  },
});

/** The payer of a claim goes to the bank's page, as long as it owes it. */
export const payClaim = defineCommand({
  name: "fees.pay",
  input: PayClaim,
  may: roles("tenderer", "agency", "bidder"),
  async run({ tx, actor, clock }, { orderId }) {
    const order = await lockOrder(tx, { id: orderId });
    if (!order.claimId) throw new Refused(refuse("not_found", "general.not_found"));
    await ownDebt(tx, actor, order.claimId);
    const lot = await readLot(tx, order.lotId);
    if ((await clock()) >= order.payUntil) throw new Refused(refuse("too_late", "fees.order_over"));
    await beginPayment(tx, order);
    return {
      result: { payUrl: order.payUrl },
      trail: [
        {
          action: "payment.begun",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { orderNo: order.orderNo },
        },
      ],
    };
  },
});
