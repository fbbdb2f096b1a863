import { expect, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits } from "../sound";

test("R-O.39 R-5.10.3 R-5.10.5 R-5.10.6 R-S.2c: an objection stops the opening until its signed answer; everybody reads both, and nobody learns who objected", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, lotCode, deadline } = await receivingLot(stage, stagehand, "清溪市文化馆修缮工程（演示）");
  const bids = ["yi", "bing", "ding"].map((key) => stage.person(key as "yi"));
  for (const each of bids) await obtain(stage, each, lotId);

  // A bidder objects, in time, and without having obtained the document.
  const bidder = await Bidder.arrives(browser, "甲一（演示）");
  const watch = watchResponses(bidder.page);
  await bidder.opensBid(lotId);
  await bidder.page.getByText("提出异议", { exact: true }).click();
  const form = bidder.page.getByRole("form", { name: "提出对招标文件的异议" });
  await form.getByLabel("异议所涉条款或事项").fill("第三章 2.1");
  await form.getByLabel("事实和理由").fill("甲山建设认为该业绩要求为乙水工程局所设，限制了其他投标人。");
  await form.getByLabel("请求事项").fill("删除该项业绩要求");
  await bidder.signWith("签章并提出异议");
  await bidder.sees("异议已提交，编号第 1 号");
  await bidder.sees("等待答复");
  await bidder.sees("因异议中止");
  await fits(bidder.page);

  // Everybody reads that the procedure stands still, and not who made it stand.
  const visitor = await browser.newPage({ baseURL: installation().url });
  const homepage = async () => {
    await visitor.goto(`/tenders/${lotCode}`);
    return visitor.getByRole("region", { name: "异议与投诉" });
  };
  await expect((await homepage()).getByText("答复前不截标、不开标")).toBeVisible();
  await expect(visitor.getByText("因异议中止").first()).toBeVisible();
  await expect(visitor.locator("body")).not.toContainText(/甲山|业绩要求/);

  // Bids are received meanwhile; the deadline does not come before the answer: the platform moves it.
  for (const each of bids) await submit(stage, each, lotId, { priceFen: 480_000_000n });
  await stagehand.travelTo(new Date(deadline.getTime() - 5 * 60_000));
  await expect.poll(async () => (await stage.lot(lotId)).bidDeadline! >= addDays(deadline, 3)).toBe(true);
  const { bidDeadline: moved } = await stage.lot(lotId);
  await homepage();
  await expect(visitor.getByText(formatClock(moved!)).first()).toBeVisible();

  // The agency answers: it sees what becomes public, and leaves a third party out.
  const agency = await Agency.arrives(browser);
  await agency.opensRoom(lotId, "overview");
  await agency.page.getByRole("link", { name: "答复异议" }).click();
  await agency.sees("因异议中止：全部按时提出的异议答复前");
  const answering = agency.page.getByRole("form", { name: "答复第 1 号异议" });
  await answering.getByText("查看将公开的异议内容").click();
  await expect(answering.getByText("■■认为该业绩要求为乙水工程局所设")).toBeVisible();
  await answering.getByLabel(/^不公开的词句/).fill("乙水工程局");
  await expect(answering.getByText("■■认为该业绩要求为■■所设")).toBeVisible();
  await answering.getByLabel("对第 1 号异议的答复").fill("甲山建设所述不成立，该要求与工程规模相适应。");
  await picture(agency.page, "objection-answering");
  await agency.signWith("签章并答复");
  await expect(answering.getByRole("alert")).toContainText("公开后会让他人知道提出单位");
  await answering.getByLabel("对第 1 号异议的答复").fill("异议人所述不成立，该要求与工程规模相适应，予以保留。");
  await agency.signWith("签章并答复");
  await agency.sees("异议不成立");
  await expect(agency.page.getByText("因异议中止")).toHaveCount(0);

  // A stranger reads what was objected and answered; the filer reads the answer; the procedure goes on.
  const told = await homepage();
  await expect(told.getByText("■■认为该业绩要求为■■所设，限制了其他投标人。")).toBeVisible();
  await expect(told.getByText("异议人所述不成立")).toBeVisible();
  await expect(visitor.getByText("因异议中止")).toHaveCount(0);
  await expect(visitor.locator("body")).not.toContainText(/甲山|乙水/);
  await fits(visitor);
  await picture(visitor, "tender-page-objection-answered");
  await bidder.opensBid(lotId);
  await bidder.sees("异议人所述不成立");
  await stagehand.travelTo(moved!);
  await expect.poll(async () => (await stage.lot(lotId)).state).toBe("O1");
  await watch.expectCalm();
  for (const actor of [bidder, agency]) await actor.leave();
  await stage.close();
  await stagehand.close();
});
