import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { writeWhole } from "@/outside/journal";
import { ensureWebBuild } from "./build-web";
import { ensureBrowser } from "./ensure-browser";
import {
  PLAYWRIGHT_JSON,
  pagesOfFailures,
  playwrightResults,
  RESULTS,
  type TestResult,
  VITEST_JSON,
  vitestResults,
} from "./test-results";

/**
 * `npm test`: unit and database tests, and beside them the build of the pages; then the stories in a browser, in lanes
 * side by side; last one summed line. `--no-e2e` leaves the stories out.
 */
const withStories = !process.argv.includes("--no-e2e") && hasStories();

mkdirSync(RESULTS, { recursive: true });
for (const old of [VITEST_JSON, PLAYWRIGHT_JSON]) rmSync(old, { force: true });

const results: TestResult[] = [];
const code = stage("unit and database tests", "tests", vitestResults, [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${VITEST_JSON}`,
]);
const say = (line: string) => console.log(`[build] ${line}`);
// A build that fails is told by the stories, which begin by asking for it once more.
await Promise.all([code, withStories && ensureWebBuild(say).catch((error: Error) => say(error.message))]);
if (withStories) await stories();

const count = (state: TestResult["state"]) => results.filter((result) => result.state === state).length;
for (const { title, file } of results.filter(({ state }) => state === "skipped"))
  console.log(`skipped: ${file}: ${title}`);
for (const { title, file, again } of results)
  if (again !== undefined) console.log(`told twice: ${file}: ${title}\n${again}`);
console.log(`${count("passed")} passed, ${count("failed")} failed`);
process.exit(count("failed") === 0 && count("passed") > 0 ? 0 : 1);

async function stories(): Promise<void> {
  try {
    writeWhole(".cache/stories", "browser.json", JSON.stringify(await ensureBrowser()));
  } catch (error) {
    console.error((error as Error).message);
    results.push({ title: "there is a browser", file: "src/dev/ensure-browser.ts", state: "failed" });
    return;
  }
  const program = ["node_modules/@playwright/test/cli.js", "test"];
  await stage("stories in the browser", "stories", playwrightResults, program);
  for (const page of pagesOfFailures()) console.log(`[stories] at the failure: ${page}`);
}

/** Runs one of the two programs and takes over what it found; each of its lines begins with `mark`. */
async function stage(
  name: string,
  mark: string,
  resultsOf: () => TestResult[] | undefined,
  program: string[],
): Promise<void> {
  const code = await run(program, mark);
  const found = resultsOf();
  if (found) results.push(...found);
  // A run that fails without a failing test (a crash, an unhandled rejection) is a failure all the same.
  const saysSo = found?.some(({ state }) => state === "failed") ?? false;
  if (code !== 0 && !saysSo) results.push({ title: `${name} ended with ${code}`, file: program[0]!, state: "failed" });
}

function run(program: string[], mark: string): Promise<number> {
  const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => console.log(`[${mark}] ${line}`));
  return new Promise((done) => child.on("close", (code) => done(code ?? 1)));
}

function hasStories(): boolean {
  const found =
    existsSync("e2e") && readdirSync("e2e", { recursive: true }).some((name) => String(name).endsWith(".spec.ts"));
  if (!found) console.log("e2e: there are no stories yet");
  return found;
}
