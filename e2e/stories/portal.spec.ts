import { expect, type Locator, type Page, test } from "@playwright/test";
import { addMinutes } from "@/core/time";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { fits, sound } from "../sound";

const HEADING = { level: 1 } as const;

/** A tender that receives bids, whatever the clock of this lane has passed. */
async function openTender(name: string): Promise<string> {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotCode } = await receivingLot(stage, stagehand, name);
  await stage.close();
  await stagehand.close();
  return lotCode;
}

test("R-O.9b R-8.5.4: without login, without scripts and without any helper a visitor searches, reads a notice and finds its tender", async ({
  browser,
}) => {
  await openTender("检索对照工程（演示）");
  const context = await browser.newContext({
    baseURL: installation().url,
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "今日开标" })).toBeVisible();
  await expect(page.getByText("本年中标价合计")).toBeVisible();
  await page.getByLabel("项目、招标人、编号或公告内容").fill("工程");
  await page.getByRole("button", { name: "搜索公告" }).click();
  await expect(page).toHaveURL(/\/notices\?q=/);
  await page.getByLabel("公告类型").selectOption("招标公告");
  await page.getByLabel("排序").selectOption("最早截止在前（仅未截止）");
  await page.getByRole("button", { name: "搜索公告" }).click();
  await expect(page.getByRole("status")).toContainText("符合条件的公告");
  const link = page.getByRole("main").getByRole("listitem").getByRole("link").first();
  const title = (await link.textContent())!;
  await link.click();
  await expect(page.getByRole("heading", { ...HEADING, name: title })).toBeVisible();
  await expect(page.getByRole("heading", { name: "签名与发布" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "本标段全部公告" })).toBeVisible();
  await page.getByRole("link", { name: "项目主页" }).first().click();
  await expect(page.getByRole("list", { name: "招标进程" })).toContainText("法定：文件获取至少 5 日");
  await expect(page.getByText("开标前不公布投标人信息（法定）")).toBeVisible();

  await page.goto("/notices?q=没有这样的词");
  await expect(page.getByText("没有符合条件的公告。可以试试：")).toBeVisible();
  await page.goto("/help?q=应急解密码");
  await expect(page.getByRole("status")).toContainText("1 篇");
  await context.close();
});

test("R-8.5.2 R-5.9.5 R-O.8b: public pages read aloud and lay out at two widths; data for programs is well-formed; nothing fails", async ({
  browser,
}) => {
  const lotCode = await openTender("公开页面对照工程（演示）");
  const context = await browser.newContext({ baseURL: installation().url });
  const page = await context.newPage();
  const watch = watchResponses(page);
  for (const path of [
    "/",
    "/notices",
    "/notices?q=没有这样的词",
    `/notices/${lotCode}-ZB01`,
    `/tenders/${lotCode}`,
    "/help",
    "/status",
    "/about",
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading", HEADING)).toBeVisible();
    await sound(page);
    await fits(page);
  }
  await page.goto(`/notices/${lotCode}-ZB01`);
  const data = JSON.parse((await page.locator('script[type="application/ld+json"]').first().textContent())!);
  expect(data).toMatchObject({ "@context": "https://schema.org", identifier: `${lotCode}-ZB01` });
  await expect(page.locator('link[rel="canonical"]')).toHaveAttribute(
    "href",
    `${installation().url}/notices/${lotCode}-ZB01`,
  );
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("（以网页为准）")).toBeVisible();
  await page.emulateMedia({ media: "screen" });

  // Prices and interfaces: for everybody, without login or fee, each with its version.
  await page.goto("/about");
  const prices = page.getByRole("region", { name: /^服务与收费/ }).getByRole("row");
  expect(await prices.count()).toBeGreaterThan(1);
  const tools = page.getByRole("region", { name: "工具与接口" });
  for (const link of await tools.getByRole("link").all()) {
    const answer = await context.request.get((await link.getAttribute("href"))!);
    expect(answer.status(), await link.innerText()).toBe(200);
  }
  const list = await (await context.request.get("/specs/README.md")).text();
  expect(list).toMatch(/xbid-seal\/\d+/);

  await page.goto("/help/check");
  await expect(page.getByRole("status")).toContainText("可以正常使用");
  await expect(page.getByText(/约 [\d.]+ Mbit\/s/)).toBeVisible();
  await sound(page);

  for (const [path, type] of [
    ["/feeds/notices.atom", "application/atom+xml"],
    ["/feeds/notices.json", "application/feed+json"],
    [`/tenders/${lotCode}/calendar.ics`, "text/calendar"],
    ["/sitemap.xml", "application/xml"],
    ["/robots.txt", "text/plain"],
  ] as const) {
    const first = await context.request.get(path);
    expect(first.status(), path).toBe(200);
    expect(first.headers()["content-type"]).toContain(type);
    const again = await context.request.get(path, { headers: { "if-none-match": first.headers().etag! } });
    expect(again.status(), path).toBe(304);
  }
  const wellFormed = await page.evaluate(async () => {
    const failures: string[] = [];
    for (const path of ["/feeds/notices.atom", "/sitemap.xml"]) {
      const found = new DOMParser().parseFromString(await (await fetch(path)).text(), "application/xml");
      if (found.querySelector("parsererror")) failures.push(path);
    }
    return failures;
  });
  expect(wellFormed).toEqual([]);
  await watch.expectCalm();
  await context.close();
});

test("R-8.5.2: with the keyboard alone: from the home page by search and notice to the tender page", async ({
  browser,
}) => {
  const context = await browser.newContext({ baseURL: installation().url });
  const page = await context.newPage();
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "跳到正文" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("招标");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/notices\?q=/);
  const main = page.getByRole("main");
  await tabTo(page, main.getByRole("listitem").getByRole("link").first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/notices\/[^/?]+$/);
  await tabTo(page, main.getByRole("link", { name: "项目主页" }).first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/tenders\//);
  await expect(page.getByRole("heading", HEADING)).toBeVisible();
  await context.close();
});

test("a saved search is mailed with what is new; the link of the mail ends it, without login and only when asked", async ({
  browser,
}) => {
  const stage = await offstage();
  const stagehand = backstage();
  const { page, org } = await Bidder.arrives(browser, stage.person("ji").name);
  const watch = watchResponses(page);
  await page.goto("/notices?q=梧桐河&kind=tender");
  // On a slow line the name is typed before the page comes alive: it is not lost.
  let release = () => {};
  const line = new Promise<void>((done) => {
    release = done;
  });
  await page.route(/\/_next\/.*\.js/, async (route) => {
    await line;
    await route.continue();
  });
  await page.getByRole("link", { name: "保存为邮件订阅" }).click();
  await page.getByLabel("名称").fill("梧桐河的工程");
  const clock = page.getByRole("banner").getByRole("time");
  const still = await clock.innerText();
  release();
  await expect(clock).not.toHaveText(still);
  await page.getByRole("button", { name: "保存搜索" }).click();
  await expect(page.getByText("已保存。有新公告时每天发送一次邮件。")).toBeVisible();
  const saved = page.getByRole("region", { name: "保存的搜索" });
  await expect(saved.getByRole("link", { name: "梧桐河的工程" })).toHaveAttribute("href", /kind=tender/);
  await sound(page);
  await fits(page);

  const { lotCode } = await receivingLot(stage, stagehand, "梧桐河清淤");
  // A day goes by for this search alone: the other stories live on the same clock.
  await stagehand.sql`update saved_searches set mailed_until = mailed_until - interval '25 hours'`;
  await stagehand.travelTo(addMinutes(await stagehand.now(), 2));
  const digests = async () => {
    const answer = await fetch(`${installation().outside.mail}/messages?to=ji@example.test`);
    const { messages } = (await answer.json()) as { messages: { subject: string; text: string }[] };
    return messages.filter(({ subject }) => subject === "新公告：梧桐河的工程（1 份）");
  };
  await expect.poll(async () => (await digests()).length).toBe(1);
  const { text } = (await digests())[0]!;
  expect(text).toContain(`/notices/${lotCode}-ZB01`);
  const link = /\/unsubscribe\?key=\S+/.exec(text)![0];

  const stranger = await browser.newContext({ baseURL: installation().url, javaScriptEnabled: false });
  const mailbox = await stranger.newPage();
  await mailbox.goto(link);
  await page.reload();
  await expect(saved.getByRole("link", { name: "梧桐河的工程" })).toBeVisible();
  await mailbox.getByRole("button", { name: "确认退订" }).click();
  await expect(mailbox.getByRole("status")).toContainText("已退订");
  await page.goto(`/w/${org}/inbox`);
  await expect(saved).toContainText("还没有");
  // A mail program's own button gets an answer and no redirect; a made-up key ends nothing.
  const press = (key: string) =>
    stranger.request.post(`/unsubscribe/end?${key}`, { form: { "List-Unsubscribe": "One-Click" }, maxRedirects: 0 });
  expect((await press(link.split("?")[1]!)).status()).toBe(200);
  expect((await press("key=none")).status()).toBe(404);
  await mailbox.goto("/unsubscribe?key=none");
  await mailbox.getByRole("button", { name: "确认退订" }).click();
  await expect(mailbox.getByRole("status")).toContainText("没有这个退订链接对应的订阅");
  await watch.expectCalm();
  await stranger.close();
  await page.context().close();
  await stagehand.close();
  await stage.close();
});

/** Presses Tab until something has the focus; a page whose parts cannot be reached runs out of presses. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  await expect(wanted).toBeFocused();
}
