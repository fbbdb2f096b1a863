import { CaseError } from "@/lifecycle/evaluation/engine/case-file";
import type { EvaluationResult } from "@/lifecycle/evaluation/engine/evaluate";
import { PublishedCase, recompute } from "@/lifecycle/evaluation/engine/published-case";
import { readCase } from "./case-input";

const USAGE = `xinbiao score CASE.json [--json]

由公开的案例文件复算评标：逐步列出公式、精确值和取舍，并与公布的结果比较。
返回码：0 一致；1 不一致；2 调用有误或案例无法计算。`;

/** `xinbiao score CASE.json`: recomputes an evaluation and prints every step with its formula and rounding. */
export async function run(args: string[]): Promise<number> {
  const asJson = args.includes("--json");
  const input = await readCase(
    args.find((arg) => !arg.startsWith("--")),
    PublishedCase,
    USAGE,
  );
  if (!input) return 2;
  let outcome: ReturnType<typeof recompute>;
  try {
    outcome = recompute(input);
  } catch (error) {
    if (!(error instanceof CaseError || error instanceof RangeError)) throw error;
    process.stderr.write(`案例无法计算：${error.message}\n`);
    return 2;
  }
  const { result, differences } = outcome;
  process.stdout.write(asJson ? `${JSON.stringify(result, null, 2)}\n` : printed(result));
  for (const difference of differences) process.stderr.write(`不一致：${difference}\n`);
  if (input.expect && !asJson) {
    process.stdout.write(differences.length ? "复算结果与公布内容不一致\n" : "复算结果与公布内容一致\n");
  }
  return differences.length ? 1 : 0;
}

function printed(result: EvaluationResult): string {
  const lines = result.steps.map(({ what, bid, formula, exact, value, rounding }) => {
    const shown = exact === value ? value : `${exact} → ${value}`;
    return `${bid === undefined ? "" : `[${bid}] `}${what} = ${formula} = ${shown}（${rounding}）`;
  });
  for (const { bid, ground } of result.rejected) lines.push(`[${bid}] 否决：${ground}`);
  for (const { bid, vsMeanOfOthers, vsCeiling, vsSecondLowest, flag } of result.alarms) {
    if (!flag) continue;
    const ratios = [
      vsMeanOfOthers && `为其他有效投标平均价的 ${vsMeanOfOthers}`,
      vsCeiling && `为最高限价的 ${vsCeiling}`,
      vsSecondLowest && `为次低价的 ${vsSecondLowest}`,
    ].filter(Boolean);
    lines.push(`[${bid}] 低价预警：${ratios.join("，")}`);
  }
  const rows = new Map(result.rows.map((row) => [row.bid, row]));
  for (const { rank, bid } of result.ranking) {
    const { total, evaluationPrice } = rows.get(bid)!;
    lines.push(`第 ${rank} 名 ${bid} ${total === undefined ? `评标价 ${evaluationPrice}` : `总分 ${total}`}`);
  }
  for (const { label, bids } of result.openTies) lines.push(`并列待抽取 ${label}：${bids.join("、")}`);
  return `${lines.join("\n")}\n`;
}
