import { expect, test } from "@playwright/test";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt, signIn } from "@/dev/scenarios/opening";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { PersonAtScreen } from "../actors/person";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

/** An order of the supervising body, given at its own system. */
async function orders(lot: string, type: string, text: string): Promise<{ no: string; state: string; text: string }> {
  const answer = await fetch(`${installation().outside.supervision}/v1/instructions`, {
    method: "POST",
    body: JSON.stringify({ type, lot, ground: "招标投标法实施条例第六十二条", text }),
  });
  return (await answer.json()) as { no: string; state: string; text: string };
}

test("R-O.52 R-L.102: a suspension in the middle of the decryption: the hall stands still for everybody, nobody loses a right, and it goes on", async ({
  browser,
}) => {
  const [stage, stagehand] = [await offstage(), backstage()];
  const { lotId, lotCode, deadline, name } = await receivingLot(stage, stagehand, "解密中止对照工程（演示）");
  const [jia, yi, bing] = [stage.person("jia"), stage.person("yi"), stage.person("bing")];
  for (const each of [jia, yi, bing]) await submit(stage, each, lotId, { priceFen: 470_000_000n });
  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O1");
  const bidder = await Bidder.arrives(browser, bing.name);
  const supervisor = await PersonAtScreen.signedIn(browser, stage.person("supervisor").name);
  const watch = watchResponses(bidder.page);
  await bidder.entersHall(lotId);
  await bidder.signsIn();
  for (const other of [jia, yi]) {
    await signIn(stage, other, lotId);
    await decrypt(stage, other, lotId);
  }

  const suspended = await orders(lotCode, "SUSPEND", "收到投诉，暂停开标活动进行核查");
  expect(suspended).toMatchObject({ state: "executed" });
  // Without a reload: the hall hears of it.
  await bidder.sees(/因监督指令中止，各项期限暂停/);
  await bidder.sees(`执行监督指令 ${suspended.no}：中止，各项期限停止计算`);
  await sound(bidder.page);
  await fits(bidder.page);
  await picture(bidder.page, "hall-suspended");
  const { windowEndsAt } = await stagehand.lotNamed(name);
  await stagehand.travelTo(new Date(windowEndsAt!.getTime() + 3_600_000));
  await supervisor.page.goto(`/supervise/live/${lotId}`);
  await expect(supervisor.page.getByText("收到投诉，暂停开标活动进行核查").first()).toBeVisible();
  await sound(supervisor.page);
  await fits(supervisor.page);
  await picture(supervisor.page, "supervise-suspended");
  const held =
    await stagehand.sql`select state from bid_openings where lot_id = ${lotId} and state in ('waiting', 'failed')`;
  expect(held.map(({ state }) => state)).toEqual(["waiting"]);

  expect(await orders(lotCode, "RESUME", "核查结束，恢复开标活动")).toMatchObject({ state: "executed" });
  await expect(bidder.page.getByText(/因监督指令中止，各项期限暂停/)).toBeHidden();
  await bidder.decrypts();
  await bidder.sees(/已唱标，共 3 家/);

  // Who does not want to go on says so with its certificate, knowing what it costs; the hall hears it.
  await bidder.revokes("项目负责人突发疾病，无法履约");
  await bidder.sees(`${bing.orgName} 撤销投标文件`);
  await bidder.sees(/已撤销（/);
  await sound(bidder.page);
  await fits(bidder.page);
  await picture(bidder.page, "hall-revoked");
  await watch.expectCalm();
  await bidder.leave();
  await supervisor.page.context().close();
  await stage.close();
  await stagehand.close();
});
