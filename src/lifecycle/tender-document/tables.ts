import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
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
  (t) => [uniqueIndex("tender_documents_version").on(t.lotId, t.version)],
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
