import { expect, type Page, test } from "@playwright/test";
import { addDays, formatDate } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { basicAccountOf } from "@/dev/scenarios/cast";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { revoke } from "@/dev/scenarios/play";
import { accountFor, transferTo } from "@/dev/scenarios/securities";
import { encodeSecurity } from "@/lifecycle/bid-security/guarantee/part";
import { Agency, Tenderer } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { watchResponses } from "../actors/watch";
import { screenBid } from "../bids";
import { bankTells, installation } from "../installation";
import { picture } from "../picture";
import { fits } from "../sound";

const PRICE = { priceFen: 470_000_000n, security: encodeSecurity(undefined) };

test.afterEach(() => bankTells("once"));

/** Transfers on the bank's own page, as a payer does. */
async function transfers(page: Page, account: string, who: { orgName: string; creditCode: string }, yuan: string) {
  await page.goto(`${installation().outside.bank}/transfer?account=${account}`);
  await page.getByLabel("付款人户名").fill(who.orgName);
  await page.getByLabel("付款账号").fill(basicAccountOf(who.creditCode));
  await page.getByLabel("付款开户行").fill("黔江商业银行（演示）");
  await page.getByLabel("金额（元）").fill(yuan);
  await page.getByRole("button", { name: "确认转账" }).click();
  await expect(page.getByRole("status")).toContainText("已转账");
}

test("R-5.5.12: one pays short and makes it up, one brings a guarantee, two pay from one account; nobody knows before the opening, the parties read all after it, and a failed lot gives everything back with interest", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, deadline } = await receivingLot(stage, stagehand, "清溪市文化馆加固工程（演示）");
  const failing = await receivingLot(stage, stagehand, "清溪市档案馆屋面工程（演示）", { deadline });
  const [jia, yi, bing, ding] = ["jia", "yi", "bing", "ding"].map((key) => stage.person(key)) as [
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
  ];

  // Short, and made up to the same account.
  const payer = await Bidder.arrives(browser, jia.name);
  const watch = watchResponses(payer.page);
  await payer.obtains(lotId);
  const card = payer.page.getByRole("region", { name: /投标保证金/ });
  await card.getByRole("button", { name: "取得保证金账号" }).click();
  await expect(card.getByText("本单位在本标段专用")).toBeVisible();
  const account = /\d{19}/.exec(await card.innerText())![0];
  const arrived = async (text: string) =>
    expect(async () => {
      await payer.opensBid(lotId);
      await expect(card).toContainText(text, { timeout: 2_000 });
    }).toPass();
  const bank = await payer.page.context().newPage();
  await transfers(bank, account, jia, "45000");
  await arrived("到账 ¥45,000.00");
  await expect(payer.page.getByRole("navigation").getByText("还差 ¥5,000.00")).toBeVisible();
  await transfers(bank, account, jia, "5000");
  await arrived("到账 ¥5,000.00");
  await expect(payer.page.getByRole("navigation").getByText("已足额到账")).toBeVisible();
  await picture(payer.page, "security-paid");
  await fits(payer.page);
  await bank.close();
  await submit(stage, jia, lotId, PRICE);

  // A guarantee: what does not hold is told before anything is sealed.
  const guarantor = await Bidder.arrives(browser, yi.name);
  const { page } = guarantor;
  await guarantor.obtains(lotId);
  await page.getByLabel("以保函代替转账").check();
  await page.getByLabel("保函种类").selectOption("insurance");
  await page.getByLabel(/^开立人/).fill("黔江财险（演示）");
  await page.getByLabel("保函编号").fill("BH-2026-演示-0001");
  await page.getByLabel("保函金额（元）").fill("49,999");
  await page.getByLabel("有效期至").fill("2027-12-31");
  const bid = await screenBid(await stagehand.now());
  await page.getByLabel(/^选择保函文件/).setInputFiles({
    name: "保函.pdf",
    mimeType: "application/pdf",
    buffer: bid.files[0]!.buffer,
  });
  await guarantor.sees("低于招标文件要求的 ¥50,000.00，请换开足额的保函");
  await picture(page, "security-guarantee");
  await page.getByLabel("保函金额（元）").fill("50,000");
  await guarantor.fillsIn(bid);
  await guarantor.sealsAndSubmits(lotId);

  // Two pay from one account, not their basic one; one more brings a lot that will fail.
  for (const bidder of [bing, ding]) {
    const number = await accountFor(stage, bidder, lotId);
    await transferTo(installation().outside.bank, bidder, number, "50000", { payerAccount: "62300001" });
    await submit(stage, bidder, lotId, PRICE);
  }
  await obtain(stage, bing, failing.lotId);
  await transferTo(installation().outside.bank, bing, await accountFor(stage, bing, failing.lotId), "50000");

  const agency = await Agency.arrives(browser);
  await agency.opensRoom(lotId, "security");
  await agency.sees("开标前，谁缴纳了保证金");
  await expect(agency.page.locator("main")).not.toContainText("¥");
  const paid = () => stagehand.sql`select 1 from security_payments where lot_id in (${lotId}, ${failing.lotId})`;
  await expect.poll(async () => (await paid()).length).toBe(5);

  await stagehand.travelTo(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of [jia, yi, bing, ding]) await decrypt(stage, bidder, lotId);
  await agency.opensRoom(lotId, "security");
  const row = (of: { orgName: string }) =>
    agency.page.getByRole("row").filter({ has: agency.page.getByRole("rowheader", { name: of.orgName }) });
  await expect(row(jia)).toContainText("¥50,000.00");
  await expect(row(jia)).toContainText("未发现问题");
  await expect(row(yi)).toContainText("保险保函");
  await expect(row(bing)).toContainText(`“${ding.orgName}”的保证金从同一账户转出`);
  await expect(row(ding)).toContainText("不是从投标人登记的基本账户转出");
  await picture(agency.page, "security-list");
  await fits(agency.page);

  // All bidders are asked to extend; one consents at its screen.
  await signRecord(stage, lotId, []);
  await agency.opensRoom(lotId, "security");
  await agency.page.getByText(/^请求延长投标有效期（现至/).click();
  const form = agency.page.getByRole("form", { name: "请求延长投标有效期" });
  // The clock of a lane stands where the stories before have left it.
  const extended = formatDate(addDays(deadline, 200));
  await form.getByLabel(/^延长后的有效期/).fill(extended);
  await form.getByLabel("答复期限").fill(`${formatDate(addDays(await stage.now(), 3))}T17:00:00`);
  await form.getByLabel("理由").fill("收到异议，处理需要时间，评标不能按期完成");
  await picture(agency.page, "validity-ask");
  await agency.signWith("签章发出请求");
  await agency.sees("已向全部投标人发出请求");
  await payer.opensBid(lotId);
  await payer.sees(`招标人请求将投标有效期延长至 ${extended} 24:00`);
  await picture(payer.page, "validity-reply");
  await payer.signWith("签章答复");
  await payer.sees("本单位已答复：同意延长");
  await agency.opensRoom(lotId, "security");
  await expect(row(jia)).toContainText("延长有效期：同意延长");
  await expect(row(bing)).toContainText("延长有效期：等待答复");

  // One gives its bid up: whether its security is kept the tenderer says, and nobody else.
  await revoke(stage, ding, lotId, "项目负责人突发疾病，无法履约");
  const tenderer = await Tenderer.arrives(browser);
  const decision = tenderer.page.getByRole("form", { name: `决定${ding.orgName}的保证金` });
  await expect(async () => {
    await tenderer.page.goto(`/w/${tenderer.org}/tenders/${lotId}?tab=security`);
    await expect(decision).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await decision.getByLabel("决定").selectOption("keep");
  await decision.getByLabel("理由").fill("过短");
  await decision.getByRole("button", { name: "签章决定" }).click();
  await expect(decision.getByRole("alert")).toContainText("请写明理由，不少于 10 字");
  await decision.getByLabel("理由").fill("投标截止后撤销投标文件，依招标文件不予退还");
  await picture(tenderer.page, "security-keep");
  await tenderer.signWith("签章决定");
  await expect(async () => {
    await agency.opensRoom(lotId, "security");
    await expect(row(ding)).toContainText("已划转招标人", { timeout: 2_000 });
  }).toPass();
  await expect(row(ding)).toContainText("招标人决定不予退还");

  // The other lot failed: the security is back with its interest, and the party knows of nothing.
  await reachOpening(stage, failing.lotId, "F1");
  const back = await Bidder.arrives(browser, bing.name);
  await expect(async () => {
    await back.opensBid(failing.lotId);
    await expect(back.page.getByText(/流标：¥50,000\.00，利息 ¥1\.\d\d，.* 已退回付款账户/)).toBeVisible({
      timeout: 2_000,
    });
  }).toPass({ timeout: 60_000 });
  await agency.opensRoom(failing.lotId, "security");
  await agency.sees("永久保密");
  await watch.expectCalm();
  for (const actor of [payer, guarantor, agency, tenderer, back]) await actor.leave();
  await stage.close();
  await stagehand.close();
});
