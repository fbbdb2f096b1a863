import { and, desc, eq, inArray, isNotNull, or } from "drizzle-orm";
import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lots } from "@/lifecycle/lot/tables";
import type { FeeClaim } from "@/platform/billing/claims";
import { type FeeOrder, type FeeRefund, isInvoiced } from "@/platform/billing/records";
import { type ClaimStep, FEE_KINDS, ORDER_STATES, type OrderState, REFUND_REASONS } from "@/platform/billing/schema";
import { feeClaims, feeOrders, feePayouts, feeRefunds } from "@/platform/billing/tables";
import { organisationOf, organisationsOf } from "@/platform/party/queries";

/** An order of a claim as its payer sees it. */
export interface ClaimOrder {
  readonly id: string;
  readonly orderNo: string;
  readonly state: OrderState;
  readonly stateName: string;
  readonly amount: string;
  readonly at: string;
  readonly mayPay: boolean;
  readonly hasInvoice: boolean;
  readonly refunds: readonly string[];
}

/** A claim as payer and owner see it. */
export interface ClaimView {
  readonly id: string;
  readonly kind: string;
  readonly lot: { readonly id: string; readonly code: string; readonly name: string };
  /** Does the reader owe it? */
  readonly owes: boolean;
  readonly payer: string;
  readonly payee: string;
  readonly amount: string;
  readonly steps: readonly ClaimStep[];
  readonly since: string;
  readonly state: "open" | "paid" | "cancelled";
  readonly stateText: string;
  /** Newest first; the payer's alone. */
  readonly orders: readonly ClaimOrder[];
  /** When it went on to whoever owns it. */
  readonly passedOn: string;
}

export interface FeesView {
  readonly head: { readonly title: string; readonly taxNumber: string };
  readonly claims: readonly ClaimView[];
}

const LIMIT = 200;

/** Claims that the actor's organisation owes or raised, newest first; row-level security shows nobody else's. */
export async function feesView(tx: Tx, actor: Actor, lotId?: string): Promise<FeesView> {
  const own = await organisationOf(tx, actor.orgId);
  const head = { title: own.name, taxNumber: own.creditCode };
  const claims = (await tx
    .select()
    .from(feeClaims)
    .where(
      and(
        or(eq(feeClaims.payerOrgId, actor.orgId), eq(feeClaims.ownerOrgId, actor.orgId)),
        lotId ? eq(feeClaims.lotId, lotId) : undefined,
      ),
    )
    .orderBy(desc(feeClaims.createdAt))
    .limit(LIMIT)) as FeeClaim[];
  if (!claims.length) return { head, claims: [] };
  const ids = claims.map(({ id }) => id);
  const orders = (await tx
    .select()
    .from(feeOrders)
    .where(inArray(feeOrders.claimId, ids))
    .orderBy(desc(feeOrders.createdAt))) as FeeOrder[];
  const refunds = orders.length
    ? ((await tx
        .select()
        .from(feeRefunds)
        .where(
          inArray(
            feeRefunds.orderId,
            orders.map(({ id }) => id),
          ),
        )) as FeeRefund[])
    : [];
  const names = await organisationsOf(tx, [
    ...new Set(claims.flatMap(({ payerOrgId, ownerOrgId }) => [payerOrgId, ownerOrgId])),
  ]);
  const about = await lotsOf(tx, claims);
  const gone = await ownPayouts(tx, actor, ids);
  return {
    head,
    claims: claims.map((claim) => ({
      id: claim.id,
      kind: FEE_KINDS[claim.kind],
      lot: about.get(claim.lotId) ?? { id: claim.lotId, code: "", name: "" },
      owes: claim.payerOrgId === actor.orgId,
      payer: names.get(claim.payerOrgId)?.name ?? "",
      payee: claim.kind === "expert" ? "评标专家（逐人转付）" : (names.get(claim.ownerOrgId)?.name ?? ""),
      amount: formatYuan(claim.amountFen),
      steps: claim.steps,
      since: formatInstant(claim.createdAt),
      ...stateOf(claim),
      orders: orders
        .filter(({ claimId, orgId }) => claimId === claim.id && orgId === actor.orgId)
        .map((order) => orderOf(order, refunds)),
      passedOn: gone.get(claim.id) ?? "",
    })),
  };
}

async function lotsOf(tx: Tx, claims: readonly FeeClaim[]) {
  const rows = await tx
    .select({ id: lots.id, code: lots.code, name: lots.name })
    .from(lots)
    .where(inArray(lots.id, [...new Set(claims.map(({ lotId }) => lotId))]));
  return new Map(rows.map((row) => [row.id, row]));
}

/** When service fees went on to the actor's organisation, by claim: a lot that is awarded twice has two. */
async function ownPayouts(tx: Tx, actor: Actor, claimIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .select({ claimId: feePayouts.claimId, doneAt: feePayouts.doneAt })
    .from(feePayouts)
    .where(
      and(eq(feePayouts.orgId, actor.orgId), isNotNull(feePayouts.doneAt), inArray(feePayouts.claimId, [...claimIds])),
    );
  return new Map(rows.map(({ claimId, doneAt }) => [claimId!, formatInstant(doneAt!)]));
}

function stateOf({ paidAt, cancelledAt, cancelReason }: FeeClaim): Pick<ClaimView, "state" | "stateText"> {
  if (cancelledAt) return { state: "cancelled", stateText: `${formatInstant(cancelledAt)} 取消：${cancelReason}` };
  return paidAt
    ? { state: "paid", stateText: `${formatInstant(paidAt)} 付清` }
    : { state: "open", stateText: "待付款" };
}

const orderOf = (order: FeeOrder, refunds: readonly FeeRefund[]): ClaimOrder => ({
  id: order.id,
  orderNo: order.orderNo,
  state: order.state,
  stateName: order.state === "delivered" ? "已付款" : ORDER_STATES[order.state],
  amount: formatYuan(order.paidFen ?? order.amountFen),
  at: formatInstant(order.paidAt ?? order.createdAt),
  mayPay: order.state === "created" || (order.state === "paying" && order.saidOpenAt !== null),
  hasInvoice: order.state === "delivered" && isInvoiced(order.kind),
  refunds: refunds
    .filter(({ orderId }) => orderId === order.id)
    .map(
      ({ reason, principalFen, dueAt, doneAt }) =>
        `${REFUND_REASONS[reason]}：退回 ${formatYuan(principalFen)}，${doneAt ? `${formatInstant(doneAt)} 已原路退回` : `${formatInstant(dueAt)} 前原路退回`}`,
    ),
});
