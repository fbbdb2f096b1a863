import { capitalAmount, type Fen, formatYuan, parseYuan } from "@/core/money";
import { isFileName, nameKey } from "@/crypto/xbid/file-name";
import type { TypedGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import { PRICE_FIELD } from "@/lifecycle/tender-document/bill/rules";
import { fieldsOf, type Round } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { billPrice, billSums, type TypedPrices } from "./bill/prices";
import type { TypedConsortium } from "./consortium/typed";
import { type DeclaringParty, declare, type TypedDeclaration } from "./declaration/typed";

/** A file of a bid in preparation. It lies in the browser; the draft knows its name and size. */
export interface DraftFile {
  /** Name under which the browser keeps the bytes. */
  readonly id: string;
  /** Id of a required file of the tender document, or `extra`. */
  readonly slot: string;
  /** Name that the person's computer gave it. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** A bid in preparation (投标文件草稿). It never reaches the server in clear. */
export interface Draft {
  readonly format: "xb-draft/1";
  /** As typed: amounts in yuan, not yet read. */
  readonly form: Readonly<Record<string, string>>;
  readonly files: readonly DraftFile[];
  /** Unit prices of the bill of quantities by code, where the tender document has one. */
  readonly prices?: TypedPrices;
  /** Who bids together, where a consortium does; its agreement lies in a place of its own among the files. */
  readonly consortium?: TypedConsortium;
  /** A guarantee that stands in for a transfer of the security; its PDF lies in a place of its own among the files. */
  readonly guarantee?: TypedGuarantee;
  /** The bidder's declaration, where the document asks for one. */
  readonly declaration?: TypedDeclaration;
  /** Counts what was kept: a tab that did not see the newest writing must not write over it. */
  readonly revision: number;
}

export const EXTRA_SLOT = "extra";
/** Place of the agreement of a consortium: sealed in the consortium's part, not as a file of its own. */
export const AGREEMENT_SLOT = "consortium-agreement";
/** Place of the guarantee, which is sealed as a file under its own name. */
export const GUARANTEE_SLOT = "bid-security";
export const GUARANTEE_NAME = "投标保证金保函.pdf";
export const EMPTY_DRAFT: Draft = { format: "xb-draft/1", form: {}, files: [], revision: 0 };

/** Limits of a bid's content; the sealed package as a whole has its own in `rules.ts`. */
export const DRAFT_LIMITS = {
  fileBytes: 1024 * 1024 * 1024,
  totalBytes: 4 * 1024 * 1024 * 1024 - 64 * 1024 * 1024,
  extraFiles: 100,
  textLength: 200,
} as const;

type Field = TenderDocumentContent["form"][number];
export interface DraftProblem {
  /** Id of the control that mends it. */
  readonly control: string;
  readonly sentence: string;
}

export const controlOfField = (id: string): string => `field-${id}`;
export const controlOfSlot = (slot: string): string => `slot-${slot}`;
/** @param index - place of the item in the bill. */
export const controlOfUnitPrice = (index: number): string => `unit-price-${index + 1}`;
/** So many open lines of a bill are named one by one. */
const MAX_OPEN_LINES = 20;

/** What a typed amount means: fen, or undefined when it is none. */
export const readMoney = (typed: string): Fen | undefined => parseYuan(typed);

/** The amount in words and figures, under the field; empty while it is none. */
export function moneyInWords(typed: string): string {
  const fen = readMoney(typed);
  return fen === undefined ? "" : `${formatYuan(fen)}　大写：${capitalAmount(fen)}`;
}

/** What is wrong with one field as typed; undefined when it may be sealed. An optional field may be empty. */
export function problemOfField(field: Field, typed: string, ceilingFen: Fen): string | undefined {
  const text = typed.trim();
  if (!text) return field.required ? `请填写“${field.label}”。` : undefined;
  switch (field.kind) {
    case "money": {
      const fen = readMoney(text);
      if (fen === undefined) return `“${field.label}”不是有效的金额，请以元填写，最多两位小数，例如 12,800,000.00。`;
      if (fen === 0n) return `“${field.label}”不能为 0。`;
      if (field.id === PRICE_FIELD && fen > ceilingFen)
        return `“${field.label}”超过最高投标限价 ${formatYuan(ceilingFen)}，会被否决。`;
      return undefined;
    }
    case "integer":
      return /^\d{1,9}$/.test(text) ? undefined : `“${field.label}”须为整数，只填数字。`;
    case "text":
      return text.length <= DRAFT_LIMITS.textLength
        ? undefined
        : `“${field.label}”不能超过 ${DRAFT_LIMITS.textLength} 字。`;
  }
}

/** The opening form as typed; where there is a bill of quantities, the price is its sum, and empty until that is whole. */
export const formOf = ({ bill }: TenderDocumentContent, { form, prices = {} }: Draft): Draft["form"] =>
  bill ? { ...form, [PRICE_FIELD]: billPrice(bill, prices) ?? "" } : form;

/** Lines of the bill that have no usable price, each with its control; the price itself is asked for by them. */
function billProblems({ bill }: TenderDocumentContent, { prices = {} }: Draft): DraftProblem[] {
  if (!bill) return [];
  const open = billSums(bill, prices).lines.flatMap(({ item, problem }, i) =>
    problem ? [{ control: controlOfUnitPrice(i), sentence: `报价清单第 ${i + 1} 项“${item.name}”：${problem}。` }] : [],
  );
  const more = open.length - MAX_OPEN_LINES;
  return more > 0
    ? [
        ...open.slice(0, MAX_OPEN_LINES),
        { control: open[MAX_OPEN_LINES]!.control, sentence: `报价清单另有 ${more} 项单价未填或有误。` },
      ]
    : open;
}

/** Everything that keeps this draft from being sealed (整体检查): all at once, not one after another. */
export function draftProblems(content: TenderDocumentContent, draft: Draft): DraftProblem[] {
  const ceiling = BigInt(content.ceilingFen);
  const form = formOf(content, draft);
  const problems = billProblems(content, draft);
  const isOpen = problems.length > 0;
  for (const field of content.form) {
    // The sum of a bill that is not whole is no second mistake.
    if (isOpen && field.id === PRICE_FIELD) continue;
    const sentence = problemOfField(field, form[field.id] ?? "", ceiling);
    if (sentence) problems.push({ control: controlOfField(field.id), sentence });
  }
  for (const { id, title } of content.requiredFiles) {
    if (!draft.files.some(({ slot }) => slot === id))
      problems.push({ control: controlOfSlot(id), sentence: `请添加“${title}”（PDF）。` });
  }
  const files = bidFiles(draft);
  const names = files.map((file) => sealedName(content, file));
  for (const [i, file] of files.entries()) {
    const control = controlOfSlot(file.slot);
    if (!isFileName(names[i]!))
      problems.push({
        control,
        sentence: `文件名“${file.name.slice(0, 60)}”含有不允许的字符或过长，请改名后重新添加。`,
      });
    if (names.findIndex((name) => nameKey(name) === nameKey(names[i]!)) < i)
      problems.push({ control, sentence: `文件名“${file.name}”重复，请改名或删除其中一份。` });
  }
  if (totalBytes(draft) > DRAFT_LIMITS.totalBytes)
    problems.push({ control: controlOfSlot(EXTRA_SLOT), sentence: "全部文件超过 4 GiB，请压缩后重新添加。" });
  return problems;
}

/** Who declares: the bidder, or every company of its consortium. */
export const declaringParties = (
  bidder: DeclaringParty,
  { consortium }: Pick<Draft, "consortium">,
): DeclaringParty[] =>
  consortium
    ? consortium.parties.map(({ name, creditCode }) => ({ name: name.trim(), creditCode: creditCode.trim() }))
    : [bidder];

/** What the declaration lacks; nothing where the document asks for none. */
export const declarationProblems = (
  content: TenderDocumentContent,
  bidder: DeclaringParty,
  draft: Draft,
): DraftProblem[] => declare(content, declaringParties(bidder, draft), draft.declaration).problems;

/** May this file be added? @param head - its first bytes. */
export function refusalOfFile(file: { name: string; sizeBytes: number }, head: Uint8Array): string | undefined {
  const isPdf = /\.pdf$/i.test(file.name) && [0x25, 0x50, 0x44, 0x46, 0x2d].every((byte, i) => head[i] === byte);
  if (!isPdf) return `“${file.name}”不是 PDF 文件，没有添加。请另存为 PDF 后再试。`;
  if (file.sizeBytes > DRAFT_LIMITS.fileBytes) return `“${file.name}”超过 1 GiB，没有添加。请压缩或拆分。`;
  return undefined;
}

/** Name of a file in the sealed package: a required one goes by its title, so that every committee finds it by that. */
export function sealedName(content: TenderDocumentContent, file: DraftFile): string {
  if (file.slot === GUARANTEE_SLOT) return GUARANTEE_NAME;
  const title = content.requiredFiles.find(({ id }) => id === file.slot)?.title;
  return (title ? `${title.replace(/[\\/:]/g, "-")}.pdf` : file.name).normalize("NFC");
}

/** The opening form as it is sealed: amounts as fen in decimal text, empty fields left out. */
export function sealedForm(content: TenderDocumentContent, draft: Draft): Record<string, string> {
  const typed = formOf(content, draft);
  const form: Record<string, string> = {};
  for (const { id, kind } of content.form) {
    const text = (typed[id] ?? "").trim();
    if (text) form[id] = kind === "money" ? String(readMoney(text) ?? "") : text.normalize("NFC");
  }
  return form;
}

/** What is sealed as a file of its own. */
export const bidFiles = ({ files }: Pick<Draft, "files">): DraftFile[] =>
  files.filter(({ slot }) => slot !== AGREEMENT_SLOT);

/** Files in the order in which the tender document names their places; additional ones last. */
export function inDocumentOrder(content: TenderDocumentContent, files: readonly DraftFile[]): DraftFile[] {
  const order = [...content.requiredFiles.map(({ id }) => id), EXTRA_SLOT, GUARANTEE_SLOT];
  return bidFiles({ files }).sort((a, b) => order.indexOf(a.slot) - order.indexOf(b.slot));
}

/**
 * Segments of the package, in the order of the tender's envelope plan: each file and each field in its envelope, this
 * bidder's 32 bytes in the first where the tender draws.
 *
 * @param second - ids of the form fields that lie in the second envelope.
 */
export const segmentsOf = <F extends { readonly envelope: Round }>(
  { envelopes, usesDraws }: Pick<TenderDocumentContent, "envelopes" | "usesDraws">,
  form: Readonly<Record<string, string>>,
  files: readonly F[],
  second: readonly string[],
) =>
  envelopes.map((id, i) => ({
    id,
    form: Object.fromEntries(Object.entries(form).filter(([field]) => second.includes(field) === (i === 1))),
    files: files.filter((file) => file.envelope === i + 1),
    ...(i === 0 && usesDraws ? { draw: crypto.getRandomValues(new Uint8Array(32)) } : {}),
  }));

/** Ids of the form fields that lie in the second envelope; none where there is but one. */
export const secondFields = (content: TenderDocumentContent): string[] => fieldsOf(content, 2).map(({ id }) => id);

export const totalBytes = (draft: Draft): number => draft.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

/** Puts a file into its place: a required place holds one file, the newest. */
export function withFile(draft: Draft, file: DraftFile): Draft {
  const others = file.slot === EXTRA_SLOT ? draft.files : draft.files.filter(({ slot }) => slot !== file.slot);
  return { ...draft, files: [...others, file] };
}

/** `86.2 MB`; sizes are told in powers of ten, as line speeds are. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
