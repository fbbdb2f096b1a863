import { bits } from "./bits";
import { copies } from "./copies";
import { deadline } from "./deadline";
import type { Report } from "./ground";
import { kills } from "./kills";
import { resume } from "./resume";
import { submissions } from "./submissions";

/** Promises, each with how it is tried and how often unless told. */
const PROMISES: Readonly<
  Record<string, { readonly prove: (report: Report, count: number) => Promise<void>; readonly count: number }>
> = {
  kills: { prove: kills, count: 30 },
  submissions: { prove: submissions, count: 60 },
  deadline: { prove: deadline, count: 200 },
  copies: { prove: copies, count: 50 },
  bits: { prove: bits, count: 5_000 },
  resume: { prove: resume, count: 1 },
};
const USAGE = `用法：npm run chaos -- [${Object.keys(PROMISES).join("|")}] [次数]，次数为正整数；不写名称为 kills。`;

/**
 * Promises of the platform as scripts, each on an installation of its own. Prints what was counted; exit code 1 when one is
 * broken.
 *
 *     npm run chaos -- [NAME] [COUNT]
 */
const [first = "kills", second] = process.argv.slice(2);
// The number of rounds alone means the kills.
const [name, asked] = /^\d+$/.test(first) ? ["kills", first] : [first, second];
const promise = PROMISES[name];
const count = Number(asked ?? promise?.count);
if (!promise || !Number.isInteger(count) || count < 1) {
  console.error(USAGE);
  process.exit(1);
}
let passed = 0;
let failed = 0;
const report: Report = {
  say: (line) => console.log(line),
  check(what, ok) {
    if (ok) passed++;
    else failed++;
    console.log(`${ok ? "✔" : "✘"} ${what}`);
  },
};
const begun = performance.now();
await promise.prove(report, count);
console.log(`${name}: ${passed} passed, ${failed} failed (${Math.round((performance.now() - begun) / 1000)} s)`);
process.exit(failed || !passed ? 1 : 0);
