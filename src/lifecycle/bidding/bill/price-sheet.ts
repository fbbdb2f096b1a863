import { formatYuan, parseYuan, yuanText } from "@/core/money";
import type { SheetTable } from "@/documents/sheet/table";
import type { SheetToWrite } from "@/documents/sheet/write";
import { lineTotal, parseQuantity, quantityText } from "@/lifecycle/tender-document/bill/arithmetic";
import { type Headings, type Imported, readColumns } from "@/lifecycle/tender-document/bill/columns";
import { BILL_KINDS, type Bill, type BillItem } from "@/lifecycle/tender-document/bill/schema";
import { readUnitPrice, type TypedPrices } from "./prices";

const HEADINGS = {
  number: ["序号"],
  section: ["分部"],
  code: ["项目编码"],
  name: ["项目名称"],
  feature: ["项目特征"],
  unit: ["计量单位"],
  quantity: ["工程量"],
  kind: ["类型"],
  price: ["综合单价", "单价"],
  total: ["合价"],
} as const satisfies Headings<string>;
type Column = keyof typeof HEADINGS;

/** The sheet that a bidder fills in: every item of the bill, with the prices that are there already. */
export function priceSheet({ items }: Bill, prices: TypedPrices): SheetToWrite {
  return {
    name: "报价清单",
    columns: [
      { title: "序号", width: 6, kind: "number" },
      { title: "分部", width: 16, kind: "text" },
      { title: "项目编码", width: 16, kind: "text" },
      { title: "项目名称", width: 24, kind: "text" },
      { title: "项目特征", width: 36, kind: "text" },
      { title: "计量单位", width: 10, kind: "text" },
      { title: "工程量", width: 12, kind: "number" },
      { title: "类型", width: 12, kind: "text" },
      { title: "综合单价（元）", width: 16, kind: "number" },
      { title: "合价（元）", width: 16, kind: "number" },
    ],
    rows: items.map((item, i) => {
      const unit = item.fixedUnitFen ? BigInt(item.fixedUnitFen) : readUnitPrice(prices[item.code] ?? "");
      const texts = textsOf(item, i);
      return [
        ...[texts.number, texts.section, texts.code, texts.name, texts.feature, texts.unit, texts.quantity, texts.kind],
        typeof unit === "bigint" ? yuanText(unit) : "",
        "",
      ];
    }),
  };
}

/** What stands in the columns that a bidder may not change. */
const textsOf = (item: BillItem, index: number) => ({
  number: String(index + 1),
  section: item.section,
  code: item.code,
  name: item.name,
  feature: item.feature,
  unit: item.unit,
  quantity: quantityText(BigInt(item.quantityThousandths)),
  kind: BILL_KINDS[item.kind],
});
const GIVEN = ["section", "code", "name", "feature", "unit", "quantity", "kind"] as const;

/**
 * Reads the prices from a filled sheet. A changed, missing or added item, an altered provisional sum and a total
 * that is not quantity × unit price are told by cell, all at once; then there are no prices. An empty price stays open.
 */
export function importPrices(table: SheetTable, bill: Bill): Imported<TypedPrices> {
  const { rows, column, problems } = readColumns<Column>(table, HEADINGS, ["total"]);
  const prices: Record<string, string> = {};
  const places = new Map<number, number>();
  for (const { row, cells } of rows) {
    const say = (name: Column, said: string, todo: string) => problems.add(row, column[name], said, todo);
    const index = /^\d{1,6}$/.test(cells.number) ? Number(cells.number) - 1 : -1;
    const item = bill.items[index];
    if (!item) {
      say(
        "number",
        `序号“${cells.number.slice(0, 20)}”不在工程量清单中`,
        `请删除这一行（合计由平台计算）；序号为 1 至 ${bill.items.length}`,
      );
      continue;
    }
    const earlier = places.get(index);
    if (earlier) {
      say("number", `序号与第 ${earlier} 行重复`, "请删除其中一行");
      continue;
    }
    places.set(index, row);
    const given = textsOf(item, index);
    for (const name of GIVEN)
      if (!unchanged(name, cells[name], given[name]))
        say(name, `${HEADINGS[name][0]}被改动`, given[name] ? `应为“${shown(given[name])}”，请改回` : "应为空，请清空");
    const typed = readPrice(item, cells.price, say);
    if (typed === undefined) continue;
    if (!item.fixedUnitFen) prices[item.code] = yuanText(typed);
    const total = lineTotal(item, typed, bill.rounding);
    if (cells.total && parseYuan(cells.total) !== total)
      say("total", "合价与工程量 × 综合单价不一致", `应为 ${formatYuan(total)}；合价也可以留空，由平台计算`);
  }
  const missing = bill.items.filter((_, i) => !places.has(i));
  for (const item of missing)
    problems.add(0, undefined, `缺少项目“${item.code} ${shown(item.name)}”`, "请从模板补回这一行");
  return problems.empty ? { ok: true, value: prices } : { ok: false, problems: problems.all() };
}

/** The unit price of a row in fen; undefined when it is empty or was told. */
function readPrice(
  item: BillItem,
  cell: string,
  say: (name: Column, said: string, todo: string) => void,
): bigint | undefined {
  if (item.fixedUnitFen) {
    const fixed = BigInt(item.fixedUnitFen);
    if (parseYuan(cell) === fixed) return fixed;
    say("price", `${BILL_KINDS[item.kind]}不能改动`, `应为 ${yuanText(fixed)}，请改回`);
    return undefined;
  }
  if (!cell) return undefined;
  const unit = readUnitPrice(cell);
  if (typeof unit === "bigint") return unit;
  const [said, todo] = unit.split("，");
  say("price", said!, todo ? unit.slice(said!.length + 1) : "请以元填写，最多两位小数");
  return undefined;
}

const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const withoutSpaces = (text: string): string => text.replace(/\s+/g, "");

/** Numbers count by value, texts without their spaces; a spreadsheet program may have taken the zeros before a code. */
function unchanged(name: (typeof GIVEN)[number], cell: string, given: string): boolean {
  if (name === "quantity") return parseQuantity(cell) === parseQuantity(given);
  const [a, b] = [withoutSpaces(cell), withoutSpaces(given)];
  return a === b || (name === "code" && /^\d+$/.test(a) && a === b.replace(/^0+/, ""));
}
