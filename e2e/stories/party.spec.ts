import { expect, test } from "@playwright/test";
import { orderCertificate } from "../actors/certificates";
import { backstage } from "../actors/clock";
import { receivingLot } from "../actors/lots";
import { NewcomerAtScreen } from "../actors/newcomer";
import { offstage } from "../actors/offstage";
import { PersonAtScreen } from "../actors/person";
import { installation } from "../installation";
import { fits, sound } from "../sound";

const MAO = { name: "卯一（演示）", orgName: "卯川建设有限公司（演示）", creditCode: "91520100MA6XN003XW" };
const COLLEAGUE = { ...MAO, name: "卯二（演示）" };

test("R-5.1.8 R-5.1.4 R-K.5: a colleague joins by a link, a certificate is replaced, and the account is frozen by two operators", async ({
  browser,
}) => {
  test.setTimeout(150_000);
  const stagehand = backstage();
  const first = await NewcomerAtScreen.arrives(browser, MAO);
  const org = await first.registers();
  await first.addsLicence();
  await first.submits(org);
  const verifier = await PersonAtScreen.signedIn(browser, "核真（演示）");
  await verifier.page.goto("/admin/orgs");
  await verifier.page.getByRole("link", { name: MAO.orgName }).click();
  await verifier.page.getByRole("button", { name: "通过", exact: true }).click();
  await expect(verifier.page.getByText(/^已处理：核真（演示）/)).toBeVisible();
  await first.signsIn();

  // The link alone is not enough: it takes a certificate of this organisation. What is listed of people is masked.
  const { page } = first;
  await page.goto(`/w/${org}/team`);
  const form = page.getByRole("form", { name: "邀请成员" });
  await form.getByLabel("姓名").fill(COLLEAGUE.name);
  await form.getByLabel("电子邮箱").fill("mao2@example.test");
  await form.getByRole("button", { name: "发送邀请" }).click();
  await expect(page.getByText("邀请已发送到 mao2@example.test，7 天内有效。")).toBeVisible();
  const mails = async () => {
    const answer = await fetch(`${installation().outside.mail}/messages?to=mao2@example.test`);
    return ((await answer.json()) as { messages: { text: string }[] }).messages;
  };
  await expect.poll(async () => (await mails()).length).toBe(1);
  const link = /\/join\/\S+/.exec((await mails())[0]!.text)![0];
  const stranger = await NewcomerAtScreen.arrives(browser, { ...COLLEAGUE, creditCode: "91520100MA6XN004XX" });
  await stranger.triesToJoin(link, { idNumber: "520100199105052228", phone: "13800000012" });
  await expect(stranger.page.getByRole("alert").filter({ hasText: "请核对代码，或改用本单位的证书" })).toBeVisible();
  await stranger.page.context().close();
  const second = await NewcomerAtScreen.arrives(browser, COLLEAGUE);
  await second.joins(link, { idNumber: "520100199105052228", phone: "13800000012" });
  await page.reload();
  const row = page.getByRole("row", { name: /卯二（演示）/ });
  await expect(row).toBeVisible();
  expect(await row.innerText()).not.toContain("199105052228");
  await sound(page);
  await fits(page);

  // The certificate is replaced: the old one signs nobody in from that instant.
  const old = await first.replacesCertificate(org, await orderCertificate(1, MAO));
  await first.tries(old);
  await expect(page.getByRole("alert").filter({ hasText: "该证书已挂失或已更换" })).toBeVisible();
  await first.signsIn();
  await page.goto(`/w/${org}/keys`);
  await expect(
    page
      .getByRole("region", { name: "已停用" })
      .getByText(/已更换/)
      .first(),
  ).toBeVisible();
  await sound(page);
  await fits(page);

  // One operator proposes to freeze the account, another one confirms; nobody does both.
  await verifier.page.goto("/admin/orgs");
  const account = verifier.page.getByRole("row", { name: new RegExp(MAO.orgName) });
  await account.getByText("冻结、注销").click();
  await account.getByLabel("理由").fill("冒用资质，正在核查");
  await account.getByRole("button", { name: "提出冻结" }).click();
  await expect(account.getByText("须由另一名运营人员确认")).toBeVisible();
  await expect(account.getByRole("button", { name: "确认冻结" })).toBeHidden();
  const operator = await PersonAtScreen.signedIn(browser, "高维（演示）");
  await operator.page.goto("/admin/orgs");
  await operator.page
    .getByRole("row", { name: new RegExp(MAO.orgName) })
    .getByRole("button", { name: "确认冻结" })
    .click();
  await expect(operator.page.getByRole("row", { name: new RegExp(MAO.orgName) }).getByText("已冻结")).toBeVisible();
  await page.goto(`/w/${org}/inbox`);
  await expect(page.getByText("账号已冻结").first()).toBeVisible();
  const stage = await offstage();
  const { lotId } = await receivingLot(stage, stagehand, "卯溪桥维修");
  await page.goto(`/w/${org}/bids/${lotId}`);
  await page.getByRole("button", { name: "获取招标文件" }).click();
  await expect(page.getByText(/贵单位的账号已被冻结/).first()).toBeVisible();

  // Whoever leaves the organisation is signed out with it.
  await page.goto(`/w/${org}/team`);
  await page.getByRole("button", { name: "移出卯二（演示）" }).click();
  await expect(row).toBeHidden();
  await second.page.goto(`/w/${org}/team`);
  await expect(second.page).toHaveURL(/\/login/);
  await stage.close();
  await stagehand.close();
});
