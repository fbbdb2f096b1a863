import { type Browser, expect, type Page, test } from "@playwright/test";
import { unzipSync, zipSync } from "fflate";
import { addDays, addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { DEMO_BILL, demoPrices, miscountedBill } from "@/dev/scenarios/bill";
import { formCommittee, seatMembers, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { draftLot, publish, simplePdf } from "@/dev/scenarios/tendering";
import { writeCsv, writeXlsx } from "@/documents/sheet/write";
import { priceSheet } from "@/lifecycle/bidding/bill/price-sheet";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { seats } from "@/lifecycle/seat/tables";
import { itemSheet } from "@/lifecycle/tender-document/bill/import-items";
import { asService } from "@/testing/lots";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { picture } from "../picture";
import { fits, sound } from "../sound";

type Stage = Awaited<ReturnType<typeof offstage>>;

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const sheetFile = (name: string, bytes: Uint8Array) => ({ name, mimeType: XLSX, buffer: Buffer.from(bytes) });
const PRICE = 1_201_000_000n;

/** The agency imports the bill at its screen; a sheet with a mistake is told by cell first. */
async function importsBill(browser: Browser, lotId: string): Promise<void> {
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  await agency.opensRoom(lotId, "documents");
  const form = page.getByRole("form", { name: "招标文件" });
  const sheet = itemSheet(DEMO_BILL.items);
  const spoiled = { ...sheet, rows: sheet.rows.map((row, i) => (i === 2 ? row.with(5, "0") : row)) };
  await form.getByLabel(/^导入工程量清单/).setInputFiles(sheetFile("清单.xlsx", writeXlsx(spoiled)));
  await expect(form.getByRole("alert")).toContainText("工作表“工程量清单”第 4 行 F 列：工程量须为大于 0 的数字");
  await form.getByLabel(/^导入工程量清单/).setInputFiles(sheetFile("清单.xlsx", writeXlsx(sheet)));
  await agency.sees("已导入 20 项");
  await form.getByRole("button", { name: "保存招标文件" }).click();
  await agency.sees("招标文件已保存");
  await form.getByText("工程量清单共 20 项").click();
  await fits(page);
  await picture(page, "bill-editor");
  await agency.leave();
}

/** The bidder imports with three mistakes, mends them, types the last price, and sees the sum become the price. */
async function pricesBill(page: Page): Promise<void> {
  const prices = demoPrices(PRICE);
  const { "010807001001": windows, ...most } = prices;
  const sheet = priceSheet(DEMO_BILL, most);
  const change: Readonly<Record<number, readonly [column: number, text: string]>> = {
    0: [3, "挖土"],
    3: [8, "五百"],
    17: [8, "299999"],
  };
  const rows = sheet.rows.map((row, i) => (change[i] ? row.with(...change[i]) : row));
  const chooser = page.getByLabel(/^导入填好的报价清单/);
  await chooser.setInputFiles(sheetFile("报价.xlsx", writeXlsx({ ...sheet, rows })));
  const alert = page.locator("#task-bill").getByRole("alert");
  await expect(alert).toContainText("没有导入，原来的内容没有改动。请一并改正以下 3 处");
  for (const said of [
    "第 2 行 D 列：项目名称被改动。应为“挖一般土方”，请改回。",
    "第 5 行 I 列：单价不是有效的金额。",
    "第 19 行 I 列：暂列金额不能改动。应为 300000.00，请改回。",
  ])
    await expect(alert).toContainText(said);
  await sound(page);
  await refusesHostile(page);
  await chooser.setInputFiles({ name: "报价.csv", mimeType: "text/csv", buffer: Buffer.from(writeCsv(sheet)) });
  await expect(page.getByText("已导入报价清单")).toBeVisible();
  await expect(page.getByText("还有 1 项未填")).toBeVisible();
  await expect(page.getByLabel(/^投标总价/)).toHaveValue("");
  // By keyboard: the last open price, then on to the next one.
  const open = page.getByLabel(/断桥铝合金窗 综合单价/);
  await open.fill(windows!);
  await open.press("Enter");
  await expect(page.getByLabel(/屋面卷材防水 综合单价/)).toBeFocused();
  await expect(page.getByText("¥12,010,000.00").first()).toBeVisible();
  await expect(page.getByLabel(/^投标总价/)).toHaveValue("12010000.00");
  await expect(page.getByLabel(/^投标总价/)).not.toBeEditable();
}

/** Files that are no honest sheet are refused by name, in the page's own worker, and what was there stays. */
async function refusesHostile(page: Page): Promise<void> {
  const workbook = unzipSync(writeXlsx(priceSheet(DEMO_BILL, {})));
  const chooser = page.getByLabel(/^导入填好的报价清单/);
  for (const [name, bytes, said] of [
    ["bomb.xlsx", zipSync({ ...workbook, "xl/worksheets/sheet1.xml": new Uint8Array(30_000_000) }), "解压后超过 16 MB"],
    ["macro.xlsx", zipSync({ ...workbook, "xl/vbaProject.bin": new Uint8Array(9) }), "表格文件含有宏"],
    ["rows.csv", Buffer.from("序号,分部\n1,x\n".repeat(50_000)), "超过 2001 行"],
  ] as const) {
    await chooser.setInputFiles(sheetFile(name, bytes));
    await expect(page.locator("#task-bill").getByRole("alert")).toContainText(said);
  }
}

/** Two more bids, of which one multiplies wrongly; then everything until the members are drawn. */
async function opens(stage: Stage, lotId: string, lotCode: string, deadline: Date): Promise<void> {
  await submit(stage, stage.person("yi"), lotId, {
    priceFen: PRICE + 2_000_000n,
    pricedBill: miscountedBill(lotCode, PRICE + 2_000_000n),
  });
  await submit(stage, stage.person("bing"), lotId, { priceFen: PRICE + 1_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await signRecord(stage, lotId, [stage.person("jia")]);
}

test("R-5.5.3 R-5.4.1 R-5.7.9: a bill of quantities from the agency's sheet over the bidder's to the committee", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const now = await stagehand.now();
  const deadline = new Date(Math.ceil(addDays(now, 21).getTime() / 3_600_000) * 3_600_000);
  const plan = { name: "清溪市清单报价工程（演示）", content: "建筑面积 4200 平方米", estimateFen: 1_280_000_000n };
  const { lotId, lotCode } = await draftLot(stage, { ...plan, saleDays: 15, deadline });
  await importsBill(browser, lotId);
  await publish(stage, lotId);

  const bidder = await Bidder.arrives(browser, "甲一（演示）");
  await bidder.obtains(lotId);
  await pricesBill(bidder.page);
  const pdf = async (name: string, line: string) => Buffer.from(await simplePdf(name, [line], now));
  const technical = { label: "技术文件", name: "技术文件.pdf", buffer: await pdf("技术文件", "演示内容") };
  const letter = { label: "投标函", name: "投标函.pdf" };
  // A letter that says another total is told before anything is sealed; the one that says the same is not.
  const other = await pdf("投标函", "我方的投标总价为人民币 12,100,000.00 元。");
  await bidder.fillsInBesidePrice([{ ...letter, buffer: other }, technical]);
  await bidder.sees("“投标函”的正文中写有投标总价 12,100,000.00 元，与开标一览表的 ¥12,010,000.00 不一致。");
  const same = await pdf("投标函", "我方的投标总价为人民币 12,010,000.00 元。");
  await bidder.page.getByLabel("更换“投标函”").setInputFiles({
    ...{ name: "投标函.pdf", mimeType: "application/pdf", buffer: same },
  });
  await expect(bidder.page.getByText("的正文中写有投标总价")).toBeHidden();
  await sound(bidder.page);
  await fits(bidder.page);
  await picture(bidder.page, "priced-bill");
  expect(await bidder.sealsAndSubmits(lotId)).toMatch(/^R-/);
  await bidder.leave();

  await opens(stage, lotId, lotCode, deadline);
  const evaluationAt = addHours(deadline, 4);
  const [own, ...others] = await formCommittee(stage, lotId, evaluationAt);
  await stagehand.travelTo(addMinutes(evaluationAt, -30));
  const [seat] = (await asService(stage, (tx) => tx.select().from(seats))).filter(({ id }) => id === own!.seatId);
  const expert = await Expert.arrives(browser, own!.person.name);
  await expert.checksIn(own!.member.id, seat!.code);
  await expert.declares();
  await seatMembers(stage, lotId, others);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
  const { page } = expert;
  await page.reload();

  // The list that agrees, and the one that does not: what was found is said, and the price stays what was sealed.
  await page.getByRole("button", { name: /^甲山建设集团/ }).click();
  await page.getByText("已标价工程量清单：算术检查全部相符").click();
  await expect(page.getByRole("region", { name: "已标价工程量清单" })).toContainText("¥12,010,000.00");
  await page.getByRole("button", { name: /^乙水建工/ }).click();
  await expect(page.getByText("已标价工程量清单：算术检查发现 3 处")).toBeVisible();
  await expect(page.getByText("010101002001：单价 ¥18.60 × 工程量应为 ¥108,996.00")).toBeVisible();
  await expect(page.getByText("不改变投标报价")).toBeVisible();
  await sound(page);
  await picture(page, "bill-findings");
  await stage.close();
  await stagehand.close();
});
