import { integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { MandateTerms } from "./schema";

type Signed = { payload: string; cms: string; tst?: string };

/** Contracts of agency (委托代理合同): terms that tenderer and agency both sign. Terms never change; a new text is a new version. */
export const mandates = pgTable(
  "mandates",
  {
    id: id(),
    siteId: siteId(),
    tenderProjectId: uuid().notNull(),
    version: integer().notNull(),
    tendererOrgId: uuid().notNull(),
    agencyOrgId: uuid().notNull(),
    terms: jsonb().notNull().$type<MandateTerms>(),
    /** SHA-256 of what both sides sign. */
    digest: text().notNull(),
    proposedBy: uuid().notNull(),
    createdAt: instant().notNull(),
    tendererPersonId: uuid(),
    tendererSignedAt: instant(),
    tendererStatement: jsonb().$type<Signed>(),
    agencyPersonId: uuid(),
    agencySignedAt: instant(),
    agencyStatement: jsonb().$type<Signed>(),
    /** When another version took its place. */
    supersededAt: instant(),
  },
  (t) => [uniqueIndex("mandates_version").on(t.tenderProjectId, t.version)],
);
