import { expect, test } from "@playwright/test";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { formCommittee, review, seatMembers, signCompetitionAs, signRecord } from "@/dev/scenarios/evaluate";
import { decrypt } from "@/dev/scenarios/opening";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { seats } from "@/lifecycle/seat/tables";
import { asService } from "@/testing/lots";
import { Agency } from "../actors/agency";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { receivingLot } from "../actors/lots";
import { offstage } from "../actors/offstage";
import { picture } from "../picture";
import { fits, sound } from "../sound";

test("R-5.7.21: the chair states at the seat that two bids lack competition, the members sign, and the tenderer reads why all were rejected", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const { lotId, name, deadline } = await receivingLot(stage, stagehand, "清溪市竞争认定工程（演示）");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  await stagehand.travelTo(deadline);
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("O1");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await signRecord(stage, lotId, []);
  const evaluationAt = addHours(deadline, 4);
  const committee = await formCommittee(stage, lotId, evaluationAt);
  await stagehand.travelTo(addMinutes(evaluationAt, -30));
  const chair = committee.find(({ member }) => member.isChair === 1)!;
  const others = committee.filter((one) => one !== chair);
  const [seat] = (await asService(stage, (tx) => tx.select().from(seats))).filter(({ id }) => id === chair.seatId);
  const expert = await Expert.arrives(browser, chair.person.name);
  await expert.checksIn(chair.member.id, seat!.code);
  await expert.declares();
  await seatMembers(stage, lotId, others);
  await stage.act(stage.person("agency"), startEvaluation, { lotId });
  const [failing] = (await asService(stage, (tx) => evaluatedBids(tx, lotId))).filter(
    ({ orgId }) => orgId === stage.person("bing").orgId,
  );
  await review(stage, lotId, committee, "preliminary", [failing!.bidId]);

  await expert.page.reload();
  await expert.sees("有效投标还有 2 个，不足三个");
  await expert.page.getByLabel("明显缺乏竞争，否决所有投标").check();
  await expert.page.getByLabel(/^认定的理由/).fill("剩余两家报价接近最高投标限价且差距极小，明显缺乏竞争");
  await expert.page.getByRole("button", { name: "提交全体成员签署" }).click();
  await expert.sees("第 1 稿：明显缺乏竞争，否决所有投标");
  await sound(expert.page);
  await fits(expert.page);
  await picture(expert.page, "competition-seat");
  await expert.signWith("签署竞争认定意见");
  await expert.sees("您已签署，等待其他成员签署");
  // Until the last one has signed, those who run the tender read nothing of it.
  const agency = await Agency.arrives(browser);
  await agency.opensRoom(lotId, "evaluation");
  await agency.sees("进度：初步评审");
  await signCompetitionAs(stage, lotId, others);
  await expert.sees("评标已完成");
  await expect.poll(async () => (await stagehand.lotNamed(name)).state).toBe("F2");
  await agency.opensRoom(lotId, "evaluation");
  await agency.sees("有效投标不足三个的书面认定");
  await agency.sees("剩余两家报价接近最高投标限价且差距极小，明显缺乏竞争");
  await picture(agency.page, "competition-agency");
  await stage.close();
  await stagehand.close();
});
