import { z } from "zod";
import { Bill } from "./bill/schema";
import { Criterion, FormField, ReviewItem } from "./schema";

/** A tender document as one file (`.xtd`). Specification: `public/specs/xtd.md`. */
export const XTD_FORMAT = "xinbiao-xtd/1";
export const XTD_PATHS = {
  manifest: "manifest.json",
  document: "document.json",
  priceForm: "price-form.json",
  evaluation: "evaluation.json",
  notice: "notice.json",
  statement: "statement.json",
} as const;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const XtdManifest = z.object({
  format: z.literal(XTD_FORMAT),
  lot: z.object({ code: z.string(), name: z.string() }),
  tenderProject: z.object({ code: z.string(), name: z.string() }),
  /** Version of the tender document, 1 as published with the notice. */
  version: z.number().int().min(1),
  documentDigest: hash,
  items: z
    .array(z.object({ path: z.string(), title: z.string(), sha256: hash, size: z.number().int().min(0) }))
    .max(200),
});
export type XtdManifest = z.infer<typeof XtdManifest>;

/** What the bidder fills in, for tools that prepare bids. */
export const XtdPriceForm = z.object({
  format: z.literal("xinbiao-price-form/1"),
  lot: z.string(),
  version: z.number().int(),
  ceilingFen: z.string(),
  form: z.array(FormField),
  bill: Bill.optional(),
});

/** How bids are judged: the same parameters as the platform computes with. */
export const XtdEvaluation = z.object({
  format: z.literal("xinbiao-method/1"),
  lot: z.string(),
  version: z.number().int(),
  method: z.record(z.string(), z.unknown()),
  criteria: z.array(Criterion),
  reviewItems: z.array(ReviewItem),
});

export const XtdNotice = z.object({
  format: z.literal("xinbiao-notice/1"),
  number: z.string(),
  kind: z.literal("tender"),
  lot: z.string(),
  title: z.string(),
  fields: z.record(z.string(), z.string()),
  contentHash: hash,
});

/** A clarification as it was signed: the SHA-256 of this entry is what its statement names. */
export const XtdClarification = z.object({
  format: z.literal("xinbiao-clarification/1"),
  lot: z.string(),
  number: z.number().int().min(1),
  title: z.string(),
  documentVersion: z.number().int().min(2),
  items: z.array(z.record(z.string(), z.string())),
  changes: z.array(z.record(z.string(), z.string())),
  affectsBids: z.boolean(),
  obligatory: z.boolean(),
  newDeadline: z.string().optional(),
  documentDigest: hash,
});

export function xtdClarificationPaths(number: number): { readonly content: string; readonly statement: string } {
  const name = `clarifications/${String(number).padStart(2, "0")}`;
  return { content: `${name}.json`, statement: `${name}.statement.json` };
}

/** Name of a file in the package: its place and its ending; what it is called stands in the manifest. */
export function xtdFilePath(index: number, name: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? "bin";
  return `files/${String(index + 1).padStart(2, "0")}.${ending}`;
}
