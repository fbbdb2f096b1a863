import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { profileOf } from "@/lifecycle/law/clauses";
import { lockLot } from "@/lifecycle/lot/queries";
import { owePayout } from "@/platform/billing/claims";
import { PASSED_ON } from "@/platform/billing/records";
import { feeOrders } from "@/platform/billing/tables";

/** Condition on a lot `l`: nobody can get its document fees back any more, and some have not gone on to their payee. */
export const feesToPassOn = (feeBackOnFailure: boolean) => sql`
  (l.state in ('A3', 'C1', 'C2', 'Z') or (l.state in ('F1', 'F2', 'F4') and not ${feeBackOnFailure}))
  and exists (select 1 from fee_orders where fee_orders.lot_id = l.id and fee_orders.claim_id is null
    and fee_orders.state = 'delivered' and not ${PASSED_ON})`;

const isOver = (state: string, feeBackOnFailure: boolean): boolean =>
  ["A3", "C1", "C2", "Z"].includes(state) || (["F1", "F2", "F4"].includes(state) && !feeBackOnFailure);

/**
 * Document fees of a lot that is over go on to the tenderer or agency that they belong to, in one sum: single payments would
 * tell it who bought. Of a lot that never opened the platform shows its payee nothing: not even that there was one.
 */
export const passOnDocumentFees = defineServiceCommand({
  name: "fees.pass-on",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx, site } = scope;
    // Alone: two at once would send the same order on twice.
    const lot = await lockLot(tx, lotId, "update");
    if (!isOver(lot.state, profileOf(site.profile).feeBackOnFailure))
      throw new Refused(refuse("conflict", "lot.no_such_move"));
    const orders = await tx
      .select()
      .from(feeOrders)
      .where(
        and(
          eq(feeOrders.lotId, lotId),
          isNull(feeOrders.claimId),
          eq(feeOrders.state, "delivered"),
          sql`not ${PASSED_ON}`,
        ),
      );
    const jobs: Job[] = [];
    for (const { payeeOrgId: orgId, payeeName, payeeAccount, parts } of byPayee(orders))
      jobs.push((await owePayout(scope, { lotId, kind: "document", orgId, payeeName, payeeAccount, parts })).job);
    return {
      result: { payouts: jobs.length },
      trail: [
        {
          action: "document-fees.owed-on",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { orders: orders.length },
        },
      ],
      jobs,
    };
  },
});

/** Orders by whom and where to they go on: a version of the document may have changed the account. */
function byPayee(orders: readonly (typeof feeOrders.$inferSelect)[]) {
  const groups = new Map<
    string,
    { payeeOrgId: string; payeeName: string; payeeAccount: string; parts: { orderId: string; fen: string }[] }
  >();
  for (const { id, payeeOrgId, payeeName, payeeAccount, amountFen } of orders) {
    const key = `${payeeOrgId} ${payeeAccount}`;
    const group = groups.get(key) ?? { payeeOrgId, payeeName, payeeAccount, parts: [] };
    group.parts.push({ orderId: id, fen: String(amountFen) });
    groups.set(key, group);
  }
  return groups.values();
}
