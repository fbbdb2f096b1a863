import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addMinutes, formatInstant } from "@/core/time";
import type { Statement } from "@/crypto/statement";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { awardOf } from "@/lifecycle/award/queries";
import { serviceFee } from "@/lifecycle/mandate/rules";
import { askBank, takePayment } from "@/lifecycle/tender-document/commands/payment";
import { payRefund } from "@/lifecycle/tender-document/commands/refund";
import { sendPayout } from "@/platform/billing/commands/payout";
import { invoiceOf } from "@/platform/billing/queries";
import { FEE_KINDS } from "@/platform/billing/schema";
import { feeClaims, feeEntries, feeInvoices, feeOrders, feePayouts, feeRefunds } from "@/platform/billing/tables";
import { ownLetters } from "@/platform/inbox/queries";
import { awardLot, reportedLot } from "@/testing/awarded";
import { bankFails, bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { cancelServiceFee, claimServiceFee, FEE_TO_CANCEL, FEE_TO_CLAIM } from "./commands/claim";
import { orderClaim, payClaim } from "./commands/pay";
import { feesView } from "./queries";

const TIERS = [
  { upToFen: "100000000", perMille: "10" },
  { upToFen: "", perMille: "5.55" },
];
let t: TestStage;
let box: NoticeBox;
let lotId: string;
beforeAll(async () => {
  box = await noticeBox();
  t = await testStage();
  const plan = { agencyFee: { feeFen: "0", feeTiers: TIERS, feePayer: "winner" as const } };
  ({ lotId } = await reportedLot(t, "代理服务费", plan));
}, 180_000);
afterAll(async () => {
  await t?.close();
  box?.close();
});
beforeEach(async () => {
  await bankFails(t, "none");
  await bankTells(t, "once");
});

const person = (key: string): Person => t.stage.person(key);
const claimsFor = (who: Person) => asPerson(t.stage, who, (tx) => tx.select().from(feeClaims));
const head = ({ orgName, creditCode }: Person) => ({ invoiceTitle: orgName, invoiceTaxNumber: creditCode });
const take = (statement: Statement) => executeAsService(t.stage.worker, takePayment, { statement });
const due = async (condition: ReturnType<typeof sql>) =>
  (await asService(t.stage, (tx) => tx.execute(sql`select l.id from lots l where l.id = ${lotId} and ${condition}`)))
    .length > 0;
const orderRow = async (id: string) =>
  (await asService(t.stage, (tx) => tx.select().from(feeOrders).where(sql`id = ${id}`)))[0]!;
const payouts = () => asService(t.stage, (tx) => tx.select().from(feePayouts).where(sql`lot_id = ${lotId}`));
const setState = (state: string) =>
  t.database.owner.db.execute(sql`update lots set state = ${state} where id = ${lotId}`);
async function winner(): Promise<Person> {
  const award = await asService(t.stage, (tx) => awardOf(tx, lotId));
  return [...t.stage.people.values()].find(({ orgId, role }) => orgId === award!.orgId && role === "bidder")!;
}
async function account(name: string): Promise<bigint> {
  const rows = await asService(t.stage, (tx) => tx.select().from(feeEntries));
  return rows.filter((row) => row.account === name).reduce((sum, { amountFen }) => sum + amountFen, 0n);
}
/** Orders a claim and pays it on the bank's page. */
async function pay(who: Person, claimId: string): Promise<{ orderId: string; orderNo: string }> {
  const { orderId } = await t.stage.act(who, orderClaim, { claimId, ...head(who) });
  const { payUrl } = await t.stage.act(who, payClaim, { orderId });
  await fetch(payUrl, { method: "POST" });
  return { orderId, orderNo: (await orderRow(orderId)).orderNo };
}

test("R-5.9.1: nobody owes a service fee before the award notice; after it the winner owes what its tender document printed", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  expect(await due(FEE_TO_CLAIM)).toBe(false);
  expect(await codeOf(executeAsService(stage.worker, claimServiceFee, { lotId }))).toBe("lot.no_such_move");
  await awardLot(t, lotId);
  expect(await due(FEE_TO_CLAIM)).toBe(true);
  await executeAsService(stage.worker, claimServiceFee, { lotId });
  // Asked again it claims nothing twice.
  await executeAsService(stage.worker, claimServiceFee, { lotId });
  expect(await due(FEE_TO_CLAIM)).toBe(false);
  const award = await asService(stage, (tx) => awardOf(tx, lotId));
  const won = await winner();
  const { amountFen, steps } = serviceFee({ feeFen: "0", feeTiers: TIERS }, award!.priceFen);
  const [claim, ...more] = await claimsFor(won);
  expect(more).toEqual([]);
  expect(claim).toMatchObject({ kind: "service", amountFen, payerOrgId: won.orgId, paidAt: null });
  expect(claim!.steps.slice(1)).toEqual(steps);
  // Winner and agency see it, and nobody else: not the tenderer, not a loser, not the operator or the supervisor.
  expect(await claimsFor(person("agency"))).toHaveLength(1);
  const loser = ["jia", "yi"].map(person).find(({ orgId }) => orgId !== won.orgId)!;
  for (const who of [loser, ...["tenderer", "supervisor", "operator", "expert-01"].map(person)])
    expect(await claimsFor(who), who.name).toEqual([]);
  expect(await asStranger(stage, (tx) => tx.select().from(feeClaims))).toEqual([]);
  const told = await asPerson(stage, won, (tx) => ownLetters(tx, actorOf(won, stage.app.site.id)));
  expect(told.some(({ subject }) => subject.startsWith("应付招标代理服务费"))).toBe(true);
  // Whoever does not owe it cannot order it.
  expect(await codeOf(stage.act(loser, orderClaim, { claimId: claim!.id, ...head(loser) }))).toBe("general.not_found");
  const agency = person("agency");
  expect(await codeOf(stage.act(agency, orderClaim, { claimId: claim!.id, ...head(agency) }))).toBe(
    "general.not_found",
  );
});

test("R-5.9.1: paid short it goes back; paid too much and told twice it counts once, the surplus goes back, the rest to the agency", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const won = await winner();
  const [claim] = await claimsFor(won);
  await bankTells(t, "short");
  const short = await pay(won, claim!.id);
  const [little] = await box.of(short.orderNo, 1);
  expect(await take(little!)).toEqual({ verdict: "give-back" });
  expect((await claimsFor(won))[0]!.paidAt).toBeNull();
  await bankTells(t, "over");
  const full = await pay(won, claim!.id);
  const [told] = await box.of(full.orderNo, 1);
  expect(await take(told!)).toEqual({ verdict: "deliver" });
  expect(await take(told!)).toEqual({ verdict: "repeated" });
  expect((await claimsFor(won))[0]!.paidAt).not.toBeNull();
  expect(await codeOf(stage.act(won, orderClaim, { claimId: claim!.id, ...head(won) }))).toBe("fees.paid");
  const { pdf } = await invoiceOf(stage.app, actorOf(won, stage.app.site.id), full.orderId, true);
  expect(new TextDecoder("latin1").decode(pdf.subarray(0, 5))).toBe("%PDF-");
  expect(await account("service-fees")).toBe(-claim!.amountFen);
  for (const { id } of await asService(stage, (tx) => tx.select().from(feeRefunds))) await payRefund(stage.worker, id);
  // A bank that is down is asked again; then all of it is the agency's, on its own account.
  const [out] = await payouts();
  expect(out).toMatchObject({
    kind: "service",
    amountFen: claim!.amountFen,
    state: "due",
    orgId: person("agency").orgId,
  });
  await bankFails(t, "down");
  await sendPayout(stage.worker, out!.id);
  expect((await payouts())[0]).toMatchObject({ state: "due", tries: 1 });
  await bankFails(t, "answer-lost");
  await sendPayout(stage.worker, out!.id);
  await bankFails(t, "none");
  await sendPayout(stage.worker, out!.id);
  await sendPayout(stage.worker, out!.id);
  expect((await payouts())[0]).toMatchObject({ state: "done" });
  for (const name of ["collecting", "buyers", "service-fees"]) expect(await account(name), name).toBe(0n);
});

test("R-5.9.1: an award that does not stand any more: the agency owes the fee back, and whoever paid gets it the way it came", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const won = await winner();
  const agency = person("agency");
  await setState("F4");
  expect(await due(FEE_TO_CANCEL)).toBe(true);
  await executeAsService(stage.worker, cancelServiceFee, { lotId });
  expect(await due(FEE_TO_CANCEL)).toBe(false);
  const [back] = (await claimsFor(agency)).filter(({ kind }) => kind === "return");
  expect(back).toMatchObject({ payerOrgId: agency.orgId, ownerOrgId: won.orgId });
  const { orderId, orderNo } = await pay(agency, back!.id);
  const [told] = await box.of(orderNo, 1);
  await take(told!);
  expect(await orderRow(orderId)).toMatchObject({ state: "delivered" });
  // Nobody sold anything: the invoice of the fee ends with its refund, and there is no other one.
  expect(await asService(stage, (tx) => tx.select().from(feeInvoices).where(sql`order_id = ${orderId}`))).toEqual([]);
  const refunds = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`reason = 'cancelled'`));
  expect(refunds).toMatchObject([{ principalFen: back!.amountFen, orgId: won.orgId, state: "due" }]);
  await payRefund(stage.worker, refunds[0]!.id);
  for (const name of ["collecting", "buyers", "service-fees"]) expect(await account(name), name).toBe(0n);
  // A new award is claimed anew; money that is on its way when it ends goes back whole.
  await setState("A3");
  await executeAsService(stage.worker, claimServiceFee, { lotId });
  const [again] = (await claimsFor(won)).filter(({ cancelledAt, kind }) => !cancelledAt && kind === "service");
  await bankTells(t, "never");
  const late = await pay(won, again!.id);
  await setState("F4");
  await executeAsService(stage.worker, cancelServiceFee, { lotId });
  expect(await codeOf(stage.act(won, payClaim, { orderId: late.orderId }))).toBe("fees.cancelled");
  await askBank(stage.worker, late.orderId);
  expect(await orderRow(late.orderId)).toMatchObject({ state: "refunding" });
  const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${late.orderId}`));
  await payRefund(stage.worker, refund!.id);
  for (const name of ["collecting", "buyers", "service-fees"]) expect(await account(name), name).toBe(0n);
});

test("R-5.9.1: money that comes for an order that ran out goes back, also when another order of the claim has taken its place", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const won = await winner();
  await setState("A3");
  await executeAsService(stage.worker, claimServiceFee, { lotId });
  const [claim] = (await claimsFor(won)).filter(({ cancelledAt, kind }) => !cancelledAt && kind === "service");
  const first = await stage.act(won, orderClaim, { claimId: claim!.id, ...head(won) });
  const { payUrl } = await stage.act(won, payClaim, { orderId: first.orderId });
  const { payUntil, orderNo } = await orderRow(first.orderId);
  await stage.setClock(payUntil);
  await askBank(stage.worker, first.orderId);
  expect(await orderRow(first.orderId)).toMatchObject({ state: "expired" });
  await stage.act(won, orderClaim, { claimId: claim!.id, ...head(won) });
  await fetch(payUrl, { method: "POST" });
  const [told] = await box.of(orderNo, 1);
  expect(await take(told!)).toEqual({ verdict: "give-back" });
  expect(await orderRow(first.orderId)).toMatchObject({ state: "refunding" });
  const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${first.orderId}`));
  expect(refund).toMatchObject({ reason: "late", principalFen: claim!.amountFen });
  await payRefund(stage.worker, refund!.id);
  for (const name of ["collecting", "buyers", "service-fees"]) expect(await account(name), name).toBe(0n);
});

test("R-5.9.1: of a second award the agency reads when that award's fee came to it, not the first one's", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const [won, agency] = [await winner(), person("agency")];
  const shown = async () =>
    (await asPerson(stage, agency, (tx) => feesView(tx, actorOf(agency, stage.app.site.id)))).claims.filter(
      ({ kind }) => kind === FEE_KINDS.service,
    );
  const [first] = (await shown()).filter(({ passedOn }) => passedOn);
  expect(first?.state).toBe("cancelled");
  const [claim] = (await claimsFor(won)).filter(({ cancelledAt, kind }) => !cancelledAt && kind === "service");
  const { orderNo } = await pay(won, claim!.id);
  await take((await box.of(orderNo, 1))[0]!);
  const second = async () => (await shown()).find(({ id }) => id === claim!.id);
  // Paid, and still on its way.
  expect(await second()).toMatchObject({ state: "paid", passedOn: "" });
  await stage.setClock(addMinutes(await stage.now(), 5));
  const [out] = (await payouts()).filter(({ state }) => state === "due");
  await sendPayout(stage.worker, out!.id);
  const passedOn = formatInstant((await payouts()).find(({ id }) => id === out!.id)!.doneAt!);
  expect(passedOn).not.toBe(first!.passedOn);
  expect(await second()).toMatchObject({ passedOn });
  expect((await shown()).find(({ id }) => id === first!.id)).toMatchObject({ passedOn: first!.passedOn });
  // For the next test the award ends and comes again.
  await setState("F4");
  await executeAsService(stage.worker, cancelServiceFee, { lotId });
  await setState("A3");
  await executeAsService(stage.worker, claimServiceFee, { lotId });
});

test("R-5.9.1: paid and cancelled in one instant, the money goes back and is not passed on", {
  timeout: 60_000,
}, async () => {
  const won = await winner();
  const [claim] = (await claimsFor(won)).filter(({ cancelledAt, kind }) => !cancelledAt && kind === "service");
  const { orderNo } = await pay(won, claim!.id);
  const [told] = await box.of(orderNo, 1);
  const sent = (await payouts()).length;
  const { db } = t.database.owner;
  const waiting = async () =>
    (
      await db.execute(
        sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length;
  let taken: Promise<unknown> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute(
      sql`update fee_claims set cancelled_at = xb_now(), cancel_reason = '测试' where id = ${claim!.id}`,
    );
    taken = take(told!);
    await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
  });
  expect(await taken).toEqual({ verdict: "give-back" });
  expect((await claimsFor(won)).find(({ id }) => id === claim!.id)).toMatchObject({ paidAt: null });
  expect(await payouts()).toHaveLength(sent);
});

test("R-5.9.1: whether the fees of a lot are settled is asked through those who may know it, never directly", async () => {
  for (const who of [person("agency"), person("operator"), await winner()])
    await expect(asPerson(t.stage, who, (tx) => tx.execute(sql`select xb_fees_settled(${lotId})`))).rejects.toThrow();
});
