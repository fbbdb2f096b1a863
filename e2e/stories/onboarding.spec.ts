import { expect, test } from "@playwright/test";
import { NewcomerAtScreen } from "../actors/newcomer";
import { PersonAtScreen } from "../actors/person";

const YIN = { name: "寅一（演示）", orgName: "寅山建设有限公司（演示）", creditCode: "91520100MA6XN002XU" };

test("R-O.9a R-O.14a R-5.1.1: a new bidder registers with its certificate, tries to seal and open, is verified by a named operator, and signs in", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const newcomer = await NewcomerAtScreen.arrives(browser, YIN);
  const org = await newcomer.registers();
  await newcomer.addsLicence();
  await newcomer.triesKey(org);
  await newcomer.submits(org);
  await newcomer.signsIn();
  await expect(newcomer.page.getByText("（待核验）")).toBeVisible();

  const { page } = await PersonAtScreen.signedIn(browser, "核真（演示）");
  await page.goto("/admin/orgs");
  await page.getByRole("link", { name: YIN.orgName }).click();
  await expect(page.getByRole("region", { name: "填写内容" }).getByText(YIN.creditCode).first()).toBeVisible();
  await expect(page.getByRole("img", { name: /执照\.png/ })).toBeVisible();
  await page.getByRole("button", { name: "通过", exact: true }).click();
  await expect(page.getByText(/^已处理：核真（演示）/)).toBeVisible();

  await newcomer.signsIn();
  await expect(newcomer.page.getByText("（待核验）")).toHaveCount(0);
  await expect(newcomer.page.getByRole("heading", { name: "商机（正在招标）" })).toBeVisible();
  await newcomer.page.context().close();
  await page.context().close();
});
