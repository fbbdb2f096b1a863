import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, formatDate } from "@/core/time";
import { seatedOf } from "@/dev/scenarios/evaluate";
import type { Person } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { checkIn, recuse } from "@/lifecycle/committee/commands/attend";
import { seats } from "@/lifecycle/seat/tables";
import { takePayment } from "@/lifecycle/tender-document/commands/payment";
import { enterRate } from "@/platform/billing/commands/rates";
import { rateLines } from "@/platform/billing/queries";
import { feeClaims, feeOrders, feeRefunds } from "@/platform/billing/tables";
import { awardLot, type ReportedLot, reportedLot } from "@/testing/awarded";
import { bankTells, type NoticeBox, noticeBox } from "@/testing/bank";
import { asPerson, asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { claimServiceFee } from "./commands/claim";
import { prepareExpertList } from "./commands/experts";
import { orderClaim, payClaim } from "./commands/pay";
import { enterSchedule } from "./commands/schedule";
import { ORDER_DAYS } from "./schema";
import { expertFees } from "./tables";

const RATES = {
  ...{ halfDayFen: "40000", overtimeHourFen: "10000", againHalfDayFen: "30000", attendanceFen: "20000" },
  ...{ localFen: "5000", countyFen: "9000", otherFen: "30000" },
};
let t: TestStage;
let box: NoticeBox;
let reported: ReportedLot;
let gone: Person;
beforeAll(async () => {
  box = await noticeBox();
  t = await testStage();
  await bankTells(t, "once");
  const { stage } = t;
  const plan = { agencyFee: { feeFen: "3000000", feePayer: "winner" as const } };
  // One member comes, sees whose bids they are, and recuses; the next on standby takes its seat.
  reported = await reportedLot(t, "费用边界", plan, false, async ([first], lotId) => {
    gone = first!.person;
    const [seat] = await asService(stage, (tx) => tx.select().from(seats).where(sql`id = ${first!.seatId}`));
    await stage.act(gone, checkIn, { memberId: first!.member.id, seatCode: seat!.code });
    await stage.act(gone, recuse, { memberId: first!.member.id, reason: "曾在投标人处任职" });
    return seatedOf(stage, lotId);
  });
}, 180_000);
afterAll(async () => {
  await t?.close();
  box?.close();
});

test("R-5.7.26: a member that came and recused is paid its attendance, once; the one that took its place is paid for the evaluation", async () => {
  const { stage } = t;
  const { lotId, committee } = reported;
  await stage.act(stage.person("operator"), enterSchedule, {
    validFrom: "2026-01-01",
    source: "评标专家劳务报酬标准（演示）",
    rates: RATES,
  });
  await stage.act(stage.person("agency"), prepareExpertList, { lotId, payer: "tenderer", travels: [] });
  const fees = await asService(stage, (tx) => tx.select().from(expertFees));
  expect(committee.some(({ person }) => person.personId === gone.personId)).toBe(false);
  expect(fees).toHaveLength(committee.length + 1);
  const own = fees.filter(({ personId }) => personId === gone.personId);
  // Attendance and the way there; no hours, though it sat until it left.
  expect(own).toMatchObject([{ kind: "attendance", grossFen: 25_000n, version: 1 }]);
  expect(fees.filter(({ kind }) => kind === "evaluation")).toHaveLength(committee.length);
  expect(await asPerson(stage, gone, (tx) => tx.select().from(expertFees))).toHaveLength(1);
});

test("R-5.9.1: a service fee paid after its order ended goes back whole; it is owed as before, and a new order pays it", async () => {
  const { stage } = t;
  const { lotId } = reported;
  await awardLot(t, lotId);
  await executeAsService(stage.worker, claimServiceFee, { lotId });
  const claim = async () =>
    (await asService(stage, (tx) => tx.select().from(feeClaims).where(sql`kind = 'service'`)))[0]!;
  const { id: claimId, payerOrgId, amountFen } = await claim();
  const winner = [...stage.people.values()].find(({ orgId, role }) => orgId === payerOrgId && role === "bidder")!;
  const head = { invoiceTitle: winner.orgName, invoiceTaxNumber: winner.creditCode };
  const order = async () => {
    const { orderId } = await stage.act(winner, orderClaim, { claimId, ...head });
    const { payUrl } = await stage.act(winner, payClaim, { orderId });
    const [{ orderNo } = { orderNo: "" }] = await asService(stage, (tx) =>
      tx.select().from(feeOrders).where(sql`id = ${orderId}`),
    );
    return { orderNo, payUrl };
  };
  const pay = async ({ orderNo, payUrl }: { orderNo: string; payUrl: string }) => {
    await fetch(payUrl, { method: "POST" });
    const [notice] = await box.of(orderNo, 1);
    return executeAsService(stage.worker, takePayment, { statement: notice! });
  };
  const late = await order();
  await stage.setClock(addDays(await stage.now(), ORDER_DAYS + 1));
  expect(await pay(late)).toEqual({ verdict: "give-back" });
  expect(await asService(stage, (tx) => tx.select().from(feeRefunds))).toMatchObject([
    { reason: "late", principalFen: amountFen, orgId: winner.orgId, state: "due" },
  ]);
  expect(await claim()).toMatchObject({ paidAt: null, cancelledAt: null });
  expect(await pay(await order())).toEqual({ verdict: "deliver" });
  expect((await claim()).paidAt).not.toBeNull();
});

test("R-5.9.3: a deposit rate is entered from today on; one that changes the past, or begins before the last, is refused, and no day is without a rate", async () => {
  const { stage } = t;
  const operator = stage.person("operator");
  const enter = (validFrom: string, by = operator) =>
    stage.act(by, enterRate, { validFrom, percent: "0.10", source: "收款银行公告（演示）" });
  const day = async (days: number) => formatDate(addDays(await stage.now(), days));
  const [past, today, soon] = [await day(-1), await day(0), await day(10)];
  expect(await codeOf(enter(today, stage.person("agency")))).toBe("general.forbidden");
  expect(await codeOf(enter("昨天"))).toBe("general.invalid_input");
  await enter(today);
  for (const refused of [past, today]) expect(await codeOf(enter(refused)), refused).toBe("billing.rate_past");
  await enter(soon);
  // Between the two nothing is put in any more: it would change the days that the first was entered for.
  expect(await codeOf(enter(await day(5)))).toBe("billing.rate_past");
  const lines = await asPerson(stage, operator, rateLines);
  expect(lines.slice(0, 3).map(({ from, percent }) => [from, percent])).toEqual([
    [soon, "0.10%"],
    [today, "0.10%"],
    ["2025-05-20", "0.05%"],
  ]);
});
