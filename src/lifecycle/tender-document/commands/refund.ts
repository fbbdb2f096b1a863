import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { byService, defineServiceCommand, executeAsService, type Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { bankRefund, readBankWord } from "@/platform/billing/bank";
import { interestOf } from "@/platform/billing/interest";
import { siteRates } from "@/platform/billing/queries";
import { lockOrder, lockRefund, oweRefund, paidOrdersOf, settleRefundOf } from "@/platform/billing/records";
import { secondsToNextQuestion } from "@/platform/billing/rules";
import { feeOrders, feeRefunds } from "@/platform/billing/tables";
import { writeLetters } from "@/platform/inbox/letters";

/** No fault of whoever bought: fewer than three bids, all rejected, or invalid by decision. */
const isFailed = (state: string): boolean => state === "F1" || state === "F2" || state === "F4";

/**
 * Document fees of a lot that ended without an award: of one that was terminated they go back with interest, whatever the
 * profile says (IR31); of one that failed (F1, F2, F4) as the profile says. Asked again it owes nothing twice.
 */
export const refundLot = defineServiceCommand({
  name: "tender-document.refund-lot",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, now }, { lotId }) {
    const lot = await lockLot(tx, lotId, "share");
    const profile = profileOf(site.profile);
    const terminated = lot.state === "F3";
    if (!terminated && !(isFailed(lot.state) && profile.feeBackOnFailure))
      throw new Refused(refuse("conflict", "lot.no_such_move"));
    const reason = terminated ? "terminated" : "failed";
    const dueAt = refundDue(profile, now, "termination");
    const jobs: Job[] = [];
    const rates = await siteRates(tx);
    let owed = 0;
    for (const order of await paidOrdersOf(tx, lotId)) {
      const interestFen = terminated ? interestOf(order.amountFen, order.paidAt!, now, rates) : 0n;
      const refundId = await oweRefund(tx, order, { reason, principalFen: order.amountFen, interestFen, dueAt }, now);
      if (!refundId) continue;
      owed++;
      jobs.push({ name: "pay-refund", payload: { refundId }, key: `refund:${refundId}` });
      const letter = {
        orgId: order.orgId,
        lotId,
        kind: "fee-refund",
        subject: "招标文件费将原路退回",
        body: `${terminated ? "招标已终止" : lot.state === "F4" ? "本标段被监督部门认定无效" : "本标段流标"}：订单 ${order.orderNo} 的招标文件费 ${formatYuan(order.amountFen)}${terminated ? `及银行同期存款利息 ${formatYuan(interestFen)}` : ""}将于 ${formatInstant(dueAt)} 前原路退回，不需要申请。`,
      };
      jobs.push(...(await writeLetters(tx, site.id, now, [letter])));
    }
    return {
      result: { owed },
      trail: [{ action: "refunds.owed", subject: lot.code, lotId, chain: `holders:${lotId}`, facts: { reason, owed } }],
      jobs,
    };
  },
});

/** The bank's signed word that money went back. */
export const settleRefund = defineServiceCommand({
  name: "tender-document.settle-refund",
  input: z.object({
    refundId: z.uuid(),
    statement: z.object({ payload: z.string().max(20_000), cms: z.string().max(40_000) }),
  }),
  may: byService,
  async prepare(runtime, _actor, { statement }) {
    const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
    if (!read.ok) throw new Refused(read.refusal);
    return read.word;
  },
  async run({ tx, now, prepared: word }, { refundId, statement }) {
    const refund = await lockRefund(tx, refundId);
    const order = await lockOrder(tx, { id: refund.orderId });
    const lot = await readLot(tx, order.lotId);
    const fits =
      word.format === "xb-bank-refund/1" &&
      word.refundNo === refund.refundNo &&
      word.orderNo === order.orderNo &&
      word.principalFen === String(refund.principalFen) &&
      word.interestFen === String(refund.interestFen);
    if (!fits) throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "内容不是该笔退款的回执" }));
    const isNew = refund.state !== "done";
    if (isNew) await settleRefundOf(tx, order, refund, statement, now);
    return {
      result: undefined,
      trail: [
        {
          action: isNew ? "refund.paid" : "refund.repeated",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { orderNo: order.orderNo, refundNo: refund.refundNo, principalFen: String(refund.principalFen) },
        },
      ],
    };
  },
});

/** Has the bank send a refund; without its answer it is asked again under the same number. */
export async function payRefund(runtime: Runtime, refundId: string): Promise<void> {
  const { site, ports, db } = runtime;
  const service = { siteId: site.id, role: "platform" };
  const [row] = await inContext(db, service, (tx) =>
    tx
      .select({ refund: feeRefunds, orderNo: feeOrders.orderNo })
      .from(feeRefunds)
      .innerJoin(feeOrders, eq(feeOrders.id, feeRefunds.orderId))
      .where(eq(feeRefunds.id, refundId)),
  );
  if (!row || row.refund.state === "done" || !site.bankUrl) return;
  const { refundNo, principalFen, interestFen, tries } = row.refund;
  const request = await bankRefund({ site, ports }, { refundNo, orderNo: row.orderNo, principalFen, interestFen });
  const statement = await ports.bank.refund(site.bankUrl, request);
  if (statement) return void (await executeAsService(runtime, settleRefund, { refundId, statement }));
  await inContext(db, service, (tx) =>
    tx.execute(sql`update fee_refunds set tries = tries + 1,
      next_try_at = clock_timestamp() + make_interval(secs => ${secondsToNextQuestion(tries)}) where id = ${refundId}`),
  );
}
