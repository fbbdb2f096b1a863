import { DrawCase, runDrawCase } from "@/lifecycle/committee/draw-case";
import { readCase } from "./case-input";

const USAGE = `xinbiao draw CASE.json [--json]

复算一次公开抽取：核对各方承诺，重算种子，逐步重算每次抽取，并与公布的结果比较。
返回码：0 一致；1 不一致；2 调用有误。`;

/** `xinbiao draw CASE.json`: recomputes a published draw and prints every step. */
export async function run(args: string[]): Promise<number> {
  const asJson = args.includes("--json");
  const input = await readCase(
    args.find((arg) => !arg.startsWith("--")),
    DrawCase,
    USAGE,
  );
  if (!input) return 2;
  let result: Awaited<ReturnType<typeof runDrawCase>>;
  try {
    result = await runDrawCase(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`案例无法计算：${error.message}\n`);
    return 2;
  }
  if (asJson) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return result.disagreements.length ? 1 : 0;
  }
  const lines = [
    `种子 = SHA-256("XB-DRAW-1|${input.lot}|${input.parties.map(({ nonce }) => nonce).join("|")}")`,
    `     = ${result.seed}`,
  ];
  for (const { label, eligible, inputHash, drawn, standby, steps } of result.draws) {
    lines.push("", `抽取 ${label}：名单 ${eligible.length} 项，哈希 ${inputHash}`);
    for (const { label: of, i, value, remaining, picked } of steps) {
      lines.push(`  HMAC-SHA-256(种子, "${of}|${i}") = ${value}；余 ${remaining} 项 → ${picked ?? "超出整倍数，跳过"}`);
    }
    lines.push(`  结果：${drawn.join("、")}${standby.length ? `；备选：${standby.join("、")}` : ""}`);
  }
  lines.push(
    "",
    ...result.disagreements.map((item) => `不一致：${item}`),
    result.disagreements.length ? "复算结果与公布内容不一致" : "复算结果与公布内容一致",
  );
  process.stdout.write(`${lines.join("\n")}\n`);
  return result.disagreements.length ? 1 : 0;
}
