import { spawn } from "node:child_process";

/** `npm run check`: types, lint, architecture and unit tests; no services, well under a minute. */
interface Step {
  readonly name: string;
  readonly program: readonly string[];
}
const STEPS: readonly Step[] = [
  { name: "types", program: ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."] },
  { name: "lint", program: ["node_modules/@biomejs/biome/bin/biome", "check", "."] },
  { name: "architecture and unit tests", program: ["node_modules/vitest/vitest.mjs", "run", "--project", "unit"] },
];

const outcomes = await Promise.all(STEPS.map(run));
const failed = outcomes.filter(({ code }) => code !== 0);
for (const { step, output } of failed) console.log(`\n--- ${step.name} ---\n${output.trim()}`);
for (const { step, code, seconds } of outcomes)
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${step.name} (${seconds} s)`);
process.exit(failed.length === 0 ? 0 : 1);

function run(step: Step): Promise<{ step: Step; code: number | null; output: string; seconds: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, step.program, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  return new Promise((done) => {
    child.on("close", (code) => done({ step, code, output, seconds: Math.round((performance.now() - begun) / 1000) }));
  });
}
