import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { yuanText } from "@/core/money";
import { readSheet, refuseLength } from "@/documents/sheet/read-sheet";
import { problemText, SheetRefused } from "@/documents/sheet/table";
import { importPrices } from "@/lifecycle/bidding/bill/price-sheet";
import { billPrice, readUnitPrice, type TypedPrices } from "@/lifecycle/bidding/bill/prices";
import { type Draft, type DraftFile, draftProblems, EXTRA_SLOT, refusalOfFile } from "@/lifecycle/bidding/draft";
import { MAX_BILL_ROWS } from "@/lifecycle/tender-document/bill/import-items";
import { PRICE_FIELD } from "@/lifecycle/tender-document/bill/rules";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { headOfFile } from "./disk";

/** What `pack` was given, read as a draft, and everything that is wrong with it. */
export interface Checked {
  readonly draft: Draft;
  readonly problems: readonly string[];
}

const EXTRA_NAMES = ["其他", "其他文件", EXTRA_SLOT];

/**
 * Checks form and files against the tender document by the same rules as the browser does, all at once.
 *
 * @param form - content of the form file: values by id or label of the field.
 * @param given - `标题=路径`, one a file; the title or id of a required file, or 其他.
 * @param sheet - path of the filled bill of quantities, where the tender document has one.
 */
export async function checkPack(
  content: TenderDocumentContent,
  form: unknown,
  given: readonly string[],
  sheet?: string,
): Promise<Checked> {
  const [fields, files] = [readForm(content, form), await readFiles(content, given)];
  const bill = await readBill(content, sheet);
  const prices = bill.prices ? { prices: bill.prices } : {};
  const draft: Draft = { format: "xb-draft/1", form: fields.values, files: files.files, ...prices, revision: 0 };
  // A file that was named but refused is told as what it is, not as missing once more; a sheet too.
  const named = new Set(files.refusedSlots);
  const missing = draftProblems(content, draft).filter(
    ({ control }) => !named.has(control.replace(/^slot-/, "")) && (bill.prices || !control.startsWith("unit-price-")),
  );
  return {
    draft,
    problems: [
      ...[...fields.problems, ...bill.problems, ...priceProblems(content, fields.values, bill.prices)],
      ...[...files.problems, ...missing.map(({ sentence }) => sentence)],
    ],
  };
}

async function readBill(
  { bill }: TenderDocumentContent,
  path: string | undefined,
): Promise<{ prices?: TypedPrices; problems: readonly string[] }> {
  if (!bill) return { problems: path ? ["招标文件没有工程量清单，请去掉 --prices，投标总价写在开标一览表中。"] : [] };
  if (!path) return { problems: ["招标文件有工程量清单，请用 --prices 给出填好的报价清单（.xlsx 或 .csv）。"] };
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return { problems: [`找不到报价清单 ${path}，请核对路径。`] };
  try {
    refuseLength(basename(path), found.size);
    const table = await readSheet(basename(path), new Uint8Array(await readFile(path)), MAX_BILL_ROWS);
    const imported = importPrices(table, bill);
    return imported.ok ? { prices: imported.value, problems: [] } : { problems: imported.problems.map(problemText) };
  } catch (error) {
    if (error instanceof SheetRefused) return { problems: [error.message] };
    throw error;
  }
}

/** A price that is written down although the bill makes it must be the same. */
function priceProblems(
  { bill }: TenderDocumentContent,
  form: Readonly<Record<string, string>>,
  prices: TypedPrices | undefined,
): string[] {
  const [written, made] = [form[PRICE_FIELD]?.trim(), bill && prices ? billPrice(bill, prices) : undefined];
  if (!written || made === undefined) return [];
  const fen = readUnitPrice(written);
  return typeof fen === "bigint" && yuanText(fen) === made
    ? []
    : [`开标一览表的投标总价“${written}”与报价清单的总价 ${made} 不一致。请改正，或不填投标总价，由清单得出。`];
}

function readForm(
  content: TenderDocumentContent,
  form: unknown,
): { values: Record<string, string>; problems: string[] } {
  const values: Record<string, string> = {};
  if (typeof form !== "object" || form === null || Array.isArray(form))
    return { values, problems: ["开标一览表须为 JSON 对象：字段编号或名称对应填写的内容。"] };
  const known = content.form.map(({ id, label }) => `${id}（${label}）`).join("、");
  const problems: string[] = [];
  for (const [name, value] of Object.entries(form)) {
    const field = content.form.find(({ id, label }) => id === name || label === name);
    if (!field) problems.push(`开标一览表中没有字段“${name}”。可填：${known}。`);
    else if (field.id in values) problems.push(`字段“${field.label}”填写了两次，请只留一处。`);
    else if (typeof value === "string") values[field.id] = value;
    else if (typeof value === "number" && field.kind === "integer") values[field.id] = String(value);
    else problems.push(`“${field.label}”须写成带引号的文本，例如 "12,800,000.00"；不带引号的数字可能丢失精度。`);
  }
  return { values, problems };
}

async function readFiles(content: TenderDocumentContent, given: readonly string[]) {
  const files: DraftFile[] = [];
  const problems: string[] = [];
  const refusedSlots: string[] = [];
  const titles = content.requiredFiles.map(({ title }) => `“${title}”`).join("、");
  for (const text of given) {
    const at = text.indexOf("=");
    const [name, path] = [text.slice(0, at).trim(), text.slice(at + 1)];
    if (at < 1 || !path) {
      problems.push(`--file ${text} 的写法不正确，应为 --file "名称=路径"。`);
      continue;
    }
    const required = content.requiredFiles.find(({ id, title }) => id === name || title === name);
    const slot = required?.id ?? (EXTRA_NAMES.includes(name) ? EXTRA_SLOT : undefined);
    if (slot === undefined) {
      problems.push(`招标文件没有要求名为“${name}”的文件。可用：${titles}、“其他”。`);
      continue;
    }
    if (slot !== EXTRA_SLOT && files.some((file) => file.slot === slot)) {
      problems.push(`“${required?.title}”给出了两个文件，请只留一个；其余用“其他=路径”添加。`);
      continue;
    }
    const refusal = await refusalOf(path);
    if (typeof refusal === "string") {
      problems.push(refusal);
      refusedSlots.push(slot);
    } else files.push({ id: path, slot, name: basename(path).normalize("NFC"), sizeBytes: refusal.sizeBytes });
  }
  return { files, problems, refusedSlots };
}

/** Size of a file that may be sealed, or why it may not. */
async function refusalOf(path: string): Promise<{ sizeBytes: number } | string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return `找不到文件 ${path}，请核对路径。`;
  const file = { name: basename(path), sizeBytes: found.size };
  return refusalOfFile(file, await headOfFile(path, 5)) ?? file;
}
