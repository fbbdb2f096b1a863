import { readCsv } from "./csv-read";
import { SHEET_LIMITS, SheetRefused, type SheetTable } from "./table";
import { readXlsx } from "./xlsx-read";

/** What a file chooser offers. */
export const SHEET_ACCEPT = ".xlsx,.csv";

const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0], "是旧版 Excel 文件（.xls）或设有密码的文件"],
  [[0x25, 0x50, 0x44, 0x46], "是 PDF 文件"],
  [[0x3c], "是网页或 XML 文件"],
];

/** Said before the bytes are in memory. @throws SheetRefused when a file is too long to be read. */
export function refuseLength(name: string, sizeBytes: number): void {
  if (sizeBytes > SHEET_LIMITS.fileBytes)
    throw new SheetRefused(
      `“${name.slice(0, 60)}”超过 ${SHEET_LIMITS.fileBytes / 1024 / 1024} MB，没有导入。请删除清单以外的内容，或从平台下载模板重新填写。`,
    );
}

/**
 * Reads a spreadsheet file by its content: a workbook (.xlsx) or a text file (.csv). The same in a browser's worker, where
 * people import, and in the command line; no server of ours reads one.
 *
 * @throws SheetRefused
 */
export async function readSheet(name: string, bytes: Uint8Array<ArrayBuffer>, maxRows: number): Promise<SheetTable> {
  const shown = name.slice(0, 60);
  if (!bytes.length) throw new SheetRefused(`“${shown}”是空文件，没有导入。请重新选择文件。`);
  refuseLength(name, bytes.length);
  const begins = (magic: readonly number[]) => magic.every((byte, i) => bytes[i] === byte);
  if (begins([0x50, 0x4b, 0x03, 0x04])) return readXlsx(bytes, maxRows);
  const other = MAGIC.find(([magic]) => begins(magic))?.[1];
  if (other || !/\.(csv|txt)$/i.test(name))
    throw new SheetRefused(`“${shown}”${other ?? "不是可以导入的表格"}，没有导入。请用表格软件另存为 .xlsx 或 .csv。`);
  return readCsv(bytes, maxRows);
}
