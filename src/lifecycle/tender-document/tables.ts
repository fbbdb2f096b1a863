import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { SealedValue } from "@/crypto/sealed-value";
import { id, instant, siteId } from "@/kit/db/columns";
import type { TenderDocumentContent } from "./schema";

/** Versions of the tender document (招标文件): append-only once issued. */
export const tenderDocuments = pgTable(
  "tender_documents",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull(),
    /** Machine-readable parts: price form, criteria, method parameters, envelope plan, validity, security … */
    content: jsonb().notNull().$type<TenderDocumentContent>(),
    fileIds: jsonb().notNull().$type<string[]>().default([]),
    /** SHA-256 of the canonical package manifest: what a bid names as `tenderDigest`. */
    digest: text(),
    statement: jsonb().$type<{ payload: string; cms: string; tst?: string }>(),
    issuedAt: instant(),
  },
  (t) => [
    uniqueIndex("tender_documents_version").on(t.lotId, t.version),
    index("tender_documents_files").using("gin", t.fileIds),
  ],
);

/** Who obtained the document. Secret until the opening, and for ever for those who did not bid (O20 art. 21, BL22). */
export const obtainments = pgTable(
  "obtainments",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    version: integer().notNull(),
    address: text(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("obtainments_unique").on(t.lotId, t.orgId, t.version), index("obtainments_org").on(t.orgId)],
);

/** Every download of a file of the document, with its place: own rows only, like who obtained it. Append-only. */
export const documentDownloads = pgTable(
  "document_downloads",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    fileId: uuid().notNull(),
    version: integer().notNull(),
    /** First byte: above zero when a download that broke off goes on. */
    fromByte: bigint({ mode: "number" }).notNull(),
    address: text(),
    at: instant().notNull(),
  },
  (t) => [index("document_downloads_org").on(t.lotId, t.orgId)],
);

/**
 * The base estimate (标底), sealed to its author's certificate: the platform has no key. One a lot; its hash stands in the
 * tender document; it is read out at the opening and kept as read (IR27, IR50).
 */
export const baseEstimates = pgTable("base_estimates", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  orgId: uuid().notNull(),
  personId: uuid().notNull(),
  /** SHA-256 of amount and nonce. */
  hash: text().notNull(),
  sealed: jsonb().notNull().$type<SealedValue>(),
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
  sealedAt: instant().notNull(),
  /** What was read out, or why it could not be. */
  amountFen: bigint({ mode: "bigint" }),
  nonce: text(),
  unreadable: text(),
  announcement: jsonb().$type<{ payload: string; cms: string; tst?: string }>(),
  readOutAt: instant(),
});
