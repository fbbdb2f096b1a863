import type { CaseRow } from "./conformance/types";

type Runner = (file: string) => Promise<readonly CaseRow[]>;

/** Kinds of case files; each runner reads one file and judges its cases. Formats: `public/specs/conformance.md`. */
const RUNNERS: Record<string, () => Promise<Runner>> = {
  chunked: async () => (await import("./conformance/chunked")).runChunkedCases,
  xbid: async () => (await import("./conformance/xbid")).runXbidCases,
  pkix: async () => (await import("./conformance/pkix")).runPkixCases,
  limbo: async () => (await import("./conformance/limbo")).runLimboCases,
  asn1: async () => (await import("./conformance/asn1")).runAsn1Cases,
  ocsp: async () => (await import("./conformance/ocsp")).runOcspCases,
  pdf: async () => (await import("./conformance/pdf")).runPdfCases,
  wycheproof: async () => (await import("./conformance/wycheproof")).runWycheproofCases,
};

const NOT_BUILT: readonly string[] = ["shamir", "gm"];

/** Prints one JSON line a case and the sum at the end; 1 when a verdict disagrees. */
export async function run([kind = "", file = ""]: string[]): Promise<number> {
  if (NOT_BUILT.includes(kind)) {
    process.stderr.write(`本版本没有实现 ${kind}（国密套件与密钥分片属于以后的版本），不能核对。\n`);
    return 2;
  }
  const load = Object.hasOwn(RUNNERS, kind) ? RUNNERS[kind] : undefined;
  if (!load || !file) {
    process.stderr.write(`用法：xinbiao conformance KIND CASES.json\nKIND：${Object.keys(RUNNERS).join(" ")}\n`);
    return 2;
  }
  const rows = await (await load())(file);
  for (const { case: id, verdict, code } of rows)
    process.stdout.write(`${JSON.stringify({ case: id, verdict, code })}\n`);
  const judged = rows.filter(({ verdict }) => verdict !== "skipped");
  const disagree = judged.filter(({ agrees }) => !agrees).length;
  process.stdout.write(`${judged.length - disagree} agree, ${disagree} disagree\n`);
  return disagree ? 1 : 0;
}
