import { type Browser, expect, type Page } from "@playwright/test";
import { installation } from "../installation";
import { type CertificateFile, type Owner, orderCertificate, PASSWORD } from "./certificates";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Somebody whom the platform does not know yet, with a certificate file of an authority of the trust list. */
export class NewcomerAtScreen {
  private constructor(
    readonly page: Page,
    private file: CertificateFile,
  ) {}

  static async arrives(browser: Browser, who: Owner) {
    const context = await browser.newContext({ baseURL: installation().url });
    return new NewcomerAtScreen(await context.newPage(), await orderCertificate(2, who));
  }

  /** Opens the certificate file on this computer, where a form asks for it. */
  private async reads(file: CertificateFile): Promise<void> {
    const { page } = this;
    await page.getByLabel("证书文件（.p12 / .pfx）").setInputFiles(file);
    await page.getByLabel("证书口令").fill(PASSWORD);
    await page.getByRole("button", { name: "读取证书" }).click();
    await expect(page.getByText(/^已读取：/)).toBeVisible();
  }

  /** Fills in and signs what the link of an invitation asks for. */
  async triesToJoin(link: string, person: { idNumber: string; phone: string }): Promise<void> {
    const { page } = this;
    await page.goto(link);
    await this.reads(this.file);
    await page.getByLabel("证件号码", { exact: true }).fill(person.idNumber);
    await page.getByLabel("手机号码", { exact: true }).fill(person.phone);
    await page.getByRole("button", { name: "签名并加入" }).click();
  }

  /** Joins an organisation by the link of an invitation. */
  async joins(link: string, person: { idNumber: string; phone: string }): Promise<void> {
    const { page } = this;
    await this.triesToJoin(link, person);
    await page.waitForURL(/\/w\//);
    await expect(page.getByRole("heading", { name: "工作台" })).toBeVisible();
  }

  /** Puts a new certificate in the place of the one of this session; returns the old one. */
  async replacesCertificate(org: string, next: CertificateFile): Promise<CertificateFile> {
    const { page, file: old } = this;
    await page.goto(`/w/${org}/keys`);
    await this.reads(next);
    await page.getByRole("button", { name: "用它更换当前证书" }).click();
    await page.waitForURL(/\/login/);
    this.file = next;
    return old;
  }

  async registers(): Promise<string> {
    const { page } = this;
    await page.goto("/register");
    await this.reads(this.file);
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
    await dialog.getByLabel("证书口令").fill(PASSWORD);
    await dialog.getByRole("button", { name: "签章", exact: true }).click();
    await expect(page.getByText("试加密、试解密成功", { exact: false }).first()).toBeVisible();
  }

  async submits(org: string): Promise<void> {
    await this.page.goto(`/w/${org}/company`);
    await this.page.getByRole("button", { name: "提交核验" }).click();
    await expect(this.page.getByText(/^等待核验/)).toBeVisible();
  }

  /** Goes to the sign-in page and tries, with the own certificate or another one. */
  async tries(file = this.file): Promise<void> {
    const { page } = this;
    await page.context().clearCookies();
    await page.goto("/login");
    await page.getByLabel("证书文件（.p12 / .pfx）").setInputFiles(file);
    await page.getByLabel("证书口令").fill(PASSWORD);
    await page.getByRole("button", { name: "登录", exact: true }).click();
  }

  async signsIn(): Promise<void> {
    const { page } = this;
    await this.tries();
    await page.waitForURL(/\/w\//);
    await expect(page.getByRole("heading", { name: "工作台" })).toBeVisible();
  }
}
