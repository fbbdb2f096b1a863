import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, siteId } from "@/kit/db/columns";
import { packageColumns } from "@/lifecycle/lot/package-columns";
import type { PrequalContent, ReviewReport } from "./schema";

type Statement = { payload: string; cms: string; tst?: string };

/** Versions of the prequalification document (资格预审文件): append-only once issued. */
export const prequalDocuments = pgTable(
  "prequal_documents",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    version: integer().notNull(),
    content: jsonb().notNull().$type<PrequalContent>(),
    fileIds: jsonb().notNull().$type<string[]>().default([]),
    /** SHA-256 of the canonical manifest: what an application names as `tenderDigest`. */
    digest: text(),
    statement: jsonb().$type<Statement>(),
    /** What a later version changes, in the words of who published it. */
    change: text(),
    issuedAt: instant(),
    /** When those who hold the document were written to; of a later version. */
    announcedAt: instant(),
  },
  (t) => [uniqueIndex("prequal_documents_version").on(t.lotId, t.version)],
);

/** Who obtained the prequalification document. Own rows only, for ever, like who obtained the tender document (BL22). */
export const prequalObtainments = pgTable(
  "prequal_obtainments",
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
  (t) => [uniqueIndex("prequal_obtainments_unique").on(t.lotId, t.orgId, t.version)],
);

/** Sealed applications (资格预审申请文件), in a table of their own: no query of bids ever meets one. Never deleted; secret. */
export const applications = pgTable("applications", packageColumns(), (t) => [
  uniqueIndex("applications_seq").on(t.lotId, t.orgId, t.seq),
  index("applications_lot").on(t.lotId),
]);

/** The frozen set of applications, signed before any key exists at the platform. Tells a number, so it is secret. */
export const applicationClosings = pgTable("application_closings", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  payload: jsonb().notNull().$type<Record<string, unknown>>(),
  closingHash: text().notNull(),
  statement: jsonb().notNull().$type<Statement>(),
  closedAt: instant().notNull(),
});

/** One row per application: what its sender released and what came of it. There is no hall and no public record. */
export const applicationOpenings = pgTable(
  "application_openings",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    applicationId: uuid().notNull(),
    orgId: uuid().notNull(),
    segment: text().notNull(),
    /** What froze it, as its sender may know it: the own line of the closing record, and the hash of the whole. */
    closing: jsonb().notNull().$type<Statement>(),
    /** waiting | released | decrypted | failed */
    state: text().notNull().default("waiting"),
    release: jsonb().$type<Statement>(),
    releasedAt: instant(),
    /** Content key; readable by the worker alone. */
    contentKey: bytes(),
    failureClass: text(),
    failureEvidence: jsonb().$type<Record<string, unknown>>(),
    form: jsonb().$type<Record<string, string>>(),
    files: jsonb().$type<{ name: string; size: number; sha256: string; fileId: string }[]>(),
    /** Who applies together, and what did not hold of it; null for an applicant that applies alone. */
    consortium: jsonb().$type<Record<string, unknown>>(),
    finalAt: instant(),
  },
  (t) => [
    uniqueIndex("application_openings_unique").on(t.applicationId),
    index("application_openings_lot").on(t.lotId),
  ],
);

/** Who reviews the applications (资格审查委员会, or the tenderer's reviewers). */
export const prequalReviewers = pgTable(
  "prequal_reviewers",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    personId: uuid().notNull(),
    orgId: uuid().notNull(),
    /** expert of the library | tenderer: somebody of those who run the tender */
    kind: text().notNull(),
    addedBy: uuid().notNull(),
    addedAt: instant().notNull(),
    removedAt: instant(),
    /** Place in the draw, 1 … n, those on standby after them; none for who was named by hand. */
    place: integer(),
    /** Drawn, and called only when a member leaves. */
    standby: boolean().notNull().default(false),
    /** Declaration of no conflict and of secrecy; before it nothing of an application is shown. */
    declaration: jsonb().$type<Statement>(),
    declaredAt: instant(),
  },
  (t) => [
    uniqueIndex("prequal_reviewers_once").on(t.lotId, t.personId),
    index("prequal_reviewers_person").on(t.personId),
  ],
);

/** Request to draw the experts of a review committee (IR18, IR46): composition and whom to avoid, no names. */
export const prequalDrawRequests = pgTable("prequal_draw_requests", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  speciality: text().notNull(),
  expertCount: integer().notNull(),
  standbyCount: integer().notNull(),
  avoidance: jsonb().notNull().$type<{ creditCode: string; reason: string }[]>(),
  reviewAt: instant().notNull(),
  /** The host's part of the seed; the platform's was committed when the document was published. */
  hostNonce: text().notNull(),
  requestedBy: uuid().notNull(),
  statement: jsonb().notNull().$type<Statement>(),
  at: instant().notNull(),
  drawnAt: instant(),
  /** Nobody was drawn, because too few were left: it may be asked anew. */
  failedAt: instant(),
});

/** The platform's part of the seed, and the record of the draw: sealed until the winner is decided (BL37). */
export const prequalDraws = pgTable("prequal_draws", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  platformNonce: text().notNull(),
  record: jsonb().$type<Record<string, unknown>>(),
  at: instant().notNull(),
});

/** What one reviewer finds of one application by one printed criterion. */
export const prequalMarks = pgTable(
  "prequal_marks",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    applicationId: uuid().notNull(),
    reviewerId: uuid().notNull(),
    criterionId: text().notNull(),
    passed: boolean().notNull(),
    /** Why not, where it did not pass. */
    reason: text().notNull().default(""),
    at: instant().notNull(),
  },
  (t) => [
    uniqueIndex("prequal_marks_once").on(t.applicationId, t.reviewerId, t.criterionId),
    index("prequal_marks_lot").on(t.lotId),
  ],
);

/** The report of the review (资格审查报告): made of the marks when the first reviewer signs it; nothing is marked after. */
export const prequalReports = pgTable("prequal_reports", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  payload: jsonb().notNull().$type<ReviewReport>(),
  reportHash: text().notNull(),
  at: instant().notNull(),
});

export const prequalSignatures = pgTable(
  "prequal_signatures",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    reviewerId: uuid().notNull(),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("prequal_signatures_once").on(t.lotId, t.reviewerId)],
);

/** What each applicant was told (资格预审结果通知书): its own result and its own reasons. */
export const prequalResults = pgTable(
  "prequal_results",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    applicationId: uuid().notNull(),
    qualified: boolean().notNull(),
    reasons: jsonb().notNull().$type<string[]>().default([]),
    /** Credit codes of the members, the leader first, as they applied (IR37); empty for who applied alone. */
    members: jsonb().notNull().$type<string[]>().default([]),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("prequal_results_once").on(t.lotId, t.orgId)],
);
