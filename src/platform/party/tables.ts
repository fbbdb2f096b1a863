import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant } from "@/kit/db/columns";
import type { Evidence, Qualification, RegistrationData } from "./schema";

/** Organisations (主体), shared by all sites: one registration, any site. */
export const organisations = pgTable("organisations", {
  id: id(),
  creditCode: text().notNull().unique(),
  name: text().notNull(),
  /** Kind of party (CL11): 1 legal person, 2 other organisation, 3 natural person. */
  codeType: text().notNull().default("1"),
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
  /** Version of the registration data in force. */
  version: integer().notNull().default(1),
  /** active | frozen | cancelled: whoever is not active finishes what runs and begins nothing. */
  standing: text().notNull().default("active"),
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
    /** May change the organisation's data, members and certificates. One at least stays. */
    admin: boolean().notNull().default(false),
    /** Taken out by an administrator; the row stays for the trail. */
    endedAt: instant(),
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
    /** Binds the two halves of one file: they are bound and ended together. */
    pairId: uuid().notNull(),
    /** `sign` or `encrypt`: two objects, two uses (双证书). */
    use: text().notNull(),
    /** The organisation's seal (单位印章): it names no person, signs beside one and signs nobody in; `personId` keeps it. */
    seal: boolean().notNull().default(false),
    der: bytes().notNull(),
    subject: text().notNull(),
    notBefore: instant().notNull(),
    notAfter: instant().notNull(),
    boundAt: instant().notNull(),
    /** Reported lost or replaced: refused from this instant. */
    endedAt: instant(),
    /** lost | replaced | member-removed | credit-code-changed */
    endedReason: text(),
    /** When its holder proved in the browser that it opens what is sealed to it. */
    testedAt: instant(),
  },
  (t) => [index("certificates_org").on(t.orgId)],
);

/** Registration data as they were in force, one row a version; append-only. A bid names the version it was made under. */
export const registrationVersions = pgTable(
  "registration_versions",
  {
    orgId: uuid().notNull(),
    version: integer().notNull(),
    data: jsonb().notNull().$type<RegistrationData>(),
    /** Fields whose value came from the public service platform. */
    fromHub: jsonb().notNull().$type<string[]>().default([]),
    evidence: jsonb().notNull().$type<Evidence[]>().default([]),
    enteredBy: uuid().notNull(),
    enteredByName: text().notNull(),
    enteredAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.version] })],
);

/** What waits for a named verifier: a first entry, a change of what identifies the organisation, or a person. Append-only. */
export const registrationRequests = pgTable(
  "registration_requests",
  {
    id: id(),
    orgId: uuid().notNull(),
    /** first | change | person */
    kind: text().notNull(),
    /** The person asked for; empty for organisations. */
    personId: uuid(),
    role: text(),
    /** Changed fields, or the person's data items. */
    data: jsonb().notNull().$type<Record<string, unknown>>(),
    evidence: jsonb().notNull().$type<Evidence[]>().default([]),
    enteredBy: uuid().notNull(),
    enteredByName: text().notNull(),
    enteredAt: instant().notNull(),
    /** Site whose operator verifies. */
    enteredSite: uuid().notNull(),
  },
  (t) => [index("registration_requests_org").on(t.orgId)],
);

/** The verifier's word on a request: named, dated, reasoned; once. Append-only. */
export const registrationDecisions = pgTable("registration_decisions", {
  requestId: uuid().primaryKey(),
  orgId: uuid().notNull(),
  approved: boolean().notNull(),
  reason: text().notNull().default(""),
  decidedBy: uuid().notNull(),
  decidedByName: text().notNull(),
  decidedAt: instant().notNull(),
});

/** What the law asks to know of a person. Shown masked, never in a list. */
export const personDetails = pgTable("person_details", {
  personId: uuid().primaryKey(),
  orgId: uuid().notNull(),
  idType: text().notNull(),
  idNumber: text().notNull(),
  phone: text().notNull(),
  email: text().notNull().default(""),
  qualifications: jsonb().notNull().$type<Qualification[]>().default([]),
});

/** Invitations to join an organisation, by a link that is mailed; only the hash of its token is kept. */
export const invitations = pgTable(
  "invitations",
  {
    id: id(),
    orgId: uuid().notNull(),
    email: text().notNull(),
    name: text().notNull(),
    roles: jsonb().notNull().$type<string[]>(),
    admin: boolean().notNull().default(false),
    tokenHash: text().notNull().unique(),
    invitedBy: uuid().notNull(),
    invitedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    acceptedBy: uuid(),
    acceptedAt: instant(),
  },
  (t) => [index("invitations_org").on(t.orgId)],
);

/** Freezing, releasing and cancelling of accounts: one operator proposes, another confirms. Append-only. */
export const standingActs = pgTable(
  "standing_acts",
  {
    id: id(),
    orgId: uuid().notNull(),
    /** freeze | release | cancel */
    act: text().notNull(),
    reason: text().notNull(),
    by: uuid().notNull(),
    byName: text().notNull(),
    at: instant().notNull(),
    /** The proposal that this row confirms. */
    confirms: uuid().unique(),
  },
  (t) => [index("standing_acts_org").on(t.orgId)],
);

/** Companies that control the operator or are managed by it (O20 art. 23): a maintained list, by credit code. */
export const operatorRelations = pgTable(
  "operator_relations",
  {
    id: id(),
    creditCode: text().notNull(),
    name: text().notNull(),
    relation: text().notNull(),
    enteredBy: uuid().notNull(),
    enteredAt: instant().notNull(),
    /** The relation is over; the row stays as history. */
    endedAt: instant(),
    endedBy: uuid(),
    endReason: text(),
  },
  (t) => [uniqueIndex("operator_relations_open").on(t.creditCode).where(sql`ended_at is null`)],
);

/** Expiry letters already written: one a certificate and occasion. */
export const certificateWarnings = pgTable(
  "certificate_warnings",
  {
    certificateId: uuid().notNull(),
    /** `90`, `30`, `15` days, or `lot:<id>`. */
    occasion: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.certificateId, t.occasion] })],
);
