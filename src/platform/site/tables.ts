import { jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { Certification, Disclosure, Placement, PriceLine, Professional, SiteForm } from "./schema";

/** Trading sites (交易平台站点): one installation hosts several; a site is the tenant. */
export const sites = pgTable("sites", {
  id: id(),
  /** Host name by which a request finds its site. */
  host: text().notNull().unique(),
  name: text().notNull(),
  /** 11-character identification code issued by the hub side. */
  platformCode: text().notNull().unique(),
  operatorName: text().notNull(),
  operatorCreditCode: text().notNull(),
  /** Regional law profile: `national`, `guizhou-demo` … */
  profile: text().notNull(),
  hubUrl: text(),
  /** Certificates (PEM) of the roots and issuing authorities this site trusts. */
  trustList: jsonb().notNull().$type<string[]>(),
  crlUrls: jsonb().notNull().$type<string[]>(),
  /** Responders of the trusted authorities (OCSP). */
  ocspUrls: jsonb().notNull().$type<string[]>().default([]),
  timestampUrl: text(),
  timestampTrust: jsonb().notNull().$type<string[]>(),
  /** Services and what each costs, as shown on the disclosure page (O20 art. 22); empty: everything is free. */
  priceList: jsonb().notNull().$type<PriceLine[]>().default([]),
  /** What the operator has to disclose about itself and the platform; texts by key. */
  disclosure: jsonb().notNull().$type<Partial<Disclosure>>().default({}),
  /** Test reports of the platform, the operator's professionals, and where data lie (O20 arts. 10, 11). */
  certifications: jsonb().notNull().$type<Certification[]>().default([]),
  professionals: jsonb().notNull().$type<Professional[]>().default([]),
  placements: jsonb().notNull().$type<Placement[]>().default([]),
  /** Bank that collects document fees, and the certificate (PEM) with which it signs. */
  bankUrl: text(),
  bankCertificate: text(),
  createdAt: instant().notNull(),
});

/** Sites that are to be opened or changed: the system administrator proposes, the security administrator decides. */
export const siteProposals = pgTable("site_proposals", {
  id: id(),
  /** Site at which the administrators sit. */
  siteId: siteId(),
  /** The site to be changed; empty for a new one. */
  targetSiteId: uuid(),
  values: jsonb().notNull().$type<SiteForm>(),
  /** Request for the platform certificate of a new site (PKCS#10, PEM); its key never leaves the key folder. */
  csr: text(),
  /** Certificate that was issued for the request, leaf first (PEM). */
  certificate: text(),
  proposedBy: uuid().notNull(),
  proposedByName: text().notNull(),
  proposedAt: instant().notNull(),
  verdict: text().$type<"approved" | "returned">(),
  reason: text(),
  decidedBy: uuid(),
  decidedByName: text(),
  decidedAt: instant(),
});
