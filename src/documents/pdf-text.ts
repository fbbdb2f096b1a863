import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  type PDFPage,
  PDFRawStream,
  PDFStream,
} from "pdf-lib";

/** Pages and characters that are looked through in a letter; what is longer is none. */
const LETTER = { pages: 60, characters: 400_000 };
/** Most characters of one page. */
const MAX_CHARACTERS = 400_000;
const MAX_FORMS_DEPTH = 3;
const TAIL_BYTES = 2_048;
const ENCRYPTED = /\/Encrypt\b/;
const latin1 = new TextDecoder("latin1");

/** How far a document is read. */
export interface PdfLimits {
  readonly pages: number;
  readonly characters: number;
}

/** The text of a document page by page, or why there is none. */
export type PdfReading =
  | { readonly state: "read"; readonly pages: readonly string[]; readonly isWhole: boolean }
  | { readonly state: "unreadable"; readonly reason: "encrypted" | "damaged" | "no-text" };

/** Does a page say anything? A scan does not, nor do glyphs of which nobody knows what they mean. */
export const hasWords = (page: string): boolean => page.replaceAll("\ufffd", "").trim() !== "";

/**
 * The text of a PDF in the order in which it is painted, as far as its fonts say what their glyphs mean. It is good for
 * looking for an amount or a phrase, not for reading: lines and columns are not put in order.
 */
export async function readPdf(bytes: Uint8Array, limits: PdfLimits): Promise<PdfReading> {
  // What does not end as a PDF is not searched for parts of one: that takes the library minutes.
  if (!latin1.decode(bytes.subarray(-TAIL_BYTES)).includes("startxref"))
    return { state: "unreadable", reason: "damaged" };
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: true });
    const all = document.getPages();
    const pages: string[] = [];
    let characters = 0;
    for (const page of all.slice(0, limits.pages)) {
      const text = pageText(page);
      pages.push(text);
      characters += text.length;
      if (characters > limits.characters) break;
    }
    return pages.some(hasWords)
      ? { state: "read", pages, isWhole: pages.length === all.length }
      : { state: "unreadable", reason: "no-text" };
  } catch {
    // Where and as what the library stumbles depends on the writer; that there is a key is always said in clear.
    return { state: "unreadable", reason: ENCRYPTED.test(latin1.decode(bytes)) ? "encrypted" : "damaged" };
  }
}

/** @returns the text of a letter; undefined when it cannot be read: encrypted, damaged, or nothing but pictures. */
export async function pdfText(bytes: Uint8Array): Promise<string | undefined> {
  const reading = await readPdf(bytes, LETTER);
  return reading.state === "read" ? reading.pages.join("\n") : undefined;
}

function pageText(page: PDFPage): string {
  const contents = page.node.Contents();
  const streams =
    contents instanceof PDFArray ? contents.asArray().map((part) => page.doc.context.lookup(part)) : [contents];
  return paintedText(streams.map(contentOf).join("\n"), page.node.Resources(), 0);
}

const contentOf = (stream: unknown): string =>
  stream instanceof PDFRawStream ? latin1.decode(decodePDFRawStream(stream).decode()) : "";

type Decode = (codes: string) => string;

/** Runs the operators that show text; everything else is passed over. */
function paintedText(content: string, resources: PDFDict | undefined, depth: number): string {
  const fonts = resources?.lookupMaybe(PDFName.of("Font"), PDFDict);
  const forms = resources?.lookupMaybe(PDFName.of("XObject"), PDFDict);
  const known = new Map<string, Decode>();
  const fontNamed = (name: string): Decode => {
    const found = known.get(name) ?? decoderOf(fonts?.lookupMaybe(PDFName.of(name), PDFDict));
    known.set(name, found);
    return found;
  };
  let font: Decode = () => "";
  let [text, names, shown] = ["", "", [] as string[]];
  for (const { kind, value } of tokens(content)) {
    if (kind === "name") names = value;
    else if (kind === "string") shown.push(value);
    else if (kind === "operator") {
      if (value === "Tf") font = fontNamed(names);
      else if (value === "Tj" || value === "TJ" || value === "'" || value === '"') text += shown.map(font).join("");
      else if (value === "Do" && depth < MAX_FORMS_DEPTH) text += formText(forms, names, resources, depth);
      else if (value === "ET" || value === "Td" || value === "TD" || value === "T*" || value === "Tm") text += " ";
      shown = [];
      if (text.length > MAX_CHARACTERS) break;
    }
  }
  return text;
}

function formText(forms: PDFDict | undefined, name: string, outer: PDFDict | undefined, depth: number): string {
  const form = forms?.lookupMaybe(PDFName.of(name), PDFStream);
  if (!form || form.dict.lookup(PDFName.of("Subtype")) !== PDFName.of("Form")) return "";
  return paintedText(contentOf(form), form.dict.lookupMaybe(PDFName.of("Resources"), PDFDict) ?? outer, depth + 1);
}

/**
 * What the codes of a font mean: by its own table, by the name of a Chinese encoding, as Latin letters for fonts of one byte,
 * else nothing.
 */
function decoderOf(font: PDFDict | undefined): Decode {
  const table = font?.lookup(PDFName.of("ToUnicode"));
  if (!(table instanceof PDFRawStream))
    return font?.lookup(PDFName.of("Subtype")) === PDFName.of("Type0")
      ? chineseDecoder(String(font.lookup(PDFName.of("Encoding"))))
      : (codes) => codes;
  const { width, meanings } = readCharacterMap(contentOf(table));
  return (codes) => {
    let text = "";
    for (let i = 0; i + width <= codes.length; i += width) text += meanings.get(codes.slice(i, i + width)) ?? "";
    return text;
  };
}

const bytesOf = (hexadecimal: string): string =>
  (hexadecimal.replace(/\s/g, "").match(/../g) ?? [])
    .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
    .join("");
/** UTF-16BE as a table of meanings has it. */
const utf16 = (bytes: string): string =>
  (bytes.match(/[\s\S]{2}/g) ?? [])
    .map((pair) => String.fromCharCode(pair.charCodeAt(0) * 256 + pair.charCodeAt(1)))
    .join("");
const numberOf = (bytes: string): number => [...bytes].reduce((value, byte) => value * 256 + byte.charCodeAt(0), 0);
const codeOf = (value: number, width: number): string =>
  Array.from({ length: width }, (_, i) => String.fromCharCode((value >>> (8 * (width - 1 - i))) & 0xff)).join("");

/** Fonts that are not embedded name their encoding instead of a table. */
function chineseDecoder(encoding: string): Decode {
  if (/^\/UniGB-(?:UCS2|UTF16)-/.test(encoding)) return utf16;
  if (!/^\/GB/.test(encoding)) return () => "\ufffd";
  const decoder = new TextDecoder("gb18030");
  return (codes) => decoder.decode(Uint8Array.from(codes, (code) => code.charCodeAt(0)));
}

function readCharacterMap(map: string): { width: number; meanings: ReadonlyMap<string, string> } {
  const meanings = new Map<string, string>();
  const width = bytesOf(/begincodespacerange\s*<([0-9a-fA-F\s]+)>/.exec(map)?.[1] ?? "0000").length;
  for (const [, body = ""] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, code = "", meaning = ""] of body.matchAll(/<([0-9a-fA-F\s]+)>\s*<([0-9a-fA-F\s]*)>/g))
      meanings.set(bytesOf(code), utf16(bytesOf(meaning)));
  for (const [, body = ""] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, low = "", high = "", first, list] of body.matchAll(
      /<([0-9a-fA-F\s]+)>\s*<([0-9a-fA-F\s]+)>\s*(?:<([0-9a-fA-F\s]*)>|\[([^\]]*)\])/g,
    )) {
      const [from, to] = [numberOf(bytesOf(low)), numberOf(bytesOf(high))];
      const each =
        list === undefined
          ? undefined
          : [...list.matchAll(/<([0-9a-fA-F\s]*)>/g)].map(([, one = ""]) => utf16(bytesOf(one)));
      const start = utf16(bytesOf(first ?? ""));
      for (let i = 0; i <= Math.min(to - from, 0xffff); i++) {
        const last = start.charCodeAt(start.length - 1) + i;
        meanings.set(codeOf(from + i, width), each ? (each[i] ?? "") : start.slice(0, -1) + String.fromCharCode(last));
      }
    }
  return { width: Math.max(1, width), meanings };
}

interface Token {
  readonly kind: "string" | "name" | "operator";
  readonly value: string;
}

const TOKEN =
  /%[^\r\n]*|\/([^\s()<>[\]{}/%]*)|<<|>>|<([0-9a-fA-F\s]*)>|(\()|[[\]{}]|([A-Za-z'"*][A-Za-z0-9'"*]*)|[^\s()<>[\]{}/%]+/g;

/** Names, strings and operators of a content stream; numbers say nothing here. */
function* tokens(content: string): Generator<Token> {
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(content); match; match = pattern.exec(content)) {
    const [, name, hexadecimal, opens, operator] = match;
    if (name !== undefined) yield { kind: "name", value: name };
    else if (hexadecimal !== undefined) yield { kind: "string", value: bytesOf(hexadecimal) };
    else if (opens) {
      const [value, end] = literal(content, pattern.lastIndex);
      pattern.lastIndex = end;
      yield { kind: "string", value };
    } else if (operator === "BI") {
      // A picture inside the stream: bytes that only look like operators.
      const end = content.indexOf("EI", pattern.lastIndex);
      if (end < 0) return;
      pattern.lastIndex = end + 2;
    } else if (operator) yield { kind: "operator", value: operator };
  }
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** A string in parentheses, from behind the first one. */
function literal(content: string, start: number): [value: string, end: number] {
  let [value, depth, i] = ["", 1, start];
  for (; i < content.length; i++) {
    const character = content[i]!;
    if (character === "\\") {
      const octal = /^[0-7]{1,3}/.exec(content.slice(i + 1, i + 4))?.[0];
      if (octal) value += String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      else if (content[i + 1] !== "\n" && content[i + 1] !== "\r")
        value += ESCAPED[content[i + 1] ?? ""] ?? content[i + 1] ?? "";
      i += octal?.length ?? 1;
      continue;
    }
    if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return [value, i + 1];
    value += character;
  }
  return [value, i];
}
