import { expect, test } from "vitest";
import { utf8 } from "@/core/bytes";
import { DEMO_BILL, demoPrices } from "@/dev/scenarios/bill";
import { worksDocument } from "@/dev/scenarios/document";
import { readSheet } from "@/documents/sheet/read-sheet";
import { problemText } from "@/documents/sheet/table";
import { writeCsv, writeXlsx } from "@/documents/sheet/write";
import { billFindings } from "@/lifecycle/tender-document/bill/findings";
import { MAX_BILL_ROWS } from "@/lifecycle/tender-document/bill/import-items";
import { readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { type Draft, draftProblems, formOf, sealedForm } from "../draft";
import { importPrices, priceSheet } from "./price-sheet";
import { billPrice, billSums, sealedBill } from "./prices";

const prices = demoPrices(1_201_000_000n);
const content = { ...worksDocument(1_280_000_000n, 20_000_000n), bill: DEMO_BILL };
const draft: Draft = {
  format: "xb-draft/1",
  revision: 0,
  form: { period_days: "260", quality: "合格", project_lead: "张演示", lead_certificate: "黔建-1" },
  files: ["letter", "technical"].map((slot) => ({ id: slot, slot, name: `${slot}.pdf`, sizeBytes: 1000 })),
  prices,
};
const sheet = priceSheet(DEMO_BILL, prices);
/** The filled sheet with some cells changed: row of the sheet, column, text. */
const changed = (...cells: readonly (readonly [row: number, column: number, text: string])[]) => ({
  ...sheet,
  rows: sheet.rows.map((row, i) => row.map((text, j) => cells.find(([r, c]) => r === i + 2 && c === j)?.[2] ?? text)),
});
const imported = async (bytes: Uint8Array<ArrayBuffer>, name = "a.xlsx") =>
  importPrices(await readSheet(name, bytes, MAX_BILL_ROWS), DEMO_BILL);
const problemsOf = async (bytes: Uint8Array<ArrayBuffer>, name?: string): Promise<string[]> => {
  const outcome = await imported(bytes, name);
  return outcome.ok ? [] : outcome.problems.map(problemText);
};

test("R-5.5.3: the sum of the bill is the price, to the fen, and the opening form follows it", () => {
  expect(billPrice(DEMO_BILL, prices)).toBe("12010000.00");
  expect(formOf(content, { ...draft, form: { ...draft.form, price: "1.00" } }).price).toBe("12010000.00");
  expect(sealedForm(content, draft).price).toBe("1201000000");
  expect(draftProblems(content, draft)).toEqual([]);
  expect(draftProblems({ ...content, ceilingFen: "1200000000" }, draft).map(({ sentence }) => sentence)).toEqual([
    expect.stringContaining("超过最高投标限价"),
  ]);
  const sections = billSums(DEMO_BILL, prices).sections;
  expect(sections.reduce((sum, { totalFen }) => sum + totalFen, 0n)).toBe(1_201_000_000n);
});

test("R-5.5.1: open prices are named one by one, with the control that mends each; the sum is no second mistake", () => {
  const { "010101002001": _, "010103001001": __, ...some } = prices;
  expect(draftProblems(content, { ...draft, prices: { ...some, "010501002001": "九元" } })).toEqual([
    { control: "unit-price-1", sentence: "报价清单第 1 项“挖一般土方”：未填单价。" },
    { control: "unit-price-2", sentence: "报价清单第 2 项“回填方”：未填单价。" },
    {
      control: "unit-price-4",
      sentence: "报价清单第 4 项“带形基础”：单价不是有效的金额，请以元填写，最多两位小数。",
    },
  ]);
  expect(draftProblems(content, { ...draft, prices: {} })).toHaveLength(18);
});

test("a filled template comes back as it was, as workbook and as text, also with the zeros that Excel takes", async () => {
  expect(await imported(writeXlsx(sheet))).toEqual({ ok: true, value: prices });
  expect(await imported(writeCsv(sheet), "a.csv")).toEqual({ ok: true, value: prices });
  const bare = changed([2, 2, "10101002001"], [2, 6, "5,860.000"]);
  expect(await imported(writeCsv(bare), "a.csv")).toEqual({ ok: true, value: prices });
  // An empty price stays open and is no mistake of the sheet.
  const { "010101002001": _, ...rest } = prices;
  expect(await imported(writeXlsx(changed([2, 8, ""])))).toEqual({ ok: true, value: rest });
});

test("R-5.5.3: changed items, altered provisional sums, wrong totals and bad prices are told by cell at once", async () => {
  const totals = changed(
    [2, 3, "挖土"],
    [3, 6, "3120"],
    [4, 8, "1.234"],
    [5, 9, "1.00"],
    [19, 8, "299999"],
    [20, 8, ""],
    [21, 0, "99"],
  );
  expect(await problemsOf(writeXlsx(totals))).toEqual([
    "工作表“报价清单”：缺少项目“QT-003 安全文明施工及其他措施项目”。请从模板补回这一行。",
    "工作表“报价清单”第 2 行 D 列：项目名称被改动。应为“挖一般土方”，请改回。",
    "工作表“报价清单”第 3 行 G 列：工程量被改动。应为“3120.5”，请改回。",
    "工作表“报价清单”第 4 行 I 列：单价不是有效的金额。请以元填写，最多两位小数。",
    "工作表“报价清单”第 5 行 J 列：合价与工程量 × 综合单价不一致。应为 ¥226,497.00；合价也可以留空，由平台计算。",
    "工作表“报价清单”第 19 行 I 列：暂列金额不能改动。应为 300000.00，请改回。",
    "工作表“报价清单”第 20 行 I 列：暂估价不能改动。应为 220.00，请改回。",
    "工作表“报价清单”第 21 行 A 列：序号“99”不在工程量清单中。请删除这一行（合计由平台计算）；序号为 1 至 20。",
  ]);
  const twice = { ...sheet, rows: [...sheet.rows, sheet.rows[0]!] };
  expect(await problemsOf(writeCsv(twice), "a.csv")).toEqual(["第 22 行 A 列：序号与第 2 行重复。请删除其中一行。"]);
});

test("R-5.5.3: what is sealed is the bill that was typed, and agrees with itself and with the form", () => {
  const priced = readPricedBill(sealedBill("L", DEMO_BILL, prices));
  expect(priced?.totalFen).toBe("1201000000");
  expect(billFindings("L", DEMO_BILL, priced, 1_201_000_000n)).toEqual([]);
  expect(() => sealedBill("L", DEMO_BILL, {})).toThrow(RangeError);
  expect(utf8(JSON.stringify(priced)).length).toBeGreaterThan(1_000);
});
