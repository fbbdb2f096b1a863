import { createHash } from "node:crypto";
import { expect, test } from "@playwright/test";
import { signStatement } from "@/crypto/statement";
import { buy } from "@/dev/scenarios/bidding";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { expectSpoken, watchResponses } from "../actors/watch";
import { bankTells, fault, installation } from "../installation";
import { picture } from "../picture";

test.afterEach(async () => {
  await fault("bank", "none");
  await bankTells("once");
});

test("R-S.2b R-5.4.3: a document sold at cost is paid at the bank and told twice; it counts once, and nobody learns who bought", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, lotCode } = await receivingLot(stage, stagehand, "清溪市少年宫修缮工程（演示）", {
    documentFeeFen: 30_000n,
  });
  const jia = stage.person("jia");
  const agency = await Agency.arrives(browser);
  const sales = async () => {
    await agency.opensRoom(lotId, "sales");
    await agency.sees("开标前不结算");
    // The countdown of the room runs on; what is said of the sale does not change.
    const said = ["发售", "结算"].map((name) => agency.page.getByRole("region", { name, exact: true }).innerText());
    return (await Promise.all(said)).join("\n");
  };
  const before = await sales();
  expect(before).toContain("¥300.00");
  await picture(agency.page, "sales-locked");

  // Bought: a wrong tax number is told; two presses make one order; the bank tells twice.
  const bidder = await Bidder.arrives(browser, jia.name);
  const { page } = bidder;
  const watch = watchResponses(page);
  await bidder.opensBid(lotId);
  await bidder.sees("招标文件按成本收费 ¥300.00");
  await page.getByRole("link", { name: "购买招标文件" }).click();
  const form = page.getByRole("form", { name: "购买招标文件" });
  await expect(form.getByLabel("发票抬头")).toHaveValue(jia.orgName);
  await picture(page, "order-page");
  await form.getByLabel("纳税人识别号").fill("123");
  await form.getByRole("button", { name: "支付并下载" }).click();
  await expect(form.getByRole("alert")).toContainText("纳税人识别号应为 15 至 20 位");
  await form.getByLabel("纳税人识别号").fill(jia.creditCode);
  await bankTells("twice");
  await form.getByRole("button", { name: "支付并下载" }).dblclick();
  await page.waitForURL(/\/pay\//);
  await bidder.sees("确认付款 ¥300.00");
  await expect(page.locator("body")).toContainText(stage.person("agency").orgName);
  await expect(page.locator("body")).not.toContainText("少年宫");
  await page.getByRole("button", { name: /确认付款/ }).click();
  await bidder.sees("请勿重复付款");
  // Back and forth: the bank takes no second payment.
  await page.goBack();
  await page.reload();
  await bidder.sees("请勿重复付款");
  await page.getByRole("link", { name: "返回交易平台" }).click();
  await expect(page.getByRole("heading", { name: "招标文件下载" })).toBeVisible();
  await bidder.sees("已付款，文件已发出");
  const [{ id: orderId, order_no: orderNo } = { id: "", order_no: "" }, ...more] = await stagehand.sql<
    { id: string; order_no: string }[]
  >`select id, order_no from fee_orders where lot_id = ${lotId}`;
  expect(more).toEqual([]);
  await expect
    .poll(async () => {
      const answer = await fetch(`${installation().outside.bank}/notices`);
      const { sent } = (await answer.json()) as { sent: { orderNo: string; answer: string }[] };
      return sent.filter((each) => each.orderNo === orderNo).map((each) => each.answer);
    })
    .toEqual(["200", "200"]);
  await expect
    .poll(
      async () =>
        (await stagehand.sql`select 1 from trail_lines where lot_id = ${lotId} and action = 'payment.counted'`).length,
    )
    .toBe(1);
  const payments = await stagehand.sql`select verdict from fee_payments where order_id = ${orderId}`;
  expect(payments.map(({ verdict }) => verdict)).toEqual(["counted"]);

  // The agency reads what it read before, and the public reads the price.
  expect(await sales()).toBe(before);
  const visitor = await browser.newPage({ baseURL: installation().url });
  await visitor.goto(`/tenders/${lotCode}`);
  await expect(visitor.getByText("¥300.00（仅补偿成本）")).toBeVisible();
  await watch.expectCalm();
  await bidder.leave();
  await agency.leave();
  await stage.close();
  await stagehand.close();
});

test("R-5.4.3 R-5.4.4: what was bought is downloaded, goes on where it broke off, and is invoiced; a forged notice changes nothing", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "清溪市美术馆修缮工程（演示）", { documentFeeFen: 30_000n });
  const jia = stage.person("jia");
  const orderId = await buy(stage, jia, lotId);
  const [row] = await stagehand.sql<{ order_no: string }[]>`select order_no from fee_orders where id = ${orderId}`;
  const orderNo = row!.order_no;
  const bidder = await Bidder.arrives(browser, jia.name);
  const { page } = bidder;
  const watch = watchResponses(page);
  await page.goto(`/w/${bidder.org}/bids/${lotId}/order`);

  // Downloaded, cut off and gone on with; each is on record, and the whole is what the page says it is.
  const link = page.getByRole("link", { name: "招标文件.pdf" });
  const href = (await link.getAttribute("href"))!;
  const first = await page.request.get(href, { headers: { range: "bytes=0-999" } });
  const rest = await page.request.get(href, { headers: { range: "bytes=1000-", "if-range": first.headers().etag! } });
  expect([first.status(), rest.status()]).toEqual([206, 206]);
  const whole = Buffer.concat([await first.body(), await rest.body()]);
  const sha256 = createHash("sha256").update(whole).digest("hex");
  await bidder.sees(`SHA-256 ${sha256}`);
  await page.reload();
  await expect(page.getByRole("row").filter({ hasText: "招标文件.pdf" })).toHaveCount(2);
  await expect(page.getByRole("row").filter({ hasText: "（续传）" })).toHaveCount(1);
  await picture(page, "order-delivered");
  const invoiceHref = (await page.getByRole("link", { name: "下载电子发票记录" }).getAttribute("href"))!;
  const invoice = await page.request.get(invoiceHref);
  expect(invoice.headers()["content-type"]).toBe("application/pdf");

  // A forged notice, with a valid certificate of somebody else, changes nothing.
  const claim = {
    format: "xb-bank-notice/1",
    merchant: stage.app.site.platformCode,
    orderNo,
    transaction: "B0",
    paidFen: "1",
    paidAt: (await stagehand.now()).toISOString(),
  };
  const forged = await fetch(`${installation().url}/api/bank/notice`, {
    method: "POST",
    body: JSON.stringify({ statement: await signStatement(claim, jia.signer) }),
  });
  expect(forged.status).toBe(403);
  const { error } = (await forged.json()) as { error: { code: string; sentence: string } };
  expectSpoken({ url: "/api/bank/notice", ...error });

  // An invoice of somebody else does not exist.
  const agency = await Agency.arrives(browser);
  expect((await agency.page.request.get(invoiceHref.replace(bidder.org, agency.org))).status()).toBe(404);
  await watch.expectCalm();
  await agency.leave();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

test("payment unknown: while the bank cannot be asked the page says so and offers no second payment", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "清溪市体育馆照明工程（演示）", { documentFeeFen: 30_000n });
  const bidder = await Bidder.arrives(browser, stage.person("bing").name);
  const { page } = bidder;
  await page.goto(`/w/${bidder.org}/bids/${lotId}/order`);
  await bankTells("never");
  await page.getByRole("button", { name: "支付并下载" }).click();
  await page.waitForURL(/\/pay\//);
  await fault("bank", "down");
  // The payer looks at the platform before anything is paid.
  await page.goto(`${installation().url}/w/${bidder.org}/bids/${lotId}/order`);
  await bidder.sees(/正在向银行确认|银行确认该订单尚未付款/);
  await expect(page.getByRole("button", { name: "支付并下载" })).toHaveCount(0);
  await fault("bank", "none");
  // The bank says that nothing is paid: the same order goes on.
  await page.getByRole("button", { name: "继续支付" }).click({ timeout: 40_000 });
  await page.waitForURL(/\/pay\//);
  await page.getByRole("button", { name: /确认付款/ }).click();
  await page.getByRole("link", { name: "返回交易平台" }).click();
  await expect(page.getByRole("heading", { name: "招标文件下载" })).toBeVisible({ timeout: 40_000 });
  const orders = await stagehand.sql`select 1 from fee_orders where lot_id = ${lotId}`;
  expect(orders.length).toBe(1);
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});
