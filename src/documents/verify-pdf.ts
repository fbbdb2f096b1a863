import { type Bytes, fromHex } from "@/core/bytes";
import { addMinutes, fromTs14 } from "@/core/time";
import type { Certificate } from "@/crypto/certificate";
import { verifyDetachedDigest } from "@/crypto/cms";
import type { Crl } from "@/crypto/crl";
import { validatePath } from "@/crypto/path";
import { type ByteRange, coveredBytes, PdfFile, type Revision } from "./pdf-file";
import { isNamed, type PdfDictionary, PdfError, type PdfValue } from "./pdf-objects";
import { refusalOfUpdate } from "./pdf-updates";

export interface PdfSignature {
  /** 1 is the oldest. */
  readonly index: number;
  readonly ok: boolean;
  /** Why it does not count. */
  readonly reason?: string;
  readonly signer?: Certificate;
  /** Certificates that came along with the signature; they prove nothing by themselves. */
  readonly certificates: readonly Certificate[];
  /** The DER, without the zeros that fill its place; absent when it cannot be read. */
  readonly cms?: Bytes;
  /** What the signer's program wrote; a claim, not a proof. */
  readonly signingTime?: Date;
  readonly coversWholeFile: boolean;
}

export interface PdfVerdict {
  readonly ok: boolean;
  /** Why the file as a whole is refused. */
  readonly problems: readonly string[];
  readonly signatures: readonly PdfSignature[];
}

export interface PdfVerifyOptions {
  /** Without a trust list signatures are checked, signers are not. */
  readonly trust?: readonly Certificate[];
  readonly crls?: readonly Crl[];
  /** Trusted time of the signatures. */
  readonly time?: Date;
  /** How many signatures must be there at least. */
  readonly required?: number;
  /** Fingerprints of certificates that must all have signed. */
  readonly signers?: readonly string[];
}

interface Found {
  readonly revision: number;
  readonly dictionary: PdfDictionary;
}

/**
 * Verifies every signature of a PDF, strictly: each byte range starts at 0 and leaves out exactly its own signature
 * value, each ends where its revision ends, later revisions add signatures and nothing else, and the last one covers the
 * whole file. Anything a reader could see that no signature covers makes the file refused.
 */
export async function verifyPdfSignatures(pdf: Uint8Array, options: PdfVerifyOptions = {}): Promise<PdfVerdict> {
  try {
    return await verify(new PdfFile(pdf), options);
  } catch (error) {
    if (error instanceof PdfError) return { ok: false, problems: [`文件结构不符：${error.message}`], signatures: [] };
    throw error;
  }
}

async function verify(file: PdfFile, options: PdfVerifyOptions): Promise<PdfVerdict> {
  // A table that names places behind its own end lets a later revision fill in what an earlier signature did not see.
  if (file.revisions.some(({ offsets, end }) => [...offsets.values()].some((offset) => offset >= end)))
    throw new PdfError("a table names a place behind its own end");
  const problems: string[] = [];
  const found = findSignatures(file);
  const signatures: PdfSignature[] = [];
  for (const [i, item] of found.entries()) signatures.push(await verifyOne(file, item, i + 1, options));

  const named = file.text.split("/ByteRange").length - 1;
  if (named !== found.length) problems.push("文件含有未列入目录的签名域");
  if (!found.length) problems.push("文件没有签名");
  if (found.length < (options.required ?? 1)) problems.push(`签名不足：应有 ${options.required}，实有 ${found.length}`);
  if (!signatures.at(-1)?.coversWholeFile) problems.push("最后一个签名之后文件被改动");
  const first = found[0]?.revision ?? file.revisions.length;
  for (let i = first + 1; i < file.revisions.length; i++) {
    if (!found.some(({ revision }) => revision === i)) problems.push(`第 ${i + 1} 次更新没有签名`);
    const refusal = refusalOfUpdate(file, i);
    if (refusal) problems.push(`第 ${i + 1} 次更新改动了已签内容：${refusal}`);
  }
  for (const { index, ok, reason } of signatures) if (!ok) problems.push(`第 ${index} 个签名无效：${reason}`);
  const have = new Set(signatures.flatMap(({ ok, signer }) => (ok && signer ? [signer.fingerprint] : [])));
  const missing = (options.signers ?? []).filter((fingerprint) => !have.has(fingerprint));
  if (missing.length) problems.push(`缺少 ${missing.length} 名签署人的签名`);
  return { ok: problems.length === 0, problems, signatures };
}

/** Signature dictionaries by revision; the form's list of fields is not asked, programs have been seen to lose entries. */
function findSignatures(file: PdfFile): Found[] {
  return file.revisions.flatMap(({ offsets }, revision) =>
    [...offsets]
      .sort(([, a], [, b]) => a - b)
      .flatMap(([id, offset]) => {
        const { value } = file.reader.object(offset, id);
        return value.kind === "dictionary" && value.entries.has("ByteRange") ? [{ revision, dictionary: value }] : [];
      }),
  );
}

function rangeOf(value: PdfValue | undefined): ByteRange | undefined {
  if (value?.kind !== "array" || value.items.length !== 4) return undefined;
  const numbers = value.items.map((item) => (item.kind === "number" ? item.value : Number.NaN));
  return numbers.every((number) => Number.isSafeInteger(number) && number >= 0)
    ? (numbers as unknown as ByteRange)
    : undefined;
}

/** A range may end before or after the line feed that ends the revision. */
function endsWithRevision(file: PdfFile, end: number, revision: Revision): boolean {
  if (end === revision.end) return true;
  return /^(\r\n|\n|\r)$/.test(file.text.slice(revision.end, end));
}

async function verifyOne(
  file: PdfFile,
  { revision, dictionary }: Found,
  index: number,
  options: PdfVerifyOptions,
): Promise<PdfSignature> {
  const { entries } = dictionary;
  const range = rangeOf(entries.get("ByteRange"));
  const end = range ? range[2] + range[3] : -1;
  const time = signingTimeOf(entries.get("M"));
  const base = {
    index,
    certificates: [] as readonly Certificate[],
    coversWholeFile: end === file.bytes.length,
    ...(time ? { signingTime: time } : {}),
  };
  const no = (reason: string, signer?: Certificate): PdfSignature => ({
    ...base,
    ok: false,
    reason,
    ...(signer ? { signer } : {}),
  });
  const contents = entries.get("Contents");
  if (!range || contents?.kind !== "hex") return no("签名域不完整");
  if (
    !isNamed(entries.get("SubFilter"), "ETSI.CAdES.detached") &&
    !isNamed(entries.get("SubFilter"), "adbe.pkcs7.detached")
  ) {
    return no("签名格式不被支持");
  }
  if (range[0] !== 0) return no("签名范围不是从文件开头起");
  if (range[1] !== contents.start || range[2] !== contents.end) return no("签名范围的空缺不等于签名值");
  if (!endsWithRevision(file, end, file.revisions[revision]!)) return no("签名范围没有到本次更新的结尾");
  const cms = cmsOf(contents.text);
  if (!cms) return no("签名值格式不正确");
  const covered = coveredBytes(file.bytes, range);
  const verdict = await verifyDetachedDigest(
    cms,
    async (hash) => new Uint8Array(await globalThis.crypto.subtle.digest(hash, covered)),
  );
  if (!verdict.ok) return no(verdict.reason);
  if (options.trust && options.time) {
    const { trust, time: at, crls = [] } = options;
    const path = await validatePath(verdict.signer, { trust, crls, time: at, use: "sign" });
    if (!path.ok) return no(path.reason, verdict.signer);
  }
  return {
    ...base,
    ok: true,
    signer: verdict.signer,
    certificates: verdict.certificates,
    cms,
    ...(verdict.signingTime ? { signingTime: verdict.signingTime } : {}),
  };
}

/** The CMS in front of the padding, which must be zeros to the end. */
function cmsOf(text: string): Bytes | undefined {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(text)) return undefined;
  const bytes = fromHex(text);
  if (bytes[0] !== 0x30 || bytes[1] === undefined) return undefined;
  const count = bytes[1] & 0x80 ? bytes[1] & 0x7f : 0;
  if (count > 4) return undefined;
  let length = count ? 0 : bytes[1];
  for (let i = 0; i < count; i++) length = length * 256 + (bytes[2 + i] ?? 0);
  const end = 2 + count + length;
  if (end > bytes.length || bytes.subarray(end).some((byte) => byte !== 0)) return undefined;
  return bytes.slice(0, end);
}

/** `D:yyyyMMddHHmmss` with `Z`, `+08'00'` or another zone. */
function signingTimeOf(value: PdfValue | undefined): Date | undefined {
  const text = value?.kind === "string" ? value.text : "";
  const match = /^D:(\d{14})(?:Z(?:00'00'?)?|([+-])(\d\d)'(\d\d)'?)$/.exec(text);
  const beijing = match ? fromTs14(match[1]!) : undefined;
  if (!match || !beijing) return undefined;
  const minutes = (match[2] === "-" ? -1 : 1) * (Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0));
  return addMinutes(beijing, 8 * 60 - minutes);
}
