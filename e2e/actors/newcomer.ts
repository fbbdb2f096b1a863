import { type Browser, expect, type Page } from "@playwright/test";
import { DEMO_PASSWORD } from "@/dev/scenarios/cast";
import { installation } from "../installation";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Somebody whom the platform does not know yet, with a certificate file of an authority of the trust list. */
export class NewcomerAtScreen {
  private constructor(
    readonly page: Page,
    private readonly file: { name: string; mimeType: string; buffer: Buffer },
  ) {}

  static async arrives(browser: Browser, who: { name: string; orgName: string; creditCode: string }) {
    const answer = await fetch(`${installation().outside.ca}/v1/ca/2/issue-p12`, {
      method: "POST",
      body: JSON.stringify({
        person: { name: who.name },
        organisation: { name: who.orgName, creditCode: who.creditCode },
        password: DEMO_PASSWORD,
      }),
    });
    const { p12 } = (await answer.json()) as { p12: string };
    const context = await browser.newContext({ baseURL: installation().url });
    return new NewcomerAtScreen(await context.newPage(), {
      name: "newcomer.p12",
      mimeType: "application/x-pkcs12",
      buffer: Buffer.from(p12, "base64"),
    });
  }

  async registers(): Promise<string> {
    const { page } = this;
    await page.goto("/register");
    await page.getByLabel("证书文件（.p12 / .pfx）").setInputFiles(this.file);
    await page.getByLabel("证书口令").fill(DEMO_PASSWORD);
    await page.getByRole("button", { name: "读取证书" }).click();
    await expect(page.getByText(/^已读取：/)).toBeVisible();
    await page.getByRole("button", { name: "签名并注册" }).click();
    // Everything that is missing is told at once, and what was typed stays.
    await expect(page.getByText(/处需要修改，内容没有提交/)).toBeVisible();
    for (const [label, value] of [
      ["营业执照失效日期", "99991231"],
      ["法定代表人", "寅山（演示）"],
      ["单位地址", "黔中省清溪市演示路 10 号"],
      ["注册资本", "3000"],
      ["联系人电话", "0851-00000010"],
      ["电子邮箱", "yin@example.test"],
      ["证件号码", "520100199003071233"],
      ["手机号码", "13800000010"],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByLabel("无资质").check();
    await page.getByRole("button", { name: "签名并注册" }).click();
    await page.waitForURL(/\/w\/[0-9a-f-]+\/company/);
    await expect(page.getByRole("heading", { name: "企业资料" })).toBeVisible();
    return /\/w\/([0-9a-f-]+)\//.exec(page.url())![1]!;
  }

  async addsLicence(): Promise<void> {
    const { page } = this;
    const input = page.getByLabel(/^选择材料/);
    await input.setInputFiles({ name: "执照.png", mimeType: "image/png", buffer: Buffer.from("\u007fELF program") });
    await expect(page.getByText(/执照\.png.*(类型|格式)/).first()).toBeVisible();
    await input.setInputFiles({ name: "执照.png", mimeType: "image/png", buffer: PNG });
    await expect(page.getByRole("list", { name: "证明材料" }).getByText("执照.png").first()).toBeVisible();
  }

  async triesKey(org: string): Promise<void> {
    const { page } = this;
    await page.goto(`/w/${org}/keys`);
    const sealed = page.getByRole("region", { name: "加密证书" });
    await expect(sealed.getByText("有效", { exact: true })).toHaveCount(2);
    await sealed.getByRole("button", { name: "试加密、试解密" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^证书文件/).setInputFiles(this.file);
    await dialog.getByLabel("证书口令").fill(DEMO_PASSWORD);
    await dialog.getByRole("button", { name: "签章", exact: true }).click();
    await expect(page.getByText("试加密、试解密成功", { exact: false }).first()).toBeVisible();
  }

  async submits(org: string): Promise<void> {
    await this.page.goto(`/w/${org}/company`);
    await this.page.getByRole("button", { name: "提交核验" }).click();
    await expect(this.page.getByText(/^等待核验/)).toBeVisible();
  }

  async signsIn(): Promise<void> {
    const { page } = this;
    await page.context().clearCookies();
    await page.goto("/login");
    await page.getByLabel("证书文件（.p12 / .pfx）").setInputFiles(this.file);
    await page.getByLabel("证书口令").fill(DEMO_PASSWORD);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.waitForURL(/\/w\//);
    await expect(page.getByRole("heading", { name: "工作台" })).toBeVisible();
  }
}
