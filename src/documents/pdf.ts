import { PDFDocument } from "pdf-lib";
import type { Bytes } from "@/core/bytes";
import { embedFaces } from "./fonts";
import { Layout } from "./layout";

/** One part of a document, from top to bottom. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  /** Names and values in two columns. */
  | { readonly kind: "pairs"; readonly rows: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Relative widths of the columns; without them the texts decide. */
      readonly widths?: readonly number[];
      /** Columns that are set to the right: amounts, scores. */
      readonly right?: readonly number[];
    }
  /** Empty height, in points. */
  | { readonly kind: "space"; readonly height?: number }
  | { readonly kind: "pageBreak" };

/** A document as data: the layout adds nothing to it but page numbers. The same model gives the same bytes. */
export interface DocumentModel {
  readonly title: string;
  readonly subtitle?: string;
  /** Document number, at the foot of every page. */
  readonly number: string;
  /** Beside the number: issuer, hash of the data twin. */
  readonly footer?: string;
  /** Legal time of making; stands in the file's properties. */
  readonly createdAt?: Date;
  /** Slanted across every page, under the text. */
  readonly watermark?: string;
  /** The watermark of demonstrations: 演示环境 · 无法律效力. */
  readonly demo?: boolean;
  readonly blocks: readonly Block[];
  readonly landscape?: boolean;
}

const DEMO_WATERMARK = "演示环境 · 无法律效力";

/** Limits of one document; what is longer was not meant to be printed. */
export const PDF_LIMITS = { blocks: 2_000, rows: 20_000, pages: 2_000 } as const;

/**
 * Renders a document as PDF. Classic cross-reference table and no object streams, so that signatures can be added as
 * incremental updates; after signing the file is never saved by a PDF library again.
 *
 * @throws RangeError beyond the limits.
 */
export async function renderPdf(model: DocumentModel, options: { subset?: boolean } = {}): Promise<Bytes> {
  const rows = model.blocks.reduce((count, block) => count + ("rows" in block ? block.rows.length : 0), 0);
  if (model.blocks.length > PDF_LIMITS.blocks || rows > PDF_LIMITS.rows) throw new RangeError("document too long");
  // Dates are given, never read from a clock.
  const pdf = await PDFDocument.create({ updateMetadata: false });
  pdf.setTitle(model.title);
  pdf.setSubject(model.number);
  pdf.setLanguage("zh-CN");
  pdf.setProducer("Xinbiao");
  pdf.setCreator("Xinbiao");
  if (model.createdAt) {
    pdf.setCreationDate(model.createdAt);
    pdf.setModificationDate(model.createdAt);
  }
  const layout = new Layout(pdf, await embedFaces(pdf, options), {
    ...model,
    ...(model.demo ? { watermark: DEMO_WATERMARK } : {}),
  });
  layout.title(model.title, model.subtitle);
  for (const block of model.blocks) {
    switch (block.kind) {
      case "heading":
        layout.heading(block.text);
        break;
      case "paragraph":
        layout.paragraph(block.text);
        break;
      case "pairs":
        layout.pairs(block.rows);
        break;
      case "table":
        layout.table(block);
        break;
      case "space":
        layout.space(block.height ?? 12);
        break;
      case "pageBreak":
        layout.newPage();
    }
  }
  layout.finish();
  return new Uint8Array(await pdf.save({ useObjectStreams: false, addDefaultPage: false }));
}
