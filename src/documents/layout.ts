import { degrees, type PDFDocument, type PDFPage, type RGB, rgb } from "pdf-lib";
import type { Face, Faces } from "./fonts";
import { wrapText } from "./wrap";

const A4 = [595.28, 841.89] as const;
const MARGIN = 56;
const FOOT = 48;
const INK = rgb(0.106, 0.141, 0.188);
const GREY = rgb(0.4, 0.44, 0.5);
const LINE = rgb(0.53, 0.57, 0.64);
const HEAD = rgb(0.945, 0.953, 0.965);
const WATERMARK = rgb(0.93, 0.9, 0.9);
const CELL = 4;

interface LayoutOptions {
  readonly number: string;
  readonly footer?: string;
  readonly landscape?: boolean;
  readonly watermark?: string;
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly widths?: readonly number[];
  readonly right?: readonly number[];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly face: Face;
  readonly color: RGB;
  readonly slant?: number;
}

/** Sets blocks on pages from top to bottom, opening pages as they fill. Sizes in points. */
export class Layout {
  private page!: PDFPage;
  private y = 0;
  private readonly width: number;
  private readonly height: number;
  private pages = 0;

  constructor(
    private readonly pdf: PDFDocument,
    private readonly faces: Faces,
    private readonly options: LayoutOptions,
  ) {
    [this.width, this.height] = options.landscape ? [A4[1], A4[0]] : A4;
    this.newPage();
  }

  private get inner(): number {
    return this.width - 2 * MARGIN;
  }

  /** Lowest baseline that body text may use. */
  private get bottom(): number {
    return MARGIN + FOOT / 2;
  }

  newPage(): void {
    if (++this.pages > 2_000) throw new RangeError("document too long");
    this.page = this.pdf.addPage([this.width, this.height]);
    this.y = this.height - MARGIN;
    if (this.options.watermark) this.watermark(this.options.watermark);
  }

  private draw(page: PDFPage, text: string, { x, y, size, face, color, slant }: Place): void {
    page.drawText(face.printable(text), {
      x,
      y,
      size,
      font: face.font,
      color,
      ...(slant ? { rotate: degrees(slant) } : {}),
    });
  }

  private watermark(text: string): void {
    const face = this.faces.regular;
    const size = Math.min(40, (this.inner / face.width(text, 1)) * 0.95);
    const length = face.width(text, size);
    const slant = 30;
    const [sin, cos] = [Math.sin((slant * Math.PI) / 180), Math.cos((slant * Math.PI) / 180)];
    const [x, y] = [this.width / 2 - (length / 2) * cos, this.height / 2 - (length / 2) * sin];
    this.draw(this.page, text, { x, y, size, face, color: WATERMARK, slant });
  }

  title(text: string, subtitle?: string): void {
    this.centred(text, 20, this.faces.bold);
    if (subtitle) this.centred(subtitle, 12, this.faces.regular);
    this.y -= 8;
  }

  private centred(text: string, size: number, face: Face): void {
    for (const line of this.lines(text, size, face, this.inner)) {
      this.room(size * 1.5);
      const x = (this.width - face.width(line, size)) / 2;
      this.draw(this.page, line, { x, y: this.y - size, size, face, color: INK });
      this.y -= size * 1.5;
    }
  }

  heading(text: string): void {
    // A heading stays with at least one line of what follows.
    this.room(13 * 1.5 + 6 + 20);
    this.y -= 6;
    this.text(text, 13, this.faces.bold);
    this.y -= 2;
  }

  space(height: number): void {
    this.y -= height;
  }

  paragraph(text: string): void {
    this.text(text, 10.5, this.faces.regular);
    this.y -= 4;
  }

  private text(text: string, size: number, face: Face): void {
    for (const line of this.lines(text, size, face, this.inner)) {
      this.room(size * 1.6);
      this.draw(this.page, line, { x: MARGIN, y: this.y - size, size, face, color: INK });
      this.y -= size * 1.6;
    }
  }

  pairs(rows: readonly (readonly [string, string])[]): void {
    const names = rows.map(([name]) => this.faces.bold.width(name, 9.5) + 2 * CELL + 2);
    const first = Math.min(Math.max(80, ...names), this.inner * 0.35);
    this.grid([first, this.inner - first], rows, { boldFirst: true, right: [] });
  }

  table({ head, rows, widths, right = [] }: Table): void {
    const wanted = head.map((title, i) => this.naturalWidth([title, ...rows.map((row) => row[i] ?? "")]));
    this.grid(widths ? shareOut(widths, this.inner) : columnWidths(wanted, this.inner), rows, { head, right });
  }

  /** What a column would like: its widest cell, within reason, so that long texts wrap and short ones do not. */
  private naturalWidth(cells: readonly string[]): number {
    const widest = Math.max(...cells.slice(0, 500).map((cell) => this.faces.regular.width(cell, 9.5)));
    return Math.min(Math.max(widest + 2 * CELL + 4, 36), 200);
  }

  private grid(
    widths: readonly number[],
    rows: readonly (readonly string[])[],
    options: { head?: readonly string[]; boldFirst?: boolean; right: readonly number[] },
  ): void {
    const size = 9.5;
    const height = size * 1.45;
    const wrapRow = (cells: readonly string[], isHead: boolean) =>
      widths.map((width, i) => {
        const face = isHead || (options.boldFirst && i === 0) ? this.faces.bold : this.faces.regular;
        return { face, lines: this.lines(cells[i] ?? "", size, face, width - 2 * CELL) };
      });
    const heightOf = (count: number) => count * height + 2 * CELL;
    const drawRow = (cells: ReturnType<typeof wrapRow>, from: number, to: number, isHead: boolean) => {
      const rowHeight = heightOf(to - from);
      let x = MARGIN;
      for (const [i, { face, lines }] of cells.entries()) {
        const width = widths[i]!;
        this.page.drawRectangle({
          x,
          y: this.y - rowHeight,
          width,
          height: rowHeight,
          borderColor: LINE,
          borderWidth: 0.5,
          ...(isHead || (options.boldFirst && i === 0) ? { color: HEAD } : {}),
        });
        for (const [j, line] of lines.slice(from, to).entries()) {
          const isRight = !isHead && options.right.includes(i);
          const at = isRight ? x + width - CELL - face.width(line, size) : x + CELL;
          this.draw(this.page, line, { x: at, y: this.y - CELL - size - j * height, size, face, color: INK });
        }
        x += width;
      }
      this.y -= rowHeight;
    };
    const head = options.head && wrapRow(options.head, true);
    const headLines = head ? Math.max(...head.map(({ lines }) => lines.length)) : 0;
    const drawHead = () => head && drawRow(head, 0, headLines, true);

    this.room((head ? heightOf(headLines) : 0) + heightOf(1));
    drawHead();
    for (const row of rows) {
      const cells = wrapRow(row, false);
      const count = Math.max(...cells.map(({ lines }) => lines.length));
      const pageLines = Math.floor((this.height - 2 * MARGIN - FOOT - heightOf(headLines)) / height) - 1;
      for (let from = 0; from < count; ) {
        // A row that fits a page is never cut; one that does not goes on where the page ends.
        const isTall = count > pageLines;
        const free = Math.floor((this.y - this.bottom - 2 * CELL) / height);
        const to = isTall ? Math.min(count, from + Math.max(free, 0)) : count;
        if (free < 1 || (!isTall && free < count)) {
          this.newPage();
          drawHead();
          continue;
        }
        drawRow(cells, from, to, false);
        from = to;
      }
    }
    this.y -= 8;
  }

  /** Opens a page when so much height is not left. */
  private room(height: number): void {
    if (this.y - height < this.bottom) this.newPage();
  }

  private lines(text: string, size: number, face: Face, width: number): string[] {
    return wrapText(text, width, (part) => face.width(part, size));
  }

  /** Number, footer and page numbers; called once, at the end. */
  finish(): void {
    const pages = this.pdf.getPages();
    const size = 7.5;
    const face = this.faces.regular;
    for (const [i, page] of pages.entries()) {
      const right = `第 ${i + 1} 页 共 ${pages.length} 页`;
      const rightWidth = face.width(right, size);
      page.drawLine({
        start: { x: MARGIN, y: FOOT + 6 },
        end: { x: this.width - MARGIN, y: FOOT + 6 },
        thickness: 0.5,
        color: LINE,
      });
      const left = this.lines(
        [this.options.number, this.options.footer].filter(Boolean).join("　"),
        size,
        face,
        this.inner - rightWidth - 12,
      );
      for (const [j, line] of left.slice(0, 3).entries()) {
        this.draw(page, line, { x: MARGIN, y: FOOT - 5 - j * size * 1.4, size, face, color: GREY });
      }
      this.draw(page, right, { x: this.width - MARGIN - rightWidth, y: FOOT - 5, size, face, color: GREY });
    }
  }
}

function shareOut(weights: readonly number[], width: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (weight / total) * width);
}

/** Narrow columns get what they want; the wide ones share the rest, and their texts wrap. */
function columnWidths(wanted: readonly number[], width: number): number[] {
  if (wanted.reduce((sum, want) => sum + want, 0) <= width) return shareOut(wanted, width);
  let [rest, open] = [width, wanted.length];
  for (const want of [...wanted].sort((a, b) => a - b)) {
    if (want > rest / open) break;
    rest -= want;
    open -= 1;
  }
  return wanted.map((want) => Math.min(want, rest / Math.max(open, 1)));
}
