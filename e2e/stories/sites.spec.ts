import { expect, test } from "@playwright/test";
import { PersonAtScreen } from "../actors/person";
import { watchResponses } from "../actors/watch";
import { installation } from "../installation";
import { picture } from "../picture";
import { fits, sound } from "../sound";

/** Host and code stand for one site: told once more, the story opens another. */
const hostOf = (retry: number) => `${"cdef"[retry] ?? "g"}.localhost`;
const codeOf = (retry: number) => `E520000000${3 + retry}`;

/** The authority issues the platform certificate that the request asks for. */
async function issue(csr: string): Promise<string> {
  const answer = await fetch(`${installation().outside.ca}/v1/ca/1/issue`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      csr,
      cn: "丙县信标交易平台（演示）",
      o: "信标演示运营有限公司（演示）",
      creditCode: "91520100MA0000041C",
      use: "platform",
    }),
  });
  if (!answer.ok) throw new Error(`issue: ${answer.status} ${await answer.text()}`);
  const { certificate, issuing } = (await answer.json()) as { certificate: string; issuing: string };
  return `${certificate}\n${issuing}`;
}

test("SOD-07 R-S.14b R-O.10a R-O.10b R-O.11: a new site is a form of one administrator, the word of a second, and a line for the third; no restart", async ({
  browser,
}, { retry }) => {
  test.setTimeout(120_000);
  const [HOST, CODE] = [hostOf(retry), codeOf(retry)];
  const { page: system } = await PersonAtScreen.signedIn(browser, "系明（演示）");
  const seen = watchResponses(system);
  await sound(system);
  await system.getByRole("link", { name: "开通新站点" }).click();
  await system.getByRole("textbox", { name: "域名" }).fill(HOST);
  await system.getByLabel("站点名称").fill("丙县信标交易平台（演示）");
  // A code of ten characters is told by name, and nothing that was written is lost.
  await system.getByLabel("平台标识代码").fill("E520000000");
  await system.getByRole("button", { name: "提出，交安全管理员审批" }).click();
  await expect(system.getByText("平台标识代码为 11 位").first()).toBeVisible();
  await system.getByLabel("平台标识代码").fill(CODE);
  await system.getByLabel("服务电话与服务时间").fill("0851-00000009，工作日 9:00–17:00");
  // The form begins with what the first site declares; the new one has a report of its own, and forgot two things.
  const report = {
    机构: "丙县检测中心（演示）",
    证书编号: "演示-EB-9",
    有效期起: "2026-01-01",
    有效期止: "2028-12-31",
  };
  for (const [column, value] of Object.entries(report))
    await system.getByLabel(`检测认证证书第 1 行 ${column}`).fill(value);
  await system.getByLabel("检测认证证书第 1 行 报告网址").fill("https://certification.example.cn/eb-9");
  await system.getByRole("button", { name: "删除运营机构专业人员第 2 行" }).click();
  await system.getByRole("button", { name: "删除部署位置第 1 行" }).click();
  await system.getByLabel("运营机构专业人员第 1 行 姓名").fill("丁工（演示）");
  await system.getByLabel("运营机构专业人员第 1 行 资格或者职称").fill("工程师（演示）");
  await sound(system);
  await fits(system);
  await picture(system, "site-form");
  await system.getByRole("button", { name: "提出，交安全管理员审批" }).click();
  await expect(system.getByRole("heading", { level: 1, name: "开通站点：丙县信标交易平台（演示）" })).toBeVisible();
  const csr = await system.locator("pre").innerText();
  await system.getByLabel("平台证书（PEM，含签发机构证书）").fill(await issue(csr));
  await system.getByRole("button", { name: "上传证书" }).click();
  await expect(system.getByText("已上传，等待安全管理员审批。")).toBeVisible();
  const proposal = system.url();

  const { page: security } = await PersonAtScreen.signedIn(browser, "安宁（演示）");
  await security.goto(proposal);
  await sound(security);
  await fits(security);
  await picture(security, "site-proposal");
  await security.getByRole("button", { name: "批准" }).click();
  await expect(security.getByText(`已批准。${HOST} 将在数秒内生效。`)).toBeVisible();
  await security.goto("/admin/trust");
  await sound(security);
  await fits(security);
  expect((await security.goto("/admin/audit"))!.status()).toBe(404);

  const address = installation().url.replace("localhost", HOST);
  const visitor = await (await browser.newContext()).newPage();
  // Each page learns of a new site within seconds, by itself: the one that is read is asked until it knows it.
  await expect.poll(async () => (await visitor.goto(`${address}/about`))!.status(), { timeout: 20_000 }).toBe(200);
  await expect(visitor.getByText(CODE)).toBeVisible();
  await expect(visitor.getByText("0851-00000009，工作日 9:00–17:00")).toBeVisible();

  // The test report is shown whole (O20 art. 10); what is missing still stands red before its administrator.
  await expect(
    visitor.getByRole("row", { name: /丙县检测中心（演示） 演示-EB-9 2026-01-01 至 2028-12-31/ }),
  ).toBeVisible();
  await expect(visitor.getByRole("row", { name: /丁工（演示） 信息技术/ })).toBeVisible();
  await sound(visitor);
  await fits(visitor);
  await picture(visitor, "about");
  await system.goto("/admin/sites");
  await expect(system.getByText(/招标采购专业人员/).first()).toBeVisible();
  await expect(system.getByText("黔中信标电子招标投标交易平台（演示）：全部在境内")).toBeVisible();
  await expect(system.getByText("数据库：没有登记所在地").first()).toBeVisible();
  await sound(system);
  await fits(system);
  await picture(system, "admin-sites");

  const { page: audit } = await PersonAtScreen.signedIn(browser, "审言（演示）");
  await expect(audit.getByRole("cell", { name: "批准开通站点" }).first()).toBeVisible();
  await sound(audit);
  await fits(audit);
  await picture(audit, "admin-audit");
  expect((await audit.goto("/admin/sites"))!.status()).toBe(404);
  await seen.expectCalm();
});
