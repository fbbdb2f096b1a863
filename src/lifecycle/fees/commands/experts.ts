import { and, eq, inArray, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { formatYuan, yuanText } from "@/core/money";
import { Refused, refuse } from "@/core/refusal";
import { formatDate } from "@/core/time";
import { byService, type CommandScope, defineCommand, defineServiceCommand, roles, type Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { committeeMembers } from "@/lifecycle/committee/tables";
import { evaluationOf } from "@/lifecycle/evaluation/queries";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { owePayout } from "@/platform/billing/claims";
import { FEE_KINDS } from "@/platform/billing/schema";
import { feeClaims, feeOrders } from "@/platform/billing/tables";
import { writeLetters } from "@/platform/inbox/letters";
import { personOf } from "@/platform/party/queries";
import { expertFee, scheduleOn, spansOf } from "../rules";
import { ConfirmExpertFee, type ExpertWork, PrepareExpertList } from "../schema";
import { expertAccounts, expertFees, expertSchedules } from "../tables";

/** Members who came: those who evaluated, and those who left after arriving. Who never came is paid nothing. */
export async function membersWhoCame(tx: Tx, lotId: string) {
  return tx
    .select()
    .from(committeeMembers)
    .where(
      and(
        eq(committeeMembers.lotId, lotId),
        isNotNull(committeeMembers.signedInAt),
        ne(committeeMembers.state, "standby"),
      ),
    )
    .orderBy(committeeMembers.place);
}

/**
 * Whoever runs the lot draws up what its experts are paid, after the report: hours by check-in and report, amounts by the
 * standard of that day. Once for each evaluation; a person who left earlier is paid its attendance once.
 */
export const prepareExpertList = defineCommand({
  name: "experts.prepare",
  input: PrepareExpertList,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, payer, travels }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const evaluation = await evaluationOf(tx, lotId).catch(() => undefined);
    if (!evaluation?.finishedAt) throw new Refused(refuse("too_early", "fees.not_evaluated"));
    const payerOrgId = payer === "tenderer" ? tender.tendererOrgId : tender.agencyOrgId;
    if (!payerOrgId) throw new Refused(refuse("conflict", "fees.no_mandate"));
    const { version, startedAt, finishedAt } = evaluation;
    const schedule = scheduleOn(await tx.select().from(expertSchedules), formatDate(finishedAt));
    if (!schedule) throw new Refused(refuse("conflict", "fees.no_schedule", { day: formatDate(finishedAt) }));
    const known = await tx.select().from(expertFees).where(eq(expertFees.lotId, lotId));
    if (known.some((fee) => fee.version === version)) throw new Refused(refuse("conflict", "fees.list_exists"));
    const members = (await membersWhoCame(tx, lotId)).filter(
      ({ id, state }) => state === "signed_in" || !known.some(({ memberId }) => memberId === id),
    );
    for (const { id, personId, state, signedInAt } of members) {
      const kind: ExpertWork = state !== "signed_in" ? "attendance" : version > 1 ? "again" : "evaluation";
      const travel = travels.find(({ memberId }) => memberId === id)?.travel ?? "local";
      const from = version > 1 && startedAt > signedInAt! ? startedAt : signedInAt!;
      const spans = kind === "attendance" ? [] : spansOf(from, finishedAt);
      const { grossFen, taxFen, netFen, steps } = expertFee(schedule.rates, { kind, spans, travel }, now);
      await tx.insert(expertFees).values({
        siteId: site.id,
        lotId,
        memberId: id,
        personId,
        version,
        kind,
        travel,
        grossFen,
        taxFen,
        netFen,
        steps: [{ text: `标准：${schedule.source}，自 ${schedule.validFrom} 起`, amount: "" }, ...steps],
        payerOrgId,
        hostOrgId: actor.orgId,
        preparedAt: now,
      });
    }
    return {
      result: { count: members.length },
      trail: [
        {
          action: "expert-fees.prepared",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { version, payer, members: members.length },
        },
      ],
    };
  },
});

/** An expert agrees to what it is paid and says where to (once). It sees its own fee and nobody else's. */
export const confirmExpertFee = defineCommand({
  name: "experts.confirm",
  input: ConfirmExpertFee,
  may: roles("expert"),
  async run({ tx, actor, site, now }, { feeId, bank, account }) {
    const [fee] = await tx
      .select()
      .from(expertFees)
      .where(and(eq(expertFees.id, feeId), eq(expertFees.personId, actor.personId)))
      .for("update");
    if (!fee) throw new Refused(refuse("not_found", "general.not_found"));
    if (fee.confirmedAt) throw new Refused(refuse("conflict", "fees.confirmed_before"));
    await tx.insert(expertAccounts).values({
      feeId,
      siteId: site.id,
      personId: actor.personId,
      bank,
      account: account.replaceAll(" ", ""),
      at: now,
    });
    await tx.update(expertFees).set({ confirmedAt: now }).where(eq(expertFees.id, feeId));
    return {
      result: {},
      trail: [
        {
          action: "expert-fee.confirmed",
          subject: feeId,
          lotId: fee.lotId,
          chain: `holders:${fee.lotId}`,
          facts: { netFen: String(fee.netFen) },
        },
      ],
      jobs: [{ name: "claim-expert-fees", payload: { lotId: fee.lotId }, key: `claim-experts:${fee.lotId}` }],
    };
  },
});

/** Condition on a lot `l`: every expert on its list has confirmed, and nobody owes the sum yet. */
export const EXPERTS_TO_CLAIM = sql`exists (select 1 from expert_fees f where f.lot_id = l.id and f.claim_id is null)
  and not exists (select 1 from expert_fees f where f.lot_id = l.id and f.claim_id is null and f.confirmed_at is null)`;

/** Condition on a lot `l`: the money for its experts is there and has not gone on to all of them. */
export const EXPERTS_TO_PAY = sql`exists (select 1 from expert_fees f join fee_claims c on c.id = f.claim_id
  where f.lot_id = l.id and f.payout_id is null and f.net_fen > 0 and c.paid_at is not null and c.amount_fen > 0)`;

/**
 * All experts have confirmed: whoever pays them owes the sum of what they get. The tax stays with the payer, which withholds it and
 * declares it (扣缴义务人); the claim names no expert. Lists of two evaluations may have two payers: each owes its own.
 */
export const claimExpertFees = defineServiceCommand({
  name: "fees.claim-experts",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx } = scope;
    const lot = await lockLot(tx, lotId, "update");
    const fees = await tx
      .select()
      .from(expertFees)
      .where(and(eq(expertFees.lotId, lotId), isNull(expertFees.claimId)))
      .orderBy(expertFees.grossFen, expertFees.id);
    if (!fees.length || fees.some(({ confirmedAt }) => !confirmedAt))
      throw new Refused(refuse("conflict", "fees.not_confirmed"));
    const jobs: Job[] = [];
    for (const payer of new Set(fees.map(({ payerOrgId }) => payerOrgId)))
      jobs.push(
        ...(await oweExperts(
          scope,
          lot,
          fees.filter(({ payerOrgId }) => payerOrgId === payer),
        )),
      );
    return {
      result: {},
      trail: [
        {
          action: "expert-fees.claimed",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { amountFen: String(sumOf(fees, "netFen")) },
        },
      ],
      jobs,
    };
  },
});

type Fee = typeof expertFees.$inferSelect;
const sumOf = (fees: readonly Fee[], name: "grossFen" | "taxFen" | "netFen"): bigint =>
  fees.reduce((total, fee) => total + fee[name], 0n);

/** What one payer owes to experts, as one claim, and the letter that says so. */
async function oweExperts({ tx, site, now }: CommandScope<Service>, lot: Lot, fees: readonly Fee[]): Promise<Job[]> {
  const amountFen = sumOf(fees, "netFen");
  const { payerOrgId, hostOrgId } = fees[0]!;
  const [claim] = await tx
    .insert(feeClaims)
    .values({
      siteId: site.id,
      lotId: lot.id,
      kind: "expert",
      payerOrgId,
      ownerOrgId: hostOrgId,
      amountFen,
      steps: [
        ...fees.map(({ netFen }, i) => ({ text: `第 ${i + 1} 位，实发`, amount: yuanText(netFen) })),
        { text: "应发合计", amount: yuanText(sumOf(fees, "grossFen")) },
        { text: "预扣个人所得税合计，由付款单位向税务机关申报缴纳", amount: yuanText(sumOf(fees, "taxFen")) },
        { text: "应付款（实发合计）", amount: yuanText(amountFen) },
      ],
      createdAt: now,
      paidAt: amountFen ? null : now,
    })
    .returning({ id: feeClaims.id });
  const ids = fees.map(({ id }) => id);
  await tx.update(expertFees).set({ claimId: claim!.id }).where(inArray(expertFees.id, ids));
  return writeLetters(tx, site.id, now, [
    {
      orgId: payerOrgId,
      lotId: lot.id,
      kind: "fee-claim",
      subject: `应付${FEE_KINDS.expert}：标段 ${lot.code}`,
      body: `评标专家已全部确认评标费，应付款 ${formatYuan(amountFen)}，明细和付款见“费用”页。款项由收款银行代收后逐人转付；预扣的个人所得税由贵单位申报缴纳。`,
    },
  ]);
}

/** The money is there: each expert is paid under a number of its own, which tells the bank neither lot nor office. */
export const payExperts = defineServiceCommand({
  name: "fees.pay-experts",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run(scope, { lotId }) {
    const { tx } = scope;
    const lot = await lockLot(tx, lotId, "update");
    const rows = await tx
      .select({ fee: expertFees, account: expertAccounts, orderId: feeOrders.id })
      .from(expertFees)
      .innerJoin(expertAccounts, eq(expertAccounts.feeId, expertFees.id))
      .innerJoin(feeOrders, and(eq(feeOrders.claimId, expertFees.claimId), eq(feeOrders.state, "delivered")))
      .where(and(eq(expertFees.lotId, lotId), isNull(expertFees.payoutId), sql`${expertFees.netFen} > 0`));
    const jobs: Job[] = [];
    for (const { fee, account, orderId } of rows) {
      const { name } = await personOf(tx, fee.personId);
      const { payoutId, job } = await owePayout(scope, {
        lotId,
        kind: "expert",
        personId: fee.personId,
        payeeName: name,
        payeeAccount: `${account.bank} ${account.account}`,
        parts: [{ orderId, fen: String(fee.netFen) }],
      });
      await tx.update(expertFees).set({ payoutId }).where(eq(expertFees.id, fee.id));
      jobs.push(job);
    }
    return {
      result: { payouts: jobs.length },
      trail: [
        {
          action: "expert-fees.owed-on",
          subject: lot.code,
          lotId,
          chain: `holders:${lotId}`,
          facts: { payouts: jobs.length },
        },
      ],
      jobs,
    };
  },
});
