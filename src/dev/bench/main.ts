import { readdirSync } from "node:fs";
import { join } from "node:path";

/** `npm run bench -- NAME …`: measurements, one file each in this folder, exporting `run(args)`. Without a name: all. */
interface Bench {
  run(args: readonly string[]): Promise<void>;
}

const [wanted, ...args] = process.argv.slice(2);
const names = readdirSync("src/dev/bench")
  .filter((file) => file.endsWith(".ts") && file !== "main.ts" && !file.endsWith(".test.ts"))
  .map((file) => file.replace(/\.ts$/, ""));
if (wanted !== undefined && !names.includes(wanted)) {
  console.error(`没有这项测量：${wanted}。可用：${names.join("、") || "（尚无）"}`);
  process.exit(1);
}
for (const name of wanted === undefined ? names : [wanted]) {
  console.log(`--- ${name} ---`);
  const { run } = (await import(join(process.cwd(), "src/dev/bench", `${name}.ts`))) as Bench;
  await run(args);
}
process.exit(0);
