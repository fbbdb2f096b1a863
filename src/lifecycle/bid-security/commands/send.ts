import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand, executeAsService, type Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import { readLot } from "@/lifecycle/lot/queries";
import { readBankWord } from "@/platform/billing/bank";
import { PATIENCE_QUESTIONS } from "@/platform/billing/commands/watch";
import { secondsToNextQuestion } from "@/platform/billing/rules";
import { openFeeTask, settleFeeTasks } from "@/platform/billing/tasks";
import { writeLetters } from "@/platform/inbox/letters";
import { outRequest } from "../bank";
import { lockPayout, settlePayout } from "../records";
import { securityAccounts, securityPayments, securityPayouts } from "../tables";

/** The bank's signed word that a security left custody. */
export const settleSecurity = defineServiceCommand({
  name: "security.settle-payout",
  input: z.object({
    payoutId: z.uuid(),
    statement: z.object({ payload: z.string().max(20_000), cms: z.string().max(40_000) }),
  }),
  may: byService,
  async prepare(runtime, _actor, { statement }) {
    const read = await readBankWord(runtime, statement, await legalNow(runtime.db));
    if (!read.ok) throw new Refused(read.refusal);
    return read.word;
  },
  async run({ tx, site, now, prepared: word }, { payoutId, statement }) {
    const payout = await lockPayout(tx, payoutId);
    const [payment] = await tx.select().from(securityPayments).where(eq(securityPayments.id, payout.paymentId));
    const fits =
      word.format === "xb-bank-out/1" &&
      word.number === payout.number &&
      word.transaction === payment!.transaction &&
      word.kind === payout.kind &&
      word.principalFen === String(payout.principalFen) &&
      word.interestFen === String(payout.interestFen);
    if (!fits)
      throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "内容不是该笔保证金支出的回执" }));
    const lot = await readLot(tx, payout.lotId);
    const isNew = payout.state === "due";
    const jobs: Job[] = [];
    if (isNew) {
      await settlePayout(tx, payout, statement, now);
      const total = payout.principalFen + payout.interestFen;
      const { orgId, lotId } = payout;
      const told =
        payout.kind === "refund"
          ? {
              subject: "投标保证金已退回",
              body: `银行已将 ${formatYuan(total)}（其中利息 ${formatYuan(payout.interestFen)}）退回付款账户，支出编号 ${payout.number}。`,
            }
          : {
              subject: "投标保证金不予退还",
              body: `依招标人的签章决定，保证金 ${formatYuan(total)} 已划转招标人，支出编号 ${payout.number}。`,
            };
      jobs.push(...(await writeLetters(tx, site.id, now, [{ orgId, lotId, kind: "security-out", ...told }])));
    }
    return {
      result: undefined,
      trail: [
        {
          action: isNew ? "security.sent-out" : "security.sent-out-repeated",
          subject: lot.code,
          lotId: lot.id,
          chain: `holders:${lot.id}`,
          facts: { number: payout.number, kind: payout.kind, principalFen: String(payout.principalFen) },
        },
      ],
      jobs,
    };
  },
});

/** Has the bank send a payout whose time has come; without its answer it is asked again under the same number. */
export async function sendSecurity(runtime: Runtime, payoutId: string): Promise<void> {
  const { site, ports, db } = runtime;
  const service = { siteId: site.id, role: "platform" };
  const [row] = await inContext(db, service, (tx) =>
    tx
      .select({
        payout: securityPayouts,
        transaction: securityPayments.transaction,
        reference: securityAccounts.reference,
      })
      .from(securityPayouts)
      .innerJoin(securityPayments, eq(securityPayments.id, securityPayouts.paymentId))
      .innerJoin(securityAccounts, eq(securityAccounts.id, securityPayments.accountId))
      .where(eq(securityPayouts.id, payoutId)),
  );
  if (row?.payout.state !== "due" || !site.bankUrl || row.payout.sendAfter > (await legalNow(db))) return;
  const { number, kind, principalFen, interestFen, payeeName, payeeAccount, tries } = row.payout;
  const { reference, transaction } = row;
  const out = { number, reference, transaction, kind, principalFen, interestFen, payeeName, payeeAccount };
  const statement = await ports.bank.sendOut(site.bankUrl, await outRequest({ site, ports }, out));
  if (statement) return void (await executeAsService(runtime, settleSecurity, { payoutId, statement }));
  await inContext(db, service, (tx) =>
    tx.execute(sql`update security_payouts set tries = tries + 1,
      next_try_at = clock_timestamp() + make_interval(secs => ${secondsToNextQuestion(tries)}) where id = ${payoutId} and state = 'due'`),
  );
}

const STUCK = sql`o.state = 'due' and o.send_after <= xb_now() and (o.due_at <= xb_now() or o.tries >= ${PATIENCE_QUESTIONS})`;
const TASK = sql`exists (select 1 from fee_tasks t where t.kind = 'security-back' and t.subject_id = o.id and t.closed_at is null)`;

/** Is there a payout that the bank leaves open too long, or one that has settled itself since? */
export const SECURITIES_TO_WATCH = sql`(exists (select 1 from security_payouts o where ${STUCK} and not ${TASK})
  or exists (select 1 from security_payouts o where o.state <> 'due' and ${TASK}))`;

/** A payout that is late or that the bank does not make is a task of the operator's: it names no lot and no bidder (CLK-23). */
export const watchSecurities = defineServiceCommand({
  name: "security.watch",
  input: z.object({}),
  may: byService,
  async run(scope) {
    const { tx } = scope;
    const jobs: Job[] = [];
    const opened: string[] = [];
    const stuck = await tx.execute<{ id: string; number: string }>(
      sql`select o.id, o.number from security_payouts o where ${STUCK} and not ${TASK}`,
    );
    for (const { id, number } of stuck) {
      const task = await openFeeTask(scope, { kind: "security-back", subjectId: id, reference: number });
      if (task) opened.push(task.number);
      jobs.push(...(task?.jobs ?? []));
    }
    const settled = await tx.execute<{ id: string }>(
      sql`select o.id from security_payouts o where o.state <> 'due' and ${TASK}`,
    );
    for (const { id } of settled) await settleFeeTasks(scope, "security-back", id);
    return {
      result: { opened: opened.length },
      trail: [
        { action: "securities.watched", subject: "保证金核对", chain: "site", facts: { opened: opened.join(",") } },
      ],
      jobs,
    };
  },
});
