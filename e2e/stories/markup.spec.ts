import { expect, type Page, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { httpActor } from "@/dev/scenarios/http-actor";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { giveMandate, simplePdf } from "@/dev/scenarios/tendering";
import { Agency, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { watchResponses } from "../actors/watch";
import { screenBid } from "../bids";
import { installation } from "../installation";
import { fits } from "../sound";

const MARKUP = '<img src=x onerror="alert(1)">';
const marked = (text: string) => `${text}${MARKUP}`;

/** What was typed stands there as text: nothing of it became part of the page. */
async function showsAsText(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await page.locator('img[src="x"], [onerror]').count(), path).toBe(0);
}

test("bad input: markup in every text field of agency and bidder is text everywhere, and no script of it runs", async ({
  browser,
}) => {
  test.setTimeout(420_000);
  const [stage, stagehand] = [await offstage(), backstage()];
  const start = await stagehand.now();
  const wall = (date: Date) => formatClock(date).replace(" ", "T");
  const plan: TenderPlan = {
    project: marked("标记对照工程（演示）"),
    content: marked("改造用房 900 平方米"),
    estimate: "5,000,000.00",
    ceiling: "5,000,000.00",
    security: "50,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 15)),
    deadline: wall(new Date(Math.ceil(addDays(start, 22).getTime() / 3_600_000) * 3_600_000)),
  };
  const agency = await Agency.arrives(browser);
  const atAgency = watchResponses(agency.page);
  /** Puts markup behind whatever stands in the text fields of a form; codes and forms of security have their own rules. */
  const markAll = async (form: string) => {
    const fields = agency.page
      .getByRole("form", { name: form })
      .locator('input[type="text"]:not([inputmode]), textarea');
    for (const field of await fields.all()) {
      const label = await field.evaluate((element) => (element as HTMLInputElement).labels?.[0]?.textContent ?? "");
      const value = await field.inputValue();
      if (!/代码|保证金形式|行业分类/.test(label) && !value.includes("onerror")) await field.fill(marked(value));
    }
  };
  /** Where only a certain form will do, markup is refused at once, and nothing typed is lost. */
  const isRefused = async (form: string, label: string | RegExp, button: string, text: string, wanted = "") => {
    const within = agency.page.getByRole("form", { name: form });
    await within.getByLabel(label).fill(marked(""));
    await within.getByRole("button", { name: button }).click();
    await expect(within.getByRole("alert").filter({ hasText: text })).toBeVisible();
    await within.getByLabel(label).fill(wanted);
  };
  const pdf = { name: "招标文件.pdf", buffer: Buffer.from(await simplePdf("招标文件", ["演示内容"], start)) };
  const lotId = await agency.drafts(plan, async () => {
    await markAll("新建招标项目");
    await isRefused("新建招标项目", /^投资项目统一代码/, "保存招标方案", "投资项目统一代码须为 24 位");
  });
  await agency.writesDocument(lotId, plan, pdf, async () => {
    await markAll("招标文件");
    await isRefused("招标文件", /^保证金形式/, "保存招标文件", "保证金形式合计不能超过 10 个字", "银行转账、电子保函");
  });
  await agency.writesNotice(lotId, plan, () => markAll("日程与公告"));
  await giveMandate(stage, lotId);
  await agency.publishes(lotId);
  await expect.poll(async () => (await stage.lot(lotId)).mediaPublishedAt).not.toBeNull();
  const { code, bidDeadline } = await stage.lot(lotId);

  const bidder = await Bidder.arrives(browser, stage.person("jia").name);
  const { page } = bidder;
  const atBidder = watchResponses(page);
  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(start));
  for (const field of ["质量", "项目负责人"]) await page.getByLabel(field, { exact: true }).fill(marked("合格"));
  await bidder.sees("已保存到本机");
  await showsAsText(page, `/w/${bidder.org}/bids/${lotId}`);
  await bidder.sealsAndSubmits(lotId);
  for (const key of ["yi", "bing"]) {
    await obtain(stage, stage.person(key), lotId);
    await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n, lead: marked(key) });
  }
  await bidder.entersHall(lotId);
  await stagehand.travelTo(bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  await bidder.decrypts();
  for (const key of ["yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await expect(page.getByRole("heading", { name: "唱标" })).toBeVisible({ timeout: 30_000 });
  await page.getByLabel(/^异议/).fill(marked("对报价有异议"));
  await page.getByRole("button", { name: "提出异议" }).click();
  await bidder.sees(marked("对报价有异议"));
  await agency.page.goto(`/hall/${lotId}`);
  await agency.page.getByLabel(/^答复/).fill(marked("报价无误"));
  await agency.page.getByRole("button", { name: "提交答复" }).click();
  await agency.sees(marked("报价无误"));
  await signRecord(stage, lotId, [stage.person("yi")]);

  const room = `/w/${agency.org}/tenders/${lotId}`;
  const tabs = ["overview", "documents", "schedule", "check", "bids", "opening", "committee", "trail"];
  for (const path of [`/w/${agency.org}`, ...tabs.map((tab) => `${room}?tab=${tab}`), `/hall/${lotId}`])
    await showsAsText(agency.page, path);
  await agency.page.goto(`${room}?tab=overview`);
  await agency.sees(marked("标记对照工程（演示）"));
  const home = `/w/${bidder.org}`;
  for (const path of [
    home,
    `${home}/inbox`,
    `${home}/bids/${lotId}`,
    `${home}/bids/${lotId}/receipt`,
    `/hall/${lotId}`,
  ])
    await showsAsText(page, path);
  for (const path of [
    "/",
    "/notices",
    `/notices/${code}-ZB01`,
    `/tenders/${code}`,
    `/tenders/${code}/opening`,
    "/demo",
  ])
    await showsAsText(page, path);
  await bidder.page.goto(`/tenders/${code}/opening`);
  await bidder.sees(marked("合格"));
  // Programs get it as data, never as a page.
  const stranger = httpActor(installation().url, stage.person("ji"));
  expect((await stranger.fetch(`/notices/${code}-ZB01/data`)).headers.get("content-type")).toMatch(/json/);
  await atAgency.expectCalm();
  await atBidder.expectCalm();
  await agency.leave();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

test("bad input: a name of two hundred characters breaks no page, at desk and phone width", async ({ browser }) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  // Han characters break anywhere; a word of Latin letters does not by itself.
  const name = `${"很长的工程名称".repeat(14)}${"Unbreakable".repeat(9)}（演）`;
  expect(name.length).toBe(200);
  const { lotId, lotCode } = await receivingLot(stage, stagehand, name);
  const agency = await Agency.arrives(browser);
  const room = `/w/${agency.org}/tenders/${lotId}`;
  for (const path of [
    `/w/${agency.org}`,
    ...["overview", "documents", "schedule", "check", "trail"].map((tab) => `${room}?tab=${tab}`),
  ]) {
    await agency.page.goto(path);
    await fits(agency.page);
  }
  const bidder = await Bidder.arrives(browser, stage.person("bing").name);
  await bidder.obtains(lotId);
  await fits(bidder.page);
  await bidder.fillsIn(await screenBid(await stagehand.now()));
  await bidder.goesToSeal();
  await fits(bidder.page);
  for (const path of [
    "/",
    "/notices",
    `/notices/${lotCode}-ZB01`,
    `/tenders/${lotCode}`,
    `/w/${bidder.org}`,
    "/demo",
  ]) {
    await bidder.page.goto(path);
    await fits(bidder.page);
  }
  await agency.leave();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});
