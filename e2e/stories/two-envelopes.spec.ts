import { type Browser, expect, type Page, test } from "@playwright/test";
import { addHours, addMinutes, formatClock } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { closeFirstEnvelopes, formCommittee, review, seatMembers, signReportAll } from "@/dev/scenarios/evaluate";
import { decrypt } from "@/dev/scenarios/opening";
import { simplePdf } from "@/dev/scenarios/tendering";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { seats } from "@/lifecycle/seat/tables";
import { asService } from "@/testing/lots";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { PersonAtScreen } from "../actors/person";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

type Stage = Awaited<ReturnType<typeof offstage>>;

const wall = (date: Date): string => formatClock(date).replace(" ", "T");
const PRICE = "4,876,543.21";
const PRICES = { yi: 476_543_218n, bing: 465_432_187n, ding: 454_321_876n };

/** The bidder prepares its bid: each thing lies in an envelope, and a price in the first one is told. */
async function prepares(bidder: Bidder, now: Date): Promise<void> {
  const { page } = bidder;
  const pdf = async (name: string, line: string) => Buffer.from(await simplePdf(name, [line], now));
  await expect(page.getByLabel(/^投标总价.*第二信封/)).toBeVisible();
  await expect(page.getByLabel(/^工期.*第一信封/)).toBeVisible();
  const technical = { label: "技术文件", name: "技术文件.pdf", buffer: await pdf("技术文件", "演示内容") };
  const letter = await pdf("投标函", `我方的投标总价为人民币 ${PRICE} 元。`);
  await page.getByLabel(/^投标总价/).fill(PRICE);
  await page.getByLabel(/^工期/).fill("260");
  await page.getByLabel(/^质量/).fill("合格");
  await page.getByLabel(/^项目负责人(?!证书)/).fill("钱程（演示）");
  await page.getByLabel(/^项目负责人证书编号/).fill("黔建演示-0007");
  await bidder.declaresNoInterest();
  for (const { label, name, buffer } of [technical, { label: "投标函", name: "投标函.pdf", buffer: letter }])
    await page.getByLabel(`选择“${label}”的 PDF`).setInputFiles({ name, mimeType: "application/pdf", buffer });
  await bidder.sees(`“投标函”在第一信封内，正文中写有投标总价 ${PRICE} 元。`);
  const silent = await pdf("投标函", "投标报价见第二信封。");
  await page
    .getByLabel("更换“投标函”")
    .setInputFiles({ name: "投标函.pdf", mimeType: "application/pdf", buffer: silent });
  await expect(page.getByText("正文中写有投标总价")).toBeHidden();
  await bidder.sees("全部检查通过，可以加密递交");
  await bidder.sees("已保存到本机");
  await sound(page);
  await fits(page);
  await picture(page, "two-envelopes-bid-room");
}

/** One member at the screen and four without one, up to the result of the first envelopes. */
async function judgesFirst(
  browser: Browser,
  stage: Stage,
  lotId: string,
  evaluationAt: Date,
  travel: () => Promise<void>,
) {
  const committee = await formCommittee(stage, lotId, evaluationAt);
  await travel();
  const [own, ...others] = committee;
  const [seat] = (await asService(stage, (tx) => tx.select().from(seats))).filter(({ id }) => id === own!.seatId);
  const expert = await Expert.arrives(browser, own!.person.name);
  await expert.checksIn(own!.member.id, seat!.code);
  await expert.declares();
  await seatMembers(stage, lotId, others);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
  const failing = (await asService(stage, (tx) => evaluatedBids(tx, lotId))).find(
    ({ orgId }) => orgId === stage.person("ding").orgId,
  )!;
  await review(stage, lotId, committee, "preliminary", [failing.bidId]);
  await review(stage, lotId, committee, "detailed");
  return { committee, expert, others };
}

const showsNoPrice = async (page: Page) => {
  const text = (await page.locator("body").innerText()).replaceAll(",", "");
  for (const price of ["4876543.21", "4765432.18", "4654321.87", "4543218.76"]) expect(text).not.toContain(price);
};

test("R-5.6.11 R-O.26b: two envelopes, from the bid room over both openings to the report, by people at their screens", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const stagehand = backstage();
  const stage = await offstage();
  const name = "清溪市双信封工程（演示）";
  const { lotId, lotCode, deadline } = await receivingLot(stage, stagehand, name, { twoEnvelopes: true });

  const bidder = await Bidder.arrives(browser, "甲一（演示）");
  await bidder.obtains(lotId);
  await prepares(bidder, await stagehand.now());
  await bidder.goesToSeal();
  await bidder.sees("两个信封用不同的密钥加密，分两次开启");
  await bidder.encrypts();
  await bidder.submits(lotId);
  for (const [key, priceFen] of Object.entries(PRICES)) await submit(stage, stage.person(key), lotId, { priceFen });

  // The first opening: everything but the price.
  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O1");
  await bidder.entersHall(lotId);
  await bidder.sees("第一信封开标");
  await bidder.signWith("解密第一信封");
  for (const key of Object.keys(PRICES)) await decrypt(stage, stage.person(key), lotId);
  await expect(bidder.page.getByRole("heading", { name: "唱标" })).toBeVisible({ timeout: 30_000 });
  await bidder.sees("报价在第二信封内，没有开启，继续保持加密");
  await showsNoPrice(bidder.page);
  await picture(bidder.page, "two-envelopes-first-hall");
  await bidder.confirmsRecord();
  const agency = await Agency.arrives(browser);
  await agency.signsRecord(lotId);

  // The committee judges the first envelopes and closes them.
  const evaluationAt = addHours(deadline, 4);
  const { committee, expert, others } = await judgesFirst(browser, stage, lotId, evaluationAt, () =>
    stagehand.travelTo(addMinutes(evaluationAt, -30)),
  );
  await expert.page.reload();
  await expert.sees("报价在第二信封内，尚未开启");
  await expert.sees("未通过：RJ-6");
  await showsNoPrice(expert.page);
  await sound(expert.page);
  await fits(expert.page);
  await picture(expert.page, "two-envelopes-first-result");
  await expert.signWith("签署第一信封评审结果");
  await closeFirstEnvelopes(stage, lotId, others);
  await expert.sees("等待公布第二信封开标时间");

  // The agency announces the time; at that time it begins by itself.
  const at = new Date(Math.ceil(addHours(await stagehand.now(), 1).getTime() / 60_000) * 60_000);
  await agency.opensRoom(lotId, "opening");
  await agency.page.getByLabel(/^第二信封开标时间/).fill(wall(at));
  await picture(agency.page, "two-envelopes-announce");
  await agency.page.getByRole("button", { name: "公布第二信封开标时间" }).click();
  await agency.sees(/第二信封开标时间.*到时自动开始/);
  await stagehand.travelTo(at);
  await bidder.entersHall(lotId);
  await bidder.sees("通过第一信封评审的名单已公布，正在解密第二信封");
  const failed = await Bidder.arrives(browser, "丁一（演示）");
  await failed.entersHall(lotId);
  await failed.sees("未通过第一信封评审，第二信封不开启，永久保持加密");
  await expect(failed.page.getByRole("button", { name: /^解密/ })).toBeHidden();
  await bidder.signWith("解密第二信封");
  await decrypt(stage, stage.person("yi"), lotId);
  for (const page of [bidder.page, failed.page, expert.page, agency.page]) await showsNoPrice(page);
  await decrypt(stage, stage.person("bing"), lotId);
  await expect(bidder.page.getByRole("heading", { name: "唱标（第二信封）" })).toBeVisible({ timeout: 30_000 });
  await bidder.sees(`¥${PRICE}`);
  await expect(bidder.page.getByText("4,543,218.76")).toBeHidden();
  await sound(bidder.page);
  await fits(bidder.page);
  await picture(bidder.page, "two-envelopes-second-hall");
  await bidder.confirmsRecord();
  await agency.signsRecord(lotId);

  // The supervisor and everybody else read both records; the committee signs the report.
  const supervisor = await PersonAtScreen.signedIn(browser, stage.person("supervisor").name);
  await supervisor.page.goto(`/supervise/live/${lotId}`);
  await expect(supervisor.page.getByText("第二信封开标开始，公布通过第一信封评审的投标人名单").first()).toBeVisible();
  const visitor = await (await browser.newContext({ baseURL: installation().url })).newPage();
  await visitor.goto(`/tenders/${lotCode}/opening`);
  await expect(visitor.getByRole("heading", { name: "第二信封开标记录" })).toBeVisible();
  await expect(visitor.getByRole("heading", { name: "第一信封开标记录" })).toBeVisible();
  await expect(visitor.getByText(`¥${PRICE}`).first()).toBeVisible();
  await expect(visitor.getByText("4,543,218.76")).toBeHidden();
  await sound(visitor);
  await fits(visitor);
  await picture(visitor, "two-envelopes-records");
  await expert.page.reload();
  await expert.signsReport();
  await signReportAll(stage, lotId, others);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("E2");
  expect(committee).toHaveLength(5);
  await stage.close();
  await stagehand.close();
});
