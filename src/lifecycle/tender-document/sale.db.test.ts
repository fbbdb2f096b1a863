import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, addMinutes } from "@/core/time";
import { type Statement, signStatement } from "@/crypto/statement";
import { buy, obtain, order } from "@/dev/scenarios/bidding";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { draftLot } from "@/dev/scenarios/tendering";
import { executeAsService } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { publishView } from "@/lifecycle/notice/queries";
import { invoiceOf } from "@/platform/billing/queries";
import { feeInvoices, feePayments, feeRefunds } from "@/platform/billing/tables";
import { letters } from "@/platform/inbox/tables";
import { organisationOfCode } from "@/platform/party/queries";
import { bankFails, bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { PRICE, type Sale, saleOf } from "@/testing/sale";
import { type TestStage, testStage } from "@/testing/stage";
import { obtainDocument, saveTenderDocument } from "./commands/document";
import { recordDownload } from "./commands/download";
import { placeOrder, startPayment } from "./commands/order";
import { askBank, takePayment } from "./commands/payment";
import { payRefund } from "./commands/refund";
import { orderView } from "./order-view";
import { documentInForce, draftOf } from "./queries";
import { documentDownloads } from "./tables";

let t: TestStage;
let box: NoticeBox;
let sold: Sale["sold"];
let rowOf: Sale["rowOf"];
let holds: Sale["holds"];
let pay: Sale["pay"];
let expectBalanced: Sale["expectBalanced"];
let balance: Sale["balance"];
beforeAll(async () => {
  box = await noticeBox();
  t = await testStage();
  ({ sold, rowOf, holds, pay, expectBalanced, balance } = saleOf(t));
}, 120_000);
afterAll(async () => {
  await t?.close();
  box?.close();
});
beforeEach(async () => {
  await bankFails(t, "none");
  await bankTells(t, "once");
});

const take = (statement: Statement) => executeAsService(t.stage.worker, takePayment, { statement });
const head = ({ orgName, creditCode }: Person) => ({ invoiceTitle: orgName, invoiceTaxNumber: creditCode });

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
