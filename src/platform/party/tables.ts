import { boolean, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant } from "@/kit/db/columns";

/** Organisations (主体), shared by all sites: one registration, any site. */
export const organisations = pgTable("organisations", {
  id: id(),
  creditCode: text().notNull().unique(),
  name: text().notNull(),
  regionCode: text().notNull(),
  address: text().notNull().default(""),
  contact: text().notNull().default(""),
  phone: text().notNull().default(""),
  email: text().notNull().default(""),
  /** Named verifier of the first entry (O20 art. 14); nobody acts for an unverified organisation. */
  verifiedBy: text(),
  verifiedAt: instant(),
  /** Companies that the operator controls or that control it: never bidders here (O20 art. 23). */
  relatedToOperator: boolean().notNull().default(false),
});

/** People (人员), shared by all sites. */
export const people = pgTable("people", { id: id(), name: text().notNull(), createdAt: instant().notNull() });

/** Which person may act for which organisation in which role. */
export const memberships = pgTable(
  "memberships",
  {
    id: id(),
    personId: uuid().notNull(),
    orgId: uuid().notNull(),
    role: text().notNull(),
    title: text().notNull().default(""),
    /** Empty: valid at every site; else only at these. */
    siteIds: jsonb().notNull().$type<string[]>().default([]),
  },
  (t) => [uniqueIndex("memberships_unique").on(t.personId, t.orgId, t.role)],
);

/** Certificates bound to a person acting for an organisation. */
export const certificates = pgTable(
  "certificates",
  {
    id: id(),
    fingerprint: text().notNull().unique(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    /** `sign` or `encrypt`: two objects, two uses (双证书). */
    use: text().notNull(),
    der: bytes().notNull(),
    subject: text().notNull(),
    notBefore: instant().notNull(),
    notAfter: instant().notNull(),
    boundAt: instant().notNull(),
    /** Reported lost or replaced: refused from this instant. */
    endedAt: instant(),
  },
  (t) => [index("certificates_org").on(t.orgId)],
);
