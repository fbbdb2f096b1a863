import { expect, test } from "@playwright/test";
import { addDays, formatClock } from "@/core/time";
import { decryptApplication } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { apply, declareAs, signReviewAs } from "@/dev/scenarios/prequalification";
import { simplePdf } from "@/dev/scenarios/tendering";
import { inContext } from "@/kit/db/context";
import { markApplication } from "@/lifecycle/prequalification/commands/review";
import { applicationOpeningsOf, formInForce } from "@/lifecycle/prequalification/queries";
import { Agency, Tenderer, type TenderPlan } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { Expert } from "../actors/expert";
import { offstage } from "../actors/offstage";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

const wall = (date: Date): string => formatClock(date).replace(" ", "T");

test("R-5.3.4 R-5.3.7: firms apply first, reviewers judge them by what is printed, and only the qualified are invited to bid", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const stagehand = backstage();
  const stage = await offstage();
  const start = await stagehand.now();
  const project = "清溪市会展中心工程（演示）";
  const plan: TenderPlan = {
    project,
    content: "会展中心主体施工，建筑面积 20000 平方米",
    estimate: "60,000,000.00",
    ceiling: "60,000,000.00",
    security: "600,000.00",
    saleStart: wall(start),
    saleEnd: wall(addDays(start, 8)),
    deadline: wall(addDays(start, 60)),
  };
  // The agency plans it, and cannot have both invitation and prequalification.
  const agency = await Agency.arrives(browser);
  const { page } = agency;
  const lotId = await agency.drafts(plan, async () => {
    await page.getByLabel("招标方式").selectOption("invited");
    await page.getByLabel("资格审查方式").selectOption("pre");
    await expect(page.getByLabel("招标方式")).toHaveValue("open");
  });
  await agency.proposesMandate(lotId);
  const tenderer = await Tenderer.arrives(browser);
  await tenderer.signsMandate(lotId);
  await agency.opensRoom(lotId, "check");
  await agency.sees(/本标段采用资格预审：资格预审公告在/);
  await agency.opensRoom(lotId, "prequalification");
  const form = page.getByRole("form", { name: "资格预审文件" });
  await form.getByLabel("实施地点").fill("清溪市演示新区");
  await form.getByLabel("工期（交货期、服务期）").fill("500 日历天");
  await form.getByLabel("联系电话").fill("0851-00000000");
  // Too short a time is told with its article, and mended.
  await form.getByLabel("资格预审申请截止时间").fill(wall(addDays(start, 10)));
  await form.getByLabel("获取资格预审文件的截止时间").fill(wall(addDays(start, 7)));
  await form.getByRole("button", { name: "保存资格预审文件" }).click();
  await agency.sees(/停止发售至资格预审申请截止/);
  await agency.sees(/1 项未通过，不能发布/);
  await form.getByLabel("资格预审申请截止时间").fill(wall(addDays(start, 13)));
  await form.getByRole("button", { name: "保存资格预审文件" }).click();
  await agency.sees("全部通过，可以发布");
  await sound(page);
  await fits(page);
  await picture(page, "prequalification-form");
  await agency.signWith("签章并发布资格预审公告");
  await expect(page.getByText("距资格预审申请截止")).toBeVisible();
  const [lot] = await stagehand.sql<{ code: string; at: Date }[]>`
    select code, application_deadline as at from lots where id = ${lotId}`;

  // Everybody finds the notice and its deadline.
  const stranger = await browser.newPage({ baseURL: installation().url });
  await stranger.goto(`/tenders/${lot!.code}`);
  await expect(stranger.getByText("距资格预审申请截止")).toBeVisible();
  await expect(stranger.getByText("开标前不公布资格预审申请人、投标人的名称和数量（法定）")).toBeVisible();
  await sound(stranger);
  await fits(stranger);
  await picture(stranger, "prequalification-public");

  // One applicant at its screen, three elsewhere.
  const jia = await Bidder.arrives(browser, "甲一（演示）");
  await jia.opensBid(lotId);
  await jia.page.getByRole("button", { name: "获取资格预审文件" }).click();
  await expect(jia.page.getByRole("table", { name: "资格条件" })).toBeVisible();
  await jia.page.getByLabel("拟派项目负责人", { exact: true }).fill("钱程（演示）");
  await jia.page.getByLabel("项目负责人证书编号").fill("黔建演示-0007");
  await jia.page.getByLabel("近三年类似项目数量").fill("3");
  for (const label of ["资格预审申请函", "资格证明材料"]) {
    const buffer = Buffer.from(await simplePdf(label, ["甲建集团（演示）"], start));
    const file = { name: `${label}.pdf`, mimeType: "application/pdf", buffer };
    await jia.page.getByLabel(`选择“${label}”的 PDF`).setInputFiles(file);
  }
  await jia.sees("全部检查通过，可以加密递交");
  await jia.sees("已保存到本机");
  await sound(jia.page);
  await fits(jia.page);
  await picture(jia.page, "prequalification-application");
  await jia.sealsAndSubmits(lotId);
  await jia.sees("资格预审申请文件已收到，未开启");
  await picture(jia.page, "prequalification-receipt");
  const [yi, bing, ding] = ["yi", "bing", "ding"].map((key) => stage.person(key));
  for (const who of [yi!, bing!, ding!]) await apply(stage, who, lotId);
  await stranger.reload();
  expect(await stranger.content()).not.toContain("甲建");

  // The deadline passes; each decrypts its own, with nobody in a hall.
  await stagehand.travelTo(lot!.at);
  await expect
    .poll(async () => (await stagehand.sql`select state from lots where id = ${lotId}`)[0]!.state, { timeout: 60_000 })
    .toBe("P2");
  await jia.opensBid(lotId);
  await jia.page.getByText("遇到问题？使用应急解密码").click();
  await jia.page.getByLabel(/^应急解密码（/).fill(jia.recoveryCode);
  await jia.signWith("用应急解密码解密");
  await jia.sees("已解密，等待资格评审");
  await picture(jia.page, "prequalification-decrypted");
  for (const who of [yi!, bing!, ding!]) await decryptApplication(stage, who, lotId);

  // The agency names its representative and has the experts drawn; who they are it learns when the review begins.
  await agency.opensRoom(lotId, "prequalification");
  await page.getByRole("button", { name: "加入评审人员" }).click();
  await agency.sees(/现有 1 人，其中专家 0 人/);
  await page.getByRole("button", { name: "开始资格评审" }).click();
  await agency.sees(/五人以上单数|评标委员会|五人/);
  // Most experts came to work for an applicant since: too few are left, nobody is drawn, and the host may ask anew.
  const employers = await stagehand.sql<{ id: string; employer_credit_code: string }[]>`
    select id, employer_credit_code from experts where speciality = '房屋建筑' order by code offset 3`;
  const ids = employers.map(({ id }) => id);
  await stagehand.sql`update experts set employer_credit_code = ${yi!.creditCode} where id = any(${ids})`;
  await agency.signWith("签章并申请抽取专家");
  await expect
    .poll(
      async () =>
        (await stagehand.sql`select 1 from prequal_draw_requests where lot_id = ${lotId} and failed_at is not null`)
          .length,
      { timeout: 60_000 },
    )
    .toBe(1);
  for (const { id, employer_credit_code } of employers)
    await stagehand.sql`update experts set employer_credit_code = ${employer_credit_code} where id = ${id}`;
  await page.reload();
  await agency.sees(/抽取未成功：“房屋建筑”专业扣除应当回避的专家后不足 4 名/);
  await sound(page);
  await fits(page);
  await picture(page, "prequalification-draw-failed");
  await agency.signWith("签章并重新申请抽取");
  await expect
    .poll(
      async () =>
        (await stagehand.sql`select 1 from prequal_reviewers where lot_id = ${lotId} and place is not null`).length,
      { timeout: 60_000 },
    )
    .toBe(6);
  await page.reload();
  await agency.sees(/已于 .* 抽取 4 名专家/);
  await agency.sees(/现有 5 人，其中专家 4 人/);
  await sound(page);
  await fits(page);
  await picture(page, "prequalification-drawn");
  const reviewing = await stagehand.sql<{ person_id: string }[]>`
    select person_id from prequal_reviewers where lot_id = ${lotId} and not standby order by place nulls last`;
  const committee = reviewing.map(
    ({ person_id }) => [...stage.people.values()].find((one) => one.personId === person_id)!,
  );
  const [chosen, ...others] = committee as [(typeof committee)[number], ...typeof committee];
  const expert = await Expert.arrives(browser, chosen.name);
  await expert.page.goto("/expert");
  await expert.page.getByRole("link", { name: "进入资格评审" }).first().click();
  await expect(expert.page.getByText("甲建")).toHaveCount(0);
  await expect(expert.page.getByText("有利害关系，申请回避")).toBeVisible();
  await sound(expert.page);
  await fits(expert.page);
  await picture(expert.page, "prequalification-declaration");
  await expert.signWith("签署声明");
  await expert.sees(/声明已签署。申请文件/);
  await expect(page.getByText(chosen.name)).toHaveCount(0);
  for (const person of others) await declareAs(stage, lotId, person);
  await page.reload();
  await sound(page);
  await fits(page);
  await page.getByRole("button", { name: "开始资格评审" }).click();
  await agency.sees(/评审人员正在逐项评审/);

  // One reviewer at its screen: every condition of every applicant, and why where it is not met.
  await expert.page.reload();
  const cards = expert.page.getByRole("region", { name: /^申请人 / });
  await expect(cards).toHaveCount(4);
  for (const card of await cards.all()) {
    const fails = (await card.getByRole("heading").innerText()).includes(ding!.orgName);
    for (const group of await card.getByRole("group").all()) {
      const isWorks = (await group.innerText()).startsWith("业绩");
      await group.getByLabel(fails && isWorks ? "不符合" : "符合", { exact: true }).check();
    }
    if (fails) await card.getByLabel("业绩不符合的理由（申请人会收到）").fill("合同不是类似工程");
    await card.getByRole("button", { name: /^保存对/ }).click();
    await expect(card.getByText("评审意见已保存")).toBeVisible();
  }
  await sound(expert.page);
  await fits(expert.page);
  await picture(expert.page, "prequalification-review");
  for (const person of others) {
    const actor = actorOf(person, stage.app.site.id);
    const { openings, content } = await inContext(stage.app.db, actor, async (tx) => ({
      openings: await applicationOpeningsOf(tx, lotId),
      content: (await formInForce(tx, lotId)).content,
    }));
    for (const { applicationId, orgId } of openings) {
      const marks = content.criteria.map(({ id }) => {
        const passed = id !== "works" || orgId !== ding!.orgId;
        return { criterionId: id, passed, reason: passed ? "" : "合同不是类似工程" };
      });
      await stage.act(person, markApplication, { lotId, applicationId, marks });
    }
  }
  await expert.page.reload();
  await expert.signWith("签署资格审查报告");
  await expert.sees("本人已签署");
  for (const person of others) await signReviewAs(stage, lotId, person);

  // The results go out together; each reads its own.
  await page.reload();
  await sound(page);
  await fits(page);
  await picture(page, "prequalification-results");
  await agency.signWith("签章并发出资格预审结果");
  await agency.sees(/结果已发出。请编制招标文件/);
  await jia.opensBid(lotId);
  await jia.sees("本单位通过了资格预审");
  const loser = await Bidder.arrives(browser, "丁一（演示）");
  await loser.opensBid(lotId);
  await loser.sees("本单位未通过资格预审");
  await loser.sees("业绩：不符合。合同不是类似工程");
  for (const who of [yi!, bing!]) expect(await loser.page.content()).not.toContain(who.orgName);

  // The tender document goes to the qualified alone.
  const buffer = Buffer.from(await simplePdf("招标文件", [plan.content], start));
  await agency.writesDocument(lotId, plan, { name: "招标文件.pdf", buffer });
  const now = await stagehand.now();
  const dates = { saleStart: wall(now), saleEnd: wall(addDays(now, 8)) };
  await agency.writesNotice(lotId, { ...plan, ...dates }, async () => {
    await page.getByLabel("回复邀请的截止时间（北京时间）").fill(wall(addDays(now, 5)));
  });
  await agency.publishes(lotId);
  await jia.opensBid(lotId);
  await jia.signWith("签章接受邀请");
  await jia.sees(/贵单位已接受邀请/);
  await jia.obtains(lotId);
  await loser.opensBid(lotId);
  await loser.sees(/贵单位未通过本标段的资格预审，不能获取招标文件/);
  await stranger.goto(`/tenders/${lot!.code}`);
  await expect(stranger.getByText("只发给通过资格预审的申请人")).toBeVisible();
  expect((await stranger.request.get(`/notices/${lot!.code}-ZB01`)).status()).toBe(404);
  await stage.close();
  await stagehand.close();
});
