import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";

/** Experts of the pool the site draws from (评标专家). Shared by the sites of an installation. */
export const experts = pgTable("experts", {
  id: id(),
  /** Library id, e.g. EXP001: the item of the draw. */
  code: text().notNull().unique(),
  personId: uuid().notNull().unique(),
  orgId: uuid().notNull(),
  speciality: text().notNull(),
  regionCode: text().notNull(),
  employerCreditCode: text().notNull().default(""),
  available: text().notNull().default("yes"),
});

/** Request to form a committee (组建申请): composition and avoidance list, no names. */
export const committeeRequests = pgTable("committee_requests", {
  lotId: uuid().primaryKey(),
  siteId: siteId(),
  speciality: text().notNull(),
  memberCount: integer().notNull(),
  standbyCount: integer().notNull().default(2),
  avoidance: jsonb().notNull().$type<{ creditCode: string; reason: string }[]>(),
  evaluationAt: instant().notNull(),
  requestedBy: uuid().notNull(),
  /** The request as its applicant signed it. */
  statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string }>(),
  at: instant().notNull(),
  /** Nobody was drawn, because too few were left: it may be asked anew. */
  failedAt: instant(),
});

/** Record of one draw: inputs, commitments, nonces, result; anybody recomputes it. */
export const draws = pgTable("draws", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  label: text().notNull(),
  /** open: anybody may read; sealed: names, readable only when the law opens them. */
  scope: text().notNull(),
  record: jsonb().notNull().$type<Record<string, unknown>>(),
  at: instant().notNull(),
});

/** Members of a committee. Names are secret until sign-in, for the public until the winner is decided (BL37). */
export const committeeMembers = pgTable(
  "committee_members",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    expertId: uuid().notNull(),
    personId: uuid().notNull(),
    /** Order of the draw, 1 … n; standby members follow. */
    place: integer().notNull(),
    /** drawn | standby | signed_in | recused | replaced */
    state: text().notNull().default("drawn"),
    seatId: uuid(),
    signedInAt: instant(),
    /** Signed declaration of no conflict (回避声明). */
    declaration: jsonb().$type<{ payload: string; cms: string; tst?: string }>(),
    declaredAt: instant(),
    isChair: integer().notNull().default(0),
  },
  (t) => [
    uniqueIndex("committee_members_unique").on(t.lotId, t.expertId),
    index("committee_members_person").on(t.personId),
  ],
);
