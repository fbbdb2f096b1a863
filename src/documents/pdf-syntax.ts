/** The file is not built as we demand. The message is Chinese: it is shown as the reason of a refusal. */
export class PdfError extends Error {
  override name = "PdfError";
}

export type PdfDict = ReadonlyMap<string, PdfValue>;

/** A value as it stands in the file (ISO 32000-1, 7.3). Numbers, names and keywords keep their text. */
export type PdfValue =
  | { readonly kind: "atom"; readonly text: string }
  /** `text` with its brackets; `start` and `end` are places in the file. */
  | { readonly kind: "string"; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: "ref"; readonly num: number; readonly gen: number }
  | { readonly kind: "array"; readonly items: readonly PdfValue[] }
  | { readonly kind: "dict"; readonly entries: PdfDict };

const MAX_DEPTH = 40;
const SPACE = /(?:[\0\t\n\f\r ]|%[^\r\n]*)*/y;
const REF = /(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const KEYWORD = /(?:true|false|null)(?![^\0\t\n\f\r ()<>[\]{}/%])/y;
const NAME = /\/([^\0\t\n\f\r ()<>[\]{}/%]*)/y;
const HEX = /<[0-9A-Fa-f\0\t\n\f\r ]*>/y;

/** One byte is one character of the text that all reading works on. */
export const toBinaryText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

export const fromBinaryText = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, "latin1"));

/** Reads values from a place on. Strict where readers disagree: a key that stands twice, or half a string, is refused. */
export class PdfReader {
  constructor(
    readonly text: string,
    public position: number,
  ) {}

  /** Takes what the sticky pattern finds here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match) this.position = pattern.lastIndex;
    return match ?? undefined;
  }

  skipSpace(): void {
    this.take(SPACE);
  }

  /** Takes the word after white space, or refuses. */
  expect(word: string): void {
    this.skipSpace();
    if (!this.text.startsWith(word, this.position))
      throw new PdfError(`PDF 结构不正确：第 ${this.position} 字节处应为 ${word}`);
    this.position += word.length;
  }

  value(depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw new PdfError("PDF 结构嵌套过深");
    this.skipSpace();
    const start = this.position;
    const ref = this.take(REF);
    if (ref) return { kind: "ref", num: Number(ref[1]), gen: Number(ref[2]) };
    const atom = this.take(NUMBER) ?? this.take(KEYWORD) ?? this.take(NAME);
    if (atom) return { kind: "atom", text: atom[0] };
    if (this.text.startsWith("<<", start)) return this.dict(depth);
    const hex = this.take(HEX);
    if (hex) return { kind: "string", text: hex[0], start, end: this.position };
    if (this.text[start] === "(") return this.literal(start);
    if (this.text[start] === "[") return this.array(depth);
    throw new PdfError(`PDF 结构不正确：第 ${start} 字节处不是合法的值`);
  }

  private dict(depth: number): PdfValue {
    this.position += 2;
    const entries = new Map<string, PdfValue>();
    for (;;) {
      this.skipSpace();
      if (this.text.startsWith(">>", this.position)) break;
      const name = this.take(NAME);
      if (!name) throw new PdfError(`PDF 结构不正确：第 ${this.position} 字节处应为名称`);
      const key = decodeName(name[1]!);
      if (entries.has(key)) throw new PdfError(`PDF 结构不正确：名称 ${key} 重复`);
      entries.set(key, this.value(depth + 1));
    }
    this.position += 2;
    return { kind: "dict", entries };
  }

  private array(depth: number): PdfValue {
    this.position += 1;
    const items: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text[this.position] === "]") break;
      items.push(this.value(depth + 1));
    }
    this.position += 1;
    return { kind: "array", items };
  }

  private literal(start: number): PdfValue {
    let open = 0;
    for (let i = start; i < this.text.length; i++) {
      const character = this.text[i];
      if (character === "\\") i += 1;
      else if (character === "(") open += 1;
      else if (character === ")") open -= 1;
      if (open === 0) {
        this.position = i + 1;
        return { kind: "string", text: this.text.slice(start, i + 1), start, end: i + 1 };
      }
    }
    throw new PdfError("PDF 结构不正确：字符串没有结束");
  }
}

const decodeName = (raw: string): string =>
  raw.replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

const encodeName = (name: string): string =>
  name.replace(/[^!-~]|[#()<>[\]{}/%]/g, (c) => `#${c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);

/** The value as text again. `sorted` gives equal texts for dictionaries whose keys stand in another order. */
export function writeValue(value: PdfValue, sorted = false): string {
  switch (value.kind) {
    case "ref":
      return `${value.num} ${value.gen} R`;
    case "array":
      return `[${value.items.map((item) => writeValue(item, sorted)).join(" ")}]`;
    case "dict": {
      const keys = [...value.entries.keys()];
      if (sorted) keys.sort();
      return `<<${keys.map((key) => `/${encodeName(key)} ${writeValue(value.entries.get(key)!, sorted)}`).join(" ")}>>`;
    }
    default:
      return value.text;
  }
}

export const ref = (num: number, gen = 0): PdfValue => ({ kind: "ref", num, gen });
export const atom = (text: string): PdfValue => ({ kind: "atom", text });
export const array = (items: readonly PdfValue[]): PdfValue => ({ kind: "array", items });
export const dict = (entries: Iterable<readonly [string, PdfValue]>): PdfValue => ({
  kind: "dict",
  entries: new Map(entries),
});

/** A name without its slash. */
export const nameText = (value: PdfValue | undefined): string | undefined =>
  value?.kind === "atom" && value.text.startsWith("/") ? decodeName(value.text.slice(1)) : undefined;

/** An integer that is not negative. */
export const wholeNumber = (value: PdfValue | undefined): number | undefined =>
  value?.kind === "atom" && /^\d{1,15}$/.test(value.text) ? Number(value.text) : undefined;

/** A text string (7.9.2.2): UTF-16BE with a byte order mark, else one character a byte. */
export function stringText(value: PdfValue | undefined): string | undefined {
  if (value?.kind !== "string") return undefined;
  const bytes = value.text.startsWith("<")
    ? Buffer.from(value.text.slice(1, -1).replace(/[^0-9A-Fa-f]/g, ""), "hex").toString("latin1")
    : value.text.slice(1, -1).replace(/\\([()\\])/g, "$1");
  if (!bytes.startsWith("\xfe\xff")) return bytes;
  return Buffer.from(bytes.slice(2), "latin1").swap16().toString("utf16le");
}

/** A text string as UTF-16BE in hexadecimal: any character, and no escapes that could go wrong. */
export function textString(text: string): PdfValue {
  const hex = Buffer.from(text, "utf16le").swap16().toString("hex").toUpperCase();
  return { kind: "string", text: `<FEFF${hex}>`, start: 0, end: 0 };
}
