import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { ClaimStep } from "@/platform/billing/schema";
import type { ExpertRates } from "./schema";

const fen = () => bigint({ mode: "bigint" });

/** Fee standards of the expert library (评标专家劳务报酬标准), each valid from a day. Public; append-only. */
export const expertSchedules = pgTable(
  "expert_schedules",
  {
    id: id(),
    siteId: siteId(),
    /** Beijing day, `2026-05-18` */
    validFrom: text().notNull(),
    source: text().notNull(),
    rates: jsonb().notNull().$type<ExpertRates>(),
    enteredBy: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [uniqueIndex("expert_schedules_from").on(t.siteId, t.validFrom)],
);

/** What each expert of a lot is paid (评标费清单). For the parties that see the committee, and each expert its own. */
export const expertFees = pgTable(
  "expert_fees",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    memberId: uuid().notNull(),
    personId: uuid().notNull(),
    /** Of the evaluation that it pays. */
    version: integer().notNull(),
    /** evaluation | again | attendance */
    kind: text().notNull(),
    travel: text().notNull(),
    grossFen: fen().notNull(),
    taxFen: fen().notNull(),
    netFen: fen().notNull(),
    steps: jsonb().notNull().$type<ClaimStep[]>(),
    /** Who pays it: tenderer or agency. */
    payerOrgId: uuid().notNull(),
    /** Who drew the list up. */
    hostOrgId: uuid().notNull(),
    preparedAt: instant().notNull(),
    confirmedAt: instant(),
    claimId: uuid(),
    payoutId: uuid(),
  },
  (t) => [uniqueIndex("expert_fees_once").on(t.memberId, t.version), index("expert_fees_lot").on(t.lotId)],
);

/** Where an expert is paid, as it entered it itself: read by that person and by the worker that pays, by nobody else. */
export const expertAccounts = pgTable("expert_accounts", {
  feeId: uuid().primaryKey(),
  siteId: siteId(),
  personId: uuid().notNull(),
  bank: text().notNull(),
  account: text().notNull(),
  at: instant().notNull(),
});
