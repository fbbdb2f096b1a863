import { readFileSync } from "node:fs";
import { type Browser, type Download, expect, type Page, test } from "@playwright/test";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { DEMO_PASSWORD } from "@/dev/scenarios/cast";
import { formCommittee, seatMembers, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { seats } from "@/lifecycle/seat/tables";
import { asService, receivingLot } from "@/testing/lots";
import { Bidder } from "../actors/bidder";
import { demoCertificate } from "../actors/certificates";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { screenBid } from "../bids";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

type Stage = Awaited<ReturnType<typeof offstage>>;

const jsonFile = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });
const textOf = async (download: Download) => readFileSync(await download.path(), "utf8");

/** The leader names itself, two members and their shares, and adds the agreement. */
async function names(page: Page, stage: Stage, agreement: Buffer): Promise<void> {
  await page.getByLabel("以联合体投标").check();
  await page.getByRole("button", { name: "添加成员" }).click();
  const members = ["yi", "bing"].map((key) => stage.person(key));
  const rows = [
    ["牵头人", undefined, "主体结构施工", "60"],
    ["成员 1", members[0]!, "安装工程施工", "25.5"],
    ["成员 2", members[1]!, "装饰装修施工", "14"],
  ] as const;
  for (const [who, person, work, share] of rows) {
    const field = (label: string) => page.getByLabel(`${who}：${label}`);
    if (person) {
      await field("单位名称").fill(person.orgName);
      await field("统一社会信用代码").fill(person.creditCode);
    }
    await field("分工").fill(work);
    await field("份额（%）").fill(share);
    await field("资质").fill("建筑工程施工总承包三级（演示）");
  }
  await page.getByLabel(/^选择联合体协议/).setInputFiles({
    name: "联合体协议.pdf",
    mimeType: "application/pdf",
    buffer: agreement,
  });
}

/** A member in a browser of its own, without a session: it opens the request, reads, and signs; nothing leaves the page. */
async function consents(browser: Browser, request: string, key: string, looks = false): Promise<string> {
  const context = await browser.newContext({ baseURL: installation().url });
  const page = await context.newPage();
  await page.goto("/consortium-consent", { waitUntil: "networkidle" });
  const chooser = page.getByLabel(/^牵头人发来的签署请求/);
  if (looks) {
    await chooser.setInputFiles(jsonFile("请求.json", request.replace("安装工程施工", "安装工程")));
    await expect(page.getByText("2 核对内容")).toBeVisible();
    const spoiled = { ...(JSON.parse(request) as object), agreement: Buffer.from("%PDF-x").toString("base64url") };
    for (const [text, said] of [
      [JSON.stringify(spoiled), "与其校验值不符，没有打开"],
      ["[]", "这不是联合体签署请求"],
    ] as const) {
      await chooser.setInputFiles(jsonFile("请求.json", text));
      await expect(page.getByRole("alert").filter({ hasText: said })).toBeVisible();
    }
  }
  // The line is cut from here on: everything is done on this computer.
  await context.setOffline(true);
  await chooser.setInputFiles(jsonFile("请求.json", request));
  await expect(page.getByRole("region", { name: "联合体各方" })).toContainText("25.5%");
  const sign = page.getByRole("button", { name: "签署并保存签署文件" });
  await page.getByLabel("证书口令").fill(DEMO_PASSWORD);
  if (looks) {
    for (const [other, said] of [
      ["ding", "不在联合体名单中，没有签署"],
      ["jia", "所用证书属于牵头人"],
    ] as const) {
      await page.getByLabel(/^本单位机构证书文件/).setInputFiles(demoCertificate(other));
      await sign.click();
      await expect(page.getByRole("alert").filter({ hasText: said })).toBeVisible();
    }
    await fits(page);
  }
  await page.getByLabel(/^本单位机构证书文件/).setInputFiles(demoCertificate(key));
  const [saved] = await Promise.all([page.waitForEvent("download"), sign.click()]);
  await expect(page.getByText("签署文件已保存到本机")).toBeVisible();
  if (looks) {
    await sound(page);
    await picture(page, "consortium-consent");
  }
  const text = await textOf(saved);
  await context.close();
  return text;
}

const requestOf = async (page: Page): Promise<string> => {
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "保存签署请求" }).click(),
  ]);
  return textOf(saved);
};

const imports = (page: Page, ...files: ReturnType<typeof jsonFile>[]) =>
  page.getByLabel(/^导入成员的签署文件/).setInputFiles(files);

test("R-5.5.4: a leader and its members bid together, the tool blocks what is not signed, and hall and committee read the members", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, deadline } = await receivingLot(stage, "清溪市联合体投标工程", { consortium: true });
  const leader = await Bidder.arrives(browser, "甲一（演示）");
  const { page } = leader;
  await leader.obtains(lotId);
  const bid = await screenBid(await stagehand.now());
  await leader.fillsIn(bid);
  await names(page, stage, bid.files[0]!.buffer);

  // Wrong shares, then missing members: told, and nothing is sealed.
  const check = page.locator("#task-check");
  await expect(check).toContainText("联合体各方的份额合计须为 100%");
  await expect(page.getByRole("button", { name: "保存签署请求" })).toBeDisabled();
  await page.getByLabel("成员 2：份额（%）").fill("14.5");
  const [yi, bing] = ["yi", "bing"].map((key) => stage.person(key).orgName) as [string, string];
  await expect(check).toContainText(`缺少成员“${yi}”的签章`);
  await expect(page.getByRole("button", { name: "进入签章与加密" })).toBeDisabled();
  await sound(page);
  await fits(page);
  await picture(page, "consortium-room");

  // Members sign by themselves; a broken file, and a consent to what stood there before, are told.
  const before = await requestOf(page);
  const [ofYi, ofBing] = [await consents(browser, before, "yi", true), await consents(browser, before, "bing")];
  const broken = JSON.parse(ofYi) as { statement: { payload: string; cms: string } };
  broken.statement.cms = broken.statement.cms.slice(0, -8).concat("AAAAAAAA");
  await imports(page, jsonFile("坏.json", JSON.stringify(broken)), jsonFile("空.json", "{}"));
  await expect(page.getByRole("alert").filter({ hasText: "坏.json：成员签署文件的签章无效" })).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "空.json：这不是成员返回的签署文件" })).toBeVisible();
  await imports(page, jsonFile("乙.json", ofYi), jsonFile("丙.json", ofBing));
  await expect(page.getByRole("list", { name: "成员签章情况" })).not.toContainText("未签章");
  await leader.sees("全部检查通过，可以加密递交");
  await page.getByLabel("成员 1：分工").fill("安装工程与调试");
  await expect(check).toContainText(`成员“${yi}”签署的是另一份协议或另一组成员`);
  await page.getByLabel("成员 1：分工").fill("安装工程施工");
  await leader.sees("全部检查通过，可以加密递交");
  await leader.sees("已保存到本机");
  await page.reload();
  await leader.sees("全部检查通过，可以加密递交");
  await leader.goesToSeal();
  await leader.sees("协议与各成员签章齐全");
  await leader.encrypts();
  expect(await leader.submits(lotId)).toMatch(/^R-/);

  // Nothing that the platform holds tells of it.
  const lines = await stagehand.sql`
    select seq from trail_lines where lot_id = ${lotId} and (facts::text like '%联合体%' or facts::text like ${`%${yi}%`})`;
  expect(lines).toHaveLength(0);
  const title = `联合体（牵头人：${stage.person("jia").orgName}；成员：${yi}、${bing}）`;

  // One member bids alone as well.
  await submit(stage, stage.person("yi"), lotId, { priceFen: 470_000_000n });
  await submit(stage, stage.person("ding"), lotId, { priceFen: 475_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  await leader.entersHall(lotId);
  await expect(page.getByText("成员：")).toBeHidden();
  await leader.decrypts();
  for (const key of ["yi", "ding"]) await decrypt(stage, stage.person(key), lotId);
  await expect(page.getByRole("rowheader", { name: title })).toBeVisible({ timeout: 30_000 });
  await sound(page);
  await fits(page);
  await picture(page, "consortium-hall");
  await signRecord(stage, lotId, [stage.person("jia")]);
  await leader.leave();

  const evaluationAt = addHours(deadline, 4);
  const [own, ...others] = await formCommittee(stage, lotId, evaluationAt);
  await stagehand.travelTo(addMinutes(evaluationAt, -30));
  const [seat] = (await asService(stage, (tx) => tx.select().from(seats))).filter(({ id }) => id === own!.seatId);
  const expert = await Expert.arrives(browser, own!.person.name);
  await expert.checksIn(own!.member.id, seat!.code);
  // Whom a member must stay away from is asked with every company by name.
  await expect(expert.page.getByText(title)).toBeVisible();
  await expert.declares();
  await seatMembers(stage, lotId, others);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
  await expert.page.reload();
  await expert.page.getByRole("button", { name: title }).click();
  await expect(expert.page.getByText("联合体：核对发现 1 处")).toBeVisible();
  await expect(expert.page.getByText(`“${yi}”同时出现在：`)).toBeVisible();
  const [agreement] = await Promise.all([
    expert.page.waitForEvent("download"),
    expert.page.getByRole("button", { name: "下载联合体协议" }).click(),
  ]);
  expect(readFileSync(await agreement.path()).equals(bid.files[0]!.buffer)).toBe(true);
  await sound(expert.page);
  await fits(expert.page);
  await picture(expert.page, "consortium-seat");
  await stage.close();
  await stagehand.close();
});
