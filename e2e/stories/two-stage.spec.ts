import { expect, test } from "@playwright/test";
import { addDays, addMinutes, formatClock } from "@/core/time";
import { decryptApplication } from "@/dev/scenarios/opening";
import { apply, inviteQualified, openPrequalification } from "@/dev/scenarios/prequalification";
import { simplePdf } from "@/dev/scenarios/tendering";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { offstage } from "../actors/offstage";
import { PersonAtScreen } from "../actors/person";
import { screenBid } from "../bids";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

test("IR30: an agency asks for technical proposals without a price first, and a bidder hands one in", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const stagehand = backstage();
  const start = await stagehand.now();
  const plan: TenderPlan = {
    project: "清溪市轨道交通监控系统（演示）",
    content: "综合监控系统设计、供货和安装",
    estimate: "60,000,000.00",
    ceiling: "60,000,000.00",
    security: "600,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 8)),
    deadline: wall(addDays(start, 60)),
  };
  // Two stages go neither with an invitation nor with a prequalification.
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  const lotId = await agency.drafts(plan, async () => {
    await page.getByLabel("资格审查方式").selectOption("pre");
    await page.getByLabel("两阶段招标").check();
    await expect(page.getByLabel("资格审查方式")).toHaveValue("post");
    await page.getByLabel("招标方式").selectOption("invited");
    await expect(page.getByLabel("两阶段招标")).not.toBeChecked();
    await page.getByLabel("两阶段招标").check();
    await expect(page.getByLabel("招标方式")).toHaveValue("open");
  });
  await agency.proposesMandate(lotId);
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.signsMandate(lotId);
  await agency.opensRoom(lotId, "check");
  await agency.sees(/本标段采用两阶段招标/);
  await agency.opensRoom(lotId, "prequalification");
  const form = page.getByRole("form", { name: "第一阶段文件" });
  await form.getByLabel("实施地点").fill("清溪市演示新区");
  await form.getByLabel("工期（交货期、服务期）").fill("500 日历天");
  await form.getByLabel("联系电话").fill("0851-00000000");
  await form.getByLabel("投标人资格能力要求").fill("具有监控系统设计、集成能力");
  // A price is asked for in the second stage alone.
  const fields = form.getByLabel(/^技术建议表栏目/);
  const usual = await fields.inputValue();
  await fields.fill(`${usual}\n投标报价`);
  await form.getByRole("button", { name: "保存第一阶段文件" }).click();
  await agency.sees(/第一阶段提交不带报价的技术建议/);
  await fields.fill(usual);
  await form.getByRole("button", { name: "保存第一阶段文件" }).click();
  await agency.sees("全部通过，可以发布");
  await sound(page);
  await fits(page);
  await picture(page, "two-stage-form");
  await agency.signWith("签章并发布招标公告（两阶段招标第一阶段）");
  await expect(page.getByText("距技术建议提交截止")).toBeVisible();
  const [lot] = await stagehand.sql<{ code: string }[]>`select code from lots where id = ${lotId}`;

  const stranger = await browser.newPage({ baseURL: installation().url });
  await stranger.goto(`/tenders/${lot!.code}`);
  await expect(stranger.getByText("征集技术建议").first()).toBeVisible();
  await expect(stranger.getByRole("link", { name: "提交技术建议" })).toBeVisible();
  expect(await stranger.getByRole("main").innerText()).not.toContain("资格预审");
  await sound(stranger);
  await fits(stranger);
  await picture(stranger, "two-stage-public");

  const jia = await Bidder.arrives(browser, "甲一（演示）");
  await jia.opensBid(lotId);
  await jia.page.getByRole("button", { name: "获取第一阶段文件" }).click();
  await expect(jia.page.getByRole("table", { name: "技术建议应当说明的内容" })).toBeVisible();
  await jia.page.getByLabel("技术负责人", { exact: true }).fill("钱程（演示）");
  await jia.page.getByLabel("技术建议要点").fill("云边协同的综合监控架构");
  const buffer = Buffer.from(await simplePdf("技术建议书", ["甲建集团（演示）"], start));
  const file = { name: "技术建议书.pdf", mimeType: "application/pdf", buffer };
  await jia.page.getByLabel("选择“技术建议书”的 PDF").setInputFiles(file);
  await jia.sees("全部检查通过，可以加密递交");
  await jia.sees("已保存到本机");
  expect(await jia.page.getByRole("main").innerText()).not.toContain("资格预审");
  await sound(jia.page);
  await fits(jia.page);
  await picture(jia.page, "two-stage-proposal");
  await jia.sealsAndSubmits(lotId);
  await jia.sees("技术建议文件已收到，未开启");
  await picture(jia.page, "two-stage-receipt");
  await stranger.reload();
  expect(await stranger.content()).not.toContain("甲建");
  await stagehand.close();
});

test("IR30: the proposals are opened for their readers alone, and only who handed one in bids in the second stage", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const [stage, stagehand] = [await offstage(), backstage()];
  const [jia, yi, bing, ding] = ["jia", "yi", "bing", "ding"].map((key) => stage.person(key)) as [
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
    ReturnType<typeof stage.person>,
  ];
  const { lotId, deadline } = await openPrequalification(stage, {
    name: "清溪市排水监测系统（演示）",
    content: "排水管网在线监测系统的设计、供货",
    estimateFen: 600_000_000n,
    twoStage: true,
  });
  for (const who of [jia, yi, bing, ding]) await apply(stage, who, lotId);
  const names = [jia, yi, bing, ding].map(({ orgName }) => orgName);

  // What is objected to is the document of the first stage.
  const bidder = await Bidder.arrives(browser, jia.name);
  await bidder.opensBid(lotId);
  await bidder.page.getByText("提出异议", { exact: true }).click();
  await expect(bidder.page.getByRole("form", { name: "提出对第一阶段文件的异议" })).toBeVisible();
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  await agency.opensRoom(lotId, "prequalification");
  const readers = page.getByRole("region", { name: "阅读技术建议的人员" });
  await readers.getByRole("combobox", { name: "人员" }).selectOption({ label: "贺明（演示）" });
  await readers.getByRole("button", { name: "加入" }).click();
  await expect(readers.getByText(/贺明（演示）.*声明未签署/)).toBeVisible();
  for (const name of names) await expect(page.getByText(name)).toHaveCount(0);
  await sound(page);
  await fits(page);
  await picture(page, "two-stage-readers");

  // The deadline passes; each decrypts its own, and one does not.
  await stagehand.travelTo(deadline);
  await expect
    .poll(async () => (await stagehand.sql`select state from lots where id = ${lotId}`)[0]!.state, { timeout: 60_000 })
    .toBe("P2");
  await bidder.opensBid(lotId);
  await sound(bidder.page);
  await fits(bidder.page);
  await picture(bidder.page, "two-stage-decrypt");
  await bidder.signWith("解密技术建议");
  await bidder.sees("已解密，等待研究技术建议");
  for (const who of [yi, bing]) await decryptApplication(stage, who, lotId);
  await page.reload();
  await page.getByRole("button", { name: "开始研究技术建议" }).click();
  await agency.sees(/技术建议解密尚未结束|解密尚未结束/);
  await picture(page, "two-stage-opening");
  for (const name of names) await expect(page.getByText(name)).toHaveCount(0);
  await stagehand.travelTo(addMinutes(deadline, 61));
  await page.getByRole("button", { name: "开始研究技术建议" }).click();
  await agency.sees(/技术建议不评审，不评定是否通过/);

  // The host reads; somebody of the tenderer once the declaration is signed.
  await expect(page.getByRole("region", { name: /^技术建议 / })).toHaveCount(4);
  await agency.sees("技术建议未开启，不参加第二阶段");
  await sound(page);
  await fits(page);
  await picture(page, "two-stage-study");
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.page.goto(`/w/${tenderer.org}/tenders/${lotId}?tab=prequalification`);
  await expect(tenderer.page.getByRole("heading", { name: "回避和保密声明" })).toBeVisible();
  for (const name of names) await expect(tenderer.page.getByText(name)).toHaveCount(0);
  await sound(tenderer.page);
  await fits(tenderer.page);
  await picture(tenderer.page, "two-stage-declaration");
  await tenderer.signWith("签署声明");
  await expect(tenderer.page.getByRole("region", { name: /^技术建议 / })).toHaveCount(4);
  await picture(tenderer.page, "two-stage-reader");
  const supervisor = await PersonAtScreen.signedIn(browser, stage.person("supervisor").name);
  await supervisor.page.goto("/supervise");
  await expect(supervisor.page.getByRole("region", { name: "研究技术建议" })).toBeVisible();
  await supervisor.page.goto(`/supervise/live/${lotId}`);
  await expect(supervisor.page.getByRole("region", { name: /^技术建议 / })).toHaveCount(4);
  expect(await supervisor.page.getByRole("main").innerText()).not.toMatch(/资格预审|资格评审/);
  await sound(supervisor.page);
  await fits(supervisor.page);
  await picture(supervisor.page, "two-stage-supervisor");

  // The end of the study is told to each, of itself alone.
  await agency.signWith("签章结束第一阶段");
  await agency.sees(/第一阶段已结束。请编制招标文件/);
  await picture(page, "two-stage-ended");
  await bidder.opensBid(lotId);
  await bidder.sees("第一阶段已结束，本单位可以参加第二阶段投标");
  for (const name of names.slice(1)) await expect(bidder.page.getByText(name)).toHaveCount(0);
  const silent = await Bidder.arrives(browser, ding.name);
  await silent.opensBid(lotId);
  await silent.sees("第一阶段已结束，本单位不能参加第二阶段投标");
  await silent.sees("在规定的解密时间内未解密，技术建议未开启");
  await picture(silent.page, "two-stage-silent");

  // The tender document goes to the three, who bid with a price; for the others there is none.
  await inviteQualified(stage, lotId);
  await silent.opensBid(lotId);
  await silent.sees(/贵单位没有在第一阶段提交技术建议|不在第一阶段|不能获取招标文件/);
  await bidder.opensBid(lotId);
  await bidder.signWith("签章接受邀请");
  await bidder.sees(/贵单位已接受邀请/);
  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(await stagehand.now(), "5,800,000.00"));
  expect(await bidder.page.getByRole("main").innerText()).not.toMatch(/资格预审|资格评审/);
  await fits(bidder.page);
  await picture(bidder.page, "two-stage-bid");
  await bidder.sealsAndSubmits(lotId);
  await bidder.sees("已收到，未开启");

  // The host reads who takes part, and not who has handed in; the supervisor the same.
  await agency.opensRoom(lotId, "invitations");
  await expect(page.getByRole("row", { name: new RegExp(`${jia.orgName}.*接受`) })).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(4);
  await sound(page);
  await fits(page);
  await picture(page, "two-stage-replies");
  await supervisor.page.goto(`/supervise/live/${lotId}`);
  await expect(supervisor.page.getByRole("heading", { name: "在第一阶段提交技术建议的投标人的回复" })).toBeVisible();
  await picture(supervisor.page, "two-stage-supervised");
  await tenderer.page.goto(`/w/${tenderer.org}/tenders/${lotId}?tab=invitations`);
  await tenderer.sees(/其回复在开标前保密/);
  for (const name of names) await expect(tenderer.page.getByText(name)).toHaveCount(0);
  await stage.close();
  await stagehand.close();
});
