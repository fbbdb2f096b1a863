import { problemList, SHEET_LIMITS, SheetRefused, type SheetRow, type SheetTable } from "./table";
import { plainText, tooManyRows } from "./xlsx-read";

/**
 * Reads a text file with separated values (CSV): UTF-8, GBK as Chinese Excel saves it, or UTF-16 with its mark; separated
 * by commas or tabs.
 *
 * @param maxRows - filled rows; reading ends at the first one more.
 * @throws SheetRefused
 */
export function readCsv(bytes: Uint8Array<ArrayBuffer>, maxRows: number): SheetTable {
  const text = decode(bytes);
  const separator = /^[^\n]*\t/.test(text) && !/^[^\n]*,/.test(text) ? "\t" : ",";
  const problems = problemList("");
  const rows: SheetRow[] = [];
  let row = 0;
  for (const fields of records(text, separator)) {
    row++;
    const cells = new Map<number, string>();
    for (const [column, field] of fields.entries()) {
      const cell = plainText(field);
      if (!cell) continue;
      if (column >= SHEET_LIMITS.columns)
        problems.add(row, column, `超出 ${SHEET_LIMITS.columns} 列`, "请删除清单以外的列");
      else if (cell.length > SHEET_LIMITS.cellLength)
        problems.add(row, column, `超过 ${SHEET_LIMITS.cellLength} 字`, "请缩短内容");
      else if (cell.startsWith("=")) problems.add(row, column, "是公式", "请复制后“选择性粘贴为数值”，再另存为 CSV");
      // A quote before a text keeps spreadsheet programs from taking it for a formula; it is not part of the text.
      else cells.set(column, cell.replace(/^'(?=[=+\-@])/, ""));
    }
    if (cells.size) rows.push({ row, cells });
    if (rows.length > maxRows) throw tooManyRows(maxRows);
  }
  return { sheet: "", rows, problems: problems.all() };
}

function decode(bytes: Uint8Array): string {
  for (const encoding of bytes[0] === 0xff && bytes[1] === 0xfe ? ["utf-16le"] : ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next encoding.
    }
  }
  throw new SheetRefused("文件不是 UTF-8 或 GBK 编码的文本，没有导入。请在表格软件中另存为“CSV UTF-8”或 .xlsx。");
}

/** Records as RFC 4180 has them, with line feeds of any system. Rows count as a spreadsheet program shows them. */
function* records(text: string, separator: string): Generator<string[]> {
  let [fields, field, at] = [[] as string[], "", 0];
  const ends = separator === "\t" ? /[\t\r\n]/g : /[,\r\n]/g;
  while (at < text.length) {
    if (text[at] === '"') {
      const [value, next] = quoted(text, at);
      [field, at] = [value, next];
      if (at < text.length && text[at] !== separator && text[at] !== "\r" && text[at] !== "\n") throw badQuote();
    } else {
      ends.lastIndex = at;
      const next = ends.exec(text)?.index ?? text.length;
      [field, at] = [text.slice(at, next), next];
    }
    fields.push(field);
    if (fields.length > 1_000) throw new SheetRefused("文件一行超过 1000 列，没有导入。请从平台下载模板重新填写。");
    if (text[at] === separator) {
      at++;
      // A separator at the very end is followed by one more field, an empty one.
      continue;
    }
    yield fields;
    fields = [];
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
  }
  if (fields.length) yield fields;
}

const badQuote = () => new SheetRefused("文件中的引号不成对，没有导入。请用表格软件打开并另存为 CSV 或 .xlsx。");

function quoted(text: string, start: number): [value: string, next: number] {
  let [value, at] = ["", start + 1];
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) throw badQuote();
    value += text.slice(at, end);
    if (text[end + 1] !== '"') return [value, end + 1];
    value += '"';
    at = end + 2;
  }
}
