/** A PDF that is not built the plain way we sign and verify: classic cross-reference tables, no encryption. */
export class PdfError extends Error {}

interface Span {
  /** Offsets in the file: first byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

export type PdfValue = Span &
  (
    | { readonly kind: "dictionary"; readonly entries: ReadonlyMap<string, PdfValue> }
    | { readonly kind: "array"; readonly items: readonly PdfValue[] }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "number"; readonly value: number }
    | { readonly kind: "reference"; readonly id: number; readonly generation: number }
    /** `text` is what stands between the delimiters, unread. */
    | { readonly kind: "string" | "hex"; readonly text: string }
    | { readonly kind: "keyword"; readonly word: string }
  );

export type PdfDictionary = Extract<PdfValue, { kind: "dictionary" }>;

const MAX_DEPTH = 40;
const BLANK = /[\0\t\n\f\r ]/;
const DELIMITER = /[\0\t\n\f\r ()<>[\]{}/%]/;

/** Reads PDF objects out of the file's bytes, taken as Latin-1 so that offsets are byte offsets. */
export class PdfReader {
  constructor(readonly text: string) {}

  /** First offset at or after `at` that is neither white space nor comment. */
  skip(at: number): number {
    let i = at;
    for (;;) {
      while (i < this.text.length && BLANK.test(this.text[i]!)) i++;
      if (this.text[i] !== "%") return i;
      while (i < this.text.length && this.text[i] !== "\n" && this.text[i] !== "\r") i++;
    }
  }

  /** @throws PdfError */
  value(at: number, depth = 0): PdfValue {
    if (depth > MAX_DEPTH) throw new PdfError("nested too deep");
    const start = this.skip(at);
    const character = this.text[start];
    if (character === undefined) throw new PdfError("unexpected end");
    if (character === "/") return this.name(start);
    if (character === "[") return this.array(start, depth);
    if (character === "(") return this.string(start);
    if (character === "<") return this.text[start + 1] === "<" ? this.dictionary(start, depth) : this.hex(start);
    return this.word(start);
  }

  private name(start: number): PdfValue {
    const end = this.endOfWord(start + 1);
    const name = this.text
      .slice(start + 1, end)
      .replace(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    return { kind: "name", name, start, end };
  }

  private array(start: number, depth: number): PdfValue {
    const items: PdfValue[] = [];
    let i = this.skip(start + 1);
    while (this.text[i] !== "]") {
      const item = this.value(i, depth + 1);
      items.push(item);
      i = this.skip(item.end);
    }
    return { kind: "array", items, start, end: i + 1 };
  }

  private dictionary(start: number, depth: number): PdfDictionary {
    const entries = new Map<string, PdfValue>();
    let i = this.skip(start + 2);
    while (this.text.slice(i, i + 2) !== ">>") {
      if (this.text[i] !== "/") throw new PdfError("name expected");
      const key = this.name(i) as Extract<PdfValue, { kind: "name" }>;
      const item = this.value(key.end, depth + 1);
      // One name twice is read differently by different programs.
      if (entries.has(key.name)) throw new PdfError(`${key.name} stands twice`);
      entries.set(key.name, item);
      i = this.skip(item.end);
    }
    return { kind: "dictionary", entries, start, end: i + 2 };
  }

  private string(start: number): PdfValue {
    let depth = 0;
    for (let i = start; i < this.text.length; i++) {
      const character = this.text[i];
      if (character === "\\") i++;
      else if (character === "(") depth++;
      else if (character === ")" && --depth === 0) {
        return { kind: "string", text: this.text.slice(start + 1, i), start, end: i + 1 };
      }
    }
    throw new PdfError("string without end");
  }

  private hex(start: number): PdfValue {
    const close = this.text.indexOf(">", start);
    if (close < 0) throw new PdfError("string without end");
    return { kind: "hex", text: this.text.slice(start + 1, close), start, end: close + 1 };
  }

  private endOfWord(at: number): number {
    let end = at;
    while (end < this.text.length && !DELIMITER.test(this.text[end]!)) end++;
    return end;
  }

  private word(start: number): PdfValue {
    const end = this.endOfWord(start);
    const word = this.text.slice(start, end);
    if (!word) throw new PdfError("unexpected character");
    if (/^\d+$/.test(word)) {
      const reference = /^\s+(\d{1,5})\s+R(?=[\0\t\n\f\r ()<>[\]{}/%]|$)/.exec(this.text.slice(end, end + 24));
      if (reference) {
        const generation = Number(reference[1]);
        return { kind: "reference", id: Number(word), generation, start, end: end + reference[0].length };
      }
    }
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return { kind: "number", value: Number(word), start, end };
    if (!/^(true|false|null)$/.test(word)) throw new PdfError(`unexpected ${word.slice(0, 20)}`);
    return { kind: "keyword", word, start, end };
  }

  /** The object that begins at `offset`; `isStream` when bytes follow its dictionary. @throws PdfError */
  object(offset: number, id: number): { readonly value: PdfValue; readonly isStream: boolean } {
    // Common signing programs count the line feed before an object to it.
    const head = /^\s?(\d+)\s+(\d+)\s+obj\b/.exec(this.text.slice(offset, offset + 40));
    if (!head || Number(head[1]) !== id) throw new PdfError(`object ${id} is not where the table says`);
    const value = this.value(offset + head[0].length);
    const next = this.skip(value.end);
    const isStream = this.text.startsWith("stream", next);
    if (!isStream && !this.text.startsWith("endobj", next)) throw new PdfError(`object ${id} has no end`);
    return { value, isStream };
  }
}

/** One text for one value, whatever its white space: for comparing. */
export function normalText(value: PdfValue): string {
  switch (value.kind) {
    case "dictionary":
      return `<<${[...value.entries]
        .map(([key, item]) => `/${key} ${normalText(item)}`)
        .sort()
        .join(" ")}>>`;
    case "array":
      return `[${value.items.map(normalText).join(" ")}]`;
    case "name":
      return `/${value.name}`;
    case "number":
      return String(value.value);
    case "reference":
      return `${value.id} ${value.generation} R`;
    case "string":
      return `(${value.text})`;
    case "hex":
      return `<${value.text.replace(/\s/g, "").toLowerCase()}>`;
    case "keyword":
      return value.word;
  }
}

export const isNamed = (value: PdfValue | undefined, name: string): boolean =>
  value?.kind === "name" && value.name === name;
