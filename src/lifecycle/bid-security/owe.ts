import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import type { CommandScope, Service } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
import { randomNumber } from "@/platform/billing/bank";
import { interestOf } from "@/platform/billing/interest";
import { siteRates } from "@/platform/billing/queries";
import { writeLetters } from "@/platform/inbox/letters";
import type { SecurityPayment } from "./records";
import { type Back, bearsInterest } from "./rules";
import { BACK_REASONS } from "./schema";
import { securityPayouts } from "./tables";

/** The job that has the bank send a payout. */
export const sendJob = (payoutId: string): Job => ({
  name: "send-security",
  payload: { payoutId },
  key: `security:${payoutId}`,
});

/**
 * Owes a payment back to its payer, with interest at the dated rate up to its sending where the money was held (R-5.9.3), due by the law's
 * days (CLK-22, 23, 28). The bidder is told; nobody else is.
 *
 * @returns id, or undefined when it is owed already.
 */
export async function oweBack(
  { tx, site, now }: Pick<CommandScope<Service>, "tx" | "site" | "now">,
  payment: SecurityPayment,
  { reason, from, clock, sendAfter }: Back,
  principalFen: bigint,
): Promise<string | undefined> {
  const { siteId, lotId, orgId, id: paymentId } = payment;
  const dueAt = refundDue(profileOf(site.profile), from, clock);
  const until = sendAfter > now ? sendAfter : now;
  const interestFen = bearsInterest(reason) ? interestOf(principalFen, payment.paidAt, until, await siteRates(tx)) : 0n;
  const [row] = await tx
    .insert(securityPayouts)
    .values({
      siteId,
      lotId,
      orgId,
      paymentId,
      kind: "refund",
      number: randomNumber(),
      reason,
      principalFen,
      interestFen,
      createdAt: now,
      dueAt,
      sendAfter,
    })
    .onConflictDoNothing()
    .returning({ id: securityPayouts.id });
  return row?.id;
}

/** Tells a bidder that its security goes back; of a late or surplus sum the letter of its arrival has told. */
export const letterOfBack = (
  { tx, site, now }: Pick<CommandScope<Service>, "tx" | "site" | "now">,
  payment: SecurityPayment,
  { reason, from, clock, sendAfter }: Back,
  principalFen: bigint,
): Promise<Job[]> =>
  writeLetters(tx, site.id, now, [
    {
      orgId: payment.orgId,
      lotId: payment.lotId,
      kind: "security-back",
      subject: "投标保证金将退回付款账户",
      body: `${BACK_REASONS[reason]}：保证金 ${formatYuan(principalFen)}${bearsInterest(reason) ? "及银行同期活期存款利息" : ""}将于 ${formatInstant(refundDue(profileOf(site.profile), from, clock))} 前退回转出账户，不需要申请。${sendAfter > now ? `${formatInstant(sendAfter)} 前重新递交投标文件的，保证金继续有效，不退回。` : ""}`,
    },
  ]);
