import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hex, utf8 } from "@/core/bytes";
import { sha256 } from "@/crypto/sha256";
import { DEMO_BILL } from "@/dev/scenarios/bill";
import { worksDocument } from "@/dev/scenarios/document";
import { readSheet } from "@/documents/sheet/read-sheet";
import { problemText, type SheetTable } from "@/documents/sheet/table";
import { writeCsv, writeXlsx } from "@/documents/sheet/write";
import { lineTotal, parseQuantity, quantityText } from "./arithmetic";
import { billFindings } from "./findings";
import { importItems, itemSheet, MAX_BILL_ROWS } from "./import-items";
import { billDigest, encodePricedBill, type PricedBill, pricedBill, readPricedBill } from "./priced";
import { refusalOfBill } from "./rules";
import { Bill } from "./schema";

const csv = (text: string): Promise<SheetTable> => readSheet("清单.csv", utf8(text), MAX_BILL_ROWS);
const problemsOf = (table: SheetTable): string[] => {
  const imported = importItems(table);
  return imported.ok ? [] : imported.problems.map(problemText);
};

test("a bill comes back from its own sheet, as workbook and as text", async () => {
  expect(Bill.parse(DEMO_BILL)).toEqual(DEMO_BILL);
  const sheet = itemSheet(DEMO_BILL.items);
  for (const [name, bytes] of [
    ["清单.xlsx", writeXlsx(sheet)],
    ["清单.csv", writeCsv(sheet)],
  ] as const)
    expect(importItems(await readSheet(name, bytes, MAX_BILL_ROWS))).toEqual({ ok: true, value: DEMO_BILL.items });
});

test("R-5.4.1: everything wrong with an imported bill is told by cell at once, and nothing of it is kept", async () => {
  const head = "分部,项目编码,项目名称,计量单位,工程量,类型,给定单价（元）,备注";
  expect(
    problemsOf(
      await csv(
        [
          head,
          "土方,1,挖土,m3,-5,,,",
          "土方,1,,m3,5,暂列金额,,",
          "土方,2,填土,m3,1.2345,自定,,",
          "土方,3,运土,m3,5,,9.00,",
          ",4,夯土,m3,5,暂估价,九元,x",
        ].join("\n"),
      ),
    ),
  ).toEqual([
    "第 1 行 H 列：不认识的列“备注”。请删除这一列，或改用模板的列名。",
    "第 2 行 E 列：工程量须为大于 0 的数字。请填写数字，最多三位小数，例如 120.5。",
    "第 3 行 B 列：项目编码与第 2 行重复。请改为不重复的编码。",
    "第 3 行 C 列：项目名称不能为空。请改正后重新导入。",
    "第 3 行 G 列：暂列金额没有给定单价。请以元填写，最多两位小数。",
    "第 4 行 E 列：工程量须为大于 0 的数字。请填写数字，最多三位小数，例如 120.5。",
    "第 4 行 F 列：类型“自定”不认识。请填写：投标报价、暂列金额、暂估价。",
    "第 5 行 G 列：由投标人报价的项目不能给定单价。请清空，或把类型改为暂列金额、暂估价。",
    "第 6 行 A 列：分部不能为空。请改正后重新导入。",
    "第 6 行 G 列：给定单价不是大于 0 的金额。请以元填写，最多两位小数。",
    "第 6 行 H 列：内容不在任何一列之下。请删除，或移到有列名的列中。",
  ]);
  expect(problemsOf(await csv("分部,项目名称\n土方,挖土"))).toContain(
    "第 1 行：缺少“项目编码”列。请补上这一列，列名为：分部、项目编码、项目名称、项目特征、计量单位、工程量、类型、给定单价。",
  );
  expect(problemsOf(await csv(`${head.replace(",备注", "")}\n`))).toEqual([
    "整个文件：表格没有项目。请从第二行起每行填写一个项目。",
  ]);
  await expect((async () => importItems(await csv("a,b\n1,2")))()).rejects.toThrow("第一行不是列名");
});

test("quantity × unit price is exact to the fen, rounded as the document says", () => {
  const item = { quantityThousandths: "1500" };
  expect(lineTotal(item, 333n, "half-up")).toBe(500n);
  expect(lineTotal(item, 333n, "down")).toBe(499n);
  expect(lineTotal({ quantityThousandths: "999999999999" }, 100_000_000_000n, "half-up")).toBe(
    99_999_999_999_900_000_000n,
  );
  expect(["1,234.5", "0.001", "7", "1.2340"].map(parseQuantity)).toEqual([1_234_500n, 1n, 7_000n, 1_234n]);
  expect(["", "1.2345", "1,23", "-1", "1e3", "1234567890"].map(parseQuantity)).toEqual(Array(6).fill(undefined));
  expect([1_234_500n, 1n, 7_000n].map(quantityText)).toEqual(["1234.5", "0.001", "7"]);
});

test("a bill needs the field that its sum becomes, and leaves room below the ceiling", () => {
  const content = { ...worksDocument(1_280_000_000n, 20_000_000n), bill: DEMO_BILL };
  expect(refusalOfBill(content)).toBeUndefined();
  expect(refusalOfBill({ ...content, form: content.form.slice(1) })?.code).toBe("document.bill_without_price");
  expect(refusalOfBill({ ...content, ceilingFen: "70000000" })?.code).toBe("document.bill_above_ceiling");
  const { bill: _, ...without } = content;
  expect(refusalOfBill({ ...without, form: content.form.slice(1) })).toBeUndefined();
});

const small: Bill = {
  rounding: "half-up",
  items: [
    { code: "1", section: "甲", name: "挖土", feature: "", unit: "m3", quantityThousandths: "5000000", kind: "priced" },
    { code: "2", section: "乙", name: "填土", feature: "", unit: "m3", quantityThousandths: "10000", kind: "priced" },
    {
      ...{ code: "3", section: "乙", name: "暂列金额", feature: "", unit: "项", quantityThousandths: "1000" },
      ...{ kind: "provisional_sum", fixedUnitFen: "100000" },
    },
  ],
};
const good = pricedBill("L", small, [12_000n, 550n, 100_000n]);
const textsOf = (priced: PricedBill | undefined, price?: bigint) =>
  billFindings("L", small, priced, price).map(({ code, text }) => `${code} ${text}`.trim());

test("a sealed bill is read again, and every bid on a bill has a file of the same length", () => {
  const bytes = encodePricedBill(small, good);
  expect(readPricedBill(bytes)).toEqual(good);
  expect(encodePricedBill(small, pricedBill("L", small, [1n, 0n, 100_000n])).length).toBe(bytes.length);
  expect(readPricedBill(new Uint8Array(3 * 1024 * 1024))).toBeUndefined();
  expect(readPricedBill(utf8('{"format":"xb-priced-bill/1"}'))).toBeUndefined();
  expect(readPricedBill(utf8("x"))).toBeUndefined();
});

test("the published example is what this code makes, to the byte", () => {
  const example = JSON.parse(readFileSync("public/specs/examples/priced-bill.json", "utf8"));
  const bill = Bill.parse(example.bill);
  const priced = pricedBill(example.lot, bill, example.unitFen.map(BigInt));
  expect(priced).toEqual(example.priced);
  const bytes = encodePricedBill(bill, priced);
  expect([billDigest(bill), bytes.length, hex(sha256(bytes))]).toEqual([
    example.billDigest,
    example.length,
    example.sha256,
  ]);
});

test("R-5.7.9: unit × quantity that was extended wrongly, as in EV-3, is found, and no price is changed", () => {
  expect(textsOf(good, 60_105_500n)).toEqual([]);
  const wrong = {
    ...good,
    lines: good.lines.map((line) => (line.code === "1" ? { ...line, totalFen: "59000000" } : line)),
  };
  expect(textsOf(wrong, 60_105_500n)).toEqual([
    "1 单价 ¥120.00 × 工程量应为 ¥600,000.00，填报合价 ¥590,000.00，相差 -¥10,000.00。单价与合价不一致的，以单价为准。",
    "“甲”小计应为 ¥590,000.00，填报 ¥600,000.00。",
    "各项合价之和为 ¥591,055.00，清单总价填报 ¥601,055.00。",
  ]);
  const slip = {
    ...good,
    lines: good.lines.map((line) => (line.code === "1" ? { ...line, unitFen: "1200" } : line)),
  };
  expect(textsOf(slip)).toEqual([
    expect.stringContaining("疑似单价小数点错位，此时以合价为准"),
    expect.stringMatching(/^按单价计算的总价为 ¥61,055\.00，比清单总价少 ¥540,000\.00。平台不改变报价/),
  ]);
});

test("R-5.7.9: missing, doubled, foreign and altered lines, another version and another price are told", () => {
  expect(textsOf(undefined)).toEqual([expect.stringContaining("没有可以读取的已标价工程量清单")]);
  const [one, two, three] = good.lines as [PricedBill["lines"][0], PricedBill["lines"][0], PricedBill["lines"][0]];
  const found = textsOf(
    {
      ...good,
      billDigest: "0".repeat(64),
      lines: [one, one, { ...three, unitFen: "90000", totalFen: "90000" }, { ...two, code: "9" }],
    },
    1n,
  ).join("\n");
  for (const part of [
    "不是按现行招标文件",
    "1 同一项目报价两次",
    "2 缺项：“填土”",
    "3 改动了暂列金额：单价应为 ¥1,000.00",
    "9 工程量清单中没有这个项目",
    "与开标一览表的投标总价 ¥0.01 不一致",
  ])
    expect(found).toContain(part);
});
