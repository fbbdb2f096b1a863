import { type Browser, expect } from "@playwright/test";
import { PersonAtScreen } from "./person";

export interface BidAtScreen {
  readonly price: string;
  readonly files: readonly { label: string; name: string; buffer: Buffer }[];
}

/** A bidder's operator: obtains, fills in, seals, submits, decrypts, confirms. */
export class Bidder extends PersonAtScreen {
  /** Kept at sealing, as a person keeps it. */
  recoveryCode = "";

  static async arrives(browser: Browser, name: string): Promise<Bidder> {
    const arrived = await PersonAtScreen.signedIn(browser, name);
    return new Bidder(arrived.page, arrived.name, arrived.org);
  }

  async opensBid(lotId: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/bids/${lotId}`);
  }

  async obtains(lotId: string): Promise<void> {
    await this.opensBid(lotId);
    await this.page.getByRole("button", { name: "获取招标文件" }).click();
    await expect(this.page.getByRole("heading", { name: "招标文件下载" })).toBeVisible();
  }

  async fillsIn(bid: BidAtScreen): Promise<void> {
    const { page } = this;
    await page.getByLabel(/^投标总价/).fill(bid.price);
    await page.getByLabel(/^工期/).fill("260");
    await page.getByLabel("质量", { exact: true }).fill("合格");
    await page.getByLabel("项目负责人", { exact: true }).fill("钱程（演示）");
    await page.getByLabel("项目负责人证书编号").fill("黔建演示-0007");
    for (const { label, name, buffer } of bid.files) {
      await page.getByLabel(`选择“${label}”的 PDF`).setInputFiles({ name, mimeType: "application/pdf", buffer });
      await expect(page.getByRole("list", { name: `${label}：已添加的文件` }).getByText(name)).toBeVisible();
    }
    await this.sees("全部检查通过，可以加密递交");
    await this.sees("已保存到本机");
  }

  /** Seals in the browser, proves that the recovery code was kept, hands in, and holds the receipt. */
  async sealsAndSubmits(lotId: string): Promise<string> {
    const { page } = this;
    await page.getByRole("link", { name: /进入签章与加密|加密并替换上一次递交/ }).click();
    await page.waitForURL(/\/seal$/);
    await page.getByRole("button", { name: "开始加密" }).click();
    const shown = page.getByLabel("应急解密码", { exact: true });
    await expect(shown).toBeVisible();
    this.recoveryCode = (await shown.innerText()).replace(/\s/g, "");
    const groups = this.recoveryCode.split("-");
    await page.getByLabel("输入最后两组，确认已保存").fill(groups.slice(-2).join("-"));
    await page.getByRole("button", { name: "确认已保存" }).click();
    await this.sees("已确认保存");
    await expect(page.getByRole("button", { name: "签章并递交" })).toBeEnabled();
    await this.signWith("签章并递交");
    await page.waitForURL(new RegExp(`/bids/${lotId}/receipt`));
    const number = page.getByText(/R-\d{8}-\d{6}-[0-9A-Z]+/).first();
    await expect(number).toBeVisible();
    return /R-\d{8}-\d{6}-[0-9A-Z]+/.exec(await number.innerText())![0];
  }

  async entersHall(lotId: string): Promise<void> {
    await this.page.goto(`/hall/${lotId}`);
    await expect(this.page.getByRole("heading", { level: 1 })).toBeVisible();
  }

  async signsIn(): Promise<void> {
    await this.page.getByRole("button", { name: "签到", exact: true }).click();
    await this.sees("已签到");
  }

  async decrypts(): Promise<void> {
    await this.signWith("解密");
  }

  async decryptsByRecoveryCode(): Promise<void> {
    const { page } = this;
    await page.getByText("遇到问题？使用应急解密码").click();
    await page.getByLabel(/^应急解密码（/).fill(this.recoveryCode);
    await this.signWith("用应急解密码解密");
  }

  async confirmsRecord(): Promise<void> {
    await this.signWith("确认开标记录");
    await this.sees("本单位已确认开标记录");
  }
}
