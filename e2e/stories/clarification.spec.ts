import { expect, test } from "@playwright/test";
import { addDays, addHours, formatClock } from "@/core/time";
import { obtain } from "@/dev/scenarios/bidding";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { Agency } from "../actors/agency";
import { Bidder } from "../actors/bidder";
import { backstage } from "../actors/clock";
import { offstage } from "../actors/offstage";
import { installation } from "../installation";
import { picture } from "../picture";

test("R-5.4.5 R-5.4.7 R-O.22a: a question without its asker is answered to everybody, and the deadline moves", async ({
  browser,
}) => {
  const stagehand = backstage();
  const stage = await offstage();
  const start = await stagehand.now();
  const { lotId, lotCode } = await draftLot(stage, {
    name: "清溪市图书馆修缮工程（演示）",
    content: "图书馆外墙和屋面修缮",
    estimateFen: 600_000_000n,
    deadline: new Date(Math.ceil(addDays(start, 21).getTime() / 3_600_000) * 3_600_000),
  });
  await publish(stage, lotId);
  await obtain(stage, stage.person("yi"), lotId);

  // A bidder asks; its own name is refused before it does harm.
  const bidder = await Bidder.arrives(browser, "甲一（演示）");
  await bidder.obtains(lotId);
  await bidder.page.getByText("对招标文件提问").click();
  await bidder.page.getByLabel("所问条款").fill("第二章 3.2");
  await bidder.page.getByLabel(/^问题/).fill("甲山建设集团能否分期交付？");
  await bidder.signWith("签章并提问");
  await expect(bidder.page.getByRole("alert").filter({ hasText: "会让他人知道提问单位" })).toBeVisible();
  await bidder.page.getByLabel(/^问题/).fill("能否分期交付？");
  await bidder.signWith("签章并提问");
  await bidder.sees("待答复");

  // Ten days before the deadline the publisher answers: the form says that the deadline must move, and when to.
  const { bidDeadline } = await stagehand.lotNamed("清溪市图书馆修缮工程（演示）");
  await stagehand.travelTo(addHours(addDays(bidDeadline, -10), 1));
  const agency = await Agency.arrives(browser);
  await agency.page.goto(`/w/${agency.org}/tenders/${lotId}?tab=questions`);
  await expect(agency.page.getByText("能否分期交付？").first()).toBeVisible();
  await expect(agency.page.getByText("甲山")).toHaveCount(0);
  await agency.page.getByLabel("标题").fill("答疑纪要第 1 号");
  await agency.page.getByLabel("对“第二章 3.2”问题的答复").fill("可以，分两期交付。");
  await expect(agency.page.getByText("须顺延截止时间")).toBeVisible();
  const moved = await agency.page.getByLabel("新的投标截止时间（北京时间）").inputValue();
  await picture(agency.page, "clarification-form");
  await agency.signWith("签章并发布");
  await expect(agency.page.getByText("第 1 号　答疑纪要第 1 号")).toBeVisible();
  const { bidDeadline: after } = await stagehand.lotNamed("清溪市图书馆修缮工程（演示）");
  expect(formatClock(after).replace(" ", "T")).toBe(moved.length === 16 ? `${moved}:00` : moved);

  // Everybody is told: the public that there is one, the holder what it says; the letter is there.
  const visitor = await browser.newPage({ baseURL: installation().url });
  await visitor.goto(`/tenders/${lotCode}`);
  await expect(visitor.getByText("招标文件已发布第 1 号澄清与修改")).toBeVisible();
  await expect(visitor.getByText("更正公告").first()).toBeVisible();
  await expect(visitor.getByText("分两期交付")).toHaveCount(0);
  await picture(visitor, "tender-page-clarified");
  const other = await Bidder.arrives(browser, "乙一（演示）");
  await other.opensBid(lotId);
  await other.sees("有 1 份新的澄清与修改未确认阅读");
  await other.sees("可以，分两期交付。");
  await picture(other.page, "bid-room-clarified");
  await other.page.getByRole("button", { name: "确认已阅读第 1 号" }).click();
  await other.sees("确认阅读");
  await expect
    .poll(
      async () =>
        (await stagehand.sql`select 1 from letters where lot_id = ${lotId} and kind = 'clarification'`).length,
    )
    .toBe(2);
  await stage.close();
  await stagehand.close();
});
