import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { issueText } from "@/lifecycle/evaluation/engine/case-file";

/** Reads a case file and checks its form; what is wrong is said in Chinese, with the place. */
export async function readCase<T>(
  path: string | undefined,
  schema: z.ZodType<T>,
  usage: string,
): Promise<T | undefined> {
  if (!path) {
    process.stderr.write(`用法：${usage}\n`);
    return undefined;
  }
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch {
    process.stderr.write(`无法读取 ${path}：文件不存在或不是 JSON。\n`);
    return undefined;
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues.slice(0, 20)) process.stderr.write(`${issueText(issue)}\n`);
  return undefined;
}
