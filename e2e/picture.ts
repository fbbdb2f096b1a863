import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const FOLDER = ".cache/pictures";

/** Takes the pictures of a page at desk and phone width; the README shows some of them, people look at all. */
export async function picture(page: Page, name: string, path?: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  if (path) await page.goto(path);
  const before = page.viewportSize();
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(FOLDER, `${name}-${width}.png`), fullPage: true });
  }
  if (before) await page.setViewportSize(before);
}
