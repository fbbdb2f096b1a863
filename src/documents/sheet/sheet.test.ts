import { execFileSync } from "node:child_process";
import { deflateRawSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { type Bytes, utf8 } from "@/core/bytes";
import { readSheet } from "./read-sheet";
import { columnLetters, placeText, problemText, SheetRefused } from "./table";
import { writeCsv, writeXlsx, zipOf } from "./write";
import { crcOf } from "./zip-bytes";

const COLUMNS = [
  { title: "编码", width: 16, kind: "text" },
  { title: "单价", width: 12, kind: "number" },
] as const;
const book = (rows: readonly (readonly string[])[]) => writeXlsx({ name: "清单", columns: COLUMNS, rows });

/** The parts of a good workbook, to be spoiled one by one. */
const partsOf = (bytes: Bytes): Record<string, Uint8Array> => unzipSync(bytes);
const sheetOf = (cells: string, before = "", after = ""): Bytes => {
  const parts = partsOf(book([]));
  const xml = `${before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData>${after}</worksheet>`;
  return zipOf({ ...parts, "xl/worksheets/sheet1.xml": xml });
};
const read = (bytes: Bytes, name = "a.xlsx", rows = 100) => readSheet(name, bytes, rows);
const texts = async (bytes: Bytes, name?: string) =>
  (await read(bytes, name)).rows.map(({ cells }) => [...cells.values()]);
async function refusalOf(bytes: Bytes, name?: string, rows?: number): Promise<string> {
  const outcome = await read(bytes, name, rows).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(SheetRefused);
  const { message } = outcome as Error;
  expect(message).toMatch(/没有导入。请/);
  return message;
}

test("what is written is read again: codes keep their zeros, numbers their digits, texts their line feeds", async () => {
  const rows = [
    ["010101001001", "1234.1"],
    ['<甲>&"乙"\n丙 _x0041_', "0.07"],
    ["=1+1", "12"],
  ];
  expect((await texts(book(rows))).slice(1)).toEqual(rows);
  expect((await texts(writeCsv({ name: "清单", columns: COLUMNS, rows }), "a.csv")).slice(1)).toEqual(rows);
  expect(Object.keys(unzipSync(book(rows)))).toContain("xl/worksheets/sheet1.xml");
});

test("numbers are read as they were typed, not as the workbook's doubles have them", async () => {
  const values = ["1.1000000000000001", "1.2E3", "0.30000000000000004", "1234567890123.45", "1E-9"];
  const cells = values.map((value, i) => `<row r="${i + 1}"><c><v>${value}</v></c></row>`).join("");
  expect((await texts(sheetOf(cells))).flat()).toEqual([
    "1.1",
    "1200",
    "0.30000000000000004",
    "1234567890123.45",
    "1e-9",
  ]);
});

test("a workbook as Excel and others write it is read: packed parts, shared and rich texts, prefixes, readings", async () => {
  const parts = partsOf(book([]));
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const relations = Buffer.from(parts["xl/_rels/workbook.xml.rels"]!).toString();
  const shared = '<Relationship Id="rId3" Type="http://x/relationships/sharedStrings" Target="/xl/sharedStrings.xml"/>';
  const sheet = `<?xml version="1.0"?><x:worksheet xmlns:x="m" xmlns:r="r" r:ignored="a>b"><x:sheetData>
    <x:row r="2" spans="1:3" x14ac:dyDescent="0.2"><x:c r="A2" s="1" t="s"><x:v>0</x:v></x:c><x:c r="C2" t="s"><x:v>1</x:v></x:c></x:row>
    <x:row r="9"><x:c r="B9"><x:v>12.5</x:v></x:c><x:c r="D9" t="inlineStr"><x:is><x:t>甲</x:t><x:rPh sb="0"><x:t>jia</x:t></x:rPh></x:is></x:c></x:row>
    </x:sheetData><x:dataValidations><x:dataValidation><x:formula1>"a,b"</x:formula1></x:dataValidation></x:dataValidations></x:worksheet>`;
  const strings = `<sst ${ns}><si><t>编码</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">单 </t></r><r><t>价</t></r><rPh><t>x</t></rPh></si></sst>`;
  const bytes = zipSync({
    ...parts,
    "xl/_rels/workbook.xml.rels": utf8(relations.replace("</Relationships>", `${shared}</Relationships>`)),
    "xl/sharedStrings.xml": utf8(strings),
    "xl/worksheets/sheet1.xml": utf8(sheet),
    "xl/printerSettings/printerSettings1.bin": utf8("x"),
    "docProps/app.xml": utf8("<Properties/>"),
  });
  const { rows, problems } = await read(bytes as Bytes);
  expect(problems).toEqual([]);
  expect(rows.map(({ row, cells }) => [row, ...cells])).toEqual([
    [2, [0, "编码"], [2, "单 价"]],
    [9, [1, "12.5"], [3, "甲"]],
  ]);
});

test("a CSV is read as Excel in China writes it: GBK, quotes, tabs in UTF-16", async () => {
  const gbk = Uint8Array.from([0xb1, 0xe0, 0xc2, 0xeb, 0x2c, 0xb5, 0xa5, 0xbc, 0xdb, 0x0d, 0x0a]) as Bytes;
  expect(await texts(gbk, "a.csv")).toEqual([["编码", "单价"]]);
  expect(await texts(utf8('a,"1,234.50"\r\n"b ""x""\r\nc",2'), "a.csv")).toEqual([
    ["a", "1,234.50"],
    ['b "x"\nc', "2"],
  ]);
  const tabbed = Buffer.from("\ufeff编码\t单价\r\n1\t2", "utf16le");
  expect(await texts(new Uint8Array(tabbed), "a.csv")).toEqual([
    ["编码", "单价"],
    ["1", "2"],
  ]);
  expect(await refusalOf(utf8('a,"b'), "a.csv")).toContain("引号不成对");
  expect(await refusalOf(Uint8Array.of(0x61, 0xff, 0xff) as Bytes, "a.csv")).toContain("GBK");
});

test("formulas, merged cells, dates, truth values and errors are told by cell, all at once", async () => {
  const { problems, rows } = await read(
    sheetOf(
      `<row r="7"><c r="A7" t="b"><v>1</v></c><c r="B7" t="e"><v>#REF!</v></c><c r="C7" t="d"><v>2026-01-01</v></c>` +
        `<c r="I7"><f>A1*2</f><v>5</v></c><c r="J7"><v>5</v></c></row>`,
      "",
      `<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>`,
    ),
  );
  expect(problems.map(problemText)).toEqual([
    "工作表“清单”第 2 行 B 列：合并了单元格 B2:C3。请取消合并，每格各填各的内容。",
    "工作表“清单”第 7 行 A 列：是逻辑值。请改填文字或数字。",
    "工作表“清单”第 7 行 B 列：是错误值 #REF!。请改填正确的内容。",
    "工作表“清单”第 7 行 C 列：是日期。请把单元格格式改为“文本”后重新填写。",
    "工作表“清单”第 7 行 I 列：是公式。请复制后“选择性粘贴为数值”，再导入。",
  ]);
  expect(rows[0]?.cells.get(9)).toBe("5");
  const csv = await read(utf8("a\r\n=1+1"), "a.csv");
  expect(csv.problems.map(placeText)).toEqual(["第 2 行 A 列"]);
  expect([0, 25, 26, 701].map(columnLetters)).toEqual(["A", "Z", "AA", "ZZ"]);
});

test("macros, links, other sheets, old and foreign files are refused for what they are", async () => {
  const parts = partsOf(book([["1", "2"]]));
  expect(await refusalOf(zipOf({ ...parts, "xl/vbaProject.bin": "x" }))).toContain("含有宏");
  const types = Buffer.from(parts["[Content_Types].xml"]!).toString();
  const macro = types.replace(
    "openxmlformats-officedocument.spreadsheetml.sheet.main",
    "ms-excel.sheet.macroEnabled.main",
  );
  expect(await refusalOf(zipOf({ ...parts, "[Content_Types].xml": macro }))).toContain("含有宏");
  expect(await refusalOf(zipOf({ ...parts, "xl/externalLinks/externalLink1.xml": "x" }))).toContain("链接");
  expect(await refusalOf(zipOf({ ...parts, "xl/embeddings/a.bin": "x" }))).toContain("嵌入");
  const two = Buffer.from(parts["xl/workbook.xml"]!)
    .toString()
    .replace("</sheets>", '<sheet name="乙" sheetId="2" r:id="rId9"/></sheets>');
  expect(await refusalOf(zipOf({ ...parts, "xl/workbook.xml": two }))).toContain("2 个工作表");
  expect(await refusalOf(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0) as Bytes, "a.xls")).toContain("旧版");
  expect(await refusalOf(utf8("%PDF-1.7"), "a.csv")).toContain("PDF");
  expect(await refusalOf(utf8("x"), "a.doc")).toContain("不是可以导入的表格");
  expect(await refusalOf(new Uint8Array(0), "a.csv")).toContain("空文件");
  expect(await refusalOf(new Uint8Array(8 * 1024 * 1024 + 1), "a.xlsx")).toContain("8 MB");
});

test("entities, document types, other encodings and broken tags are refused", async () => {
  const dtd = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>';
  expect(await refusalOf(sheetOf("", dtd))).toContain("文档类型");
  for (const cells of [
    '<row r="1"><c t="str"><v>&a;</v></c></row>',
    "<row><c></row></c>",
    "<row",
    '<row r="2"/><row r="1"/>',
  ])
    await refusalOf(sheetOf(cells));
  const parts = partsOf(book([]));
  const wide = new Uint8Array(Buffer.from("\ufeff<worksheet/>", "utf16le"));
  expect(await refusalOf(zipOf({ ...parts, "xl/worksheets/sheet1.xml": wide }))).toContain("UTF-8");
});

/** A ZIP with one packed part whose sizes say what they are told to. */
function packed(content: Uint8Array, say: { size?: number; crc?: number } = {}): Bytes {
  const body = deflateRawSync(content);
  const name = Buffer.from("[Content_Types].xml");
  const header = (signature: number, central: boolean) => {
    const bytes = Buffer.alloc(central ? 46 : 30);
    bytes.writeUInt32LE(signature, 0);
    const at = central ? 10 : 8;
    bytes.writeUInt16LE(8, at);
    bytes.writeUInt32LE(say.crc ?? (crcOf(content) ^ -1) >>> 0, at + 6);
    bytes.writeUInt32LE(body.length, at + 10);
    bytes.writeUInt32LE(say.size ?? content.length, at + 14);
    bytes.writeUInt16LE(name.length, at + 18);
    return bytes;
  };
  const local = Buffer.concat([header(0x04034b50, false), name, body]);
  const central = Buffer.concat([header(0x02014b50, true), name]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return new Uint8Array(Buffer.concat([local, central, end]));
}

test("a bomb, and a ZIP that lies about sizes, are refused before they have grown", async () => {
  const bomb = Buffer.alloc(30_000_000);
  const bytes = packed(bomb);
  const before = process.memoryUsage().rss;
  expect(bytes.length).toBeLessThan(60_000);
  expect(await refusalOf(bytes)).toContain("16 MB");
  const started = performance.now();
  // It says that it is small: unpacking stops at what it said.
  expect(await refusalOf(packed(bomb, { size: 1000 }))).toContain("超过声明的 1000 字节");
  expect(performance.now() - started).toBeLessThan(3_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  expect(await refusalOf(packed(utf8("<Types/>"), { size: 9 }))).toContain("声明");
  expect(await refusalOf(packed(utf8("<Types/>"), { crc: 1 }))).toContain("声明");
  const two = packed(utf8("<Types/>"));
  two[22] = 99;
  expect(await refusalOf(two)).toContain("两处描述不一致");
  const cut = book([]);
  await refusalOf(cut.slice(0, cut.length - 30));
  await refusalOf(cut.slice(100));
});

test("a sheet of 100,000 rows is refused at the first row too many", async () => {
  const row = (i: number) => `<row r="${i}"><c r="A${i}" t="inlineStr"><is><t>${i}</t></is></c></row>`;
  const bytes = sheetOf(Array.from({ length: 100_000 }, (_, i) => row(i + 1)).join(""));
  expect(await refusalOf(bytes, "a.xlsx", 2_001)).toContain("超过 2001 行");
  const csv = utf8("a,b\n".repeat(100_000));
  expect(await refusalOf(csv, "a.csv", 2_001)).toContain("超过 2001 行");
  // Rows without content do not count.
  const blank = Array.from({ length: 5_000 }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}" s="1"/></row>`).join("");
  expect((await read(sheetOf(blank))).rows).toEqual([]);
});

test("another program unpacks what is written", () => {
  const bytes = book([["1", "2"]]);
  const script =
    "import io,sys,zipfile;z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()));print(z.testzip(),len(z.namelist()))";
  let said: string;
  try {
    said = execFileSync("python3", ["-c", script], { input: bytes, encoding: "utf8" });
  } catch {
    return;
  }
  expect(said.trim()).toBe("None 6");
});
