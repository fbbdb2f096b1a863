import { expect, test } from "@playwright/test";
import { draftLot } from "@/dev/scenarios/tendering";
import { Agency } from "../actors/agency";
import { Chief } from "../actors/chief";
import { offstage } from "../actors/offstage";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

test("R-N.1: a lead without authorisation is told the next step; his chief authorises him, he signs, the seal is added, and everybody reads both", async ({
  browser,
}) => {
  const stage = await offstage();
  const { lotId, lotCode } = await draftLot(stage, {
    name: "清溪市少年宫改造工程（演示）",
    content: "故事用标段，建筑面积 800 平方米",
    estimateFen: 500_000_000n,
  });
  const chief = await Chief.arrives(browser);
  await chief.revokes("王信（演示）");

  const agency = await Agency.arrives(browser);
  const calm = watchResponses(agency.page);
  const publish = agency.page.getByRole("button", { name: "签章并发布" });
  await agency.opensRoom(lotId, "check");
  await agency.sees(/王信（演示）（不是主要负责人，也没有有效授权）/);
  await agency.sees(/请主要负责人程远（演示）在“成员”页签署授权/);
  await expect(publish).toBeDisabled();

  await chief.authorises("王信（演示）", "2027-12-31");
  await sound(chief.page);
  await fits(chief.page);
  await picture(chief.page, "signers");

  // The lead signs, and leaves the seal to whoever keeps it: nothing is published yet.
  await expect
    .poll(async () => {
      await agency.opensRoom(lotId, "check");
      return publish.isEnabled();
    })
    .toBe(true);
  await agency.sees(/项目负责人，程远（演示）授权至 2027-12-31/);
  await publish.click();
  const dialog = agency.page.getByRole("dialog");
  await expect(dialog).toContainText("单位印章：");
  await dialog.getByRole("button", { name: "只签本人名，由印章保管人加盖" }).click();
  await agency.sees("您已签名，尚未发布");
  expect((await stage.lot(lotId)).state).toBe("D0");

  await chief.page.goto(`/w/${chief.org}`);
  await expect(chief.page.getByText("清溪市少年宫改造工程（演示）").first()).toBeVisible();
  await fits(chief.page);
  await picture(chief.page, "waiting-seal");
  await chief.seals("清溪市少年宫改造工程（演示）");
  expect((await stage.lot(lotId)).state).toBe("T1");

  const visitor = await browser.newPage({ baseURL: installation().url });
  await visitor.goto(`/notices/${lotCode}-ZB01`);
  const signatures = visitor.getByRole("region", { name: "签名与发布" });
  await expect(signatures).toContainText("王信（演示）");
  await expect(signatures).toContainText("项目负责人，主要负责人程远（演示）授权");
  await expect(signatures).toContainText("单位印章");
  await fits(visitor);
  await calm.expectCalm();
  for (const each of [chief.page, agency.page, visitor]) await each.context().close();
  await stage.close();
});
