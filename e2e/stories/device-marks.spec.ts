import { expect, test } from "@playwright/test";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { formCommittee, seatMembers, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { simplePdf } from "@/dev/scenarios/tendering";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { seats } from "@/lifecycle/seat/tables";
import { asService, receivingLot } from "@/testing/lots";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { screenBid } from "../bids";
import { picture } from "../picture";
import { fits, sound } from "../sound";

test("R-5.5.11 R-L.38: two bids that were sealed in one browser are told to the committee, as are a declared relation and a told merger; who seals is told before what is recorded", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, deadline } = await receivingLot(stage, "清溪市制作机器信息工程");
  const bid = await screenBid(await stagehand.now());
  const first = await Bidder.arrives(browser, "甲一（演示）");
  await first.obtains(lotId);
  await first.fillsIn(bid);
  const related = "黔水集团有限公司（演示）";
  await first.declaresInterest(related, "持有招标人 12% 的股权（演示）");
  await fits(first.page);
  await picture(first.page, "bid-declaration");
  await first.goesToSeal();
  const notice = first.page.getByRole("region", { name: "随投标文件封装的本机信息" });
  await expect(notice).toContainText("开标前任何人不能读取");
  await notice.getByText("查看将要封装的内容").click();
  await expect(notice).toContainText("浏览器不提供");
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(await notice.innerText())![0];
  await sound(first.page);
  await fits(first.page);
  await picture(first.page, "device-notice");
  // What is recorded leaves the browser inside the package alone.
  const sent: string[] = [];
  first.page.on("request", (request) => sent.push(request.url(), request.postDataBuffer()?.toString("latin1") ?? ""));
  await first.encrypts();
  await first.submits(lotId);
  expect(sent.filter((text) => text.includes(id))).toEqual([]);
  const merger = "本单位与黔山建设有限公司（演示）合并，资质由本单位承继";
  await first.tellsMerger(lotId, "2026-05-18", merger, {
    name: "合并协议.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from(await simplePdf("合并协议", [merger], await stagehand.now())),
  });
  await sound(first.page);
  await fits(first.page);
  await picture(first.page, "bid-circumstance-told");
  const second = await Bidder.takesOver(first.page, "乙一（演示）");
  await second.obtains(lotId);
  await second.fillsIn({ ...bid, price: "4,700,000.00" });
  await second.sealsAndSubmits(lotId);
  await second.leave();
  await submit(stage, stage.person("bing"), lotId, { priceFen: 460_000_000n });

  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await signRecord(stage, lotId, [stage.person("jia")]);
  const evaluationAt = addHours(deadline, 4);
  const [own, ...others] = await formCommittee(stage, lotId, evaluationAt);
  await stagehand.travelTo(addMinutes(evaluationAt, -30));
  const [seat] = (await asService(stage, (tx) => tx.select().from(seats))).filter((one) => one.id === own!.seatId);
  const expert = await Expert.arrives(browser, own!.person.name);
  const { page } = expert;
  await expert.checksIn(own!.member.id, seat!.code);
  await expert.declares();
  await seatMembers(stage, lotId, others);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
  await page.reload();
  await page.getByRole("button", { name: /^甲山建设集团/ }).click();
  await expect(page.getByText("制作机器信息：与其他投标文件有 1 项相同")).toBeVisible();
  await expect(
    page.getByText(`制作工具安装标识与“${stage.person("yi").orgName}”的投标文件相同：${id}。`),
  ).toBeVisible();
  // What the bidder declared stands beside what the platform found; the merger that it told is for the committee to judge.
  const parties = page.getByRole("group").filter({ hasText: "利害关系对照" });
  await expect(parties.getByRole("table", { name: /^利害关系对照/ })).toContainText(related);
  await expect(parties).toContainText(merger);
  await expect(parties.getByRole("link", { name: "合并协议.pdf" })).toBeVisible();
  await sound(page);
  await fits(page);
  await picture(page, "device-findings");
  await page.getByRole("button", { name: /^丙云路桥/ }).click();
  await expect(page.getByText("制作机器信息：投标文件没有提供")).toBeVisible();
  await stage.close();
  await stagehand.close();
});
