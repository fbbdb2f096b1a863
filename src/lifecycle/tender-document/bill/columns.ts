import { type CellProblem, problemList, SheetRefused, type SheetRow, type SheetTable } from "@/documents/sheet/table";

/** Columns of a sheet by what they hold, with the headings that people give them. */
export type Headings<K extends string> = Readonly<Record<K, readonly [title: string, ...others: string[]]>>;

export interface ReadRows<K extends string> {
  readonly rows: readonly { readonly row: number; readonly cells: Readonly<Record<K, string>> }[];
  /** Where each column stands, to say the place of a problem. */
  readonly column: Readonly<Record<K, number>>;
  readonly problems: ReturnType<typeof problemList>;
}

const keyOf = (heading: string): string => heading.replace(/[\s（(].*$/s, "").replace(/\s/g, "");

/**
 * Finds the columns by the headings of the first filled row, whatever their order. A column that is missing, twice there or
 * unknown is refused: what nobody reads must not look as if it counted.
 *
 * @param optional - columns that may be missing.
 * @throws SheetRefused when the sheet is empty or has no such headings at all.
 */
export function readColumns<K extends string>(
  table: SheetTable,
  headings: Headings<K>,
  optional: readonly NoInfer<K>[] = [],
): ReadRows<K> {
  const [head, ...rows] = table.rows;
  const names = Object.keys(headings) as K[];
  const found = new Map<number, K>();
  const problems = problemList(table.sheet);
  for (const { row, column, said, todo } of table.problems) problems.add(row, column, said, todo);
  for (const [column, heading] of head?.cells ?? []) {
    const name = names.find((each) => headings[each].includes(keyOf(heading)));
    if (name && ![...found.values()].includes(name)) found.set(column, name);
    else
      problems.add(
        head!.row,
        column,
        name ? `“${heading.slice(0, 20)}”列出现了两次` : `不认识的列“${heading.slice(0, 20)}”`,
        "请删除这一列，或改用模板的列名",
      );
  }
  const titles = names.map((name) => headings[name][0]).join("、");
  if (!head || !found.size) throw new SheetRefused(`表格第一行不是列名，没有导入。请使用模板，列名为：${titles}。`);
  const placed = new Map([...found].map(([column, name]) => [name, column]));
  for (const name of names)
    if (!placed.has(name) && !optional.includes(name))
      problems.add(head.row, undefined, `缺少“${headings[name][0]}”列`, `请补上这一列，列名为：${titles}`);
  return {
    rows: rows.map((row) => ({ row: row.row, cells: cellsOf(row, names, placed) })),
    column: Object.fromEntries(names.map((name) => [name, placed.get(name) ?? 0])) as Record<K, number>,
    problems: withStrays(rows, found, problems),
  };
}

function cellsOf<K extends string>({ cells }: SheetRow, names: readonly K[], placed: ReadonlyMap<K, number>) {
  return Object.fromEntries(
    names.map((name) => {
      const column = placed.get(name);
      return [name, column === undefined ? "" : (cells.get(column) ?? "")];
    }),
  ) as Record<K, string>;
}

/** Cells beside the named columns. */
function withStrays(
  rows: readonly SheetRow[],
  found: ReadonlyMap<number, unknown>,
  problems: ReturnType<typeof problemList>,
) {
  for (const { row, cells } of rows)
    for (const column of cells.keys())
      if (!found.has(column)) problems.add(row, column, "内容不在任何一列之下", "请删除，或移到有列名的列中");
  return problems;
}

/** What came of an import: the whole list, or every problem at once and nothing of the file. */
export type Imported<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly CellProblem[] };
