import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, formatDate } from "@/core/time";
import type { Statement } from "@/crypto/statement";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { askOwnAccount, transferTo } from "@/dev/scenarios/securities";
import { executeAsService } from "@/kit/command";
import { sendSecurity } from "@/lifecycle/bid-security/commands/send";
import { settleSecurities } from "@/lifecycle/bid-security/commands/settle";
import { securityEntries, securityPayouts } from "@/lifecycle/bid-security/tables";
import { profileOf } from "@/lifecycle/law/clauses";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import { takePayment } from "@/lifecycle/tender-document/commands/payment";
import { payRefund } from "@/lifecycle/tender-document/commands/refund";
import { sendPayout } from "@/platform/billing/commands/payout";
import { reconcileWithBank } from "@/platform/billing/commands/reconcile";
import { bankDays, feeClaims, feeEntries, feeOrders, feePayouts, feeRefunds } from "@/platform/billing/tables";
import { awardLot, type ReportedLot, reportedLot } from "@/testing/awarded";
import { bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { feeBalances, lotBalance } from "./balance";
import { claimServiceFee } from "./commands/claim";
import {
  claimExpertFees,
  confirmExpertFee,
  EXPERTS_TO_CLAIM,
  EXPERTS_TO_PAY,
  payExperts,
  prepareExpertList,
} from "./commands/experts";
import { feesToPassOn, passOnDocumentFees } from "./commands/pass-on";
import { orderClaim, payClaim } from "./commands/pay";
import { enterSchedule } from "./commands/schedule";
import { expertListView, ownExpertFees, schedulesOf } from "./experts-view";
import { expertAccounts, expertFees } from "./tables";

const RATES = {
  halfDayFen: "40000",
  overtimeHourFen: "10000",
  againHalfDayFen: "30000",
  attendanceFen: "20000",
  localFen: "5000",
  countyFen: "90000",
  otherFen: "30000",
};
const SOURCE = "评标专家劳务报酬标准（演示）";
let t: TestStage;
let box: NoticeBox;
let reported: ReportedLot;
beforeAll(async () => {
  box = await noticeBox();
  t = await testStage();
  const plan = {
    documentFeeFen: 30_000n,
    agencyFee: { feeFen: "3000000", feePayer: "winner" as const },
  };
  reported = await reportedLot(t, "结平", plan, true);
}, 180_000);
afterAll(async () => {
  await t?.close();
  box?.close();
});
beforeEach(() => bankTells(t, "once"));

const person = (key: string): Person => t.stage.person(key);
const serve = <R>(command: { name: string }, body: object) =>
  executeAsService(t.stage.worker, command as never, body as never) as Promise<R>;
const expertOf = (i: number): Person => reported.committee[i]!.person;
const head = ({ orgName, creditCode }: Person) => ({ invoiceTitle: orgName, invoiceTaxNumber: creditCode });
const isDue = async (condition: ReturnType<typeof sql>) =>
  (
    await asService(t.stage, (tx) =>
      tx.execute(sql`select 1 from lots l where l.id = ${reported.lotId} and ${condition}`),
    )
  ).length > 0;
const claim = async (kind: string) =>
  (await asService(t.stage, (tx) => tx.select().from(feeClaims).where(sql`kind = ${kind}`)))[0]!;
const take = (statement: Statement) => executeAsService(t.stage.worker, takePayment, { statement });

/** Pays a claim on the bank's page, told by notice. */
async function pay(who: Person, claimId: string) {
  const { orderId } = await t.stage.act(who, orderClaim, { claimId, ...head(who) });
  const { payUrl } = await t.stage.act(who, payClaim, { orderId });
  await fetch(payUrl, { method: "POST" });
  const [order] = await asService(t.stage, (tx) => tx.select().from(feeOrders).where(sql`id = ${orderId}`));
  const [notice] = await box.of(order!.orderNo, 1);
  return { order: order!, verdict: await take(notice!) };
}

test("R-5.6.6: the opening record reads out each bid's security", async () => {
  const record = await asStranger(t.stage, (tx) => openingRecordOf(tx, reported.lotId));
  const { rows } = record!.payload as unknown as RecordPayload;
  expect(rows.map(({ security }) => security)).toEqual(
    rows.map(() => ({ form: "银行转账", amount: "¥50,000.00", state: "已到账" })),
  );
});

test("R-E.4: the operator enters a fee standard with its source; it is public, and nobody changes the past", async () => {
  const { stage } = t;
  const operator = person("operator");
  const enter = (validFrom: string) => stage.act(operator, enterSchedule, { validFrom, source: SOURCE, rates: RATES });
  const list = { lotId: reported.lotId, payer: "tenderer" as const, travels: [] };
  expect(await codeOf(stage.act(person("agency"), prepareExpertList, list))).toBe("fees.no_schedule");
  await enter("2026-01-01");
  expect(await codeOf(enter("2026-02-01"))).toBe("fees.schedule_past");
  const tomorrow = formatDate(addDays(await stage.now(), 1));
  await enter(tomorrow);
  const shown = await asStranger(stage, schedulesOf);
  expect(shown.map(({ validFrom }) => validFrom)).toEqual([tomorrow, "2026-01-01"]);
  expect(shown[0]!.rates[0]).toEqual({ name: "评标，每半日（不超过 4 小时）", amount: "¥400.00" });
});

test("R-5.7.26 R-E.10: experts are paid by the standard; each confirms its own, sees nobody else's, and the bank learns no lot", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId } = reported;
  const agency = person("agency");
  const [first] = reported.committee;
  await stage.act(agency, prepareExpertList, {
    lotId,
    payer: "tenderer",
    travels: [{ memberId: first!.member.id, travel: "county" }],
  });
  expect(await codeOf(stage.act(agency, prepareExpertList, { lotId, payer: "agency", travels: [] }))).toBe(
    "fees.list_exists",
  );
  const { lines } = await asPerson(stage, agency, (tx) => expertListView(tx, lotId));
  expect(lines).toHaveLength(reported.committee.length);
  // Whoever has no part in it sees nothing: bidder, supervisor, operator, the public.
  for (const key of ["jia", "supervisor", "operator"])
    expect(await asPerson(stage, person(key), (tx) => tx.select().from(expertFees)), key).toEqual([]);
  expect(await asStranger(stage, (tx) => tx.select().from(expertFees))).toEqual([]);
  const own = (who: Person) => asPerson(stage, who, (tx) => ownExpertFees(tx, actorOf(who, stage.app.site.id)));
  const account = { bank: "黔江商业银行（演示）", account: "6222 0000 0000 1111" };
  const [another] = await own(expertOf(1));
  expect(await codeOf(stage.act(expertOf(0), confirmExpertFee, { feeId: another!.id, ...account }))).toBe(
    "general.not_found",
  );
  for (const { person: who } of reported.committee) {
    expect(await isDue(EXPERTS_TO_CLAIM)).toBe(false);
    const [mine, ...others] = await own(who);
    expect(others).toEqual([]);
    await stage.act(who, confirmExpertFee, { feeId: mine!.id, ...account });
    expect(await codeOf(stage.act(who, confirmExpertFee, { feeId: mine!.id, ...account }))).toBe(
      "fees.confirmed_before",
    );
    expect((await own(who))[0]).toMatchObject({
      isConfirmed: true,
      account: expect.stringContaining("6222 **** 1111"),
    });
  }
  // Accounts are each expert's own; whoever runs the lot reads none.
  expect(await asPerson(stage, agency, (tx) => tx.select().from(expertAccounts))).toEqual([]);
  expect(await asPerson(stage, expertOf(0), (tx) => tx.select().from(expertAccounts))).toHaveLength(1);
  expect(await isDue(EXPERTS_TO_CLAIM)).toBe(true);
  await serve(claimExpertFees, { lotId });
  expect(await codeOf(serve(claimExpertFees, { lotId }))).toBe("fees.not_confirmed");
  const owed = await claim("expert");
  const fees = await asService(stage, (tx) => tx.select().from(expertFees));
  // One came from farther away: 950 yuan and more bears tax, which stays with the payer.
  expect(fees.filter(({ taxFen }) => taxFen > 0n)).toHaveLength(1);
  expect(owed.amountFen).toBe(fees.reduce((sum, { netFen }) => sum + netFen, 0n));
  for (const { person: who } of reported.committee) expect(JSON.stringify(owed.steps)).not.toContain(who.name);
  expect(await isDue(EXPERTS_TO_PAY)).toBe(false);
  expect((await pay(person("tenderer"), owed.id)).verdict).toEqual({ verdict: "deliver" });
  expect(await isDue(EXPERTS_TO_PAY)).toBe(true);
  await serve(payExperts, { lotId });
  expect(await isDue(EXPERTS_TO_PAY)).toBe(false);
  await serve(payExperts, { lotId });
  const payouts = await asService(stage, (tx) => tx.select().from(feePayouts).where(sql`kind = 'expert'`));
  expect(payouts).toHaveLength(fees.length);
  for (const { id } of payouts) await sendPayout(stage.worker, id);
  expect((await own(expertOf(0)))[0]!.state).toContain("已付到收款账户");
  for (const key of ["agency", "tenderer", "operator"])
    expect(await asPerson(stage, person(key), (tx) => tx.select().from(feePayouts)), key).toEqual([]);
});

test("R-5.9.1: a lot with paid documents, deposits, service fee and expert fees ends with every account at zero", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = reported;
  const operator = person("operator");
  const balance = async () =>
    (await asPerson(stage, operator, (tx) => feeBalances(tx))).find((row) => row.lotId === lotId);
  await awardLot(t, lotId);
  await serve(claimServiceFee, { lotId });
  const owed = await claim("service");
  const winner = [...stage.people.values()].find(({ orgId, role }) => orgId === owed.payerOrgId && role === "bidder")!;
  expect((await balance())!.settled).toBe(false);
  const open = await asPerson(stage, winner, (tx) => lotBalance(tx, actorOf(winner, stage.app.site.id), lotId));
  expect(open.items).toMatchObject([{ what: "招标代理服务费", who: `${winner.orgName} 应付`, amount: "¥30,000.00" }]);
  // A refund, and a surplus.
  await bankTells(t, "short");
  expect((await pay(winner, owed.id)).verdict).toEqual({ verdict: "give-back" });
  await bankTells(t, "over");
  expect((await pay(winner, owed.id)).verdict).toEqual({ verdict: "deliver" });
  await bankTells(t, "once");
  const back = profileOf(stage.app.site.profile).feeBackOnFailure;
  expect(await isDue(feesToPassOn(back))).toBe(true);
  await serve(passOnDocumentFees, { lotId });
  await serve(passOnDocumentFees, { lotId });
  expect(await isDue(feesToPassOn(back))).toBe(false);
  const outs = await asService(stage, (tx) => tx.select().from(feePayouts).where(sql`state = 'due'`));
  expect(outs.map(({ kind, amountFen }) => [kind, amountFen]).sort()).toEqual([
    ["document", 120_000n],
    ["service", 3_000_000n],
  ]);
  const refunds = await asService(stage, (tx) => tx.select().from(feeRefunds));
  expect(refunds.map(({ reason }) => reason).sort()).toEqual(["short", "surplus"]);
  expect((await balance())!.settled).toBe(false);
  for (const { id } of refunds) await payRefund(stage.worker, id);
  for (const { id } of outs) await sendPayout(stage.worker, id);
  expect(await balance()).toMatchObject({ settled: true });
  // Deposits: one paid after the deadline as well; all go back with the contract.
  const jia = person("jia");
  await transferTo(t.outside.bank, jia, await accountOfLot(jia), "12.34");
  await askOwnAccount(stage, jia, lotId);
  await executeAsService(stage.worker, settleSecurities, { lotId, contractAt: (await stage.now()).toISOString() });
  for (const { id } of await asService(stage, (tx) => tx.select().from(securityPayouts)))
    await sendSecurity(stage.worker, id);
  // Every account of both ledgers, order by order and payment by payment.
  const sums = new Map<string, bigint>();
  const add = (key: string, fen: bigint) => sums.set(key, (sums.get(key) ?? 0n) + fen);
  for (const { orderId, account, amountFen } of await asService(stage, (tx) => tx.select().from(feeEntries)))
    add(`fees ${orderId} ${account}`, amountFen);
  // Interest is the bank's own: it passes through custody and leaves nothing there.
  for (const { paymentId, account, amountFen } of await asService(stage, (tx) => tx.select().from(securityEntries)))
    add(`securities ${paymentId} ${account === "interest" ? "custody" : account}`, amountFen);
  expect(sums.size).toBeGreaterThan(20);
  expect([...sums].filter(([, fen]) => fen !== 0n)).toEqual([]);
  const tenderer = person("tenderer");
  const done = await asPerson(stage, tenderer, (tx) => lotBalance(tx, actorOf(tenderer, stage.app.site.id), lotId));
  expect(done).toEqual({ settled: true, items: [] });
  const stranger = await asPerson(stage, jia, (tx) => lotBalance(tx, actorOf(jia, stage.app.site.id), lotId));
  expect(stranger.settled).toBeNull();
  // The bank's file of the day agrees with all of it.
  const day = formatDate(await stage.now());
  await stage.setClock(addDays(await stage.now(), 1));
  await reconcileWithBank(stage.worker, day);
  expect(await asService(stage, (tx) => tx.select().from(bankDays).where(sql`day = ${day}`))).toMatchObject([
    { agrees: true },
  ]);
});

test("R-5.7.26: experts of two evaluations with two payers: each payer owes what its own list says", async () => {
  const { stage } = t;
  const { lotId } = reported;
  const [first, second] = await asService(stage, (tx) => tx.select().from(expertFees).limit(2));
  const [tenderer, agency] = [person("tenderer"), person("agency")];
  for (const [fee, payer] of [
    [first!, tenderer],
    [second!, agency],
  ] as const) {
    const { id: _, claimId: __, payoutId: ___, ...rest } = fee;
    await t.database.owner.db.insert(expertFees).values({ ...rest, version: 2, payerOrgId: payer.orgId });
  }
  await serve(claimExpertFees, { lotId });
  const owed = await asService(stage, (tx) =>
    tx.select().from(feeClaims).where(sql`kind = 'expert' and paid_at is null`),
  );
  const sums = new Map(owed.map(({ payerOrgId, amountFen }) => [payerOrgId, amountFen]));
  expect([sums.get(tenderer.orgId), sums.get(agency.orgId)]).toEqual([first!.netFen, second!.netFen]);
});

const accountOfLot = async (who: Person) =>
  (
    await asService(t.stage, (tx) =>
      tx.execute<{ account: string }>(
        sql`select account from security_accounts where lot_id = ${reported.lotId} and org_id = ${who.orgId}`,
      ),
    )
  )[0]!.account;
