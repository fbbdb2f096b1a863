import { type Browser, expect } from "@playwright/test";
import { PersonAtScreen } from "./person";

/** An expert at a drawn seat. */
export class Expert extends PersonAtScreen {
  static async arrives(browser: Browser, name: string): Promise<Expert> {
    const arrived = await PersonAtScreen.signedIn(browser, name);
    return new Expert(arrived.page, arrived.name, arrived.org);
  }

  async checksIn(memberId: string, seatCode: string): Promise<void> {
    const { page } = this;
    await page.goto(`/expert/s/${memberId}`);
    await page.getByLabel(/^工位码/).fill(seatCode);
    await page.getByRole("button", { name: "签到", exact: true }).click();
    await expect(page.getByRole("button", { name: "签署承诺" })).toBeVisible();
  }

  async declares(): Promise<void> {
    await this.signWith("签署承诺");
    await expect(this.page.getByRole("button", { name: "签署承诺" })).toBeHidden();
  }

  /** Passes every printed item of every bid, or fails one bid with its ground. */
  async reviews(bidders: readonly string[], items: readonly string[]): Promise<void> {
    const { page } = this;
    for (const bidder of bidders) {
      await page.getByRole("button", { name: new RegExp(`^${bidder.replace(/[（）]/g, ".")}`) }).click();
      const grid = page.getByRole("region", { name: `${bidder} 的评审` });
      for (const item of items)
        await grid.getByRole("group", { name: item }).getByLabel("通过", { exact: true }).check();
    }
    await this.sees("全部填写完整并已保存");
    await this.signWith("签署初步评审表");
    await expect(page.getByRole("button", { name: "签署初步评审表" })).toBeHidden();
  }

  async scores(
    bidders: readonly string[],
    points: (bidder: string) => readonly (readonly [criterion: string, score: string])[],
  ): Promise<void> {
    const { page } = this;
    for (const bidder of bidders) {
      await page.getByRole("button", { name: new RegExp(`^${bidder.replace(/[（）]/g, ".")}`) }).click();
      const grid = page.getByRole("region", { name: `${bidder} 的评审` });
      for (const [criterion, score] of points(bidder)) await grid.getByLabel(criterion, { exact: true }).fill(score);
    }
    await this.sees("全部填写完整并已保存");
    await this.signWith("签署详细评审表");
    await expect(page.getByRole("button", { name: "签署详细评审表" })).toBeHidden();
  }

  async signsReport(): Promise<void> {
    await expect(this.page.getByRole("button", { name: "签署评标报告" })).toBeVisible({ timeout: 30_000 });
    await this.signWith("签署评标报告");
    await this.sees(/您已签署评标报告|评标已完成/);
  }
}
