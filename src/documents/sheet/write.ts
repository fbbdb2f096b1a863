import { type Bytes, concat, utf8 } from "@/core/bytes";
import { columnLetters } from "./table";
import { crcOf } from "./zip-bytes";

/** A sheet to be filled in: headings, widths in characters, and rows of texts or numbers in decimal text. */
export interface SheetToWrite {
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly width: number; readonly kind: "text" | "number" }[];
  readonly rows: readonly (readonly string[])[];
}

const escaped = (text: string): string =>
  text
    // What XML cannot hold, and what would read as an escape of it.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** Styles by number: plain text, heading, number. Text cells have the text format, so that codes keep their zeros. */
const [TEXT_STYLE, HEAD_STYLE, NUMBER_STYLE] = [1, 2, 3];
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf fontId="1" applyFont="1"/><xf numFmtId="0" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs></styleSheet>`;

/** Writes a workbook (.xlsx) of one sheet, stored without packing: any spreadsheet program reads it. */
export function writeXlsx({ name, columns, rows }: SheetToWrite): Bytes {
  const cell = (text: string, row: number, column: number): string => {
    const at = `${columnLetters(column)}${row}`;
    const isNumber = row > 1 && columns[column]?.kind === "number";
    if (isNumber && !text) return `<c r="${at}" s="${NUMBER_STYLE}"/>`;
    if (isNumber && /^\d+(\.\d+)?$/.test(text)) return `<c r="${at}" s="${NUMBER_STYLE}"><v>${text}</v></c>`;
    const style = row === 1 ? HEAD_STYLE : TEXT_STYLE;
    return `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
  };
  const lines = [columns.map(({ title }) => title), ...rows].map(
    (texts, i) => `<row r="${i + 1}">${texts.map((text, column) => cell(text, i + 1, column)).join("")}</row>`,
  );
  const widths = columns.map(({ width }, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`);
  const sheet = `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join("")}</cols><sheetData>${lines.join("")}</sheetData></worksheet>`;
  return zipOf({
    "[Content_Types].xml": `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`,
    "_rels/.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": STYLES,
    "xl/worksheets/sheet1.xml": sheet,
  });
}

/** CSV in UTF-8 with its mark, which Chinese Excel needs to read it as such. */
export function writeCsv({ columns, rows }: SheetToWrite): Bytes {
  const field = (text: string): string => {
    // No cell may be taken for a formula by the program that opens it.
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const lines = [columns.map(({ title }) => title), ...rows].map((texts) => texts.map(field).join(","));
  return utf8(`\ufeff${lines.join("\r\n")}\r\n`);
}

const UTF8_NAMES = 0x0800;
const NO_DATE = 0x0021;
const VERSION = 20;

/** A ZIP of stored parts. */
export function zipOf(parts: Readonly<Record<string, string | Uint8Array>>): Bytes {
  const [locals, centrals]: [Uint8Array[], Uint8Array[]] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const [path, bytes] = [utf8(name), typeof content === "string" ? utf8(content) : content];
    const crc = (crcOf(bytes) ^ -1) >>> 0;
    const common = [VERSION, UTF8_NAMES, 0, 0, NO_DATE];
    const sizes = [crc, bytes.length, bytes.length];
    const local = concat(fields([0x04034b50], common, sizes, [path.length, 0]), path, bytes);
    locals.push(local);
    centrals.push(
      concat(
        fields([0x02014b50], [VERSION, ...common], sizes, [path.length, 0, 0, 0, 0]),
        fields([0, offset], []),
        path,
      ),
    );
    offset += local.length;
  }
  const directory = concat(...centrals);
  const count = centrals.length;
  return concat(...locals, directory, fields([0x06054b50], [0, 0, count, count], [directory.length, offset], [0]));
}

/** Little-endian fields: groups of four bytes and of two, in turn. */
function fields(...groups: readonly (readonly number[])[]): Bytes {
  const bytes = new Uint8Array(groups.reduce((length, group, i) => length + group.length * (i % 2 ? 2 : 4), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, group] of groups.entries())
    for (const value of group) {
      if (i % 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += i % 2 ? 2 : 4;
    }
  return bytes;
}
