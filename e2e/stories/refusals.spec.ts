import { createHash } from "node:crypto";
import { expect, type Route, test } from "@playwright/test";
import { addMinutes, formatMoment } from "@/core/time";
import { obtain, seal, submit } from "@/dev/scenarios/bidding";
import { HttpRefusal, httpActor } from "@/dev/scenarios/http-actor";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { expectSpoken, watchResponses } from "../actors/watch";
import { bidsOf, refusedAtReceipt, screenBid, storedUnits } from "../bids";
import { installation } from "../installation";

test("RF-03: a package sealed for another lot is refused, leaves nothing, and is received where it belongs", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const meant = await receivingLot(stage, stagehand, "封装对照甲工程（演示）");
  const other = await receivingLot(stage, stagehand, "封装对照乙工程（演示）");
  const ding = stage.person("ding");
  for (const { lotId } of [meant, other]) await obtain(stage, ding, lotId);
  const sealed = await seal(stage, ding, meant.lotId, { priceFen: 470_000_000n });

  const wire = httpActor(installation().url, ding);
  await wire.signIn();
  const refused = await wire.deliver(other.lotId, sealed).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HttpRefusal);
  const { status, code, sentence } = refused as HttpRefusal;
  expect([status, code]).toEqual([422, "bid.refused_at_receipt"]);
  expect(sentence).toMatch(/RF-03.*其他(招标项目|标段).*平台未保留任何内容.*请/);
  expect(await bidsOf(stagehand, other.lotId)).toEqual([]);
  expect(await storedUnits(stagehand, other.lotId, ding.orgId)).toEqual([]);
  expect(await refusedAtReceipt(stagehand, other.lotId, ding.orgId)).toEqual(["RF-03"]);

  // At the screen: nothing handed in there; a receipt where the package belongs.
  const bidder = await Bidder.arrives(browser, ding.name);
  const watch = watchResponses(bidder.page);
  await bidder.opensBid(other.lotId);
  await bidder.sees("尚未递交");
  const receipt = await wire.deliver(meant.lotId, sealed);
  await bidder.opensBid(meant.lotId);
  await bidder.sees(receipt.number);
  await watch.expectCalm();
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

/** Changes the last byte of a part on its way. With `honest` the declared hash fits the changed bytes. */
const damage = (honest: boolean) => async (route: Route) => {
  const request = route.request();
  const body = request.postDataBuffer();
  if (request.method() !== "PUT" || !body) return route.continue();
  const changed = Buffer.from(body);
  changed[changed.length - 1]! ^= 1;
  const headers = { ...request.headers() };
  if (honest) headers["x-content-sha256"] = createHash("sha256").update(changed).digest("hex");
  return route.continue({ postData: changed, headers });
};
const UNITS = /\/receive\/upload\/[^/]+\/\d+$/;

test("RF-04: one byte changed on the way is found, at the part or at the whole, and the same bidder then succeeds", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId } = await receivingLot(stage, stagehand, "传输改动对照工程（演示）");
  const { orgId, name } = stage.person("wu");
  const bidder = await Bidder.arrives(browser, name);
  const { page } = bidder;
  const watch = watchResponses(page);
  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(await stagehand.now()));

  // The part is not what its sender declared: sent again by itself, and when that does not help the person is told.
  const wrong = damage(false);
  await page.route(UNITS, wrong);
  await page.getByRole("link", { name: "进入签章与加密" }).click();
  await bidder.beginsEncryption();
  const atPart = await bidder.isTold(/校验值不一致/);
  expect(atPart).toContain("第 1 段");
  expect(atPart).toContain("未保留");
  expect(await storedUnits(stagehand, lotId, orgId)).toEqual([]);
  await expect(page.getByRole("button", { name: "签章并递交" })).toBeDisabled();

  // Without the fault the same package goes on from where it stopped, but now with bytes that fit their own hash.
  await page.unroute(UNITS, wrong);
  const honest = damage(true);
  await page.route(UNITS, honest);
  await page.getByRole("button", { name: "继续" }).click();
  await expect(page.getByRole("button", { name: "签章并递交" })).toBeEnabled();
  await bidder.signWith("签章并递交");
  const atWhole = await bidder.isTold("RF-04");
  expectSpoken({ url: "screen", code: "RF-04", sentence: atWhole });
  expect(atWhole).toContain("平台未保留任何内容");
  expect(await bidsOf(stagehand, lotId)).toEqual([]);
  expect(await storedUnits(stagehand, lotId, orgId)).toEqual([]);
  expect(await refusedAtReceipt(stagehand, lotId, orgId)).toEqual(["RF-04"]);

  await page.unroute(UNITS, honest);
  await page.getByRole("button", { name: "重新加密" }).click();
  await bidder.encrypts();
  const number = await bidder.submits(lotId);
  expect((await bidsOf(stagehand, lotId)).map(({ receipt_number }) => receipt_number)).toEqual([number]);
  await watch.expectCalm();
  expect(watch.refusals.map(({ code }) => code)).toContain("bid.refused_at_receipt");
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

test("RF-01: at the very deadline it is too late by nothing, and everybody else's bid stands", async ({ browser }) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, deadline } = await receivingLot(stage, stagehand, "截止时刻对照工程（演示）");
  for (const key of ["jia", "yi", "bing"]) {
    await obtain(stage, stage.person(key), lotId);
    await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  }
  const others = await bidsOf(stagehand, lotId);
  expect(others).toHaveLength(3);
  const { orgId, name } = stage.person("ding");
  const bidder = await Bidder.arrives(browser, name);
  const { page } = bidder;
  const watch = watchResponses(page);
  await bidder.obtains(lotId);
  await bidder.fillsIn(await screenBid(await stagehand.now()));
  await bidder.seals();

  // The hand is on the button when the clock strikes.
  await page.getByRole("button", { name: "签章并递交" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await stagehand.standAt(deadline);
  await dialog.getByRole("button", { name: "签章", exact: true }).click();
  const told = await bidder.isTold("RF-01");
  expectSpoken({ url: "screen", code: "RF-01", sentence: told });
  expect(told).toContain(`不早于投标截止时间 ${formatMoment(deadline)}`);
  expect(told).toContain("平台未保留任何内容");

  // Nothing is kept of it; nobody else is touched.
  expect(await bidsOf(stagehand, lotId)).toEqual(others);
  expect(await storedUnits(stagehand, lotId, orgId)).toEqual([]);
  expect(await refusedAtReceipt(stagehand, lotId, orgId)).toEqual(["RF-01"]);
  // The page goes on: it says why nothing more can be done, and leads back.
  await page.getByRole("button", { name: "重新加密" }).click();
  await expect(page.getByRole("button", { name: "开始加密" })).toBeDisabled();
  await bidder.sees(/已截止|不再接收|投标截止时间/);
  await page.getByRole("link", { name: "返回投标工作间" }).click();
  await bidder.sees("尚未递交");
  const receipt = await page.request.get(`/w/${orgId}/bids/${lotId}/receipt`);
  expect(receipt.status()).toBe(404);
  await stagehand.travelTo(addMinutes(deadline, 1));
  await watch.expectCalm();
  expect(watch.refusals.map(({ code }) => code)).toEqual(["bid.deadline_passed_at_gate"]);
  await bidder.leave();
  await stage.close();
  await stagehand.close();
});

/** What the agency was written about a lot. */
async function mailAbout(lotCode: string): Promise<string> {
  const answer = await fetch(`${installation().outside.mail}/messages?to=agency@example.test`);
  const { messages } = (await answer.json()) as { messages: { text: string }[] };
  return JSON.stringify(messages.filter(({ text }) => text.includes(lotCode)));
}

test("CLK-09 F1: two bids at the deadline, and the lot fails without anybody learning of whom or how many", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const lot = await receivingLot(stage, stagehand, "投标不足三家对照工程（演示）");
  const { lotId, lotCode, deadline, name } = lot;
  const two = [stage.person("yi"), stage.person("bing")];
  for (const bidder of [...two, stage.person("ji")]) await obtain(stage, bidder, lotId);
  const receipts = [];
  for (const bidder of two) receipts.push((await submit(stage, bidder, lotId, { priceFen: 470_000_000n })).receipt);
  const bidder = await Bidder.arrives(browser, two[0]!.name);
  const agency = await Agency.arrives(browser);
  const visitor = await browser.newPage({ baseURL: installation().url });
  const watches = [bidder.page, agency.page, visitor].map(watchResponses);
  await bidder.entersHall(lotId);

  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("F1");
  // In the hall at once; in the bid room with what becomes of the package.
  await bidder.sees("本标段流标：投标人少于三个，依法不得开标。投标文件未开启。");
  await bidder.opensBid(lotId);
  await bidder.sees(/流标：投标人少于三个，依法不得开标。本单位递交的投标文件保持加密，不会开启/);
  await bidder.sees(receipts[0]!.number);
  await bidder.page.goto(`/w/${bidder.org}/inbox`);
  await bidder.sees(`标段 ${lotCode} 流标通知`);

  // Packages stay sealed.
  const [opened] = await stagehand.sql<{ count: number }[]>`
    select count(*)::int as count from bid_openings where lot_id = ${lotId}`;
  expect(opened!.count).toBe(0);
  expect((await stagehand.sql`select opened_at from lots where id = ${lotId}`)[0]!.opened_at).toBeNull();

  // Everybody may know that it failed, nobody of whom.
  await visitor.goto(`/tenders/${lotCode}`);
  await expect(visitor.getByText("流标：投标人少于三个，依法不得开标。招标人将依法重新招标。")).toBeVisible();
  await visitor.goto(`/tenders/${lotCode}/opening`);
  await expect(visitor.getByText(/没有开标记录/)).toBeVisible();
  const room = `/w/${agency.org}/tenders/${lotId}`;
  await agency.page.goto(`/w/${agency.org}`);
  const row = agency.page.getByRole("row").filter({ hasText: lotCode });
  await expect(row.getByText("依法重新招标").first()).toBeVisible();
  await agency.page.goto(`${room}?tab=opening`);
  await agency.sees(/下一步：分析流标原因，采取相应措施后依法重新招标/);
  await agency.page.goto(`${room}?tab=bids`);
  await agency.sees("投标人名称和数量永久保密");

  const secrets = [...two, stage.person("ji")].flatMap(({ orgName, orgId }) => [orgName, orgId]);
  const supervisor = httpActor(installation().url, stage.person("supervisor"));
  await supervisor.signIn();
  const pages: readonly [string, () => Promise<string>][] = [
    ...["", "/opening"].map((path): [string, () => Promise<string>] => [
      `visitor ${path}`,
      async () => (await visitor.request.get(`/tenders/${lotCode}${path}`)).text(),
    ]),
    ...["", "?tab=bids", "?tab=opening", "?tab=trail", "?tab=archive"].map((tab): [string, () => Promise<string>] => [
      `agency ${tab}`,
      async () => (await agency.page.request.get(`${room}${tab}`)).text(),
    ]),
    ["agency in the hall", async () => (await agency.page.request.get(`/hall/${lotId}`)).text()],
    ["supervisor", async () => (await supervisor.fetch(`/supervise/live/${lotId}`)).text()],
    ["hub", async () => (await fetch(`${installation().outside.hub}/v1/messages?lot=${lotCode}`)).text()],
    ["agency's mail", async () => `mail: ${await mailAbout(lotCode)}`],
  ];
  for (const [who, read] of pages) {
    const text = await read();
    expect(text.length, who).toBeGreaterThan(0);
    for (const secret of [...secrets, ...receipts.map(({ number }) => number)]) expect(text, who).not.toContain(secret);
    expect(text, who).not.toMatch(/bidderCount|(2|两|二)\s?(家|个|名)(投标|单位)/);
  }
  const datasets = async () => {
    const { messages } = (await (await fetch(`${installation().outside.hub}/v1/messages?lot=${lotCode}`)).json()) as {
      messages: { message: { dataset: string } }[];
    };
    return messages.map(({ message }) => message.dataset);
  };
  await expect.poll(datasets, { timeout: 30_000 }).toContain("517");
  for (const watch of watches) await watch.expectCalm();
  await bidder.leave();
  await agency.leave();
  await visitor.close();
  await stage.close();
  await stagehand.close();
});
