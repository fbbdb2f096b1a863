import { existsSync, readFileSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import { SECOND_WORLD } from "./e2e/installation";

/** The browser that `npm test` found; alone, Playwright looks for one itself. */
interface Found {
  readonly executablePath?: string;
  readonly args?: string[];
  readonly env?: Record<string, string>;
}
const FOUND = ".cache/stories/browser.json";
const browser: Found = existsSync(FOUND) ? (JSON.parse(readFileSync(FOUND, "utf8")) as Found) : {};

const LONG = ["stories/strangers.spec.ts", "stories/thin-tender.spec.ts"];

export default defineConfig({
  testDir: "e2e",
  // The longest stories begin first, so that no lane is left waiting for one at the end.
  projects: [
    { name: "the long ones", testMatch: LONG },
    { name: "stories", testMatch: /stories\/[a-l][^/]*\.spec\.ts$/, testIgnore: LONG },
    { name: SECOND_WORLD, testMatch: /stories\/[m-z][^/]*\.spec\.ts$/, testIgnore: LONG },
  ],
  globalSetup: "./e2e/global-setup.ts",
  // Two lanes of stories, each with worlds and clocks of its own; in a lane stories take turns.
  workers: Number(process.env.STORIES_LANES ?? 2),
  fullyParallel: true,
  // A story takes a minute on a machine of its own; a busy one is no reason to fail.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  // Where nobody sits beside it, a story that fails is told once more; the run says which, and what the page showed.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"], ["json", { outputFile: ".cache/results/playwright.json" }]],
  outputDir: ".cache/stories/output",
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 30_000,
    navigationTimeout: 45_000,
    // A trace costs as much processor as the story itself; a failing one is told again with STORIES_TRACE=1.
    trace: process.env.STORIES_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(browser.executablePath ? { executablePath: browser.executablePath } : {}),
      args: browser.args ?? [],
      env: { ...(process.env as Record<string, string>), ...browser.env },
    },
  },
});
