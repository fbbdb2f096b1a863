import { expect, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { simplePdf } from "@/dev/scenarios/tendering";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { installation } from "../installation";
import { fits, sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

test("R-5.3.3 CLK-16: an invited tender goes to three, each answers for itself, and for everybody else it is not there", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const stagehand = backstage();
  const start = await stagehand.now();
  const plan: TenderPlan = {
    project: "清溪市文物库房改造工程（演示）",
    content: "库房恒温恒湿改造，面积 600 平方米",
    estimate: "6,000,000.00",
    ceiling: "6,000,000.00",
    security: "60,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 10)),
    deadline: wall(new Date(Math.ceil(addDays(start, 22).getTime() / 3_600_000) * 3_600_000)),
  };
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  const lotId = await agency.drafts(plan, async () => {
    await page.getByLabel("招标方式").selectOption("invited");
    await page.getByLabel(/^信封/).selectOption("2");
    await page.getByLabel("国有资金占控股或者主导地位").uncheck();
  });
  const buffer = Buffer.from(await simplePdf("招标文件", [plan.content], start));
  await agency.writesDocument(lotId, plan, { name: "招标文件.pdf", buffer });
  await agency.writesNotice(lotId, plan, async () => {
    await page.getByLabel("回复邀请的截止时间（北京时间）").fill(wall(addDays(start, 5)));
  });
  await agency.proposesMandate(lotId);
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.signsMandate(lotId);

  // Two are too few; who cannot bid, and who stands there already, is refused with the way on.
  const codes = await stagehand.sql<{ key: string; code: string }[]>`
    select p.name as key, o.credit_code as code from people p join memberships m on m.person_id = p.id
    join organisations o on o.id = m.org_id where m.role = 'bidder'`;
  const codeOf = (name: string) => codes.find(({ key }) => key === name)!.code;
  await agency.opensRoom(lotId, "invitations");
  const invites = async (code: string, sees: RegExp) => {
    await page.getByLabel("统一社会信用代码").fill(code);
    await page.getByRole("button", { name: "加入名单" }).click();
    await agency.sees(sees);
  };
  await invites(codeOf("甲一（演示）"), /已加入：/);
  await expect(page.getByRole("row")).toHaveCount(2);
  await invites(codeOf("甲一（演示）"), /该单位已在名单中/);
  await invites("91520100MA00000000", /没有找到可以投标的单位/);
  await page.getByLabel("统一社会信用代码").fill(codeOf("乙一（演示）"));
  await page.getByRole("button", { name: "加入名单" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  await agency.opensRoom(lotId, "check");
  await agency.sees(/增加受邀单位/);
  await page.getByRole("link", { name: "增加受邀单位 →" }).click();
  await page.getByLabel("统一社会信用代码").fill(codeOf("丙一（演示）"));
  await page.getByRole("button", { name: "加入名单" }).click();
  await expect(page.getByRole("row")).toHaveCount(4);
  await sound(page);
  await fits(page);
  await agency.publishes(lotId);
  const [lot] = await stagehand.sql<{ code: string }[]>`select code from lots where id = ${lotId}`;

  // For strangers and for a bidder who is not invited there is no such tender: no page, no list, no search, no feed.
  const stranger = await browser.newContext({ baseURL: installation().url });
  const outsider = await Bidder.arrives(browser, "丁一（演示）");
  for (const reader of [stranger.request, outsider.page.request]) {
    for (const path of [`/tenders/${lot!.code}`, `/tenders/${lot!.code}/opening`, `/notices/${lot!.code}-ZB01`])
      expect((await reader.get(path)).status(), path).toBe(404);
    for (const path of [
      "/",
      "/notices",
      `/notices?q=${encodeURIComponent("文物库房")}`,
      "/feeds/notices.json",
      "/sitemap.xml",
    ])
      expect(await (await reader.get(path)).text(), path).not.toContain(lot!.code);
  }
  expect((await outsider.page.request.get(`/w/${outsider.org}/bids/${lotId}`)).status()).toBe(404);

  // An invitee finds its letter, reads the invitation, accepts, and has the document; it learns of nobody else.
  const jia = await Bidder.arrives(browser, "甲一（演示）");
  await jia.page.goto(`/w/${jia.org}/inbox`);
  await jia.sees(/投标邀请书：清溪市文物库房改造工程/);
  await jia.page.goto(`/notices/${lot!.code}-ZB01`);
  await jia.sees("只发给受邀单位，不在媒介发布");
  await jia.opensBid(lotId);
  await expect(jia.page.getByRole("button", { name: "获取招标文件" })).toBeHidden();
  await sound(jia.page);
  await fits(jia.page);
  await jia.signWith("签章接受邀请");
  await jia.sees(/贵单位已接受邀请/);
  await jia.obtains(lotId);
  await expect(jia.page.getByText("第二信封").first()).toBeVisible();
  for (const name of ["乙水", "丙云"]) expect(await jia.page.content(), name).not.toContain(name);
  const yi = await Bidder.arrives(browser, "乙一（演示）");
  await yi.opensBid(lotId);
  await yi.page.getByLabel("谢绝的原因").fill("在建项目已满");
  await yi.signWith("签章谢绝");
  await yi.sees(/贵单位已谢绝邀请/);
  await expect(yi.page.getByRole("button", { name: "获取招标文件" })).toBeHidden();

  // Who runs the tender reads the answers.
  await agency.opensRoom(lotId, "invitations");
  await agency.sees(/接受邀请（/);
  await agency.sees(/谢绝邀请（.*在建项目已满/);
  await agency.sees("尚未回复");
  await agency.sees(/接受邀请的单位现为 1 个/);
  await sound(page);
  await fits(page);
});
