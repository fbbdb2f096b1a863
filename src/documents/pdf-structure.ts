import { nameText, type PdfDict, PdfError, PdfReader, type PdfValue, wholeNumber } from "./pdf-syntax";

export interface XrefSection {
  /** Place of the word `xref`. */
  readonly offset: number;
  /** Object number → place and generation; undefined for a free number. */
  readonly entries: ReadonlyMap<number, { readonly offset: number; readonly gen: number } | undefined>;
  readonly trailer: PdfDict;
}

const SUBSECTION = /[\0\t\n\f\r ]*(\d{1,10}) (\d{1,7})[\0\t\n\f\r ]+/y;
const ENTRY = /(\d{10}) (\d{5}) ([nf])[ \r\n]{1,2}/y;
const OBJECT = /[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj(?![A-Za-z])/y;
const END_OF_FILE = /startxref[\0\t\n\f\r ]+(\d{1,12})[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*$/;
const MAX_SECTIONS = 200;
const MAX_TREE = 20;
const MAX_PAGES = 20_000;
/** The end of a file is looked for in so many last characters. */
const TAIL = 1_024;

/** Where the file (or revision) that ends at `end` says its newest cross-reference table is. */
export function startOfXref(text: string, end = text.length): number {
  const match = END_OF_FILE.exec(text.slice(Math.max(0, end - TAIL), end));
  if (!match) throw new PdfError("PDF 结构不正确：文件末尾没有 startxref 与 %%EOF");
  return Number(match[1]);
}

/**
 * Cross-reference sections, newest first. Classic tables only: what we write and sign; streams and hybrid files are
 * refused, since readers do not agree about them.
 */
export function readSections(text: string): XrefSection[] {
  const sections: XrefSection[] = [];
  let at: number | undefined = startOfXref(text);
  while (at !== undefined) {
    const section = readSection(text, at);
    const later = sections.at(-1);
    if ((later && section.offset >= later.offset) || sections.length >= MAX_SECTIONS)
      throw new PdfError("PDF 结构不正确：交叉引用表的次序不对");
    sections.push(section);
    const previous = section.trailer.get("Prev");
    at = wholeNumber(previous);
    if (previous && at === undefined) throw new PdfError("PDF 结构不正确：Prev 不是数字");
  }
  return sections;
}

function readSection(text: string, at: number): XrefSection {
  const reader = new PdfReader(text, at);
  reader.skipSpace();
  const offset = reader.position;
  if (!text.startsWith("xref", offset)) throw new PdfError("PDF 结构不正确：不是经典交叉引用表");
  reader.position += 4;
  const entries = new Map<number, { offset: number; gen: number } | undefined>();
  for (let head = reader.take(SUBSECTION); head; head = reader.take(SUBSECTION)) {
    const first = Number(head[1]);
    for (let i = 0; i < Number(head[2]); i++) {
      const entry = reader.take(ENTRY);
      if (!entry || entries.has(first + i)) throw new PdfError("PDF 结构不正确：交叉引用表有错");
      entries.set(first + i, entry[3] === "n" ? { offset: Number(entry[1]), gen: Number(entry[2]) } : undefined);
    }
  }
  reader.expect("trailer");
  const trailer = reader.value();
  if (trailer.kind !== "dict" || trailer.entries.has("XRefStm") || trailer.entries.has("Encrypt"))
    throw new PdfError("PDF 结构不正确：文件尾字典不被接受");
  return { offset, entries, trailer: trailer.entries };
}

export interface PdfObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  readonly isStream: boolean;
  /** Place of the object's number, and behind `endobj`; behind the dictionary for a stream. */
  readonly start: number;
  readonly end: number;
}

/** The object that stands here. @returns undefined when none begins here. */
export function objectAt(text: string, at: number): PdfObject | undefined {
  const reader = new PdfReader(text, at);
  reader.skipSpace();
  const start = reader.position;
  const head = reader.take(OBJECT);
  if (!head) return undefined;
  const value = reader.value();
  reader.skipSpace();
  const isStream = text.startsWith("stream", reader.position);
  if (!isStream) reader.expect("endobj");
  return { num: Number(head[1]), gen: Number(head[2]), value, isStream, start, end: reader.position };
}

export interface SignatureField {
  readonly name: PdfValue | undefined;
  /** The signature dictionary; undefined while the field is unsigned. */
  readonly signature: PdfValue | undefined;
}

/** A file as one of its revisions shows it. */
export class PdfView {
  constructor(
    readonly text: string,
    /** Newest first. */
    readonly sections: readonly XrefSection[],
  ) {}

  entry(num: number): { readonly offset: number; readonly gen: number } | undefined {
    return this.sections.find(({ entries }) => entries.has(num))?.entries.get(num);
  }

  object(num: number): PdfObject | undefined {
    const entry = this.entry(num);
    if (!entry) return undefined;
    const found = objectAt(this.text, entry.offset);
    if (!found || found.num !== num || found.gen !== entry.gen) throw new PdfError(`PDF 结构不正确：找不到对象 ${num}`);
    return found;
  }

  /** Follows a reference, once: a reference to a reference does not occur. */
  resolve(value: PdfValue | undefined): PdfValue | undefined {
    return value?.kind === "ref" ? this.object(value.num)?.value : value;
  }

  dict(value: PdfValue | undefined): PdfDict | undefined {
    const found = this.resolve(value);
    return found?.kind === "dict" ? found.entries : undefined;
  }

  items(value: PdfValue | undefined): readonly PdfValue[] {
    const found = this.resolve(value);
    return found?.kind === "array" ? found.items : [];
  }

  get rootRef(): { readonly num: number; readonly gen: number } {
    const root = this.sections[0]?.trailer.get("Root");
    if (root?.kind !== "ref") throw new PdfError("PDF 结构不正确：没有文档目录");
    return root;
  }

  get catalog(): PdfDict {
    const catalog = this.dict({ kind: "ref", ...this.rootRef });
    if (!catalog) throw new PdfError("PDF 结构不正确：没有文档目录");
    return catalog;
  }

  get acroForm(): PdfDict | undefined {
    return this.dict(this.catalog.get("AcroForm"));
  }

  /**
   * Signature fields of the form, then those that only a page shows: a widely used signing tool drops earlier fields
   * from the form, and readers find them by their pages.
   */
  signatureFields(): SignatureField[] {
    const found: SignatureField[] = [];
    const seen = new Set<number>();
    const walk = (value: PdfValue, type: string | undefined, depth: number): void => {
      if (value.kind === "ref" && seen.has(value.num)) return;
      if (value.kind === "ref") seen.add(value.num);
      const field = this.dict(value);
      if (!field || depth > MAX_TREE) throw new PdfError("PDF 结构不正确：表单域有错");
      const own = nameText(field.get("FT")) ?? type;
      const kids = this.items(field.get("Kids"));
      for (const kid of kids) walk(kid, own, depth + 1);
      if (own === "Sig" && kids.length === 0) found.push({ name: field.get("T"), signature: this.resolve(field.get("V")) });
    };
    for (const field of this.items(this.acroForm?.get("Fields"))) walk(field, undefined, 0);
    for (const page of this.pages()) for (const annotation of this.items(page.get("Annots"))) walk(annotation, undefined, 0);
    return found;
  }

  pages(): PdfDict[] {
    const found: PdfDict[] = [];
    const walk = (value: PdfValue | undefined, depth: number): void => {
      const node = this.dict(value);
      if (!node || depth > MAX_TREE || found.length > MAX_PAGES) throw new PdfError("PDF 结构不正确：页面树有错");
      if (nameText(node.get("Type")) === "Page") found.push(node);
      else for (const kid of this.items(node.get("Kids"))) walk(kid, depth + 1);
    };
    walk(this.catalog.get("Pages"), 0);
    return found;
  }

  /** Reference of the first page. */
  firstPage(): { readonly num: number; readonly gen: number } {
    let at = this.catalog.get("Pages");
    for (let depth = 0; depth < MAX_TREE && at?.kind === "ref"; depth++) {
      const node = this.dict(at);
      if (nameText(node?.get("Type")) === "Page") return at;
      at = this.items(node?.get("Kids"))[0];
    }
    throw new PdfError("PDF 结构不正确：没有页面");
  }
}
