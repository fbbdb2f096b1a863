import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addDays, formatDate } from "@/core/time";
import { buy, order } from "@/dev/scenarios/bidding";
import { type Person, signActAs } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { profileOf } from "@/lifecycle/law/clauses";
import { refundDue } from "@/lifecycle/law/clocks";
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
import { feeDesk } from "@/platform/billing/queries";
import { feeEntries, feeInvoices, feeRefunds } from "@/platform/billing/tables";
import { letters } from "@/platform/inbox/tables";
import { bankFails, bankTells } from "@/testing/bank";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { PRICE, type Sale, saleOf } from "@/testing/sale";
import { type TestStage, testStage } from "@/testing/stage";
import { askBank } from "./commands/payment";
import { payRefund, refundLot } from "./commands/refund";

let t: TestStage;
let sold: Sale["sold"];
let rowOf: Sale["rowOf"];
let pay: Sale["pay"];
let expectBalanced: Sale["expectBalanced"];
let balance: Sale["balance"];
beforeAll(async () => {
  t = await testStage();
  ({ sold, rowOf, pay, expectBalanced, balance } = saleOf(t));
}, 120_000);
afterAll(() => t?.close());
beforeEach(async () => {
  await bankFails(t, "none");
  await bankTells(t, "once");
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
