import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatDate } from "@/core/time";
import { payloadOf, type Statement } from "@/crypto/statement";
import { byService, defineServiceCommand, executeAsService, type Runtime, type SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import { readBankWord } from "../bank";
import { differencesOf, type Movement } from "../reconcile";
import { bankDays, feeOrders, feePayments, feePayouts, feeRefunds } from "../tables";
import { openFeeTask } from "../tasks";

/** What the ledger says of a day: payments that counted, refunds and payouts that the bank made, by the bank's instants. */
async function ledgerOf(tx: Tx, site: SiteFacts, day: string): Promise<Movement[]> {
  const paid = await tx
    .select({ orderNo: feeOrders.orderNo, number: feePayments.transaction, fen: feePayments.paidFen })
    .from(feePayments)
    .innerJoin(feeOrders, eq(feeOrders.id, feePayments.orderId))
    .where(
      and(
        eq(feePayments.siteId, site.id),
        eq(feePayments.verdict, "counted"),
        sql`(${feePayments.paidAt} at time zone 'Asia/Shanghai')::date = ${day}::date`,
      ),
    );
  const refunds = await tx
    .select({ orderNo: feeOrders.orderNo, refund: feeRefunds })
    .from(feeRefunds)
    .innerJoin(feeOrders, eq(feeOrders.id, feeRefunds.orderId))
    .where(and(eq(feeRefunds.siteId, site.id), eq(feeRefunds.state, "done")));
  const payouts = await tx
    .select()
    .from(feePayouts)
    .where(and(eq(feePayouts.siteId, site.id), eq(feePayouts.state, "done")));
  const bankDay = (statement: Statement) => formatDate(new Date(String(payloadOf(statement).value.at)));
  return [
    ...paid.map((row) => ({ kind: "paid" as const, ...row })),
    ...refunds
      .filter(({ refund }) => refund.statement && bankDay(refund.statement) === day)
      .map(({ orderNo, refund }) => ({
        kind: "refunded" as const,
        orderNo,
        number: refund.refundNo,
        fen: refund.principalFen + refund.interestFen,
      })),
    ...payouts
      .filter(({ statement }) => statement && bankDay(statement) === day)
      .map(({ number, amountFen }) => ({ kind: "settled" as const, orderNo: "", number, fen: amountFen })),
  ];
}

/**
 * Compares the bank's signed file of a day that is over with the ledger (日终对账). Every difference is a task; a payment
 * that only the bank knows is asked about at once. Nothing is booked by a file. The same day again changes nothing.
 */
export const reconcileDay = defineServiceCommand({
  name: "billing.reconcile-day",
  input: z.object({
    day: z.iso.date(),
    statement: z.object({ payload: z.string().max(20_000_000), cms: z.string().max(40_000) }),
  }),
  may: byService,
  async prepare(runtime, _actor, { statement }) {
    const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
    if (!read.ok) throw new Refused(read.refusal);
    return read.word;
  },
  async run(scope, { day, statement }) {
    const { tx, site, now, prepared: word } = scope;
    if (word.format !== "xb-bank-statement/1" || word.day !== day || day >= formatDate(now))
      throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "不是当日已经结束的对账单" }));
    const bank = word.lines.map(({ kind, orderNo, number, fen }) => ({ kind, orderNo, number, fen: BigInt(fen) }));
    const differences = differencesOf(bank, BigInt(word.totalFen), await ledgerOf(tx, site, day));
    const first = await tx
      .insert(bankDays)
      .values({ siteId: site.id, day, checkedAt: now, agrees: differences.length === 0, statement })
      .onConflictDoNothing()
      .returning({ day: bankDays.day });
    const jobs: Job[] = [];
    const tasks: string[] = [];
    for (const { number: reference, what, orderNo, bankFen, ledgerFen } of first.length ? differences : []) {
      const [order] = await tx.select({ id: feeOrders.id }).from(feeOrders).where(eq(feeOrders.orderNo, orderNo));
      const task = await openFeeTask(scope, {
        kind: "difference",
        reference,
        ...(order ? { subjectId: order.id } : {}),
        detail: { day, what, orderNo, bankFen, ledgerFen },
      });
      if (!task) continue;
      tasks.push(task.number);
      jobs.push(...task.jobs);
      if (order && what === "only-bank")
        jobs.push({ name: "ask-bank", payload: { orderId: order.id }, key: `ask-bank:${order.id}` });
    }
    return {
      result: { agrees: differences.length === 0, tasks },
      trail: [
        {
          action: "bank-day.checked",
          subject: day,
          chain: "site",
          facts: { agrees: differences.length === 0, tasks: tasks.join(",") },
        },
      ],
      jobs,
    };
  },
});

const DAYS_BACK = 31;

/** Days of a site that are over and not compared yet, unless a job for one is waiting: a bank that is down keeps its pauses. */
export async function daysToReconcile(tx: Tx, siteId: string): Promise<string[]> {
  const rows = await tx.execute<{ day: string }>(sql`
    select d.day from sites s cross join lateral (
      select to_char(g, 'YYYY-MM-DD') as day from generate_series(
        greatest((s.created_at at time zone 'Asia/Shanghai')::date, (xb_now() at time zone 'Asia/Shanghai')::date - ${DAYS_BACK}::integer),
        (xb_now() at time zone 'Asia/Shanghai')::date - 1, interval '1 day') g) d
    where s.id = ${siteId} and not exists (select 1 from bank_days b where b.day = d.day)
      and not exists (select 1 from graphile_worker.jobs j where j.key = 'bank-day:' || s.id::text || d.day and j.attempts < j.max_attempts)`);
  return rows.map(({ day }) => day);
}

/** The job that compares a day. */
export const reconcileJob = (siteId: string, day: string): Job => ({
  name: "reconcile-day",
  payload: { day },
  key: `bank-day:${siteId}${day}`,
});

/** Fetches and compares a day. @throws when the bank gives no file: the job tries again. */
export async function reconcileWithBank(runtime: Runtime, day: string): Promise<void> {
  const { site, ports, db } = runtime;
  if (!site.bankUrl) return;
  const service = { siteId: site.id, role: "platform" };
  const [known] = await inContext(db, service, (tx) =>
    tx.select({ day: bankDays.day }).from(bankDays).where(eq(bankDays.day, day)),
  );
  if (known) return;
  const statement = await ports.bank.statement(site.bankUrl, site.platformCode, day);
  if (!statement) throw new Error("the bank gave no statement of account");
  await executeAsService(runtime, reconcileDay, { day, statement });
}
