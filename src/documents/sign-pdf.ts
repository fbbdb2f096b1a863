import { type Bytes, concat, hex } from "@/core/bytes";
import { ts14 } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { PdfView, readSections, startOfXref } from "./pdf-structure";
import {
  array,
  atom,
  dict,
  fromBinaryText,
  PdfError,
  type PdfValue,
  ref,
  textString,
  toBinaryText,
  wholeNumber,
  writeValue,
} from "./pdf-syntax";

export { type PdfSignature, type PdfVerdict, verifyPdfSignatures } from "./verify-pdf";

/** Hexadecimal characters that wait for a CMS: enough for a chain of certificates and a time stamp. */
const CONTENTS_DIGITS = 16_384;
const CONTENTS_MARK = "/Contents <";
/** The array's final length, so that filling in its numbers moves nothing. */
const BYTE_RANGE_LENGTH = 48;

export interface SignatureRequest {
  /** Who signs; any characters. */
  readonly name: string;
  readonly reason: string;
  /** Whole seconds are written. */
  readonly signingTime: Date;
}

export interface Placeholder {
  readonly pdf: Bytes;
  /** SHA-256 of everything but the room for the signature: what `signDetachedDigest` takes. */
  readonly digest: Bytes;
}

/**
 * Appends an incremental update with one more signature field, whose signature is still missing. Not a byte of the file
 * before is touched, so that signatures in it stay valid. The same inputs give the same bytes: the digest can be asked
 * for first, and the file made again when the signature arrives.
 *
 * @throws PdfError when the file is not built as `renderPdf` builds it (classic cross-reference tables).
 */
export function placeholder(pdf: Uint8Array, { name, reason, signingTime }: SignatureRequest): Placeholder {
  const before = toBinaryText(pdf);
  const start = before.endsWith("\n") ? before : `${before}\n`;
  const view = new PdfView(before, readSections(before));
  const trailer = view.sections[0]!.trailer;
  const size = wholeNumber(trailer.get("Size"));
  if (size === undefined) throw new PdfError("PDF 结构不正确：没有 Size");

  const [signatureNum, widgetNum] = [size, size + 1];
  const page = view.firstPage();
  const root = view.rootRef;
  const form = view.catalog.get("AcroForm");
  const fields = view.items(view.acroForm?.get("Fields"));
  const newForm = dict([
    ...(view.acroForm ?? []),
    ["Fields", array([...fields, ref(widgetNum)])],
    ["SigFlags", atom("3")],
  ]);
  const pageDict = view.dict({ kind: "ref", ...page })!;
  const signature = dict([
    ["Type", atom("/Sig")],
    ["Filter", atom("/Adobe.PPKLite")],
    ["SubFilter", atom("/ETSI.CAdES.detached")],
    ["ByteRange", atom("".padEnd(BYTE_RANGE_LENGTH))],
    ["Contents", atom(`<${"0".repeat(CONTENTS_DIGITS)}>`)],
    ["Name", textString(name)],
    ["Reason", textString(reason)],
    ["M", { kind: "string", text: `(D:${ts14(signingTime)}+08'00')`, start: 0, end: 0 }],
  ]);
  const widget = dict([
    ["Type", atom("/Annot")],
    ["Subtype", atom("/Widget")],
    ["FT", atom("/Sig")],
    ["T", atom(`(Signature${view.signatureFields().length + 1})`)],
    ["V", ref(signatureNum)],
    ["F", atom("132")],
    ["Rect", array(["0", "0", "0", "0"].map(atom))],
    ["P", ref(page.num, page.gen)],
  ]);
  const objects: NewObject[] = [
    { num: signatureNum, gen: 0, value: signature },
    { num: widgetNum, gen: 0, value: widget },
    { ...page, value: dict([...pageDict, ["Annots", array([...view.items(pageDict.get("Annots")), ref(widgetNum)])]]) },
  ];
  if (form?.kind === "ref") objects.push({ num: form.num, gen: form.gen, value: newForm });
  else objects.push({ ...root, value: dict([...view.catalog, ["AcroForm", newForm]]) });

  const after = dict([
    ["Size", atom(String(size + 2))],
    ["Root", ref(root.num, root.gen)],
    ...["Info", "ID"].flatMap((key) => (trailer.has(key) ? [[key, trailer.get(key)!] as const] : [])),
    ["Prev", atom(String(startOfXref(before)))],
  ]);
  return fillByteRange(start + writeUpdate(start.length, objects, after));
}

interface NewObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
}

/** Objects, cross-reference table and trailer as they stand from `offset` on. */
function writeUpdate(offset: number, objects: readonly NewObject[], trailer: PdfValue): string {
  let body = "";
  const rows = objects.map(({ num, gen, value }) => {
    const row = { num, line: `${String(offset + body.length).padStart(10, "0")} ${String(gen).padStart(5, "0")} n \n` };
    body += `${num} ${gen} obj\n${writeValue(value)}\nendobj\n`;
    return row;
  });
  rows.sort((a, b) => a.num - b.num);
  const table = rows.map(({ num, line }) => `${num} 1\n${line}`).join("");
  const xref = offset + body.length;
  return `${body}xref\n${table}trailer\n${writeValue(trailer)}\nstartxref\n${xref}\n%%EOF\n`;
}

function fillByteRange(text: string): Placeholder {
  const open = text.lastIndexOf(CONTENTS_MARK) + CONTENTS_MARK.length - 1;
  const close = open + CONTENTS_DIGITS + 2;
  const blank = `/ByteRange ${"".padEnd(BYTE_RANGE_LENGTH)}`;
  const at = text.lastIndexOf(blank);
  const range = `/ByteRange ${`[0 ${open} ${close} ${text.length - close}]`.padEnd(BYTE_RANGE_LENGTH)}`;
  const pdf = fromBinaryText(text.slice(0, at) + range + text.slice(at + blank.length));
  return { pdf, digest: sha256(concat(pdf.subarray(0, open), pdf.subarray(close))) };
}

/**
 * Puts a detached CMS into the room that `placeholder` left.
 *
 * @throws PdfError when the last signature is there already, or the CMS does not fit.
 */
export function embedSignature(pdf: Uint8Array, cms: Uint8Array): Bytes {
  const text = toBinaryText(pdf);
  const start = text.lastIndexOf(CONTENTS_MARK) + CONTENTS_MARK.length;
  const room = text.slice(start, start + CONTENTS_DIGITS + 1);
  if (start < CONTENTS_MARK.length || room !== `${"0".repeat(CONTENTS_DIGITS)}>`)
    throw new PdfError("PDF 中没有等待签名的位置");
  if (cms.length * 2 > CONTENTS_DIGITS) throw new PdfError("签名数据过大，放不进 PDF");
  const signed = new Uint8Array(pdf);
  signed.set(fromBinaryText(hex(cms)), start);
  return signed;
}
