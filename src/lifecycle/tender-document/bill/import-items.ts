import { parseYuan, yuanText } from "@/core/money";
import type { SheetTable } from "@/documents/sheet/table";
import type { SheetToWrite } from "@/documents/sheet/write";
import { PROVISIONAL_SUBJECTS, type ProvisionalSubject } from "@/lifecycle/law/provisional";
import { parseQuantity, quantityText } from "./arithmetic";
import { type Headings, type Imported, readColumns } from "./columns";
import { BILL_KINDS, BILL_LIMITS, type Bill, BillItem, type BillKind } from "./schema";

/** Columns of the sheet in which an agency writes a bill of quantities. */
export const ITEM_HEADINGS = {
  section: ["分部", "分部工程", "分类"],
  code: ["项目编码", "编码", "编号"],
  name: ["项目名称", "名称"],
  feature: ["项目特征", "项目特征描述", "特征", "规格", "规格型号"],
  unit: ["计量单位", "单位"],
  quantity: ["工程量", "数量"],
  kind: ["类型", "类别"],
  fixed: ["给定单价", "固定单价"],
} as const satisfies Headings<string>;

/** Rows of one sheet: the heading and the items. */
export const MAX_BILL_ROWS = BILL_LIMITS.items + 1;

const KIND_BY_TEXT = new Map<string, BillKind>([
  ...(Object.entries(BILL_KINDS) as [BillKind, string][]).map(([kind, text]) => [text, kind] as const),
  ["", "priced"],
  ["投标人报价", "priced"],
  ["材料暂估价", "provisional_price"],
  ["设备暂估价", "provisional_price"],
  ["材料、设备暂估价", "provisional_price"],
  ["专业工程暂估价", "provisional_price"],
  ["服务暂估价", "provisional_price"],
]);

/** What a provisional price buys, by the word of the sheet; the plain word leaves it open. */
const PROVISIONAL_BY_TEXT = new Map<string, ProvisionalSubject>([
  ["材料暂估价", "goods"],
  ["设备暂估价", "goods"],
  ["材料、设备暂估价", "goods"],
  ["专业工程暂估价", "works"],
  ["服务暂估价", "services"],
]);

/**
 * Reads the items of a bill of quantities from a sheet; what is wrong is told by cell, all at once, and then there are no
 * items.
 */
export function importItems(table: SheetTable): Imported<Bill["items"]> {
  const { rows, column, problems } = readColumns(table, ITEM_HEADINGS, ["feature", "kind", "fixed"]);
  const items: Bill["items"] = [];
  const places = new Map<string, number>();
  for (const { row, cells } of rows) {
    const say = (name: keyof typeof ITEM_HEADINGS, said: string, todo: string) =>
      problems.add(row, column[name], said, todo);
    const kind = KIND_BY_TEXT.get(cells.kind);
    if (!kind) say("kind", `类型“${cells.kind.slice(0, 20)}”不认识`, `请填写：${Object.values(BILL_KINDS).join("、")}`);
    const quantity = parseQuantity(cells.quantity);
    if (!quantity) say("quantity", "工程量须为大于 0 的数字", "请填写数字，最多三位小数，例如 120.5");
    const fixed = cells.fixed ? parseYuan(cells.fixed) : undefined;
    if (cells.fixed && !fixed) say("fixed", "给定单价不是大于 0 的金额", "请以元填写，最多两位小数");
    else if (kind && (kind === "priced") !== (fixed === undefined))
      say(
        "fixed",
        kind === "priced" ? "由投标人报价的项目不能给定单价" : `${BILL_KINDS[kind]}没有给定单价`,
        kind === "priced" ? "请清空，或把类型改为暂列金额、暂估价" : "请以元填写，最多两位小数",
      );
    const earlier = places.get(cells.code);
    if (cells.code && earlier) say("code", `项目编码与第 ${earlier} 行重复`, "请改为不重复的编码");
    else places.set(cells.code, row);
    const { section, code, name, feature, unit } = cells;
    const item = BillItem.safeParse({
      ...{ section, code, name, feature, unit },
      quantityThousandths: String(quantity ?? 1n),
      kind: fixed ? (kind ?? "priced") : "priced",
      ...(fixed && kind !== "priced" ? { fixedUnitFen: String(fixed) } : {}),
      ...(fixed && PROVISIONAL_BY_TEXT.has(cells.kind) ? { provisionalOf: PROVISIONAL_BY_TEXT.get(cells.kind) } : {}),
    });
    if (item.success) items.push(item.data);
    else
      for (const { path, message } of item.error.issues)
        if (typeof path[0] === "string" && path[0] in column)
          say(path[0] as keyof typeof ITEM_HEADINGS, message, "请改正后重新导入");
        else if (path[0] === "quantityThousandths") say("quantity", message, "请改正后重新导入");
        else if (path[0] === "fixedUnitFen" && fixed && kind !== "priced") say("fixed", "给定单价过大", "请核对金额");
  }
  if (!rows.length) problems.add(0, undefined, "表格没有项目", "请从第二行起每行填写一个项目");
  if (new Set(items.map(({ section }) => section)).size > BILL_LIMITS.sections)
    problems.add(0, undefined, `分部超过 ${BILL_LIMITS.sections} 个`, "请合并分部");
  return problems.empty ? { ok: true, value: items } : { ok: false, problems: problems.all() };
}

/** The sheet of a bill, or an empty one to begin with. */
export const itemSheet = (items: Bill["items"]): SheetToWrite => ({
  name: "工程量清单",
  columns: [
    { title: "分部", width: 16, kind: "text" },
    { title: "项目编码", width: 16, kind: "text" },
    { title: "项目名称", width: 24, kind: "text" },
    { title: "项目特征", width: 36, kind: "text" },
    { title: "计量单位", width: 10, kind: "text" },
    { title: "工程量", width: 12, kind: "number" },
    { title: "类型", width: 12, kind: "text" },
    { title: "给定单价（元）", width: 16, kind: "number" },
  ],
  rows: items.map(({ section, code, name, feature, unit, quantityThousandths, kind, fixedUnitFen, provisionalOf }) => [
    ...[section, code, name, feature, unit, quantityText(BigInt(quantityThousandths))],
    provisionalOf ? PROVISIONAL_SUBJECTS[provisionalOf] : BILL_KINDS[kind],
    fixedUnitFen ? yuanText(BigInt(fixedUnitFen)) : "",
  ]),
});
