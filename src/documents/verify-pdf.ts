import { type Bytes, concat, fromHex } from "@/core/bytes";
import { fromTs14 } from "@/core/time";
import type { Certificate } from "@/crypto/certificate";
import { verifyDetachedDigest } from "@/crypto/cms";
import { foreignChange } from "./pdf-increment";
import { PdfView, readSections, startOfXref, type XrefSection } from "./pdf-structure";
import { nameText, type PdfDict, PdfError, stringText, toBinaryText, wholeNumber } from "./pdf-syntax";

/** A signature that holds. Whether its signer is to be trusted is another question: see `validatePath`. */
export interface PdfSignature {
  readonly field: string;
  readonly signer: Certificate;
  /** Certificates that travel with the signature, the signer's among them. */
  readonly certificates: readonly Certificate[];
  /** The DER, without the zeros that fill its room. */
  readonly cms: Bytes;
  readonly coversWholeFile: boolean;
  /** What the signer says; no proof of time. */
  readonly signingTime?: Date;
  readonly reason?: string;
}

export interface PdfVerdict {
  /** There is a signature, all hold, and nothing in the file is outside of them. */
  readonly ok: boolean;
  /** Chinese sentences. */
  readonly problems: readonly string[];
  /** In the order of signing; those that do not hold are among the problems only. */
  readonly signatures: readonly PdfSignature[];
}

const SUB_FILTERS = new Set(["ETSI.CAdES.detached", "adbe.pkcs7.detached"]);
const MAX_BYTES = 200_000_000;

interface Located {
  readonly field: string;
  readonly entries: PdfDict;
  /** The room of the CMS, brackets included. */
  readonly gap: readonly [start: number, end: number];
  readonly contents: string;
  /** Where the revision ends that this signature covers. */
  readonly end: number;
}

/**
 * Checks every signature of a file and that together they cover it: each covers its whole revision except its own
 * bytes, the last covers the whole file, and the updates in between add signatures and nothing else.
 */
export async function verifyPdfSignatures(pdf: Uint8Array): Promise<PdfVerdict> {
  try {
    if (pdf.length > MAX_BYTES) throw new PdfError("PDF 文件过大");
    const text = toBinaryText(pdf);
    const sections = readSections(text);
    const located = locate(new PdfView(text, sections));
    const problems = shapeProblems(text, sections, located);
    const signatures: PdfSignature[] = [];
    for (const item of located) {
      const verdict = await check(pdf, item);
      if (typeof verdict === "string") problems.push(`签名 ${item.field}：${verdict}`);
      else signatures.push(verdict);
    }
    return { ok: problems.length === 0, problems, signatures };
  } catch (error) {
    if (error instanceof PdfError) return { ok: false, problems: [error.message], signatures: [] };
    throw error;
  }
}

/** The signatures of the form, in the order of signing. @throws PdfError */
function locate(view: PdfView): Located[] {
  const located = view.signatureFields().flatMap(({ name, signature }): Located[] => {
    if (!signature) return [];
    const field = stringText(name) ?? "";
    const entries = signature.kind === "dict" ? signature.entries : undefined;
    const contents = entries?.get("Contents");
    const range = entries?.get("ByteRange");
    const numbers = range?.kind === "array" ? range.items.map(wholeNumber) : [];
    const [first, length, second, rest] = numbers;
    if (!entries || contents?.kind !== "string" || !/^<(?:[0-9A-Fa-f]{2})+>$/.test(contents.text))
      throw new PdfError(`签名 ${field}：没有签名数据`);
    if (numbers.length !== 4 || second === undefined || rest === undefined)
      throw new PdfError(`签名 ${field}：ByteRange 不正确`);
    if (first !== 0 || length !== contents.start || second !== contents.end || second + rest > view.text.length)
      throw new PdfError(`签名 ${field}：ByteRange 没有恰好覆盖签名数据以外的全部内容`);
    const gap = [contents.start, contents.end] as const;
    return [{ field, entries, gap, contents: contents.text.slice(1, -1), end: second + rest }];
  });
  return located.sort((a, b) => a.end - b.end);
}

function shapeProblems(text: string, sections: readonly XrefSection[], located: readonly Located[]): string[] {
  const last = located.at(-1);
  if (!last) return ["PDF 没有签名"];
  const problems: string[] = [];
  if (last.end !== text.length) problems.push("最后一个签名之后文件还有改动");
  if ((text.match(/\/ByteRange(?![A-Za-z])/g)?.length ?? 0) !== located.length) problems.push("有不属于签名域的签名");
  let start = 0;
  for (const { field, gap, end } of located) {
    const own = sections.filter(({ offset }) => offset >= start && offset < end);
    const known = sections.filter(({ offset }) => offset < end);
    const after = new PdfView(text, known);
    if (start > 0 && end - start < 1) problems.push(`签名 ${field}：与另一签名覆盖相同的内容`);
    else if (gap[0] < start) problems.push(`签名 ${field}：签名数据不在自己的修订中`);
    else if (own.length === 0 || (start > 0 && own.length > 1)) problems.push(`签名 ${field}：修订的结构不正确`);
    else if (!endsAt(text, end, own[0]!)) problems.push(`签名 ${field}：覆盖的范围不是一个完整的修订`);
    else if (own.some(({ entries }) => [...entries.values()].some((entry) => entry && entry.offset >= end)))
      problems.push(`签名 ${field}：引用了签名之后的内容`);
    else if (start > 0) {
      const before = new PdfView(
        text,
        sections.filter(({ offset }) => offset < start),
      );
      const change = foreignChange(before, after, start);
      if (change) problems.push(`签名 ${field}：签名的同时${change}`);
    }
    start = end;
  }
  return problems;
}

/** Does the revision that ends here name this section as its newest? */
function endsAt(text: string, end: number, section: XrefSection): boolean {
  const named = startOfXref(text, end);
  return named <= section.offset && text.slice(named, section.offset).trim() === "";
}

async function check(pdf: Uint8Array, item: Located): Promise<PdfSignature | string> {
  if (!SUB_FILTERS.has(nameText(item.entries.get("SubFilter")) ?? "")) return "签名格式不被接受";
  const cms = withoutFill(fromHex(item.contents));
  if (!cms) return "签名数据不完整";
  const [gapStart, gapEnd] = item.gap;
  const covered = concat(pdf.subarray(0, gapStart), pdf.subarray(gapEnd, item.end));
  const verdict = await verifyDetachedDigest(
    cms,
    async (hash) => new Uint8Array(await crypto.subtle.digest(hash, covered)),
  );
  if (!verdict.ok) return verdict.reason;
  const signingTime = verdict.signingTime ?? readDate(stringText(item.entries.get("M")));
  const reason = stringText(item.entries.get("Reason"));
  return {
    field: item.field,
    signer: verdict.signer,
    certificates: verdict.certificates,
    cms,
    coversWholeFile: item.end === pdf.length,
    ...(signingTime ? { signingTime } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The DER at the beginning; behind it only zeros may stand, or bytes could hide there that nobody signed. */
function withoutFill(bytes: Bytes): Bytes | undefined {
  const size = bytes[1] ?? 0;
  const count = size < 0x80 ? 0 : size & 0x7f;
  if (bytes[0] !== 0x30 || count > 3 || size === 0x80) return undefined;
  const length = count === 0 ? size : bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const end = 2 + count + length;
  return end <= bytes.length && bytes.subarray(end).every((byte) => byte === 0) ? bytes.slice(0, end) : undefined;
}

/** `D:yyyyMMddHHmmss` with `Z`, `+08'00'` or another zone. */
function readDate(text: string | undefined): Date | undefined {
  const match = /^D:(\d{14})(?:Z(?:00'00'?)?|([+-])(\d\d)'(\d\d)'?)$/.exec(text ?? "");
  const beijing = match ? fromTs14(match[1]!) : undefined;
  if (!match || !beijing) return undefined;
  const offset = (match[2] === "-" ? -1 : 1) * (Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0));
  return new Date(beijing.getTime() + (8 * 60 - offset) * 60_000);
}
