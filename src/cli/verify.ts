import { open } from "node:fs/promises";
import type { Certificate } from "@/crypto/certificate";
import { MAGIC } from "@/crypto/xbid/schema";
import { verifyArchive } from "./verify/archive";
import { openFindings } from "./verify/findings";
import { verifyPackage, verifyReceipt } from "./verify/single";
import { trustFile } from "./verify/trust-files";
import { isXtd, verifyXtd } from "./verify/xtd";

const USAGE = `xinbiao verify FILE [--trust ROOTS.pem]

核验归档包（.zip）、招标文件（.xtd）、递交回执（.json）或加密投标文件（.xbid）。不联网，不写文件。
--trust  您信任的根证书（PEM，可含多张）。归档包没有给出时使用其自带的列表，并列出指纹供核对。
每项核验一行：✔ 相符，✘ 不相符。返回码：0 全部相符；1 有不相符的；2 调用有误。
`;

type Kind = "archive" | "tender" | "receipt" | "package";

/** What a file is, by its first bytes. */
async function kindOf(path: string): Promise<Kind | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    const start = buffer.subarray(0, bytesRead).toString("latin1");
    if (start === MAGIC) return "package";
    if (start.startsWith("PK")) return (await isXtd(path)) ? "tender" : "archive";
    return start.trimStart().startsWith("{") ? "receipt" : undefined;
  } finally {
    await file.close();
  }
}

function argumentsOf(args: readonly string[]): { file: string; trust: string | undefined } | undefined {
  const rest = [...args];
  const at = rest.indexOf("--trust");
  const trust = at < 0 ? undefined : rest.splice(at, 2)[1];
  const [file, ...more] = rest;
  if (!file || file.startsWith("--") || more.length || (at >= 0 && !trust)) return undefined;
  return { file, trust };
}

/** Verifies a file that anybody may hold. @param print - takes one line. @returns the exit code. */
export async function verify(args: readonly string[], print: (line: string) => void): Promise<number> {
  const parsed = argumentsOf(args);
  if (!parsed) {
    print(USAGE);
    return 2;
  }
  let kind: Kind | undefined;
  let given: Certificate[] | undefined;
  try {
    kind = await kindOf(parsed.file);
    given = parsed.trust === undefined ? undefined : await trustFile(parsed.trust);
  } catch (error) {
    print(`无法读取文件：${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  if (!kind) {
    print(`${parsed.file} 不是归档包、招标文件、回执或加密投标文件。`);
    return 2;
  }
  const findings = openFindings(print);
  if (kind === "tender") await verifyXtd(parsed.file, given, findings);
  if (kind === "archive") await verifyArchive(parsed.file, given, findings);
  if (kind === "package") await verifyPackage(parsed.file, given, findings);
  if (kind === "receipt") await verifyReceipt(parsed.file, given, findings);
  if (findings.failed) {
    print(`核验不通过：${findings.passed} 项相符，${findings.failed} 项不相符。第一处：${findings.first}`);
    return 1;
  }
  print(`核验通过：${findings.passed} 项全部相符。`);
  return 0;
}

export const run = (args: string[]): Promise<number> => verify(args, (line) => void process.stdout.write(`${line}\n`));
