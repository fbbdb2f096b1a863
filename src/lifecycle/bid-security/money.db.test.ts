import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, addHours, addMinutes } from "@/core/time";
import type { Statement } from "@/crypto/statement";
import { submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { accountFor, transferTo } from "@/dev/scenarios/securities";
import { executeAsService } from "@/kit/command";
import { ownBids } from "@/lifecycle/bidding/queries";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
import { interestOf } from "@/platform/billing/interest";
import { feeDesk } from "@/platform/billing/queries";
import { letters } from "@/platform/inbox/tables";
import { bankFails, bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { withdraw } from "@/testing/deliver";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openSecurityAccount } from "./commands/account";
import { SECURITIES_TO_WATCH, sendSecurity, watchSecurities } from "./commands/send";
import { SECURITIES_TO_SETTLE, settleSecurities } from "./commands/settle";
import { askAccount, takeTransfer } from "./commands/transfer";
import { heldFen } from "./records";
import { securityAccounts, securityEntries, securityPayments, securityPayouts } from "./tables";

/** One per cent of the estimate, in fen. */
const NEEDED = 5_000_000n;
let t: TestStage;
let box: NoticeBox;
beforeAll(async () => {
  box = await noticeBox();
  t = await testStage();
}, 120_000);
afterAll(async () => {
  await t?.close();
  box?.close();
});
beforeEach(async () => {
  await bankFails(t, "none");
  await bankTells(t, "once");
});

const lot = (name: string) => receivingLot(t.stage, name);
const person = (key: string) => t.stage.person(key);
const accountRow = async (who: Person, lotId: string) =>
  (
    await asService(t.stage, (tx) =>
      tx.select().from(securityAccounts).where(sql`lot_id = ${lotId} and org_id = ${who.orgId}`),
    )
  )[0]!;
const held = (who: Person, lotId: string) => asService(t.stage, (tx) => heldFen(tx, lotId, who.orgId));
const payoutsOf = (who: Person, lotId: string) =>
  asService(t.stage, (tx) => tx.select().from(securityPayouts).where(sql`lot_id = ${lotId} and org_id = ${who.orgId}`));
const ask = async (who: Person, lotId: string) => askAccount(t.stage.worker, (await accountRow(who, lotId)).id);
const settle = (lotId: string, more: object = {}) =>
  executeAsService(t.stage.worker, settleSecurities, { lotId, ...more });
const toSettle = async () =>
  (await asService(t.stage, (tx) => tx.execute<{ lot_id: string }>(SECURITIES_TO_SETTLE))).map((row) => row.lot_id);
const setState = (lotId: string, state: string) =>
  t.database.owner.db.execute(sql`update lots set state = ${state} where id = ${lotId}`);

/** Pays by transfer, told by asking. */
async function pay(who: Person, lotId: string, yuan: string, payer = {}) {
  await transferTo(t.outside.bank, who, await accountFor(t.stage, who, lotId), yuan, payer);
  await ask(who, lotId);
}

async function balances(lotId: string) {
  const rows = await asService(t.stage, (tx) => tx.select().from(securityEntries).where(sql`lot_id = ${lotId}`));
  const of = (account: string) =>
    rows.filter((row) => row.account === account).reduce((sum, { amountFen }) => sum + amountFen, 0n);
  return { custody: of("custody"), deposits: of("deposits"), interest: of("interest") };
}

test("R-5.5.12: the bank learns a pseudonym; its signed notice counts once however often and at once it is told", async () => {
  const { lotId, lotCode } = await lot("保证金到账");
  const jia = person("jia");
  await bankTells(t, "twice");
  const account = await accountFor(t.stage, jia, lotId);
  expect(await accountFor(t.stage, jia, lotId)).toBe(account);
  const { reference } = await accountRow(jia, lotId);
  await transferTo(t.outside.bank, jia, account, "50000");
  const [first, second] = await eventuallyTwo(reference);
  const verdicts = await Promise.all(
    [first, second, first].map((statement) => executeAsService(t.stage.worker, takeTransfer, { statement })),
  );
  expect(verdicts.map((one) => one.verdicts[0]).sort()).toEqual(["held", "repeated", "repeated"]);
  await ask(jia, lotId);
  expect(await held(jia, lotId)).toBe(NEEDED);
  expect(await balances(lotId)).toEqual({ custody: NEEDED, deposits: -NEEDED, interest: 0n });
  // What the bank was told by the platform names neither lot nor bidder, and no sum by which lots could be told apart.
  const page = await (await fetch(t.outside.bank)).text();
  for (const secret of [lotId, lotCode, "保证金到账", jia.creditCode]) expect(page).not.toContain(secret);
  expect(await codeOf(t.stage.act(person("agency"), openSecurityAccount, { lotId }))).toBe("general.forbidden");
});
const eventuallyTwo = async (reference: string): Promise<[Statement, Statement]> => {
  const found = await box.of(reference, 2);
  return [found[0]!, found[1]!];
};

test("R-5.5.12: short is made up, too much and too late go back, another sum under one number is looked at, a forged word is nothing", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lot("保证金不足");
  const [jia, yi] = [person("jia"), person("yi")];
  await pay(jia, lotId, "45000");
  expect(await held(jia, lotId)).toBe(4_500_000n);
  await pay(jia, lotId, "6000.5", { payerName: "另一单位（演示）", payerAccount: "990011" });
  expect(await held(jia, lotId)).toBe(NEEDED);
  const [surplus] = await payoutsOf(jia, lotId);
  expect(surplus).toMatchObject({ reason: "surplus", principalFen: 100_050n, interestFen: 0n, state: "due" });
  await sendSecurity(stage.worker, surplus!.id);
  expect(await payoutsOf(jia, lotId)).toMatchObject([{ state: "done" }]);
  // Told twice with another sum: the first counts, a person looks.
  await bankTells(t, "differs");
  const account = await accountFor(stage, yi, lotId);
  await transferTo(t.outside.bank, yi, account, "50000");
  const { reference } = await accountRow(yi, lotId);
  const words = await eventuallyTwo(reference);
  for (const statement of words) await executeAsService(stage.worker, takeTransfer, { statement });
  expect(await held(yi, lotId)).toBe(NEEDED);
  const desk = () => asPerson(stage, person("operator"), feeDesk);
  expect((await desk()).tasks.map(({ name }) => name)).toContain("保证金到账通知前后不一致");
  for (const secret of [lotId, yi.orgName, reference]) expect(JSON.stringify(await desk())).not.toContain(secret);
  const forged = { ...words[0]!, payload: words[1]!.payload };
  expect(await codeOf(executeAsService(stage.worker, takeTransfer, { statement: forged }))).toBe(
    "billing.notice_forged",
  );
  // After the deadline: whole back, no account any more.
  await bankTells(t, "never");
  const bing = person("bing");
  const late = await accountFor(stage, bing, lotId);
  await stage.setClock(deadline);
  await transferTo(t.outside.bank, bing, late, "50000");
  await ask(bing, lotId);
  expect(await held(bing, lotId)).toBe(0n);
  expect(await payoutsOf(bing, lotId)).toMatchObject([{ reason: "late", principalFen: NEEDED, interestFen: 0n }]);
  expect(await codeOf(stage.act(person("ding"), openSecurityAccount, { lotId }))).toBe("lot.deadline_passed");
});

test("R-5.5.10 CLK-22: a withdrawal dates the refund; who hands in again within a day keeps its security; sent once by two hands at once", async () => {
  const { stage } = t;
  const { lotId } = await lot("撤回退还");
  const jia = person("jia");
  await pay(jia, lotId, "50000");
  await submit(stage, jia, lotId, { priceFen: 480_000_000n });
  const standing = async () =>
    (await asPerson(stage, jia, (tx) => ownBids(tx, actorOf(jia, stage.app.site.id), lotId)))[0]!;
  expect(await toSettle()).not.toContain(lotId);
  await withdraw(stage, jia, lotId, await standing());
  const at = (await standing()).withdrawnAt!;
  expect(await toSettle()).toContain(lotId);
  expect(await Promise.all([settle(lotId), settle(lotId)])).toEqual(expect.arrayContaining([{ owed: 1 }, { owed: 0 }]));
  const [first] = await payoutsOf(jia, lotId);
  expect(first).toMatchObject({ reason: "withdrawn", state: "due", sendAfter: addHours(at, 24) });
  expect(first!.dueAt).toEqual(refundDue(profileOf(stage.app.site.profile), at, "withdrawal"));
  await sendSecurity(stage.worker, first!.id);
  expect((await payoutsOf(jia, lotId))[0]).toMatchObject({ state: "due" });
  await submit(stage, jia, lotId, { priceFen: 470_000_000n });
  expect(await toSettle()).toContain(lotId);
  await settle(lotId);
  expect(await payoutsOf(jia, lotId)).toMatchObject([{ state: "cancelled" }]);
  expect(await held(jia, lotId)).toBe(NEEDED);
  expect(await toSettle()).not.toContain(lotId);
  // Withdrawn for good.
  await withdraw(stage, jia, lotId, await standing());
  await settle(lotId);
  const second = (await payoutsOf(jia, lotId)).find(({ state }) => state === "due")!;
  await stage.setClock(addMinutes(second.sendAfter, 1));
  await bankFails(t, "answer-lost");
  await sendSecurity(stage.worker, second.id);
  await bankFails(t, "none");
  await Promise.all([sendSecurity(stage.worker, second.id), sendSecurity(stage.worker, second.id)]);
  expect((await payoutsOf(jia, lotId)).filter(({ state }) => state === "done")).toHaveLength(1);
  expect(await balances(lotId)).toMatchObject({ deposits: 0n });
  expect(await toSettle()).not.toContain(lotId);
});

test("R-5.9.3 CLK-28: fewer than three, all rejected and termination give principal and dated interest back to the account it came from", async () => {
  const { stage } = t;
  const [jia, yi] = [person("jia"), person("yi")];
  for (const state of ["F1", "F2", "F3", "F4"]) {
    const { lotId } = await lot(`退还${state}`);
    await pay(jia, lotId, "50000");
    await pay(yi, lotId, "50000", { payerName: "代付单位（演示）", payerAccount: "990022" });
    const [{ paidAt }] = (await asService(stage, (tx) =>
      tx.select().from(securityPayments).where(sql`lot_id = ${lotId} and org_id = ${jia.orgId}`),
    )) as [typeof securityPayments.$inferSelect];
    await stage.setClock(addDays(await stage.now(), 40));
    await setState(lotId, state);
    expect(await toSettle()).toContain(lotId);
    expect(await settle(lotId)).toEqual({ owed: 2 });
    const now = await stage.now();
    for (const who of [jia, yi]) {
      const [payout] = await payoutsOf(who, lotId);
      expect(payout!.dueAt).toEqual(refundDue(profileOf(stage.app.site.profile), now, "termination"));
      await sendSecurity(stage.worker, payout!.id);
    }
    const interest = interestOf(NEEDED, paidAt, now);
    expect(interest).toBeGreaterThan(0n);
    expect(await balances(lotId)).toEqual({ custody: -2n * interest, deposits: 0n, interest: 2n * interest });
    expect(await toSettle()).not.toContain(lotId);
    const told = await asService(stage, (tx) => tx.select().from(letters).where(sql`lot_id = ${lotId}`));
    const kinds = told.filter(({ kind }) => kind.startsWith("security")).map(({ orgId, kind }) => [orgId, kind]);
    expect(new Set(kinds.map(([orgId]) => orgId))).toEqual(new Set([jia.orgId, yi.orgId]));
  }
  const outs = await (await fetch(t.outside.bank)).text();
  expect(outs).toContain("代付单位（演示）");
}, 90_000);

test("CLK-23: the contract gives everything back within five days; a refund that the bank does not make alarms, and closes by itself", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lot("合同退还");
  const three = ["jia", "yi", "bing"].map(person);
  for (const who of three) {
    await pay(who, lotId, "50000");
    await submit(stage, who, lotId, { priceFen: 480_000_000n });
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  expect(await settle(lotId)).toEqual({ owed: 0 });
  await setState(lotId, "C1");
  const contractAt = addDays(deadline, 30);
  await stage.setClock(contractAt);
  expect(await settle(lotId, { contractAt: contractAt.toISOString() })).toEqual({ owed: 3 });
  const payouts = (await Promise.all(three.map((who) => payoutsOf(who, lotId)))).flat();
  for (const { dueAt, reason } of payouts) {
    expect(reason).toBe("contract");
    expect(dueAt).toEqual(refundDue(profileOf(stage.app.site.profile), contractAt, "contract"));
  }
  await bankFails(t, "down");
  await sendSecurity(stage.worker, payouts[0]!.id);
  expect((await payoutsOf(three[0]!, lotId))[0]).toMatchObject({ state: "due", tries: 1 });
  const watch = () => executeAsService(stage.worker, watchSecurities, {});
  const due = async () =>
    (await asService(stage, (tx) => tx.execute<{ due: boolean }>(sql`select ${SECURITIES_TO_WATCH} as due`)))[0]!.due;
  await watch();
  await stage.setClock(addMinutes(payouts[0]!.dueAt, 1));
  expect(await due()).toBe(true);
  await watch();
  const open = async () =>
    (await asPerson(stage, person("operator"), feeDesk)).tasks
      .filter(({ name, closed }) => name === "保证金退还未办成" && !closed)
      .map(({ reference }) => reference);
  expect((await open()).sort()).toEqual(expect.arrayContaining(payouts.map(({ number }) => number)));
  await bankFails(t, "none");
  for (const { id } of payouts) await sendSecurity(stage.worker, id);
  await watch();
  for (const { number } of payouts) expect(await open()).not.toContain(number);
  expect((await balances(lotId)).deposits).toBe(0n);
}, 60_000);

test("R-5.9.2: nobody writes the ledger, a payout or a payment but the platform's worker, and not even the worker anything but credit, refund and forfeit", async () => {
  const { stage } = t;
  const { lotId } = await lot("专户");
  const jia = person("jia");
  await pay(jia, lotId, "50000");
  const [payment] = await asService(stage, (tx) => tx.select().from(securityPayments).where(sql`lot_id = ${lotId}`));
  const { id: paymentId, siteId, orgId } = payment!;
  const now = await stage.now();
  const entry = { siteId, lotId, orgId, paymentId, posting: randomUUID(), at: now };
  const payout = {
    siteId,
    lotId,
    orgId,
    paymentId,
    kind: "refund",
    number: randomUUID(),
    reason: "void",
    principalFen: NEEDED,
    interestFen: 0n,
    createdAt: now,
    dueAt: now,
    sendAfter: now,
  };
  // People, the operator among them.
  for (const key of ["operator", "tenderer", "agency", "jia", "supervisor"]) {
    const as = person(key);
    for (const write of [
      (tx: never) =>
        (tx as TestTx).insert(securityEntries).values({ ...entry, kind: "refund", account: "custody", amountFen: 0n }),
      (tx: never) => (tx as TestTx).insert(securityPayouts).values(payout),
      (tx: never) => (tx as TestTx).execute(sql`update security_payouts set payee_account = '1'`),
      (tx: never) => (tx as TestTx).execute(sql`update security_payments set paid_fen = 1`),
      (tx: never) => (tx as TestTx).execute(sql`update security_accounts set account = '1'`),
    ]) {
      await expect(
        asPerson(stage, as, (tx) => write(tx as never) as Promise<unknown>),
        key,
      ).rejects.toThrow();
    }
    expect(await asPerson(stage, as, (tx) => tx.select().from(securityEntries)), key).toEqual([]);
  }
  await expect(t.database.as.xb_operator.db.execute(sql`select count(*) from security_payments`)).rejects.toThrow();
  // The worker itself.
  const wrong = [
    [{ kind: "transfer", account: "custody", amountFen: 0n }],
    [
      { kind: "refund", account: "deposits", amountFen: NEEDED },
      { kind: "refund", account: "custody", amountFen: -NEEDED },
    ],
    [
      { kind: "credit", account: "custody", amountFen: NEEDED },
      { kind: "credit", account: "deposits", amountFen: -NEEDED },
    ],
    [
      { kind: "forfeit", account: "operator", amountFen: NEEDED },
      { kind: "forfeit", account: "custody", amountFen: -NEEDED },
    ],
  ];
  for (const rows of wrong)
    await expect(
      asService(stage, (tx) => tx.insert(securityEntries).values(rows.map((row) => ({ ...entry, ...row })))),
      JSON.stringify(rows.map(({ kind }) => kind)),
    ).rejects.toMatchObject({ code: "23514" });
  for (const set of [
    { kind: "transfer" },
    { payeeAccount: "123" },
    { principalFen: NEEDED + 1n },
    { kind: "forfeit", payeeAccount: "123" },
    { kind: "forfeit", keepingId: randomUUID() },
  ])
    await expect(
      asService(stage, (tx) => tx.insert(securityPayouts).values({ ...payout, ...set })),
      JSON.stringify(Object.keys(set)),
    ).rejects.toMatchObject({ cause: { code: "55006" } });
  await expect(asService(stage, (tx) => tx.execute(sql`delete from security_entries`))).rejects.toThrow();
  expect(await balances(lotId)).toEqual({ custody: NEEDED, deposits: -NEEDED, interest: 0n });
});
type TestTx = Parameters<Parameters<typeof asService>[1]>[0];
