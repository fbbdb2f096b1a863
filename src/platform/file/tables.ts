import { bigint, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Files in clear that the platform keeps: notices, tender documents, records, reports. Sealed bids are not here. */
export const files = pgTable("files", {
  id: id(),
  siteId: siteId(),
  ownerOrgId: uuid(),
  lotId: uuid(),
  /** tender-document | notice | opening-record | report | opened-bid | archive … */
  kind: text().notNull(),
  /** public | holders | parties | committee | supervision: checked by the query that hands the file out. */
  scope: text().notNull(),
  name: text().notNull(),
  mediaType: text().notNull(),
  sizeBytes: bigint({ mode: "number" }).notNull(),
  sha256: text().notNull(),
  storageKey: text().notNull(),
  createdAt: instant().notNull(),
});

/**
 * That the platform read a file, and the sentences that the check before publication asks about; the text itself
 * is not kept. As secret as the draft it belongs to. Written once, by the worker.
 */
export const fileTexts = pgTable("file_texts", {
  fileId: uuid().primaryKey(),
  siteId: siteId(),
  /** read | unreadable */
  state: text().notNull(),
  /** Why it is unreadable; `cut` when its end was not read. */
  reason: text(),
  /** Pages that were read. */
  pages: integer().notNull(),
  /** Those of them without words: scans, pictures, empty pages. */
  wordless: jsonb().notNull().$type<number[]>(),
  findings: jsonb().notNull().$type<{ page: number; sentence: string }[]>(),
  at: instant().notNull(),
});
