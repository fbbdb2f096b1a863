import { expect, test } from "@playwright/test";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt } from "@/dev/scenarios/opening";
import { CHAIR_AWAY_MINUTES } from "@/lifecycle/opening/rules";
import { Agency, Tenderer } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import type { PersonAtScreen } from "../actors/person";
import { picture } from "../picture";
import { fits, sound } from "../sound";

/** A measure of the host, at its form in the hall. */
async function measures({ page }: PersonAtScreen, button: string, reason: string, minutes?: number): Promise<void> {
  await page.getByRole("button", { name: `${button}…` }).click();
  const form = page.getByRole("form", { name: button });
  if (minutes) await form.getByLabel(/^延长（分钟）/).fill(String(minutes));
  await form.getByLabel(/^原因/).fill(reason);
  await form.getByLabel(/^证明材料/).fill("故障单 GZ-2026-0615（演示）");
  await form.getByRole("button", { name: `确认${button}` }).click();
}

test("R-L.44 R-5.11.5 CLK-30: the host extends the window and leaves; the deputy takes the chair, pauses, resumes, ends the opening and signs its record", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, name, deadline } = await receivingLot(stage, stagehand, "清溪市主持人离开工程（演示）");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O1");
  const before = (await stagehand.lotNamed(name)).windowEndsAt!;

  const [agency, deputy, bidder] = await Promise.all([
    Agency.arrives(browser),
    Tenderer.arrives(browser),
    Bidder.arrives(browser, "甲一（演示）"),
  ]);
  for (const { page } of [agency, deputy, bidder]) await page.goto(`/hall/${lotId}`);

  // The agency does the first act of a host and is it; everybody hears the new end of the window.
  await measures(agency, "延长解密时间", "部分投标人所在地网络中断", 10);
  for (const one of [agency, deputy, bidder])
    await one.sees(/主持人为所有投标人将解密时间由.*部分投标人所在地网络中断/);
  expect((await stagehand.lotNamed(name)).windowEndsAt!.getTime() - before.getTime()).toBe(10 * 60_000);
  await deputy.page.reload();
  await expect(deputy.page.getByRole("heading", { name: "主持人处置" })).toBeHidden();
  await expect(deputy.page.getByRole("button", { name: "接替主持" })).toBeHidden();

  // The host closes the browser; a quarter of an hour nothing is heard of it.
  await agency.leave();
  await stagehand.sql`update sessions set seen_at = seen_at - make_interval(mins => ${CHAIR_AWAY_MINUTES + 1})
    where person_id = ${stage.person("agency").personId}`;
  await deputy.page.reload();
  await deputy.page.getByRole("button", { name: "接替主持" }).click();
  for (const one of [deputy, bidder]) await one.sees(/贺明（演示） 接替 .*王信（演示） 主持开标/);

  // The deputy pauses: the bidder cannot decrypt and reads why; then the time goes on.
  await measures(deputy, "暂停开标", "会场停电，等待恢复供电");
  for (const one of [deputy, bidder]) await one.sees(/主持人暂停开标，各项期限停止计算，原因：会场停电/);
  await bidder.sees("已暂停");
  await sound(deputy.page);
  await fits(deputy.page);
  await picture(deputy.page, "hall-paused");
  await measures(deputy, "恢复开标", "供电已经恢复");
  await bidder.sees(/主持人恢复开标/);

  await bidder.decrypts();
  for (const key of ["yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await bidder.sees(/^已唱标，共 3 家/);
  await bidder.confirmsRecord();
  await deputy.page.goto(`/w/${deputy.org}/tenders/${lotId}?tab=opening`);
  await deputy.page.getByRole("button", { name: "生成开标记录" }).click();
  await deputy.sees("开标记录已生成");
  await deputy.signWith("签署开标记录");
  await deputy.sees(/开标结束/);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O2");
  const [record] = await stagehand.sql<{ payload: { host: string; measures: { kind: string }[] } }[]>`
    select payload from opening_records where lot_id = ${lotId}`;
  expect(record!.payload.host).toContain("贺明（演示）");
  expect(record!.payload.measures.map(({ kind }) => kind)).toEqual(["extended", "paused", "resumed"]);
  await bidder.sees("开标结束，开标记录已签署");
  await stage.close();
  await stagehand.close();
});
