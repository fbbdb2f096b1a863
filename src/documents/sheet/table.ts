/** A spreadsheet as it was read: one sheet, its filled rows, and what cannot be used, by cell. */
export interface SheetTable {
  /** Name of the sheet; empty for a text file (CSV). */
  readonly sheet: string;
  readonly rows: readonly SheetRow[];
  readonly problems: readonly CellProblem[];
}

export interface SheetRow {
  /** As the spreadsheet program numbers it, from 1. */
  readonly row: number;
  /** Texts of filled cells by column, 0 is A. */
  readonly cells: ReadonlyMap<number, string>;
}

/** What is wrong with one cell, and what to do about it. */
export interface CellProblem {
  readonly sheet: string;
  /** 0: the file as a whole. */
  readonly row: number;
  /** 0 is A; undefined: the whole row. */
  readonly column?: number;
  readonly said: string;
  readonly todo: string;
}

/** The file cannot be read at all. The message is a Chinese sentence with a next step. */
export class SheetRefused extends Error {}

/** Limits of what is read: a file that exceeds one is refused by name before the rest of it is looked at. */
export const SHEET_LIMITS = {
  fileBytes: 8 * 1024 * 1024,
  /** One part of a workbook, unpacked. */
  partBytes: 16 * 1024 * 1024,
  /** All parts together, as the workbook declares them. */
  totalBytes: 64 * 1024 * 1024,
  parts: 200,
  columns: 40,
  cellLength: 2_000,
  sharedTexts: 100_000,
  /** More problems than a person mends in one go are counted, not kept. */
  problems: 200,
} as const;

/** `I` for 8, `AA` for 26. */
export function columnLetters(column: number): string {
  const before = Math.floor(column / 26);
  return (before ? columnLetters(before - 1) : "") + String.fromCharCode(65 + (column % 26));
}

/** `工作表“报价清单”第 7 行 I 列`. */
export function placeText({ sheet, row, column }: Pick<CellProblem, "sheet" | "row" | "column">): string {
  const place = `${row ? `第 ${row} 行` : ""}${column === undefined ? "" : ` ${columnLetters(column)} 列`}`;
  return `${sheet ? `工作表“${sheet}”` : ""}${place}` || "整个文件";
}

export const problemText = (problem: CellProblem): string =>
  `${placeText(problem)}：${problem.said}。${problem.todo}。`;

/** Collects problems up to the limit. */
export function problemList(sheet: string) {
  const found: CellProblem[] = [];
  let more = 0;
  return {
    add(row: number, column: number | undefined, said: string, todo: string): void {
      if (found.length < SHEET_LIMITS.problems)
        found.push({ sheet, row, ...(column === undefined ? {} : { column }), said, todo });
      else more++;
    },
    /** In the order of the sheet. */
    all(): readonly CellProblem[] {
      const sorted = found.sort((a, b) => a.row - b.row || (a.column ?? -1) - (b.column ?? -1));
      if (!more) return sorted;
      return [...sorted, { sheet: "", row: 0, said: `另有 ${more} 处问题没有列出`, todo: "请先改正以上各处再导入" }];
    },
    get empty(): boolean {
      return found.length === 0;
    },
  };
}
