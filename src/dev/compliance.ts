import { CLOCKS, type Requirement, ROWS, standing, type Verdict } from "@/testing/compliance/claims";
import { playwrightResults, vitestResults } from "./test-results";

/** `npm run compliance`: which rows of the compliance matrix the last `npm test` proved. Never written by hand. */
const unit = vitestResults();
const stories = playwrightResults();
if (!unit && !stories) {
  console.error("没有测试结果。请先运行 npm test。");
  process.exit(1);
}
if (!stories) console.log("注意：没有浏览器测试的结果，只统计单元与数据库测试。\n");

const ran = [...(unit ?? []), ...(stories ?? [])].filter(({ state }) => state !== "skipped");
const { verdicts, unknown } = standing(ran.map(({ title, state }) => ({ title, passed: state === "passed" })));
const of = (rows: readonly Requirement[], verdict: Verdict) => rows.filter(({ id }) => verdicts.get(id) === verdict);

const areas = [...new Set(ROWS.map(({ area }) => area))].sort();
for (const area of areas)
  printGroup(
    area,
    ROWS.filter((row) => row.area === area),
  );
printGroup("clocks (CLK)", CLOCKS);
if (unknown.length > 0) console.log(`\nUnknown ids in test titles: ${unknown.join(" ")}`);

const failed = [...of(ROWS, "failed"), ...of(CLOCKS, "failed")];
console.log(
  `\n${of(ROWS, "proved").length} of ${ROWS.length} rows proved, ${of(CLOCKS, "proved").length} of ${CLOCKS.length} clocks proved, ${failed.length} failed`,
);
process.exit(failed.length === 0 && unknown.length === 0 ? 0 : 1);

function printGroup(name: string, rows: readonly Requirement[]): void {
  const [proved, broken, open] = [of(rows, "proved"), of(rows, "failed"), of(rows, "unproved")];
  const ids = (list: readonly Requirement[]) => list.map(({ id }) => id).join(" ");
  console.log(`${name}: ${proved.length}/${rows.length}`);
  if (proved.length > 0) console.log(`  proved    ${ids(proved)}`);
  if (broken.length > 0) console.log(`  FAILED    ${ids(broken)}`);
  if (open.length > 0) console.log(`  unproved  ${ids(open)}`);
}
