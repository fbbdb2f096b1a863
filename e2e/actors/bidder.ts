import { type Browser, expect, type Page } from "@playwright/test";
import { picture } from "../picture";
import type { CertificateFile } from "./certificates";
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

  /** Sits down at a computer that somebody else just left. */
  static async takesOver(page: Page, name: string): Promise<Bidder> {
    await page.context().clearCookies();
    await page.evaluate(() => sessionStorage.clear());
    const arrived = await PersonAtScreen.signedInAt(page, name);
    return new Bidder(arrived.page, arrived.name, arrived.org);
  }

  /** The same person in another tab. */
  at(tab: Page): Bidder {
    return new Bidder(tab, this.name, this.org);
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
    await this.page.getByLabel(/^投标总价/).fill(bid.price);
    await this.fillsInBesidePrice(bid.files);
  }

  /** Everything but the price, which a bill of quantities makes. */
  async fillsInBesidePrice(files: BidAtScreen["files"]): Promise<void> {
    const { page } = this;
    await page.getByLabel(/^工期/).fill("260");
    await page.getByLabel("质量", { exact: true }).fill("合格");
    await page.getByLabel("项目负责人", { exact: true }).fill("钱程（演示）");
    await page.getByLabel("项目负责人证书编号").fill("黔建演示-0007");
    await this.declaresNoInterest();
    for (const { label, name, buffer } of files) {
      await page.getByLabel(`选择“${label}”的 PDF`).setInputFiles({ name, mimeType: "application/pdf", buffer });
      await expect(page.getByRole("list", { name: `${label}：已添加的文件` }).getByText(name)).toBeVisible();
    }
    await this.sees("全部检查通过，可以加密递交");
    await this.sees("已保存到本机");
  }

  /** Declares that it is not related to the tenderer (IR34). */
  async declaresNoInterest(): Promise<void> {
    await this.page.getByLabel(/^不存在可能影响招标公正性的利害关系/).check();
  }

  /** Declares one relation in place of none. */
  async declaresInterest(name: string, note: string): Promise<void> {
    const { page } = this;
    await page.getByLabel("存在下列利害关系").check();
    await page.getByLabel("利害关系第 1 行 单位或个人").fill(name);
    await page.getByLabel("利害关系第 1 行 具体情况").fill(note);
    await this.sees("全部检查通过，可以加密递交");
    await this.sees("已保存到本机");
  }

  /** Tells of a merger after it has bid (IR38). */
  async tellsMerger(lotId: string, occurredOn: string, text: string, file: CertificateFile): Promise<void> {
    await this.opensBid(lotId);
    await this.page.getByText("告知合并、分立、破产等重大变化").click();
    const form = this.page.getByRole("form", { name: "告知重大变化" });
    await form.getByLabel("发生日期").fill(occurredOn);
    await form.getByLabel("情况和对投标的影响").fill(text);
    await form.getByLabel(/^证明文件/).setInputFiles(file);
    await picture(this.page, "bid-circumstance-form");
    await this.signWith("签章并告知");
    await expect(this.page.getByRole("list", { name: "已告知的重大变化" })).toContainText(text);
  }

  /** Gives its bid up in the hall, after the deadline. */
  async revokes(reason: string): Promise<void> {
    await this.page.getByText("撤销投标文件", { exact: true }).first().click();
    const form = this.page.getByRole("form", { name: "撤销投标文件" });
    await form.getByLabel(/^撤销的原因/).fill(reason);
    await this.signWith("撤销投标文件");
  }

  /** Goes to the sealing page, and seals there. */
  async seals(): Promise<void> {
    await this.goesToSeal();
    await this.encrypts();
  }

  async goesToSeal(): Promise<void> {
    await this.page.getByRole("link", { name: /进入签章与加密|加密并替换上一次递交/ }).click();
    await this.page.waitForURL(/\/seal$/);
  }

  /** Opens the certificate file in a tab that has none open; a wrong password is told and can be typed again. */
  async opensCertificate(file: CertificateFile, password: string): Promise<void> {
    await this.page.getByRole("button", { name: "打开证书" }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel(/^证书文件/).setInputFiles(file);
    for (const typed of [`not-${password}`, password]) {
      await dialog.getByLabel("证书口令").fill(typed);
      await dialog.getByRole("button", { name: "签章", exact: true }).click();
      if (typed !== password) await expect(dialog.getByRole("alert")).toContainText("证书口令不正确，请重新输入");
    }
    await expect(dialog).toBeHidden();
  }

  /** Seals in the browser and proves that the recovery code was kept; then everything is uploaded and nothing handed in. */
  async encrypts(): Promise<void> {
    await this.beginsEncryption();
    await expect(this.page.getByRole("button", { name: "签章并递交" })).toBeEnabled();
  }

  async beginsEncryption(): Promise<void> {
    const { page } = this;
    await page.getByRole("button", { name: "开始加密" }).click();
    const shown = page.getByLabel("应急解密码", { exact: true });
    await expect(shown).toBeVisible();
    this.recoveryCode = (await shown.innerText()).replace(/\s/g, "");
    const groups = this.recoveryCode.split("-");
    await page.getByLabel("输入最后两组，确认已保存").fill(groups.slice(-2).join("-"));
    await page.getByRole("button", { name: "确认已保存" }).click();
    await this.sees("已确认保存");
  }

  /** Hands in and holds the receipt. */
  async submits(lotId: string): Promise<string> {
    await this.signWith("签章并递交");
    return this.holdsReceipt(lotId);
  }

  async sealsAndSubmits(lotId: string): Promise<string> {
    await this.seals();
    return this.submits(lotId);
  }

  async holdsReceipt(lotId: string): Promise<string> {
    const { page } = this;
    await page.waitForURL(new RegExp(`/bids/${lotId}/receipt`));
    const number = page.getByText(/R-\d{8}-\d{6}-[0-9A-Z]+/).first();
    await expect(number).toBeVisible();
    return /R-\d{8}-\d{6}-[0-9A-Z]+/.exec(await number.innerText())![0];
  }

  /** The reason that the page gives, which must be there and read as a sentence. */
  async isTold(text: string | RegExp): Promise<string> {
    const alert = this.page.getByRole("alert").filter({ hasText: text }).first();
    await expect(alert).toBeVisible({ timeout: 30_000 });
    return alert.innerText();
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
