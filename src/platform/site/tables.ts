import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { id, instant } from "@/kit/db/columns";

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
  /** Bank that collects document fees, and the certificate (PEM) with which it signs. */
  bankUrl: text(),
  bankCertificate: text(),
  createdAt: instant().notNull(),
});
