import { problemList, SHEET_LIMITS, SheetRefused, type SheetRow, type SheetTable } from "./table";
import { allEvents, type XmlEvent, xmlEvents } from "./xml";
import { openZipBytes, type ZipBytes } from "./zip-bytes";

const CONTENT_TYPES = "[Content_Types].xml";
const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/** Parts that run, fetch or hide something: such a workbook is refused for what it is, whatever its name ends with. */
const UNWANTED: readonly (readonly [RegExp, string])[] = [
  [/vbaproject|vbadata|macrosheets|activex/i, "宏"],
  [/externallinks\//i, "指向其他文件的链接"],
  [/embeddings\/|oleobject/i, "嵌入的文件"],
  [/connections\.xml|querytables\//i, "外部数据连接"],
];

const unreadable = (what: string) =>
  new SheetRefused(`${what}，没有导入。请用表格软件打开，另存为“Excel 工作簿（.xlsx）”后再导入。`);

/**
 * Reads a workbook (.xlsx) with exactly one sheet. Values count as typed: a formula, a merged cell, a date, a truth value
 * or an error is a problem of its cell.
 *
 * @param maxRows - filled rows; reading ends at the first one more.
 * @throws SheetRefused
 */
export async function readXlsx(bytes: Uint8Array<ArrayBuffer>, maxRows: number): Promise<SheetTable> {
  const zip = openZipBytes(bytes);
  for (const [pattern, what] of UNWANTED)
    if (zip.names.some((name) => pattern.test(name)))
      throw new SheetRefused(
        `表格文件含有${what}，没有导入。请把数据粘贴为数值到新建的工作簿，另存为 .xlsx 后再导入。`,
      );
  const types = opened(await small(zip, CONTENT_TYPES), "Override");
  if (types.some((type) => /macroEnabled/i.test(type("ContentType") ?? "")))
    throw new SheetRefused("表格文件含有宏，没有导入。请另存为不含宏的 .xlsx 后再导入。");
  const workbook = types
    .find((type) => type("ContentType") === WORKBOOK)?.("PartName")
    ?.replace(/^\//, "");
  if (!workbook) throw unreadable("文件不是 Excel 工作簿（.xlsx）");
  const sheets = opened(await small(zip, workbook), "sheet");
  const [sheet] = sheets;
  if (sheets.length !== 1 || !sheet)
    throw new SheetRefused(
      `工作簿有 ${sheets.length} 个工作表（${sheets
        .slice(0, 5)
        .map((each) => `“${each("name")}”`)
        .join("、")}），没有导入。请只保留清单所在的一个工作表。`,
    );
  const relations = opened(await small(zip, relationsOf(workbook)), "Relationship");
  const target = (found: Attributes | undefined) => found && partIn(workbook, found("Target") ?? "");
  const place = target(relations.find((each) => each("Id") === sheet("id")));
  if (!place || !zip.names.includes(place)) throw unreadable("找不到工作表的内容");
  const texts = target(relations.find((each) => each("Type")?.endsWith("/sharedStrings")));
  const shared = texts ? await readShared(zip, texts) : [];
  return readSheetPart(zip.read(place), (sheet("name") ?? "").slice(0, 60), shared, maxRows);
}

type Attributes = (name: string) => string | undefined;

const small = (zip: ZipBytes, name: string): Promise<XmlEvent[]> => {
  if (!zip.names.includes(name)) throw unreadable("文件不是 Excel 工作簿（.xlsx）");
  return allEvents(zip.read(name));
};

const opened = (events: readonly XmlEvent[], wanted: string): Attributes[] =>
  events.flatMap((event) => (event.kind === "open" && event.name === wanted ? [event.attribute] : []));

/** `xl/workbook.xml` → `xl/_rels/workbook.xml.rels`. */
const relationsOf = (part: string): string => part.replace(/([^/]*)$/, "_rels/$1.rels");

/** Where a relation of `part` leads inside the workbook. */
const partIn = (part: string, target: string): string =>
  target.startsWith("/") ? target.slice(1) : part.replace(/[^/]*$/, "") + target;

/** Texts that cells name by number. Readings above the characters (rPh) are no part of a text. */
async function readShared(zip: ZipBytes, part: string): Promise<string[]> {
  const texts: string[] = [];
  let [current, inText, reading] = [undefined as string | undefined, false, 0];
  for await (const batch of xmlEvents(zip.read(part)))
    for (const event of batch) {
      if (event.kind === "text") {
        if (inText && !reading && current !== undefined) current += event.text;
      } else if (event.name === "si") {
        if (event.kind === "open") current = "";
        else texts.push(current ?? "");
        if (texts.length > SHEET_LIMITS.sharedTexts) throw unreadable("表格的文字过多");
      } else if (event.name === "rPh") reading += event.kind === "open" ? 1 : -1;
      else if (event.name === "t") inText = event.kind === "open";
    }
  return texts;
}

interface OpenCell {
  readonly row: number;
  readonly column: number;
  readonly type: string;
  value: string;
  formula: boolean;
}

async function readSheetPart(
  source: AsyncIterable<Uint8Array>,
  sheet: string,
  shared: readonly string[],
  maxRows: number,
): Promise<SheetTable> {
  const problems = problemList(sheet);
  const rows: SheetRow[] = [];
  let [row, column] = [0, -1];
  let cells = new Map<number, string>();
  let cell: OpenCell | undefined;
  let [inside, reading] = ["", 0];
  const begin = ({ name, attribute }: Extract<XmlEvent, { kind: "open" }>): void => {
    if (name === "row") {
      const next = Number(attribute("r") ?? row + 1);
      if (!Number.isInteger(next) || next <= row) throw unreadable("表格的行号不正确");
      [row, column, cells] = [next, -1, new Map()];
    } else if (name === "c") {
      const at = attribute("r");
      const next = at === undefined ? column + 1 : columnOf(at, row);
      if (next === undefined || next <= column) throw unreadable(`第 ${row} 行的单元格位置不正确`);
      column = next;
      cell = { row, column, type: attribute("t") ?? "n", value: "", formula: false };
    } else if (name === "mergeCell") {
      const [, letters = "A", number = "0"] = /^([A-Z]{1,3})(\d{1,7})/.exec(attribute("ref") ?? "") ?? [];
      problems.add(
        Number(number),
        columnNumber(letters),
        `合并了单元格 ${attribute("ref") ?? ""}`,
        "请取消合并，每格各填各的内容",
      );
    } else if (cell && name === "f") cell.formula = true;
    else if (name === "rPh") reading++;
    else if (cell && !reading && (name === "v" || name === "t")) inside = name;
  };
  const end = (name: string): void => {
    if (name === "v" || name === "t") inside = "";
    else if (name === "rPh") reading--;
    else if (name === "c" && cell) {
      const text = textOf(cell, shared, problems.add);
      if (text) cells.set(cell.column, text);
      cell = undefined;
    } else if (name === "row" && cells.size) {
      rows.push({ row, cells });
      if (rows.length > maxRows) throw tooManyRows(maxRows);
    }
  };
  for await (const batch of xmlEvents(source))
    for (const event of batch) {
      if (event.kind === "open") begin(event);
      else if (event.kind === "close") end(event.name);
      else if (cell && inside) {
        cell.value += event.text;
        if (cell.value.length > 8 * SHEET_LIMITS.cellLength) throw unreadable(`第 ${row} 行有过长的内容`);
      }
    }
  return { sheet, rows, problems: problems.all() };
}

export const tooManyRows = (maxRows: number) =>
  new SheetRefused(`表格的数据超过 ${maxRows} 行，没有导入。请删除清单以外的行；清单确实更长的，请按标段或专业拆分。`);

/** `AB` → 27. */
const columnNumber = (letters: string): number =>
  [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;

/** Column of `I7`, when it stands in row 7. */
function columnOf(reference: string, row: number): number | undefined {
  const [, letters, number] = /^([A-Z]{1,3})(\d{1,7})$/.exec(reference) ?? [];
  return letters && Number(number) === row ? columnNumber(letters) : undefined;
}

type Add = ReturnType<typeof problemList>["add"];

/** What a person typed into a cell; an unusable one is told and reads as empty. */
function textOf({ row, column, type, value, formula }: OpenCell, shared: readonly string[], add: Add): string {
  const refuse = (said: string, todo: string): string => {
    add(row, column, said, todo);
    return "";
  };
  if (formula) return refuse("是公式", "请复制后“选择性粘贴为数值”，再导入");
  if (!value) return "";
  if (column >= SHEET_LIMITS.columns) return refuse(`超出 ${SHEET_LIMITS.columns} 列`, "请删除清单以外的列");
  if (type === "b") return refuse("是逻辑值", "请改填文字或数字");
  if (type === "e") return refuse(`是错误值 ${value.slice(0, 10)}`, "请改填正确的内容");
  if (type === "d") return refuse("是日期", "请把单元格格式改为“文本”后重新填写");
  const text = type === "s" ? shared[Number(value)] : type === "n" ? typedNumber(value) : value;
  if (text === undefined) throw unreadable(`第 ${row} 行有找不到的文字`);
  const plain = plainText(text.replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
  if (plain.length > SHEET_LIMITS.cellLength) return refuse(`超过 ${SHEET_LIMITS.cellLength} 字`, "请缩短内容");
  return plain;
}

/**
 * The digits that were typed. Workbooks keep numbers as doubles, written with 17 digits (1.1 stands there as
 * 1.1000000000000001): the shortest text of that double is what the person typed, up to 15 digits.
 */
const typedNumber = (value: string): string => {
  const number = Number(value);
  return value.trim() && Number.isFinite(number) ? String(number) : value;
};

/** How workbooks write characters that XML cannot hold. */
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/** Texts as they are compared and kept: NFC, line feeds alone, no spaces around. */
export const plainText = (text: string): string => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();
