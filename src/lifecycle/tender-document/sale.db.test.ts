import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, addMinutes, formatDate } from "@/core/time";
import { type Statement, signStatement } from "@/crypto/statement";
import { buy, obtain, order } from "@/dev/scenarios/bidding";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot } from "@/dev/scenarios/tendering";
import { executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
import { publishView } from "@/lifecycle/notice/queries";
import {
  announceWithdrawal,
  withdrawalDigest,
  withdrawalToPublish,
  withdrawNotice,
} from "@/lifecycle/notice/withdrawal";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { daysToReconcile, reconcileWithBank } from "@/platform/billing/commands/reconcile";
import { closeFeeTask, retryFeeTask } from "@/platform/billing/commands/tasks";
import { FEES_TO_WATCH, PATIENCE_QUESTIONS, subjectOfTask, watchFees } from "@/platform/billing/commands/watch";
import { interestOf } from "@/platform/billing/interest";
import { feeDesk, invoiceOf } from "@/platform/billing/queries";
import { feeEntries, feeInvoices, feeOrders, feePayments, feeRefunds } from "@/platform/billing/tables";
import { letters } from "@/platform/inbox/tables";
import { organisationOfCode } from "@/platform/party/queries";
import { bankFails, bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { obtainDocument, saveTenderDocument } from "./commands/document";
import { recordDownload } from "./commands/download";
import { placeOrder, startPayment } from "./commands/order";
import { askBank, takePayment } from "./commands/payment";
import { payRefund, refundLot } from "./commands/refund";
import { orderView } from "./order-view";
import { documentInForce, draftOf, hasObtained } from "./queries";
import { documentDownloads } from "./tables";

const PRICE = 30_000n;
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

const sold = (name: string) => receivingLot(t.stage, name, { documentFeeFen: PRICE });
const rowOf = async (orderId: string) =>
  (await asService(t.stage, (tx) => tx.select().from(feeOrders).where(sql`id = ${orderId}`)))[0]!;
const holds = (who: Person, lotId: string) =>
  asPerson(t.stage, who, (tx) => hasObtained(tx, actorOf(who, t.stage.app.site.id), lotId));
const pay = (payUrl: string) => fetch(payUrl, { method: "POST" }).catch(() => undefined);
const take = (statement: Statement) => executeAsService(t.stage.worker, takePayment, { statement });
const head = ({ orgName, creditCode }: Person) => ({ invoiceTitle: orgName, invoiceTaxNumber: creditCode });

/** Sum of every posting and of the whole ledger; the platform has no account in it. */
async function expectBalanced() {
  const rows = await asService(t.stage, (tx) => tx.select().from(feeEntries));
  const sums = new Map<string, bigint>();
  for (const { posting, amountFen } of rows) sums.set(posting, (sums.get(posting) ?? 0n) + amountFen);
  expect([...sums.values()].filter((sum) => sum !== 0n)).toEqual([]);
  const operator = await asService(t.stage, (tx) => organisationOfCode(tx, t.stage.app.site.operatorCreditCode));
  expect(rows.filter(({ payeeOrgId }) => payeeOrgId === operator!.id)).toEqual([]);
  expect(new Set(rows.map(({ account }) => account))).not.toContain("platform");
}

/** Balance of an account over one order. */
async function balance(orderId: string, account: string): Promise<bigint> {
  const rows = await asService(t.stage, (tx) => tx.select().from(feeEntries).where(sql`order_id = ${orderId}`));
  return rows.filter((row) => row.account === account).reduce((sum, { amountFen }) => sum + amountFen, 0n);
}

test("R-5.4.3 R-S.2b: ordered, paid, told by the bank, delivered with an invoice; told twice it counts once", async () => {
  const { stage } = t;
  const { lotId } = await sold("有偿发售");
  const jia = stage.person("jia");
  expect(await codeOf(stage.act(jia, obtainDocument, { lotId }))).toBe("billing.must_be_paid");
  await bankTells(t, "twice");
  const { orderId, payUrl } = await order(stage, jia, lotId);
  await pay(payUrl);
  const { orderNo } = await rowOf(orderId);
  const [first, second] = await box.of(orderNo, 2);
  expect(await take(first!)).toEqual({ verdict: "deliver" });
  expect(await take(second!)).toEqual({ verdict: "repeated" });
  expect(await rowOf(orderId)).toMatchObject({ state: "delivered", paidFen: PRICE });
  expect(await holds(jia, lotId)).toBe(true);
  const payments = await asService(stage, (tx) => tx.select().from(feePayments).where(sql`order_id = ${orderId}`));
  expect(payments.map(({ verdict }) => verdict)).toEqual(["counted"]);
  const [invoice] = await asPerson(stage, jia, (tx) => tx.select().from(feeInvoices));
  expect(invoice).toMatchObject({
    title: jia.orgName,
    taxNumber: jia.creditCode,
    sellerName: stage.person("agency").orgName,
    amountFen: PRICE,
  });
  const { pdf } = await invoiceOf(stage.app, actorOf(jia, stage.app.site.id), orderId, true);
  expect(new TextDecoder("latin1").decode(pdf.subarray(0, 5))).toBe("%PDF-");
  // All of it is the payee's.
  expect(await balance(orderId, "document-fees")).toBe(-PRICE);
  expect(await balance(orderId, "collecting")).toBe(PRICE);
  expect(await balance(orderId, "buyers")).toBe(0n);
  await expectBalanced();
});

test("R-5.4.3: a fee above the profile's cap, or without an account, cannot be published; what is no price cannot be saved", async () => {
  const { stage } = t;
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  const { lotId } = await draftLot(stage, {
    name: "售价过高（演示）",
    content: "建筑面积 900 平方米",
    estimateFen: 500_000_000n,
    documentFeeFen: PRICE + 1n,
  });
  const feeRow = async () =>
    (
      await inContext(stage.app.db, actor, async (tx) =>
        publishView(tx, actor, stage.app.site, lotId, await stage.now()),
      )
    ).rows.find(({ id }) => id === "R-5.4.3");
  expect(await feeRow()).toMatchObject({ verdict: "fail", value: "¥300.01", fix: expect.stringContaining("¥300.00") });
  const draft = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  const save = (sale: Record<string, string>) =>
    stage.act(agency, saveTenderDocument, {
      lotId,
      fileIds: draft.fileIds,
      content: { ...draft.content, sale: { ...draft.content.sale!, ...sale } } as typeof draft.content,
    });
  for (const priceFen of ["0.1", "-1", "", "三百"]) {
    expect(await codeOf(save({ priceFen })), priceFen).toBe("general.invalid_input");
  }
  await save({ priceFen: String(PRICE), account: "" });
  expect(await feeRow()).toMatchObject({ verdict: "fail", fix: expect.stringContaining("账号") });
  await save({ priceFen: String(PRICE), account: "5200 0000" });
  expect(await feeRow()).toMatchObject({ verdict: "pass" });
});

test("R-O.20: a registered bidder downloads with no approval by anybody: free at once, at cost when the bank has said so", async () => {
  const { stage } = t;
  const yi = stage.person("yi");
  const free = await receivingLot(stage, "免费获取");
  const priced = await sold("付费获取");
  for (const { lotId } of [free, priced]) {
    const begun = await stage.now();
    await obtain(stage, yi, lotId);
    const { fileIds } = await asPerson(stage, yi, (tx) => documentInForce(tx, lotId));
    await stage.act(yi, recordDownload, { fileId: fileIds[0]!, fromByte: 0 });
    expect((await stage.now()).getTime() - begun.getTime()).toBeLessThan(5 * 60_000);
    // Nobody but the bidder, the bank and the platform itself acted.
    const lines = await asService(stage, (tx) =>
      tx.execute<{ role: string }>(sql`select distinct role from trail_lines where chain = ${`holders:${lotId}`}`),
    );
    expect(lines.map(({ role }) => role).filter((role) => role !== "bidder" && role !== "platform")).toEqual([]);
  }
});

test("R-5.4.4: every download is on record with time, address, version and place, for its bidder alone", async () => {
  const { stage } = t;
  const { lotId } = await sold("下载记录");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  await buy(stage, jia, lotId);
  const { fileIds } = await asPerson(stage, jia, (tx) => documentInForce(tx, lotId));
  const [fileId] = fileIds;
  await stage.act(jia, recordDownload, { fileId: fileId!, fromByte: 0 });
  await stage.act(jia, recordDownload, { fileId: fileId!, fromByte: 512 });
  expect(await codeOf(stage.act(yi, recordDownload, { fileId: fileId!, fromByte: 0 }))).toBe("general.not_found");
  // That the same file is issued with another lot, which somebody else holds, changes nothing for either.
  const { lotId: other } = await sold("同一文件");
  await t.database.owner.db.execute(
    sql`update tender_documents set file_ids = ${JSON.stringify(fileIds)}::jsonb where lot_id = ${other}`,
  );
  await buy(stage, yi, other);
  await stage.act(yi, recordDownload, { fileId: fileId!, fromByte: 0 });
  const theirs = await asPerson(stage, yi, (tx) =>
    tx.select().from(documentDownloads).where(eq(documentDownloads.fileId, fileId!)),
  );
  expect(theirs).toMatchObject([{ lotId: other }]);
  const view = await asPerson(stage, jia, (tx) => orderView(tx, actorOf(jia, stage.app.site.id), lotId));
  expect(view.downloads).toMatchObject([
    { file: expect.stringContaining("招标文件.pdf"), version: 1, address: "127.0.0.1" },
    { file: expect.stringContaining("招标文件.pdf"), version: 1, address: "127.0.0.1" },
  ]);
  for (const key of ["ji", "agency", "tenderer", "supervisor", "operator"])
    expect(await asPerson(stage, stage.person(key), (tx) => tx.select().from(documentDownloads)), key).toEqual([]);
});

test("R-O.18 CLK-01: before the printed start nothing is sold, from it on it is, and after the end no money is taken", async () => {
  const { stage } = t;
  const { lotId } = await sold("发售时间");
  const { saleStart, saleEnd } = await stage.lot(lotId);
  expect(saleEnd!.getTime() - saleStart!.getTime()).toBeGreaterThanOrEqual(5 * 86_400_000);
  const [bing, ding] = [stage.person("bing"), stage.person("ding")];
  await stage.setClock(addMinutes(saleStart!, -1));
  expect(await codeOf(stage.act(bing, placeOrder, { lotId, ...head(bing) }))).toBe("lot.sale_not_begun");
  await stage.setClock(saleStart!);
  expect(await holds(bing, lotId)).toBe(false);
  await buy(stage, bing, lotId);
  expect(await holds(bing, lotId)).toBe(true);
  // Ordered in time, and gone to the bank too late: nothing is begun.
  const { orderId } = await stage.act(ding, placeOrder, { lotId, ...head(ding) });
  await stage.setClock(saleEnd!);
  expect(await codeOf(stage.act(ding, startPayment, { orderId }))).toBe("lot.sale_ended");
  expect(await codeOf(stage.act(ding, placeOrder, { lotId, ...head(ding) }))).toBe("lot.sale_ended");
  await askBank(stage.worker, orderId);
  expect(await rowOf(orderId)).toMatchObject({ state: "expired" });
  expect(await codeOf(stage.act(ding, startPayment, { orderId }))).toBe("billing.order_closed");
});

test("a second notice with another amount is refused: a line in the trail, and a task that names nobody", async () => {
  const { stage } = t;
  const { lotId, lotCode } = await sold("矛盾通知");
  const jia = stage.person("jia");
  await bankTells(t, "differs");
  const { orderId, payUrl } = await order(stage, jia, lotId);
  await pay(payUrl);
  const { orderNo } = await rowOf(orderId);
  const [first, second] = await box.of(orderNo, 2);
  await take(first!);
  expect(await take(second!)).toEqual({ verdict: "contradicted" });
  expect(await rowOf(orderId)).toMatchObject({ state: "delivered", paidFen: PRICE });
  const [line] = await asService(stage, (tx) =>
    tx.execute<{ facts: { task: string } }>(
      sql`select facts from trail_lines where lot_id = ${lotId} and action = 'payment.contradicted'`,
    ),
  );
  const operator = await asService(stage, (tx) => organisationOfCode(tx, stage.app.site.operatorCreditCode));
  const tasks = await asService(stage, (tx) =>
    tx.select().from(letters).where(sql`org_id = ${operator!.id} and kind = 'operator-task'`),
  );
  const task = tasks.find(({ subject }) => subject.includes(line!.facts.task))!;
  for (const secret of [lotId, lotCode, "矛盾通知", jia.orgName, jia.orgId, orderNo])
    expect(JSON.stringify(task)).not.toContain(secret);
  await expectBalanced();
});

test("forged notices: altered, signed by somebody else with a valid certificate, of no order", async () => {
  const { stage } = t;
  const { lotId } = await sold("伪造通知");
  const yi = stage.person("yi");
  const { orderId, payUrl } = await order(stage, yi, lotId);
  const { orderNo } = await rowOf(orderId);
  const claim = {
    format: "xb-bank-notice/1",
    merchant: stage.app.site.platformCode,
    orderNo,
    transaction: "B0000",
    paidFen: String(PRICE),
    paidAt: (await stage.now()).toISOString(),
  };
  expect(await codeOf(take(await signStatement(claim, yi.signer)))).toBe("billing.notice_forged");
  const platform = stage.app.ports.platformKeys.signerOf(stage.app.site.platformCode);
  expect(await codeOf(take(await signStatement(claim, platform)))).toBe("billing.notice_forged");
  await pay(payUrl);
  const [true_] = await box.of(orderNo, 1);
  const altered = { ...true_!, payload: (await signStatement({ ...claim, paidFen: "1" }, yi.signer)).payload };
  expect(await codeOf(take(altered))).toBe("billing.notice_forged");
  expect(await rowOf(orderId)).toMatchObject({ state: "paying", paidFen: null });
  expect(await take(true_!)).toEqual({ verdict: "deliver" });
});

test("too little is not delivered and goes back; too much is delivered and the surplus goes back", async () => {
  const { stage } = t;
  const { lotId } = await sold("金额不符");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  await bankTells(t, "short");
  const short = await order(stage, jia, lotId);
  await pay(short.payUrl);
  await askBank(stage.worker, short.orderId);
  expect(await rowOf(short.orderId)).toMatchObject({ state: "refunding", paidFen: 27_000n });
  expect(await holds(jia, lotId)).toBe(false);
  const refundsOf = (orderId: string) =>
    asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${orderId}`));
  const [owed] = await refundsOf(short.orderId);
  expect(owed).toMatchObject({ reason: "short", principalFen: 27_000n, state: "due" });
  // The bank does what it is asked and its answer is lost: asked again it sends nothing twice.
  await bankFails(t, "answer-lost");
  await payRefund(stage.worker, owed!.id);
  expect((await refundsOf(short.orderId))[0]).toMatchObject({ state: "due", tries: 1 });
  await bankFails(t, "none");
  await payRefund(stage.worker, owed!.id);
  await payRefund(stage.worker, owed!.id);
  expect((await refundsOf(short.orderId))[0]).toMatchObject({ state: "done" });
  expect(await rowOf(short.orderId)).toMatchObject({ state: "refunded" });
  expect(await balance(short.orderId, "collecting")).toBe(0n);
  // It may buy again.
  await bankTells(t, "once");
  await buy(stage, jia, lotId);
  expect(await holds(jia, lotId)).toBe(true);

  await bankTells(t, "over");
  const over = await order(stage, yi, lotId);
  await pay(over.payUrl);
  await askBank(stage.worker, over.orderId);
  expect(await holds(yi, lotId)).toBe(true);
  const [surplus] = await refundsOf(over.orderId);
  expect(surplus).toMatchObject({ reason: "surplus", principalFen: 10_000n });
  await payRefund(stage.worker, surplus!.id);
  expect(await rowOf(over.orderId)).toMatchObject({ state: "delivered" });
  expect(await balance(over.orderId, "collecting")).toBe(PRICE);
  expect(await balance(over.orderId, "buyers")).toBe(0n);
  await expectBalanced();
});

test("payment unknown: nobody is sent to pay twice, and the bank is asked until it is known; in time is the bank's instant", async () => {
  const { stage } = t;
  const { lotId } = await sold("付款未知");
  const { saleEnd } = await stage.lot(lotId);
  const [jia, yi, bing] = ["jia", "yi", "bing"].map((key) => stage.person(key));
  await bankTells(t, "never");
  const { orderId, payUrl } = await order(stage, jia!, lotId);
  expect(await codeOf(stage.act(jia!, startPayment, { orderId }))).toBe("billing.wait_for_bank");
  await bankFails(t, "down");
  await askBank(stage.worker, orderId);
  expect(await rowOf(orderId)).toMatchObject({ state: "paying", asked: 1, saidOpenAt: null });
  expect(await codeOf(stage.act(jia!, startPayment, { orderId }))).toBe("billing.wait_for_bank");
  await bankFails(t, "wrong");
  await askBank(stage.worker, orderId);
  expect(await rowOf(orderId)).toMatchObject({ state: "paying", saidOpenAt: null });
  // The bank says that nothing is paid: the same order can be paid, and no second one exists.
  await bankFails(t, "none");
  await askBank(stage.worker, orderId);
  const again = await stage.act(jia!, placeOrder, { lotId, ...head(jia!) });
  expect(again.orderId).toBe(orderId);
  expect(await stage.act(jia!, startPayment, { orderId })).toEqual({ payUrl });
  await stage.setClock(addMinutes(saleEnd!, -1));
  await pay(payUrl);
  // Known only after the sale has ended, and after the bank was down: paid in time, so delivered.
  const late = await order(stage, yi!, lotId);
  await stage.setClock(addDays(saleEnd!, 1));
  await askBank(stage.worker, orderId);
  expect(await rowOf(orderId)).toMatchObject({ state: "delivered" });
  expect(await holds(jia!, lotId)).toBe(true);
  // Paid after the end: goes back.
  await pay(late.payUrl);
  await askBank(stage.worker, late.orderId);
  expect(await rowOf(late.orderId)).toMatchObject({ state: "refunding" });
  expect(await holds(yi!, lotId)).toBe(false);
  expect(await holds(bing!, lotId)).toBe(false);
  await expectBalanced();
});

test("another organisation's order does not exist; the bank down makes no order; two tabs make one", async () => {
  const { stage } = t;
  const { lotId } = await sold("两个窗口");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  await bankFails(t, "down");
  expect(await codeOf(stage.act(jia, placeOrder, { lotId, ...head(jia) }))).toBe("billing.bank_unreachable");
  await bankFails(t, "none");
  const both = await Promise.all([1, 2].map(() => stage.act(jia, placeOrder, { lotId, ...head(jia) })));
  expect(both[0]!.orderId).toBe(both[1]!.orderId);
  expect(await codeOf(stage.act(yi, startPayment, { orderId: both[0]!.orderId }))).toBe("general.not_found");
  expect(await codeOf(stage.act(yi, startPayment, { orderId: randomUUID() }))).toBe("general.not_found");
  const bad = { ...head(yi), invoiceTaxNumber: "123" };
  expect(await codeOf(stage.act(yi, placeOrder, { lotId, ...bad }))).toBe("general.invalid_input");
  const free = await receivingLot(stage, "免费不付款");
  expect(await codeOf(stage.act(yi, placeOrder, { lotId: free.lotId, ...head(yi) }))).toBe("billing.document_free");
});

test("fees of a failed or void lot go back by the profile, of a terminated one always and with interest; nothing is left in the accounts", async () => {
  const { stage } = t;
  const [failed, terminated, void_] = [await sold("流标退费"), await sold("终止退费"), await sold("无效退费")];
  const jia = stage.person("jia");
  const orders: string[] = [];
  for (const { lotId } of [failed, terminated, void_]) orders.push(await buy(stage, jia, lotId));
  const strict = { ...stage.worker, site: { ...stage.worker.site, profile: "national" } };
  expect(await codeOf(executeAsService(stage.worker, refundLot, { lotId: failed.lotId }))).toBe("lot.no_such_move");
  await stage.setClock(addDays(await stage.now(), 20));
  for (const [{ lotId }, state] of [
    [failed, "F1"],
    [terminated, "F3"],
    [void_, "F4"],
  ] as const) {
    await asService(stage, (tx) => tx.execute(sql`update lots set state = ${state} where id = ${lotId}`));
    // A profile that gives nothing back on a failure.
    if (state !== "F3") expect(await codeOf(executeAsService(strict, refundLot, { lotId }))).toBe("lot.no_such_move");
    expect(await executeAsService(stage.worker, refundLot, { lotId })).toEqual({ owed: 1 });
    expect(await executeAsService(stage.worker, refundLot, { lotId })).toEqual({ owed: 0 });
  }
  for (const [i, orderId] of orders.entries()) {
    const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${orderId}`));
    // 300 yuan for 20 days at five hundredths of a per cent a year: eight tenths of a fen.
    expect(refund).toMatchObject({ principalFen: PRICE, interestFen: i === 1 ? 1n : 0n });
    await payRefund(stage.worker, refund!.id);
    expect(await rowOf(orderId)).toMatchObject({ state: "refunded" });
    expect(await balance(orderId, "document-fees")).toBe(0n);
    expect(await balance(orderId, "collecting")).toBe(i === 1 ? -1n : 0n);
    const [invoice] = await asService(stage, (tx) => tx.select().from(feeInvoices).where(sql`order_id = ${orderId}`));
    expect(invoice!.cancelledAt).not.toBeNull();
  }
  await expectBalanced();
});

test("R-5.11.2: a termination is told to everybody who holds the document, and every fee is owed back with interest by the law's date", async () => {
  const { stage } = t;
  const { lotId } = await sold("终止招标");
  const [jia, yi, bing] = ["jia", "yi", "bing"].map((key) => stage.person(key)) as [Person, Person, Person];
  const orders = [await buy(stage, jia, lotId), await buy(stage, yi, lotId)];
  await stage.setClock(addDays(await stage.now(), 10));
  const tenderer = stage.person("tenderer");
  const lot = await stage.lot(lotId);
  const body = { lotId, reason: "项目用地因山体滑坡灭失，工程不再实施。", isForceMajeure: true };
  const digest = await asPerson(stage, tenderer, async (tx) =>
    withdrawalDigest((await withdrawalToPublish(tx, lot, await tenderProjectOf(tx, lot.tenderProjectId), body)).hash),
  );
  const statement = await signActAs(tenderer, stage.app, { act: "notice.withdraw", subject: lot.code, digest });
  await stage.act(tenderer, withdrawNotice, { ...body, statement });
  // The worker's two pieces of work, found by its sweep.
  await stage.serve(announceWithdrawal, { lotId });
  expect(await executeAsService(stage.worker, refundLot, { lotId })).toEqual({ owed: 2 });
  const lettersOf = async (who: Person) =>
    (await asPerson(stage, who, (tx) => tx.select().from(letters).where(sql`lot_id = ${lotId}`))).map(
      ({ kind }) => kind,
    );
  for (const holder of [jia, yi])
    expect((await lettersOf(holder)).filter((kind) => kind !== "fee-paid").sort()).toEqual(["fee-refund", "withdrawn"]);
  expect(await lettersOf(bing)).toEqual([]);
  const now = await stage.now();
  for (const orderId of orders) {
    const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${orderId}`));
    expect(refund).toMatchObject({ reason: "terminated", principalFen: PRICE, state: "due" });
    const { paidAt } = await rowOf(orderId);
    expect(refund!.interestFen).toBe(interestOf(PRICE, paidAt!, now));
    expect(refund!.dueAt).toEqual(refundDue(profileOf(stage.app.site.profile), now, "termination"));
    await payRefund(stage.worker, refund!.id);
    expect(await rowOf(orderId)).toMatchObject({ state: "refunded" });
  }
  await expectBalanced();
});

test("a posting that does not sum to zero is not committed, and no entry is changed or deleted", async () => {
  const { stage } = t;
  const { lotId } = await sold("分录");
  const orderId = await buy(stage, stage.person("jia"), lotId);
  const row = await rowOf(orderId);
  const half = {
    siteId: row.siteId,
    orgId: row.orgId,
    orderId,
    posting: randomUUID(),
    account: "collecting",
    payeeOrgId: row.payeeOrgId,
    amountFen: 1n,
    at: row.createdAt,
  };
  await expect(asService(stage, (tx) => tx.insert(feeEntries).values(half))).rejects.toMatchObject({
    code: "23514",
  });
  for (const change of ["update fee_entries set amount_fen = 0", "delete from fee_entries"])
    await expect(
      asService(stage, (tx) => tx.execute(sql.raw(change))),
      change,
    ).rejects.toThrow();
  await expectBalanced();
});

/** What the operator sees, and what is behind it. */
const deskOf = () => asPerson(t.stage, t.stage.person("operator"), feeDesk);
const openTasks = async () => (await deskOf()).tasks.filter(({ closed }) => !closed);

test("the bank's signed file of a day agrees with the ledger, or each difference is a task; no file moves money", async () => {
  const { stage } = t;
  // Days of their own: what other tests paid is not in them.
  await stage.setClock(addDays(await stage.now(), 1));
  const { lotId, lotCode } = await sold("对账");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  const day = formatDate(await stage.now());
  const reconcile = (of: string) => reconcileWithBank(stage.worker, of);
  await buy(stage, jia, lotId);
  await bankTells(t, "short");
  const short = await order(stage, yi, lotId);
  await pay(short.payUrl);
  await askBank(stage.worker, short.orderId);
  const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${short.orderId}`));
  await payRefund(stage.worker, refund!.id);
  // A day that is not over has no file.
  expect(await codeOf(reconcile(day))).toBe("billing.notice_forged");
  await stage.setClock(addDays(await stage.now(), 1));
  await bankFails(t, "down");
  await expect(reconcile(day)).rejects.toThrow("no statement");
  await bankFails(t, "none");
  const before = (await openTasks()).length;
  const { id: siteId } = stage.worker.site;
  const due = () => asService(stage, (tx) => daysToReconcile(tx, siteId));
  expect(await due()).toContain(day);
  await reconcile(day);
  expect(await due()).not.toContain(day);
  expect((await deskOf()).days[0]).toMatchObject({ day, agrees: true });
  expect(await openTasks()).toHaveLength(before);

  // The next day the bank's book is wrong by a fen, and a payment is there that nobody told of.
  const next = formatDate(await stage.now());
  const bing = stage.person("bing");
  const ding = stage.person("ding");
  await bankTells(t, "once");
  const boughtBy = await buy(stage, bing, lotId);
  await bankTells(t, "never");
  const untold = await order(stage, ding, lotId);
  await pay(untold.payUrl);
  await stage.setClock(addDays(await stage.now(), 1));
  await bankFails(t, "wrong");
  await reconcile(next);
  await bankFails(t, "none");
  await reconcile(next);
  const view = await deskOf();
  expect(view.days[0]).toMatchObject({ day: next, agrees: false });
  const tasks = (await openTasks()).filter(({ name }) => name === "日终对账不一致");
  const transaction = (await rowOf(boughtBy)).transaction;
  expect(tasks).toHaveLength(2);
  expect(tasks.map(({ reference }) => reference)).toContain(transaction);
  expect(await rowOf(boughtBy)).toMatchObject({ state: "delivered", paidFen: PRICE });
  // The one that only the bank knew is asked about and delivered.
  await askBank(stage.worker, untold.orderId);
  expect(await rowOf(untold.orderId)).toMatchObject({ state: "delivered" });
  // Nothing the operator reads names lot, buyer, order or amount; what a task is about is not its to read.
  const { orderNo } = await rowOf(boughtBy);
  for (const secret of [
    lotId,
    lotCode,
    "对账（演示）",
    bing.orgName,
    bing.creditCode,
    orderNo,
    boughtBy,
    "30000",
    "300.00",
  ])
    expect(JSON.stringify(view)).not.toContain(secret);
  for (const column of ["subject_id", "detail"])
    await expect(
      asPerson(stage, stage.person("operator"), (tx) => tx.execute(sql.raw(`select ${column} from fee_tasks`))),
    ).rejects.toMatchObject({ cause: { code: "42501" } });
  for (const key of ["agency", "tenderer", "supervisor", "jia"])
    expect((await asPerson(stage, stage.person(key), feeDesk)).tasks, key).toEqual([]);
  // A person writes down what was found; once.
  const close = (note: string) => stage.act(stage.person("operator"), closeFeeTask, { taskId: tasks[0]!.id, note });
  expect(await codeOf(close("已核对"))).toBe("general.invalid_input");
  expect(await codeOf(stage.act(stage.person("operator"), retryFeeTask, { taskId: tasks[0]!.id }))).toBe(
    "billing.task_closes_by_hand",
  );
  await close("银行确认其对账单多记一分，次日更正。");
  expect(await codeOf(close("银行确认其对账单多记一分，次日更正。"))).toBe("billing.task_closed");
  expect(
    await codeOf(
      stage.act(stage.person("agency"), closeFeeTask, { taskId: tasks[1]!.id, note: "代理机构不能办结这一事项" }),
    ),
  ).toBe("general.forbidden");
  await expectBalanced();
});

test("a payment or refund that the bank leaves open is a task, is asked about again on demand, and ends by itself", async () => {
  const { stage } = t;
  const { lotId } = await sold("久无答复");
  const jia = stage.person("jia");
  const operator = stage.person("operator");
  const watch = () => executeAsService(stage.worker, watchFees, {});
  const due = async () =>
    (await asService(stage, (tx) => tx.execute<{ due: boolean }>(sql`select ${FEES_TO_WATCH} as due`)))[0]!.due;
  const named = async (name: string) => (await openTasks()).filter((task) => task.name === name);
  await watch();
  await bankTells(t, "over");
  const { orderId, payUrl } = await order(stage, jia, lotId);
  await bankFails(t, "down");
  await asService(stage, (tx) =>
    tx.execute(sql`update fee_orders set asked = ${PATIENCE_QUESTIONS} where id = ${orderId}`),
  );
  expect(await due()).toBe(true);
  expect(await watch()).toEqual({ opened: 1 });
  expect(await due()).toBe(false);
  const [unknown] = await named("付款结果未知");
  expect(
    await codeOf(stage.act(operator, closeFeeTask, { taskId: unknown!.id, note: "看起来已经付款了，请放行" })),
  ).toBe("billing.task_closes_itself");
  await stage.act(operator, retryFeeTask, { taskId: unknown!.id });
  expect(await subjectOfTask(stage.worker, unknown!.id)).toEqual({ kind: "unknown", subjectId: orderId });
  await bankFails(t, "none");
  await pay(payUrl);
  await askBank(stage.worker, orderId);
  expect(await due()).toBe(true);
  await watch();
  expect(await named("付款结果未知")).toEqual([]);

  const [refund] = await asService(stage, (tx) => tx.select().from(feeRefunds).where(sql`order_id = ${orderId}`));
  await stage.setClock(refund!.dueAt);
  await watch();
  const stuck = async () => (await named("退款未办成")).map(({ reference }) => reference);
  expect(await stuck()).toContain(refund!.refundNo);
  await payRefund(stage.worker, refund!.id);
  await watch();
  expect(await stuck()).not.toContain(refund!.refundNo);
  expect(await due()).toBe(false);
});
