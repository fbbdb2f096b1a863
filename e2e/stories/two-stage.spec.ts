import { expect, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { simplePdf } from "@/dev/scenarios/tendering";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
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
