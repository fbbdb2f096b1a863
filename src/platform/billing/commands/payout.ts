import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { byService, defineServiceCommand, executeAsService, type Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import { bankPayout, readBankWord } from "../bank";
import { lockOrder, post } from "../records";
import { payoutPosting, secondsToNextQuestion } from "../rules";
import type { FeeKind } from "../schema";
import { feePayouts } from "../tables";

/** The job that has the bank send a payout. */
export const payoutJob = (payoutId: string): Job => ({
  name: "send-payout",
  payload: { payoutId },
  key: `payout:${payoutId}`,
});

/** The bank's signed word that a fee went on to whom it belongs: each part leaves the ledger under its own order. */
export const settlePayout = defineServiceCommand({
  name: "billing.settle-payout",
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
  async run({ tx, now, prepared: word }, { payoutId, statement }) {
    const [payout] = await tx.select().from(feePayouts).where(eq(feePayouts.id, payoutId)).for("update");
    if (!payout) throw new Refused(refuse("not_found", "general.not_found"));
    const fits =
      word.format === "xb-bank-payout/1" &&
      word.number === payout.number &&
      word.amountFen === String(payout.amountFen);
    if (!fits) throw new Refused(refuse("invalid", "billing.notice_forged", { reason: "内容不是该笔转付的回执" }));
    const isNew = payout.state === "due";
    if (isNew) {
      await tx.update(feePayouts).set({ state: "done", doneAt: now, statement }).where(eq(feePayouts.id, payoutId));
      for (const { orderId, fen } of payout.parts)
        await post(tx, await lockOrder(tx, { id: orderId }), payoutPosting(payout.kind as FeeKind, BigInt(fen)), now);
    }
    return {
      result: undefined,
      trail: [
        {
          action: isNew ? "fee.passed-on" : "fee.passed-on-repeated",
          subject: payout.number,
          lotId: payout.lotId,
          chain: `holders:${payout.lotId}`,
          facts: { kind: payout.kind, amountFen: String(payout.amountFen) },
        },
      ],
    };
  },
});

/** Has the bank send a payout; without its answer it is asked again under the same number. */
export async function sendPayout(runtime: Runtime, payoutId: string): Promise<void> {
  const { site, ports, db } = runtime;
  const service = { siteId: site.id, role: "platform" };
  const [payout] = await inContext(db, service, (tx) =>
    tx.select().from(feePayouts).where(eq(feePayouts.id, payoutId)),
  );
  if (payout?.state !== "due" || !site.bankUrl) return;
  const statement = await ports.bank.payOut(site.bankUrl, await bankPayout({ site, ports }, payout));
  if (statement) return void (await executeAsService(runtime, settlePayout, { payoutId, statement }));
  await inContext(db, service, (tx) =>
    tx.execute(sql`update fee_payouts set tries = tries + 1,
      next_try_at = clock_timestamp() + make_interval(secs => ${secondsToNextQuestion(payout.tries)})
      where id = ${payoutId} and state = 'due'`),
  );
}
