import { type Browser, expect, type Page } from "@playwright/test";
import { installation } from "../installation";

/** Somebody at a screen of their own. */
export class PersonAtScreen {
  protected constructor(
    readonly page: Page,
    readonly name: string,
    /** Organisation in the address, where the desk has one. */
    readonly org: string,
  ) {}

  /** Signs in with the demonstration's certificate of this person, through the sign-in page. */
  static async signedIn(
    browser: Browser,
    name: string,
    viewport?: { width: number; height: number },
  ): Promise<{ page: Page; name: string; org: string }> {
    const context = await browser.newContext({ baseURL: installation().url, ...(viewport ? { viewport } : {}) });
    return PersonAtScreen.signedInAt(await context.newPage(), name);
  }

  /** The same at a page that is open: whoever sat there before has left. */
  static async signedInAt(page: Page, name: string): Promise<{ page: Page; name: string; org: string }> {
    await page.goto("/login");
    await page.getByRole("button", { name }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/login"));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    return { page, name, org: /^\/w\/([^/]+)/.exec(new URL(page.url()).pathname)?.[1] ?? "" };
  }

  /** Presses a button that asks for a signature, and signs. */
  async signWith(button: string): Promise<void> {
    await this.page.getByRole("button", { name: button, exact: true }).click();
    const dialog = this.page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await dialog.getByRole("button", { name: "签章", exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async sees(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).first()).toBeVisible();
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}
