import { type Bytes, concat, hex, utf8 } from "@/core/bytes";
import { ts14 } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { type ByteRange, coveredBytes, PdfFile } from "./pdf-file";
import { type PdfDictionary, PdfError, type PdfValue } from "./pdf-objects";

export { verifyPdfSignatures } from "./verify-pdf";

export interface PlaceholderOptions {
  /** Why it is signed, shown by readers. */
  readonly reason: string;
  /** Name of the signer. */
  readonly name: string;
  /** Whole seconds stand in the file; the trusted time is a time stamp, not this. */
  readonly signingTime: Date;
  /** Bytes kept for the CMS. */
  readonly signatureLength?: number;
}

export interface Placeholder {
  readonly pdf: Bytes;
  readonly byteRange: ByteRange;
  /** SHA-256 of the two ranges: the 32 bytes that the signer's program gets. */
  readonly digest: Bytes;
}

/** Enough for a signer's certificate, its issuer, and a time stamp: 16,384 hexadecimal digits. */
const SIGNATURE_LENGTH = 8_192;
/** `[0 0123456789 0123456789 0123456789]`. */
const RANGE_WIDTH = 36;

/**
 * Adds the place of one more signature as an incremental update: nothing that is there changes, so that signatures made
 * before stay valid. The same input gives the same bytes, so that nothing need be kept between showing the digest and
 * embedding its signature.
 *
 * @throws PdfError when the file was not made by `renderPdf` or an update of this kind.
 */
export function placeholder(pdf: Uint8Array, options: PlaceholderOptions): Placeholder {
  const file = new PdfFile(pdf);
  const { trailer } = file.last;
  const root = trailer.entries.get("Root");
  if (root?.kind !== "reference") throw new PdfError("no catalog");
  const catalog = file.dictionary(root);
  const pageRef = firstPage(file, catalog);
  const page = file.dictionary(pageRef);
  const acroForm = catalog.entries.get("AcroForm");
  const form = acroForm && file.dictionary(acroForm);
  const fields = refsOf(file, form?.entries.get("Fields"));

  const size = numberOf(trailer, "Size");
  const [signatureId, widgetId] = [size, size + 1];
  const formId = acroForm?.kind === "reference" ? acroForm.id : size + 2;
  const ref = (id: number) => `${id} 0 R`;
  const length = options.signatureLength ?? SIGNATURE_LENGTH;

  const out = new Update(pdf);
  out.object(signatureId, [
    "<<\n/Type /Sig\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.CAdES.detached",
    `\n/Name ${textString(options.name)}\n/Reason ${textString(options.reason)}\n/M (D:${ts14(options.signingTime)}+08'00')`,
    "\n/ByteRange ",
  ]);
  const rangeAt = out.length;
  out.raw(`${" ".repeat(RANGE_WIDTH)}\n/Contents `);
  const contentsAt = out.length;
  out.raw(`<${"0".repeat(2 * length)}>`);
  const afterContents = out.length;
  out.raw("\n>>\nendobj\n");
  out.object(widgetId, [
    `<<\n/Type /Annot\n/Subtype /Widget\n/FT /Sig\n/Rect [0 0 0 0]\n/F 132\n/V ${ref(signatureId)}`,
    `\n/T (Signature${fields.length + 1})\n/P ${ref(pageRef.id)}\n>>\nendobj\n`,
  ]);
  const entries = { Fields: `[${[...fields, ref(widgetId)].join(" ")}]`, SigFlags: "3" };
  out.object(formId, [rewrite(file, form, entries), "\nendobj\n"]);
  if (acroForm?.kind !== "reference") {
    out.object(root.id, [rewrite(file, catalog, { AcroForm: ref(formId) }), "\nendobj\n"]);
  }
  const annotations = refsOf(file, page.entries.get("Annots"));
  out.object(pageRef.id, [
    rewrite(file, page, { Annots: `[${[...annotations, ref(widgetId)].join(" ")}]` }),
    "\nendobj\n",
  ]);
  const newSize = Math.max(size + 2, formId + 1);
  const kept = ["Root", "Info", "ID"].flatMap((key) => {
    const value = trailer.entries.get(key);
    return value ? [`/${key} ${file.text.slice(value.start, value.end)}`] : [];
  });
  out.finish([`/Size ${newSize}`, ...kept, `/Prev ${file.last.xref}`].join("\n"));

  const bytes = out.bytes();
  const byteRange: ByteRange = [0, contentsAt, afterContents, bytes.length - afterContents];
  bytes.set(utf8(`[${byteRange.join(" ")}]`.padEnd(RANGE_WIDTH)), rangeAt);
  return { pdf: bytes, byteRange, digest: digestOfRanges(bytes, byteRange) };
}

/** Puts a CMS into the last place that is still empty. @throws PdfError when there is none, or it is too small. */
export function embedSignature(pdf: Uint8Array, cms: Uint8Array): Bytes {
  const text = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length).toString("latin1");
  const at = text.lastIndexOf("/Contents <0000");
  const start = at + "/Contents <".length;
  const end = text.indexOf(">", start);
  if (at < 0 || end < 0 || /[^0]/.test(text.slice(start, end))) throw new PdfError("no place for a signature");
  if (cms.length * 2 > end - start) throw new PdfError("the signature does not fit its place");
  const signed = new Uint8Array(pdf);
  signed.set(utf8(hex(cms)), start);
  return signed;
}

/** SHA-256 of what a byte range covers. */
export function digestOfRanges(pdf: Uint8Array, [a, b, c, d]: ByteRange): Bytes {
  return sha256(coveredBytes(pdf, [a, b, c, d]));
}

/** Text of a PDF dictionary's value: UTF-16 with its mark, in hexadecimal, so that every character can stand there. */
function textString(text: string): string {
  let code = "";
  for (let i = 0; i < text.length; i++) code += text.charCodeAt(i).toString(16).padStart(4, "0");
  return `<feff${code}>`;
}

function numberOf(dictionary: PdfDictionary, key: string): number {
  const value = dictionary.entries.get(key);
  if (value?.kind !== "number") throw new PdfError(`${key} expected`);
  return value.value;
}

function firstPage(file: PdfFile, catalog: PdfDictionary): Extract<PdfValue, { kind: "reference" }> {
  let node = catalog.entries.get("Pages");
  for (let depth = 0; depth < 32; depth++) {
    if (node?.kind !== "reference") break;
    const kids = file.dictionary(node).entries.get("Kids");
    if (kids?.kind !== "array") return node;
    node = kids.items[0];
  }
  throw new PdfError("no page");
}

function refsOf(file: PdfFile, value: PdfValue | undefined): string[] {
  const list = value?.kind === "reference" ? file.object(value.id)?.value : value;
  if (!list) return [];
  if (list.kind !== "array") throw new PdfError("array expected");
  return list.items.map((item) => file.text.slice(item.start, item.end));
}

/** A dictionary's text with some entries set, all others as they stand. */
function rewrite(file: PdfFile, dictionary: PdfDictionary | undefined, set: Record<string, string>): string {
  const kept = [...(dictionary?.entries ?? [])].filter(([key]) => !(key in set));
  const lines = [
    ...kept.map(([key, { start, end }]) => `/${key} ${file.text.slice(start, end)}`),
    ...Object.entries(set).map(([key, value]) => `/${key} ${value}`),
  ];
  return `<<\n${lines.join("\n")}\n>>`;
}

/** One incremental update being written behind a file. */
class Update {
  private readonly parts: Bytes[];
  private readonly offsets = new Map<number, number>();
  length: number;

  constructor(pdf: Uint8Array) {
    const breaks = pdf[pdf.length - 1] === 0x0a ? "" : "\n";
    this.parts = [new Uint8Array(pdf), utf8(breaks)];
    this.length = pdf.length + breaks.length;
  }

  raw(text: string): void {
    const bytes = new Uint8Array(Buffer.from(text, "latin1"));
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  object(id: number, texts: readonly string[]): void {
    this.offsets.set(id, this.length);
    this.raw(`${id} 0 obj\n${texts.join("")}`);
  }

  finish(trailer: string): void {
    const xref = this.length;
    const ids = [...this.offsets.keys()].sort((a, b) => a - b);
    let table = "xref\n";
    for (let i = 0; i < ids.length; ) {
      let count = 1;
      while (ids[i + count] === ids[i]! + count) count++;
      table += `${ids[i]} ${count}\n`;
      for (let j = 0; j < count; j++) table += `${String(this.offsets.get(ids[i + j]!)).padStart(10, "0")} 00000 n \n`;
      i += count;
    }
    this.raw(`${table}trailer\n<<\n${trailer}\n>>\nstartxref\n${xref}\n%%EOF\n`);
  }

  bytes(): Bytes {
    return concat(...this.parts);
  }
}
