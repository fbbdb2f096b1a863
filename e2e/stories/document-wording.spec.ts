import { expect, test } from "@playwright/test";
import { PDFDocument } from "pdf-lib";
import { addDays, formatClock } from "@/core/time";
import { simplePdf } from "@/dev/scenarios/tendering";
import { Agency } from "../actors/agency";
import { backstage } from "../actors/clock";
import { watchResponses } from "../actors/watch";
import { picture } from "../picture";
import { fits, sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

test("R-5.4.11: an agency uploads a document that asks for local works on page two, is told the page, and answers", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const stagehand = backstage();
  const start = await stagehand.now();
  const plan = {
    project: "清溪市第五小学新建工程（演示）",
    content: "教学楼一栋，建筑面积 6200 平方米",
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
  const clauses = Array.from({ length: 45 }, (_, i) => `第 ${i + 1} 条 按图施工。`);
  const buffer = Buffer.from(await simplePdf("招标文件", [...clauses, "须具有本市类似工程业绩。"], start));
  const scan = await PDFDocument.create();
  scan.addPage();
  const drawings = { name: "图纸扫描.pdf", mimeType: "application/pdf", buffer: Buffer.from(await scan.save()) };
  await agency.writesDocument(lotId, plan, { name: "招标文件.pdf", buffer }, async () => {
    const form = page.getByRole("form", { name: "招标文件" });
    await form.getByLabel(/^招标文件（PDF/).setInputFiles(drawings);
    await expect(form.getByRole("link", { name: drawings.name })).toBeVisible();
  });
  await agency.writesNotice(lotId, plan);

  // The page waits for the reading by itself.
  await agency.opensRoom(lotId, "check");
  const check = page.getByRole("region", { name: "发布检查" });
  const row = (name: RegExp) => check.getByRole("row", { name });
  await expect(row(/“招标文件\.pdf”的文字检查/)).toContainText("已检查 2 页", { timeout: 30_000 });
  await expect(row(/“图纸扫描\.pdf”的文字检查/)).toContainText("可能是扫描件", { timeout: 30_000 });
  const finding = row(/业绩、奖项为条件（招标文件“招标文件\.pdf”第 2 页）/);
  await expect(finding).toContainText("“须具有本市类似工程业绩”");
  await expect(page.getByRole("button", { name: "签章并发布" })).toBeDisabled();
  await sound(page);
  await fits(page);
  await picture(page, "document-wording");

  await finding.getByText("保留该表述并说明理由").click();
  await finding.getByLabel(/^理由/).fill("本项目须熟悉本市地质条件，已报监督部门。");
  await finding.getByRole("button", { name: "保存理由" }).click();
  await expect(finding).toContainText("说明：本项目须熟悉本市地质条件");
  await calm.expectCalm();
  await stagehand.close();
});
