import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { watchResponses } from "../actors/watch";
import { fits, sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

test("R-5.4.11 R-5.4.2 R-5.2.4 R-5.3.1: an agency writes under a live check, answers a finding, publishes under a mandate; the tenderer withdraws", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const stagehand = backstage();
  const start = await stagehand.now();
  const plan: TenderPlan = {
    project: "清溪市滨河公园提升工程（演示）",
    content: "公园步道和绿化，面积 9000 平方米",
    estimate: "10,000,000.00",
    ceiling: "10,000,000.00",
    security: "100,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 10)),
    deadline: wall(new Date(Math.ceil(addDays(start, 21).getTime() / 3_600_000) * 3_600_000)),
  };
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  const calm = watchResponses(page);
  const lotId = await agency.drafts(plan);
  const live = page.getByRole("complementary", { name: "边写边查" });

  // The check follows the keys: 2.01 per cent is red before anything is saved, and so is a floor on prices.
  const form = page.getByRole("form", { name: "招标文件" });
  await expect(live.getByText("投标保证金").first()).toBeAttached();
  await form.getByLabel("投标保证金（元）").fill("201,000.00");
  await expect(live.getByText(/将投标保证金降至 ¥200,000\.00/)).toBeVisible();
  await form.getByLabel("投标人须知摘要").fill("本项目最低投标限价为 500 万元。");
  await expect(live.getByText("未规定最低投标限价")).toBeVisible();
  await form.getByLabel("投标人须知摘要").fill("");
  await form.getByLabel("投标保证金（元）").fill(plan.security);
  await expect(live.getByText(/将投标保证金降至/)).toBeHidden();

  // Composed from the model text, with one departure, which is marked.
  await form.getByLabel("编制方式").selectOption("works");
  await form.getByRole("button", { name: "按示范文本生成 PDF 并保存" }).click();
  await agency.sees("须由贵单位填写");
  await form.getByLabel(/^工程内容与标准/).fill("按施工图和现行规范施工。");
  await form.getByText("合同主要条款", { exact: true }).click();
  await form
    .getByLabel(/^工期（?/)
    .first()
    .fill("工期为 180 日历天。");
  await expect(form.getByText("与示范文本不同").first()).toBeVisible();
  await form.getByRole("button", { name: "按示范文本生成 PDF 并保存" }).click();
  await agency.sees("并生成“招标文件（示范文本编制）.pdf”");
  await sound(page);
  await fits(page);

  // A demand for local works: amber while it is written, and nobody publishes before it is answered.
  await agency.writesNotice(lotId, plan, async () => {
    await page
      .getByRole("form", { name: "日程与公告" })
      .getByLabel("投标人资格能力要求")
      .fill("须具有本市类似工程业绩");
    await expect(live.getByText(/以指定行政区域的业绩、奖项为条件/)).toBeVisible();
  });
  await agency.opensRoom(lotId, "check");
  const publish = page.getByRole("button", { name: "签章并发布" });
  await expect(publish).toBeDisabled();
  await agency.sees(/委托代理合同、疑似限制/);
  await page.getByText("保留该表述并说明理由").click();
  await page.getByLabel(/^理由/).fill("本项目须熟悉本市河道汛期，已报监督部门。");
  await page.getByRole("button", { name: "保存理由" }).click();
  await agency.sees(/说明：本项目须熟悉本市河道汛期/);
  await expect(publish).toBeDisabled();

  // The mandate, signed by both.
  await agency.proposesMandate(lotId);
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.signsMandate(lotId);
  await agency.opensRoom(lotId, "check");
  await page.getByText("预览公告（发布后看到的内容）").click();
  await expect(page.getByText("将要签署的校验值 SHA-256")).toBeVisible();
  await page.getByText("结构化数据（与页面同一内容）").click();
  await expect(page.getByText('"format": "xinbiao-notice/1"')).toBeVisible();
  await sound(page);
  await fits(page);
  await agency.publishes(lotId);

  // A bidder takes the whole document as one file and verifies it away from the platform.
  const bidder = await Bidder.arrives(browser, "甲一（演示）");
  await bidder.obtains(lotId);
  const [download] = await Promise.all([
    bidder.page.waitForEvent("download"),
    bidder.page.getByRole("link", { name: "结构化招标文件（.xtd）" }).click(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-xtd-"));
  try {
    await download.saveAs(join(folder, "document.xtd"));
    const verify = spawnSync(process.execPath, [resolve("bin/xinbiao.mjs"), "verify", "document.xtd"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(verify.status, verify.stdout + verify.stderr).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }

  // The tenderer withdraws the notice; the notice of it stands beside the first one, and the holder is told.
  const [lot] = await stagehand.sql<{ code: string }[]>`select code from lots where id = ${lotId}`;
  await tenderer.page.goto(`/w/${tenderer.org}/tenders/${lotId}?tab=schedule`);
  await tenderer.page.getByText("撤回公告（终止招标）").click();
  await tenderer.page.getByLabel("撤回原因（将公布）").fill("汛期洪水冲毁施工场地，项目不再实施。");
  await tenderer.page.getByLabel("因不可抗力").check();
  await tenderer.signWith("签章并撤回公告");
  await expect(tenderer.page.getByRole("link", { name: /撤回公告（终止招标）$/ })).toBeVisible();
  await bidder.page.goto(`/tenders/${lot!.code}`);
  await bidder.sees(/终止招标：招标人已撤回公告/);
  await expect
    .poll(
      async () => (await stagehand.sql`select 1 from letters where lot_id = ${lotId} and kind = 'withdrawn'`).length,
    )
    .toBe(1);
  await calm.expectCalm();
  await stagehand.close();
});
