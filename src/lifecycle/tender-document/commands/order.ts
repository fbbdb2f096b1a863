import { and, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { type Actor, byService, defineCommand, defineServiceCommand, type Runtime, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { requireInvited } from "@/lifecycle/invitation/queries";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { refusalToObtain } from "@/lifecycle/lot/rules";
import { bankOrder, randomNumber } from "@/platform/billing/bank";
import { beginPayment, type FeeOrder, lockOrder, updateOrder } from "@/platform/billing/records";
import { InvoiceHead, ORDER_STATES } from "@/platform/billing/schema";
import { feeOrders } from "@/platform/billing/tables";
import { requireMayBegin } from "@/platform/party/queries";
import { documentInForce, payeeOf } from "../queries";
import { priceOf } from "../schema";

/** Orders of which there is at most one for a bidder and a lot. */
const OPEN = ["created", "paying", "paid", "delivered"] as const;

async function openOrder(tx: Tx, actor: Actor, lotId: string): Promise<FeeOrder | undefined> {
  const [row] = await tx
    .select()
    .from(feeOrders)
    .where(
      and(
        eq(feeOrders.lotId, lotId),
        eq(feeOrders.orgId, actor.orgId),
        isNull(feeOrders.claimId),
        inArray(feeOrders.state, [...OPEN]),
      ),
    );
  return row as FeeOrder | undefined;
}

/** What an order will say, and the bank's page for it: known before anything is written, so that no order lacks its page. */
async function prepareOrder(runtime: Runtime, actor: Actor, lotId: string) {
  const { site, ports, db } = runtime;
  const found = await inContext(db, actor, async (tx) => {
    await requireMayBegin(tx, actor.orgId);
    const lot = await readLot(tx, lotId);
    await requireInvited(tx, actor, lot);
    permit(refusalToObtain(lot, await legalNow(tx)));
    if (await openOrder(tx, actor, lotId)) return undefined;
    const document = await documentInForce(tx, lotId);
    const amountFen = priceOf(document.content);
    if (!amountFen) throw new Refused(refuse("conflict", "billing.document_free"));
    return { amountFen, payee: await payeeOf(tx, lot, document.content), until: lot.saleEnd ?? lot.bidDeadline! };
  });
  if (!found) return undefined;
  if (!site.bankUrl) throw new Refused(refuse("unavailable", "billing.no_bank"));
  const { amountFen, payee, until } = found;
  const orderNo = randomNumber();
  const returnPath = `/w/${actor.orgId}/bids/${lotId}/order`;
  const order = {
    kind: "document" as const,
    orderNo,
    amountFen,
    payee: payee.name,
    payeeAccount: payee.account,
    returnPath,
    until,
  };
  const payUrl = await ports.bank.place(site.bankUrl, await bankOrder({ site, ports }, order));
  if (!payUrl) throw new Refused(refuse("unavailable", "billing.bank_unreachable"));
  return { orderNo, amountFen, payee, until, payUrl };
}

/** Orders the tender document that is sold at cost (购买招标文件). Asked again, it gives the order that there is. */
export const placeOrder = defineCommand({
  name: "tender-document.order",
  input: z.object({ lotId: z.uuid() }).extend(InvoiceHead.shape),
  may: roles("bidder"),
  prepare: (runtime, actor, { lotId }) => prepareOrder(runtime, actor, lotId),
  async run({ tx, actor, site, clock, prepared }, { lotId, invoiceTitle, invoiceTaxNumber }) {
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    permit(refusalToObtain(lot, now));
    if (prepared) {
      const { orderNo, amountFen, payee, until, payUrl } = prepared;
      await tx
        .insert(feeOrders)
        .values({
          siteId: site.id,
          orgId: actor.orgId,
          personId: actor.personId,
          lotId,
          orderNo,
          amountFen,
          payeeOrgId: payee.id,
          payeeName: payee.name,
          payeeAccount: payee.account,
          invoiceTitle,
          invoiceTaxNumber,
          payUrl,
          payUntil: until,
          createdAt: now,
        })
        .onConflictDoNothing();
    }
    const order = await openOrder(tx, actor, lotId);
    if (!order) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const facts = { orderNo: order.orderNo, amountFen: String(order.amountFen) };
    return {
      result: { orderId: order.id, state: order.state },
      trail: [{ action: "document.ordered", subject: lot.code, lotId, chain: `holders:${lotId}`, facts }],
    };
  },
});

/** The buyer goes to the bank's page, while the document is sold. */
export const startPayment = defineCommand({
  name: "tender-document.pay",
  input: z.object({ orderId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, clock }, { orderId }) {
    const order = await lockOrder(tx, { id: orderId });
    if (order.claimId) throw new Refused(refuse("not_found", "general.not_found"));
    const lot = await lockLot(tx, order.lotId, "share");
    const now = await clock();
    if (order.state === "created" || order.state === "paying") {
      permit(refusalToObtain(lot, now));
      if (now >= order.payUntil)
        throw new Refused(refuse("too_late", "lot.sale_ended", { at: formatInstant(order.payUntil) }));
    }
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

/** The sale has ended, and the bank says that nothing was paid until then. */
export const expireOrder = defineServiceCommand({
  name: "tender-document.expire-order",
  input: z.object({ orderId: z.uuid(), bankSaidAt: z.date() }),
  may: byService,
  async run({ tx }, { orderId, bankSaidAt }) {
    const order = await lockOrder(tx, { id: orderId });
    if ((order.state !== "created" && order.state !== "paying") || bankSaidAt < order.payUntil)
      throw new Refused(refuse("conflict", "billing.order_closed", { state: ORDER_STATES[order.state] }));
    await updateOrder(tx, order, { state: "expired" });
    const lot = await readLot(tx, order.lotId);
    return {
      result: undefined,
      trail: [
        {
          action: order.claimId ? "fee.order-expired" : "document.order-expired",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { orderNo: order.orderNo },
        },
      ],
    };
  },
});
