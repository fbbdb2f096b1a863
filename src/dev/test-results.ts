import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const RESULTS = ".cache/results";
export const VITEST_JSON = join(RESULTS, "vitest.json");
export const PLAYWRIGHT_JSON = join(RESULTS, "playwright.json");
const STORIES_OUTPUT = ".cache/stories/output";
const LOG_CHARS = 6_000;

export interface TestResult {
  readonly title: string;
  readonly file: string;
  readonly state: "passed" | "failed" | "skipped";
  /** It failed once and passed when it was told again: what was said at the failure, as far as it is known. */
  readonly again?: string;
}

interface VitestFile {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly {
    readonly title: string;
    readonly status: string;
    readonly failureMessages?: readonly string[];
  }[];
}
interface PlaywrightSuite {
  readonly file?: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
}

const read = <T>(path: string): T | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;

/** Results of the last unit and database run; undefined when there is none. A file that could not be run is one failure. */
export function vitestResults(): TestResult[] | undefined {
  const report = read<{ testResults: readonly VitestFile[] }>(VITEST_JSON);
  return report?.testResults.flatMap(({ name, status, assertionResults }) => {
    const results = assertionResults.map(
      ({ title, status: one, failureMessages }): TestResult => ({
        title,
        file: name,
        state: stateOf(one),
        ...(stateOf(one) === "passed" && failureMessages?.length ? { again: failureMessages.join("\n") } : {}),
      }),
    );
    const broken = status === "failed" && !results.some(({ state }) => state === "failed");
    return broken ? [...results, { title: "(file could not be run)", file: name, state: "failed" as const }] : results;
  });
}

/** Results of the last browser run; undefined when there is none. */
export function playwrightResults(): TestResult[] | undefined {
  const report = read<{ suites: readonly PlaywrightSuite[]; errors?: readonly unknown[] }>(PLAYWRIGHT_JSON);
  if (!report) return undefined;
  const walk = (suite: PlaywrightSuite): TestResult[] => [
    ...(suite.specs ?? []).flatMap(({ title, file, tests }) =>
      tests.map(
        ({ status }): TestResult => ({
          title,
          file,
          state: stateOf(status),
          ...(status === "flaky" ? { again: "" } : {}),
        }),
      ),
    ),
    ...(suite.suites ?? []).flatMap(walk),
  ];
  const broken = (report.errors ?? []).map(
    (): TestResult => ({ title: "(run could not begin)", file: "e2e", state: "failed" }),
  );
  return [...report.suites.flatMap(walk), ...broken];
}

/** What the browser showed when a story failed, as far as a log should hold it. */
export function pagesOfFailures(): string[] {
  if (!existsSync(STORIES_OUTPUT)) return [];
  return readdirSync(STORIES_OUTPUT, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith("error-context.md"))
    .map((name) => `${name}\n${readFileSync(join(STORIES_OUTPUT, name), "utf8").slice(0, LOG_CHARS)}`);
}

function stateOf(status: string): TestResult["state"] {
  if (["passed", "expected", "flaky"].includes(status)) return "passed";
  return ["skipped", "pending", "todo", "disabled"].includes(status) ? "skipped" : "failed";
}
