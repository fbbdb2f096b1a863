import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Statement } from "@/crypto/statement";
import { id, instant, siteId } from "@/kit/db/columns";
import type { ClaimStep } from "./schema";

const fen = () => bigint({ mode: "bigint" });

/** Orders of fees (费用订单): of a document, or of a claim. Secret like who obtained the document: own rows only. */
export const feeOrders = pgTable(
  "fee_orders",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    lotId: uuid().notNull(),
    /** document | service | expert | return */
    kind: text().notNull().default("document"),
    /** The claim that it pays; a document has none. */
    claimId: uuid(),
    /** Random: it must not tell how many came before it. */
    orderNo: text().notNull(),
    amountFen: fen().notNull(),
    payeeOrgId: uuid().notNull(),
    payeeName: text().notNull(),
    payeeAccount: text().notNull(),
    invoiceTitle: text().notNull(),
    invoiceTaxNumber: text().notNull(),
    /** created → paying → paid → delivered | expired | refunding → refunded. */
    state: text().notNull().default("created"),
    payUrl: text().notNull(),
    /** End of the sale: money that the bank got later goes back. */
    payUntil: instant().notNull(),
    createdAt: instant().notNull(),
    /** The bank said after the payer last went there that nothing is paid. */
    saidOpenAt: instant(),
    /** How often the bank was asked, and when it is asked again by the real clock. */
    asked: integer().notNull().default(0),
    nextAskAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
    transaction: text(),
    paidFen: fen(),
    /** The bank's instant: it decides whether the money came in time. */
    paidAt: instant(),
    deliveredAt: instant(),
  },
  (t) => [
    uniqueIndex("fee_orders_number").on(t.siteId, t.orderNo),
    // One order at a time: nobody pays twice.
    uniqueIndex("fee_orders_open")
      .on(t.lotId, t.orgId)
      .where(sql`state in ('created', 'paying', 'paid', 'delivered') and claim_id is null`),
    uniqueIndex("fee_orders_claim").on(t.claimId).where(sql`state in ('created', 'paying', 'paid', 'delivered')`),
    index("fee_orders_state").on(t.siteId, t.state),
  ],
);

/** What the bank said of payments, as signed: counted once, everything else on record. Append-only. */
export const feePayments = pgTable(
  "fee_payments",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    orderId: uuid().notNull(),
    transaction: text().notNull(),
    paidFen: fen().notNull(),
    paidAt: instant().notNull(),
    receivedAt: instant().notNull(),
    /** counted | contradicted */
    verdict: text().notNull(),
    statement: jsonb().notNull().$type<Statement>(),
  },
  (t) => [
    uniqueIndex("fee_payments_counted").on(t.orderId).where(sql`verdict = 'counted'`),
    uniqueIndex("fee_payments_word").on(t.orderId, t.transaction, t.paidFen),
  ],
);

/** Money on its way back to the buyer, due by the law's clock; the worker sends it. */
export const feeRefunds = pgTable(
  "fee_refunds",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    orderId: uuid().notNull(),
    refundNo: text().notNull(),
    /** short | surplus | late | failed | terminated | cancelled */
    reason: text().notNull(),
    principalFen: fen().notNull(),
    /** Interest at the bank's deposit rate, where the law gives it. */
    interestFen: fen().notNull(),
    createdAt: instant().notNull(),
    dueAt: instant().notNull(),
    /** due | done */
    state: text().notNull().default("due"),
    tries: integer().notNull().default(0),
    nextTryAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
    doneAt: instant(),
    statement: jsonb().$type<Statement>(),
  },
  (t) => [
    uniqueIndex("fee_refunds_number").on(t.siteId, t.refundNo),
    uniqueIndex("fee_refunds_reason").on(t.orderId, t.reason),
  ],
);

/** The ledger (费用账): double entry, a posting sums to zero at its commit, by trigger. Append-only. */
export const feeEntries = pgTable(
  "fee_entries",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    orderId: uuid().notNull(),
    posting: uuid().notNull(),
    /** collecting | buyers | document-fees | service-fees | expert-fees | interest; the platform has none. */
    account: text().notNull(),
    /** Whose income or cost it is. */
    payeeOrgId: uuid().notNull(),
    /** Debit above zero, credit below. */
    amountFen: fen().notNull(),
    at: instant().notNull(),
  },
  (t) => [index("fee_entries_posting").on(t.posting), index("fee_entries_order").on(t.orderId)],
);

/**
 * What somebody owes in a lot after its evaluation (应付款项): the agency's service fee, or what its experts are paid. Known to
 * whoever owes it and to whoever raised it, and to nobody else.
 */
export const feeClaims = pgTable(
  "fee_claims",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** service | expert | return */
    kind: text().notNull(),
    /** The claim whose money is to be paid back, because its award does not stand. */
    returnsOf: uuid(),
    payerOrgId: uuid().notNull(),
    /** Whose claim it is: the agency, or the host that drew up the list of experts. */
    ownerOrgId: uuid().notNull(),
    /** To whom the bank sends it on; experts are paid one by one. */
    payeeName: text().notNull().default(""),
    payeeAccount: text().notNull().default(""),
    amountFen: fen().notNull(),
    steps: jsonb().notNull().$type<ClaimStep[]>(),
    createdAt: instant().notNull(),
    paidAt: instant(),
    /** When and why nothing is owed any more. */
    cancelledAt: instant(),
    cancelReason: text().notNull().default(""),
  },
  (t) => [
    uniqueIndex("fee_claims_open").on(t.lotId, t.kind).where(sql`cancelled_at is null and kind = 'service'`),
    uniqueIndex("fee_claims_return").on(t.returnsOf),
    index("fee_claims_payer").on(t.payerOrgId),
    index("fee_claims_owner").on(t.ownerOrgId),
  ],
);

/** Fees on their way from the collecting account to whom they belong (转付): the bank learns a number and an account. */
export const feePayouts = pgTable(
  "fee_payouts",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    /** document | service | expert */
    kind: text().notNull(),
    /** Who gets it: an organisation, or an expert. */
    orgId: uuid(),
    personId: uuid(),
    /** Random, as the bank knows it. */
    number: text().notNull(),
    payeeName: text().notNull(),
    payeeAccount: text().notNull(),
    amountFen: fen().notNull(),
    /** The claim whose money goes on; none for documents, whose fees go on in one sum, and for experts, each of whom names it. */
    claimId: uuid(),
    /** What of which order goes on: each posts to its own. Fen as decimal text. */
    parts: jsonb().notNull().$type<{ orderId: string; fen: string }[]>(),
    createdAt: instant().notNull(),
    /** due | done */
    state: text().notNull().default("due"),
    tries: integer().notNull().default(0),
    nextTryAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
    doneAt: instant(),
    statement: jsonb().$type<Statement>(),
  },
  (t) => [uniqueIndex("fee_payouts_number").on(t.siteId, t.number), index("fee_payouts_lot").on(t.lotId)],
);

/** Records for electronic invoices (电子发票记录): what the payee needs to issue one; no invoice of the tax authority. */
export const feeInvoices = pgTable(
  "fee_invoices",
  {
    id: id(),
    siteId: siteId(),
    orgId: uuid().notNull(),
    orderId: uuid().notNull().unique(),
    /** Random, for the same reason as the order's number. */
    number: text().notNull(),
    title: text().notNull(),
    taxNumber: text().notNull(),
    sellerName: text().notNull(),
    sellerCode: text().notNull(),
    amountFen: fen().notNull(),
    issuedAt: instant().notNull(),
    /** Void because the fee went back. */
    cancelledAt: instant(),
  },
  (t) => [uniqueIndex("fee_invoices_number").on(t.siteId, t.number)],
);

/**
 * What a person at the operator's has to look at (费用核对事项). It names no lot and no buyer; the bank's own number leads
 * the bank to its book. What it is about is read by the worker alone.
 */
export const feeTasks = pgTable(
  "fee_tasks",
  {
    id: id(),
    siteId: siteId(),
    /** Random, like the order's number. */
    number: text().notNull(),
    /** contradicted | unknown | refund | payout | security-contradicted | security-back | difference */
    kind: text().notNull(),
    /** The bank's number of a payment or refund; empty when the bank has said nothing. */
    reference: text().notNull().default(""),
    /** Order or refund. Not readable by people. */
    subjectId: uuid(),
    /** What differs. Not readable by people. */
    detail: jsonb().notNull().$type<Record<string, string>>().default({}),
    openedAt: instant().notNull(),
    closedAt: instant(),
    /** Empty: the platform found that it had settled itself. */
    closedBy: uuid(),
    note: text().notNull().default(""),
  },
  (t) => [
    uniqueIndex("fee_tasks_number").on(t.siteId, t.number),
    uniqueIndex("fee_tasks_open").on(t.siteId, t.kind, t.reference, t.subjectId).where(sql`closed_at is null`),
  ],
);

/** Rates of demand deposits (活期存款利率) that the operator entered with their source, each from a day on. Append-only. */
export const depositRates = pgTable(
  "deposit_rates",
  {
    id: id(),
    siteId: siteId(),
    /** Beijing day, `2026-05-18` */
    validFrom: text().notNull(),
    /** Of a year, in millionths: 500 is 0.05 %. */
    millionths: integer().notNull(),
    source: text().notNull(),
    enteredBy: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [uniqueIndex("deposit_rates_from").on(t.siteId, t.validFrom)],
);

/** Beijing days whose statement of account was compared with the ledger (日终对账). */
export const bankDays = pgTable(
  "bank_days",
  {
    siteId: siteId(),
    /** `2026-05-18` */
    day: text().notNull(),
    checkedAt: instant().notNull(),
    agrees: boolean().notNull(),
    /** The bank's signed file. Its length tells a count: not readable by people. */
    statement: jsonb().notNull().$type<Statement>(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.day] })],
);
