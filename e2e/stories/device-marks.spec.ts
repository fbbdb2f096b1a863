import { expect, test } from "@playwright/test";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { formCommittee, seatMembers, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
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

test("R-5.5.11: two bids that were sealed in one browser are told to the committee; who seals is told before what is recorded", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, deadline } = await receivingLot(stage, "清溪市制作机器信息工程");
  const bid = await screenBid(await stagehand.now());
  const first = await Bidder.arrives(browser, "甲一（演示）");
  await first.obtains(lotId);
  await first.fillsIn(bid);
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
  await sound(page);
  await fits(page);
  await picture(page, "device-findings");
  await page.getByRole("button", { name: /^丙云路桥/ }).click();
  await expect(page.getByText("制作机器信息：投标文件没有提供")).toBeVisible();
  await stage.close();
  await stagehand.close();
});
