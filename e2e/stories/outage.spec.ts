import { expect, type Page, test } from "@playwright/test";
import { addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt } from "@/dev/scenarios/opening";
import { speakInHall } from "@/lifecycle/opening/commands/speak";
import { transcriptOf } from "@/lifecycle/opening/queries";
import { eventText, told } from "@/lifecycle/opening/ui/hall-text";
import { asService } from "@/testing/lots";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { crash } from "../installation";
import { picture } from "../picture";

const LOST_SECONDS = 180;
const LONGEST_ABSENCE_MS = 10_000;

/** What the public board of the hall says, oldest first, without the times. */
const board = async (page: Page): Promise<string[]> =>
  (await page.getByRole("region", { name: "公屏" }).getByRole("listitem").allInnerTexts())
    .map((line) => line.split("　").slice(1).join("　"))
    .reverse();

test("R-5.11.5 CLK-30 R-O.31b: the receiver dies in the decryption window; the hall says so, is back in seconds, everybody gets the lost time, and two devices read every event once", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, name, deadline } = await receivingLot(stage, stagehand, "清溪市接收中断工程（演示）");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O1");
  const before = (await stagehand.lotNamed(name)).windowEndsAt!;
  await stagehand.travelTo(addMinutes(deadline, 5));
  const devices = await Promise.all(["甲一（演示）", "乙一（演示）"].map((who) => Bidder.arrives(browser, who)));
  for (const device of devices) await device.entersHall(lotId);
  const say = (text: string) => stage.act(stage.person("agency"), speakInHall, { lotId, text });
  await say("中断之前的发言");
  for (const device of devices) await device.sees("中断之前的发言");

  // The process is killed. Nobody waits a minute for a test: its last word is put three minutes back.
  crash("receiver");
  const begun = performance.now();
  await stagehand.sql`update service_beats set at = at - make_interval(secs => ${LOST_SECONDS}),
    legal_at = legal_at - make_interval(secs => ${LOST_SECONDS}) where part = 'receiver'`;
  const notice = ({ page }: Bidder) => page.getByText("连接中断，正在重试");
  for (const device of devices) await expect(notice(device)).toBeVisible();
  await say("中断期间的发言");
  for (const device of devices) await expect(notice(device)).toBeHidden();
  expect(performance.now() - begun).toBeLessThan(LONGEST_ABSENCE_MS);

  // What was said meanwhile is there, and the lost time is given back by the printed rule.
  for (const device of devices) {
    await device.sees("中断期间的发言");
    await device.sees(/平台在 .* 服务中断，其间共损失 \d+ 分钟。投标文件解密时间为所有投标人由/);
  }
  const after = (await stagehand.lotNamed(name)).windowEndsAt!;
  expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(LOST_SECONDS * 1000);
  await picture(devices[0]!.page, "hall-outage");

  for (const device of devices) await device.decrypts();
  await decrypt(stage, stage.person("bing"), lotId);
  for (const device of devices) await device.sees(/^已唱标，共 3 家/);
  await say("唱标之后的发言");
  for (const device of devices) await device.sees("唱标之后的发言");
  const expected = told(await asService(stage, (tx) => transcriptOf(tx, lotId))).map(eventText);
  for (const device of devices) expect(await board(device.page)).toEqual(expected);
  await stage.close();
  await stagehand.close();
});
