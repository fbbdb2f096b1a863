import { type Browser, expect } from "@playwright/test";
import { PersonAtScreen } from "./person";

/** The agency's chief person (主要负责人): authorises leads, and keeps the seal as they do. */
export class Chief extends PersonAtScreen {
  static async arrives(browser: Browser): Promise<Chief> {
    const { page, name, org } = await PersonAtScreen.signedIn(browser, "程远（演示）");
    return new Chief(page, name, org);
  }

  async revokes(lead: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/team`);
    await this.signWith(`收回对${lead}的授权`);
    await this.sees(/收回$/);
  }

  async authorises(lead: string, until: string): Promise<void> {
    await this.page.goto(`/w/${this.org}/team`);
    await this.page.getByLabel("被授权人").selectOption({ label: lead });
    await this.page.getByLabel("授权截止日（当日有效）").fill(until);
    await this.signWith("签署授权");
    await this.sees(`已授权${lead}`);
  }

  /** Adds the seal to what a colleague has signed, which publishes it. */
  async seals(title: string): Promise<void> {
    await this.page.goto(`/w/${this.org}`);
    const waiting = this.page.getByRole("region", { name: "待加盖单位印章" });
    await expect(waiting).toContainText(title);
    await this.signWith("加盖印章并发布");
    await expect(waiting).toBeHidden();
  }
}
