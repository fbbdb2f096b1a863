import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { validatePath } from "@/crypto/path";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { filesOf } from "./pem-file";
import type { CaseRow } from "./types";

interface Context {
  readonly trust: readonly string[];
  readonly crls?: readonly string[];
  readonly time: string;
}

interface PdfCase {
  readonly file: string;
  readonly expect: "accept" | "reject";
  /** All of them must be there; without it one is enough. */
  readonly requiredSignatures?: number;
  readonly context?: Partial<Context>;
}

/** Kind `pdf`: every signature holds, together they cover the file, and every signer is trusted at that time. */
export async function runPdfCases(file: string): Promise<CaseRow[]> {
  const suite = JSON.parse(await readFile(file, "utf8")) as { context: Context; cases: PdfCase[] };
  const rows: CaseRow[] = [];
  for (const item of suite.cases) {
    const refused = await judge(item, { ...suite.context, ...item.context }, dirname(file));
    const verdict = refused ? "reject" : "accept";
    rows.push({ case: item.file, verdict, code: refused, agrees: verdict === item.expect });
  }
  return rows;
}

/** @returns why it is refused, or nothing. */
async function judge(item: PdfCase, context: Context, folder: string): Promise<string> {
  const files = filesOf(folder);
  const required = item.requiredSignatures ?? 1;
  const { ok, problems, signatures } = await verifyPdfSignatures(await files.bytes(item.file), { required });
  if (!ok) return problems.join("；");
  const trust = await Promise.all(context.trust.map(files.certificate));
  const crls = await Promise.all((context.crls ?? []).map(files.crl));
  const time = new Date(context.time);
  for (const { index, signer, certificates } of signatures) {
    const intermediates = certificates.filter((certificate) => certificate !== signer);
    const path = await validatePath(signer!, { trust, intermediates, crls, time, use: "sign" });
    if (!path.ok) return `第 ${index} 个签名：${path.reason}`;
  }
  return "";
}
