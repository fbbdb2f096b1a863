import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import {
  byService,
  type CommandScope,
  defineServiceCommand,
  executeAsService,
  type Outcome,
  type Runtime,
  type Service,
} from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import type { TrailLine } from "@/kit/trail";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
import { type Lot, readLot } from "@/lifecycle/lot/queries";
import { readBankWord } from "@/platform/billing/bank";
import { claimEnd, meetClaim } from "@/platform/billing/claims";
import {
  completeOrder,
  countPayment,
  type FeeOrder,
  keepPayment,
  lockOrder,
  oweRefund,
} from "@/platform/billing/records";
import { judgePayment, type PaymentVerdict, secondsToNextQuestion } from "@/platform/billing/rules";
import { FEE_KINDS, type PaymentFacts, REFUND_REASONS, type RefundReason } from "@/platform/billing/schema";
import { feeOrders } from "@/platform/billing/tables";
import { openFeeTask } from "@/platform/billing/tasks";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf } from "@/platform/party/queries";
import { documentInForce } from "../queries";
import { obtainments } from "../tables";
import { expireOrder } from "./order";

const Words = z.object({
  statement: z.object({ payload: z.string().max(20_000), cms: z.string().max(40_000) }),
});
type Scope = CommandScope<Service, Prepared>;
type Prepared = { readonly orderNo: string; readonly paid: PaymentFacts };

/** How a lot ended: money that comes after its end goes back, whatever the profile says of what was paid before. */
const endOf = (lot: Lot): RefundReason | undefined =>
  lot.state === "F3" ? "terminated" : lot.state.startsWith("F") ? "failed" : undefined;

const holdersLine = (lot: Lot, action: string, facts: TrailLine["facts"]): TrailLine => ({
  action,
  subject: lot.code,
  lotId: lot.id,
  chain: `holders:${lot.id}`,
  facts,
});

/** Reads a word of the bank that a payment was made. @throws Refused `billing.notice_forged` */
async function paymentIn(runtime: Runtime, statement: z.infer<typeof Words>["statement"]): Promise<Prepared> {
  const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
  if (!read.ok) throw new Refused(read.refusal);
  const { word } = read;
  const isPayment = word.format === "xb-bank-notice/1" || word.format === "xb-bank-order/1";
  if (!isPayment || !word.transaction || !word.paidFen || !word.paidAt)
    throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "内容不是到账通知" }));
  const { orderNo, transaction, paidFen, paidAt } = word;
  return { orderNo, paid: { transaction, paidFen: BigInt(paidFen), paidAt: new Date(paidAt) } };
}

/**
 * The bank says that an order was paid: by notice, or because it was asked. Told twice it counts once; a second word that
 * differs is refused and looked at by a person. Who paid in time gets the document, however late the bank said so.
 */
export const takePayment = defineServiceCommand({
  name: "tender-document.take-payment",
  input: Words,
  may: byService,
  prepare: (runtime, _actor, { statement }) => paymentIn(runtime, statement),
  async run(scope, { statement }): Promise<Outcome<{ verdict: PaymentVerdict["kind"] }>> {
    const { tx, prepared, now } = scope;
    const { paid } = prepared;
    const order = await lockOrder(tx, { orderNo: prepared.orderNo });
    const lot = await readLot(tx, order.lotId);
    const facts = { orderNo: order.orderNo, transaction: paid.transaction, paidFen: String(paid.paidFen) };
    const verdict = judgePayment(order, paid, order.claimId ? await claimEnd(tx, order.claimId) : endOf(lot));
    if (verdict.kind === "repeated")
      return { result: { verdict: verdict.kind }, trail: [holdersLine(lot, "payment.repeated", facts)] };
    if (verdict.kind === "contradicted") {
      await keepPayment(tx, order, paid, "contradicted", statement, now);
      const { transaction: reference } = paid;
      const task = await openFeeTask(scope, { kind: "contradicted", reference, subjectId: order.id, detail: facts });
      const line = { ...facts, task: task?.number ?? "", countedFen: String(order.paidFen) };
      return {
        result: { verdict: verdict.kind },
        trail: [holdersLine(lot, "payment.contradicted", line)],
        jobs: task?.jobs ?? [],
      };
    }
    const goesBack = verdict.kind === "give-back";
    const counted = await countPayment(tx, order, paid, statement, now, goesBack ? "refunding" : "paid");
    const line = holdersLine(lot, "payment.counted", { ...facts, paidAt: paid.paidAt.toISOString() });
    if (verdict.kind === "give-back") {
      const jobs = await giveBack(scope, counted, lot, verdict.reason, paid.paidFen);
      return {
        result: { verdict: verdict.kind },
        trail: [line, holdersLine(lot, "refund.owed", { reason: verdict.reason })],
        jobs,
      };
    }
    const { line: delivered, jobs } = await (order.claimId ? meet : deliver)(scope, counted, lot);
    if (verdict.surplusFen) jobs.push(...(await giveBack(scope, counted, lot, "surplus", verdict.surplusFen)));
    return { result: { verdict: verdict.kind }, trail: [line, delivered], jobs };
  },
});

/** Hands the document over: from here the buyer is one who obtained it. */
async function deliver({ tx, site, now }: Scope, order: FeeOrder, lot: Lot): Promise<{ line: TrailLine; jobs: Job[] }> {
  const { version, digest } = await documentInForce(tx, lot.id);
  const { orgId, personId } = order;
  await tx
    .insert(obtainments)
    .values({ siteId: site.id, lotId: lot.id, orgId, personId, version, at: now })
    .onConflictDoNothing();
  const seller = await organisationOf(tx, order.payeeOrgId);
  await completeOrder(tx, order, seller.creditCode, now);
  const jobs = await writeLetters(tx, site.id, now, [
    {
      orgId,
      lotId: lot.id,
      kind: "fee-paid",
      subject: "招标文件费已到账",
      body: `订单 ${order.orderNo} 已付款 ${formatYuan(order.amountFen)}，招标文件和电子发票记录可在投标工作间下载。`,
    },
  ]);
  return { line: holdersLine(lot, "document.obtained", { version, digest }), jobs };
}

/** A claim is met: nobody owes it any more, and it goes on to whom it belongs. */
async function meet(scope: Scope, order: FeeOrder, lot: Lot): Promise<{ line: TrailLine; jobs: Job[] }> {
  const jobs = await meetClaim(scope, order);
  return { line: holdersLine(lot, "claim.met", { orderNo: order.orderNo, kind: order.kind }), jobs };
}

/** What the payer of money that goes back does next. */
function nextOf({ claimId }: FeeOrder, reason: RefundReason): string {
  if (claimId) return reason === "surplus" || reason === "cancelled" ? "" : "该款项尚未付清，请在“费用”页重新付款。";
  return reason === "surplus" ? "招标文件已发出。" : "招标文件未发出；获取截止时间前可以重新购买。";
}

async function giveBack(
  { tx, site, now }: Scope,
  order: FeeOrder,
  lot: Lot,
  reason: RefundReason,
  principalFen: bigint,
) {
  const dueAt = refundDue(profileOf(site.profile), now, "termination");
  const refundId = await oweRefund(tx, order, { reason, principalFen, interestFen: 0n, dueAt }, now);
  if (!refundId) return [];
  const jobs = await writeLetters(tx, site.id, now, [
    {
      orgId: order.orgId,
      lotId: lot.id,
      kind: "fee-refund",
      subject: `${FEE_KINDS[order.kind]}将原路退回`,
      body: `订单 ${order.orderNo}：${REFUND_REASONS[reason]}，${formatYuan(principalFen)} 将于 ${formatInstant(dueAt)} 前原路退回。${nextOf(order, reason)}`,
    },
  ]);
  return [...jobs, { name: "pay-refund", payload: { refundId }, key: `refund:${refundId}` }];
}

/**
 * Asks the bank what became of an order whose payment is unknown, and acts on its signed answer. Without an answer the
 * order stays as it is and is asked about again.
 */
export async function askBank(runtime: Runtime, orderId: string): Promise<void> {
  const { site, ports, db } = runtime;
  const service = { siteId: site.id, role: "platform" };
  const [order] = await inContext(db, service, (tx) => tx.select().from(feeOrders).where(eq(feeOrders.id, orderId)));
  if (!order || !site.bankUrl || (order.state !== "created" && order.state !== "paying")) return;
  const statement = await ports.bank.ask(site.bankUrl, order.orderNo);
  const read = statement ? await readBankWord(runtime, statement, await legalNow(db)) : undefined;
  const word =
    read?.ok && read.word.format === "xb-bank-order/1" && read.word.orderNo === order.orderNo ? read.word : undefined;
  if (statement && word?.state === "paid") return void (await executeAsService(runtime, takePayment, { statement }));
  const bankSaidAt = word ? new Date(word.at) : undefined;
  if (bankSaidAt && bankSaidAt >= order.payUntil)
    return void (await executeAsService(runtime, expireOrder, { orderId, bankSaidAt }));
  await inContext(db, service, (tx) =>
    tx.execute(sql`update fee_orders set asked = asked + 1, said_open_at = coalesce(${bankSaidAt?.toISOString() ?? null}::timestamptz, said_open_at),
      next_ask_at = clock_timestamp() + make_interval(secs => ${secondsToNextQuestion(order.asked)})
      where id = ${orderId} and state in ('created', 'paying')`),
  );
}
