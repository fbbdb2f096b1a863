import { expect, type Page, test } from "@playwright/test";
import { PROVISIONAL_BILL } from "@/dev/scenarios/bill";
import { confirmExpertFee } from "@/lifecycle/fees/commands/experts";
import { expertFees } from "@/lifecycle/fees/tables";
import { awardLot, reportedLot } from "@/testing/awarded";
import { asService } from "@/testing/lots";
import { Agency, Tenderer } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { PersonAtScreen } from "../actors/person";
import { watchResponses } from "../actors/watch";
import { bankTells, installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

test.afterEach(() => bankTells("once"));

const FEE = "招标代理服务费";

test("R-5.9.1 R-5.7.26: the winner pays the agency's fee and is told twice, an expert confirms its own and sees it paid, and the operator sees all settled", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  // The operator publishes what experts are paid.
  const operator = await PersonAtScreen.signedIn(browser, stage.person("operator").name);
  const desk = operator.page;
  const watch = watchResponses(desk);
  await desk.goto("/admin/fees");
  const standard = desk.getByRole("form", { name: "登记评标专家劳务报酬标准" });
  await standard.getByLabel("生效日期").fill("2026-01-01");
  await standard.getByLabel(/^标准依据/).fill("评标专家劳务报酬标准（演示）");
  await standard.getByRole("button", { name: "登记标准" }).click();
  await expect(standard.getByRole("alert")).toContainText("须为金额");
  for (const input of await standard.getByLabel(/（元）$/).all()) await input.fill("300");
  await standard.getByRole("button", { name: "登记标准" }).click();
  await expect(desk.getByText("自 2026-01-01 起")).toBeVisible();
  const visitor = await browser.newPage({ baseURL: installation().url });
  await visitor.goto("/about");
  await expect(visitor.getByRole("region", { name: "评标专家劳务报酬标准" })).toContainText("¥300.00");

  const name = "清溪市体育馆改造工程";
  const tiers = [
    { upToFen: "100000000", perMille: "10" },
    { upToFen: "", perMille: "5" },
  ];
  const { lotId, lotCode, committee } = await reportedLot({ stage }, name, {
    bill: PROVISIONAL_BILL,
    agencyFee: { feeFen: "0", feeTiers: tiers, feePayer: "winner" },
  });
  await awardLot({ stage }, lotId);
  await stagehand.travelTo(await stagehand.now());

  // The agency draws up what the experts are paid; each confirms its own.
  const agency = await Agency.arrives(browser);
  await agency.opensRoom(lotId, "fees");
  await agency.page.getByRole("button", { name: "编制清单" }).click();
  await agency.sees("待专家确认");
  await picture(agency.page, "fees-room");
  await fits(agency.page);
  const [mine, ...others] = committee;
  const expert = await Expert.arrives(browser, mine!.person.name);
  await expert.page.goto("/expert");
  const form = expert.page.getByRole("form", { name: "确认评标费" });
  await expect(form).toHaveCount(1);
  await form.getByLabel("开户银行").fill("黔江商业银行（演示）");
  await form.getByLabel("本人收款账号").fill("12");
  await form.getByRole("button", { name: "确认金额和账户" }).click();
  await expect(form.getByRole("alert")).toContainText("8 至 40 位数字");
  await picture(expert.page, "expert-fee");
  await form.getByLabel("本人收款账号").fill("6222000000001111");
  await form.getByRole("button", { name: "确认金额和账户" }).click();
  await expert.sees("6222 **** 1111");
  for (const fee of await asService(stage, (tx) => tx.select().from(expertFees)))
    for (const { person } of others.filter((each) => each.member.id === fee.memberId))
      await stage.act(person, confirmExpertFee, {
        feeId: fee.id,
        bank: "黔江商业银行（演示）",
        account: "6222000000002222",
      });

  // The winner pays what its tender document printed; the bank tells twice, and it counts once.
  await bankTells("twice");
  const [claim] = await expectRows(
    () =>
      stagehand.sql<
        { payer_org_id: string }[]
      >`select payer_org_id from fee_claims where lot_id = ${lotId} and kind = 'service'`,
  );
  const who = [...stage.people.values()].find(({ orgId, role }) => orgId === claim!.payer_org_id && role === "bidder")!;
  const winner = await Bidder.arrives(browser, who.name);
  await winner.page.goto(`/w/${winner.org}/fees`);
  const owed = winner.page.getByRole("region", { name: new RegExp(`^${FEE}`) });
  await expect(owed).toContainText("× 10‰");
  await picture(winner.page, "fees-owed");
  await fits(winner.page);
  await owed.getByRole("button", { name: "去银行付款" }).click();
  await paysAtBank(winner);
  await expect(owed).toContainText("付清");
  await expect(owed.getByText("已付款", { exact: true })).toHaveCount(1);
  await expect
    .poll(
      async () =>
        (
          await stagehand.sql`select 1 from fee_payments p join fee_orders o on o.id = p.order_id where o.lot_id = ${lotId} and o.kind = 'service'`
        ).length,
    )
    .toBe(1);

  // The tenderer pays the experts; one of them sees its money.
  await bankTells("once");
  const tenderer = await Tenderer.arrives(browser);
  const bill = tenderer.page.getByRole("region", { name: /^评标专家劳务报酬/ });
  await expect(async () => {
    await tenderer.page.goto(`/w/${tenderer.org}/fees`);
    await expect(bill).toBeVisible({ timeout: 2_000 });
  }).toPass();
  // What of its bill it has to tender itself is its task, with where to begin.
  await tenderer.page.goto(`/w/${tenderer.org}/tenders/${lotId}?tab=award`);
  const provisional = tenderer.page.getByRole("region", { name: "合同签订后须依法招标的暂估价" });
  await expect(provisional).toContainText("电梯（演示），¥2,000,000.00");
  await sound(tenderer.page);
  await fits(tenderer.page);
  await picture(tenderer.page, "provisional-task");
  await provisional.getByRole("link", { name: "新建招标项目" }).click();
  await expect(tenderer.page.getByLabel("标段名称")).toHaveValue("电梯（演示）");
  await picture(tenderer.page, "provisional-start");
  await tenderer.page.goto(`/w/${tenderer.org}/fees`);
  await bill.getByRole("button", { name: "去银行付款" }).click();
  await expect(tenderer.page.locator("body")).not.toContainText(mine!.person.name);
  await paysAtBank(tenderer);
  await expect(bill).toContainText("付清");
  await expect(async () => {
    await expert.page.reload();
    await expect(expert.page.getByText("已付到收款账户")).toBeVisible({ timeout: 2_000 });
  }).toPass();

  // The operator reads that all is settled, and nobody's name.
  const row = desk.getByRole("region", { name: "费用账" }).getByRole("row").filter({ hasText: lotCode });
  await expect(async () => {
    await desk.reload();
    await expect(row).toContainText("已结平", { timeout: 2_000 });
  }).toPass();
  for (const secret of [who.orgName, mine!.person.name]) await expect(desk.locator("body")).not.toContainText(secret);
  await sound(desk);
  await fits(desk);
  await picture(desk, "fees-settled");
  await agency.opensRoom(lotId, "fees");
  await agency.sees("均已结平");
  await watch.expectCalm();
  for (const { page } of [operator, agency, expert, winner, tenderer]) await page.context().close();
  await stage.close();
  await stagehand.close();
});

/** Pays on the bank's own page and comes back. */
async function paysAtBank({ page }: { readonly page: Page }): Promise<void> {
  await page.waitForURL(/\/pay\//);
  await page.getByRole("button", { name: /确认付款/ }).click();
  await page.getByRole("link", { name: "返回交易平台" }).click();
  await page.waitForURL(/\/fees$/);
}

/** Rows that the worker is about to write. */
async function expectRows<R extends object>(read: () => PromiseLike<readonly R[]>): Promise<readonly R[]> {
  let rows: readonly R[] = [];
  await expect
    .poll(async () => {
      rows = await read();
      return rows.length;
    })
    .toBeGreaterThan(0);
  return rows;
}
