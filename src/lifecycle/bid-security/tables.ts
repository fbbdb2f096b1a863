import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { Statement } from "@/crypto/statement";
import { id, instant, siteId } from "@/kit/db/columns";

const fen = () => bigint({ mode: "bigint" });

/** Sub-accounts for securities (保证金子账户): one for each bidder and lot, under a random name. Secret until the opening. */
export const securityAccounts = pgTable(
  "security_accounts",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    /** Pseudonym under which the bank knows it: random. */
    reference: text().notNull(),
    /** Account number that the bank gave. */
    account: text().notNull(),
    bankName: text().notNull(),
    createdAt: instant().notNull(),
    asked: integer().notNull().default(0),
    nextAskAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
  },
  (t) => [
    uniqueIndex("security_accounts_one").on(t.lotId, t.orgId),
    uniqueIndex("security_accounts_reference").on(t.siteId, t.reference),
  ],
);

/**
 * That a sealed bid brings a guarantee (保函标记): the platform cannot see it there, and a tender document may make it a condition of
 * receipt (RF-14). The bidder's own for ever. Append-only.
 */
export const securityMarks = pgTable(
  "security_marks",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    /** Of the guarantee's file. */
    sha256: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("security_marks_once").on(t.lotId, t.orgId, t.sha256)],
);

/** Money that arrived, as the bank signed it. Append-only; who paid is secret until the opening. */
export const securityPayments = pgTable(
  "security_payments",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    accountId: uuid().notNull(),
    transaction: text().notNull(),
    paidFen: fen().notNull(),
    /** The bank's instant: it decides whether the money came in time. */
    paidAt: instant().notNull(),
    payerName: text().notNull(),
    payerAccount: text().notNull(),
    payerBank: text().notNull(),
    receivedAt: instant().notNull(),
    /** held | late */
    verdict: text().notNull(),
    /** What its origin says against the basic account; empty when nothing. */
    finding: text().notNull().default(""),
    statement: jsonb().notNull().$type<Statement>(),
  },
  (t) => [
    uniqueIndex("security_payments_once").on(t.accountId, t.transaction),
    index("security_payments_lot").on(t.lotId),
  ],
);

/** Whether the tenderer keeps a security that it may keep (不予退还, IR35): its own signed decision and nobody else's. */
export const securityKeepings = pgTable(
  "security_keepings",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    bidId: uuid().notNull(),
    /** revoked | not-opened */
    ground: text().notNull(),
    /** What is on record: the bidder's own reason, or the class of the failure. */
    facts: text().notNull(),
    openedAt: instant().notNull(),
    /** keep | return; empty until it is decided. */
    decision: text(),
    reason: text(),
    statement: jsonb().$type<Statement>(),
    decidedBy: uuid(),
    decidedAt: instant(),
  },
  (t) => [uniqueIndex("security_keepings_bid").on(t.bidId), index("security_keepings_lot").on(t.lotId)],
);

/** The two ways out (退还、不予退还): each takes one payment, or the surplus of one, and the bank carries it out. */
export const securityPayouts = pgTable(
  "security_payouts",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    paymentId: uuid().notNull(),
    /** refund | forfeit */
    kind: text().notNull(),
    /** Random, as the bank knows it. */
    number: text().notNull(),
    reason: text().notNull(),
    principalFen: fen().notNull(),
    interestFen: fen().notNull(),
    /** Of a forfeit: the decision that it carries out, and the tenderer's account. */
    keepingId: uuid(),
    payeeName: text().notNull().default(""),
    payeeAccount: text().notNull().default(""),
    createdAt: instant().notNull(),
    dueAt: instant().notNull(),
    /** Not sent before: a bid that was taken back may be handed in again. */
    sendAfter: instant().notNull(),
    /** due | done | cancelled */
    state: text().notNull().default("due"),
    tries: integer().notNull().default(0),
    nextTryAt: timestamp({ withTimezone: true }).notNull().default(sql`clock_timestamp()`),
    doneAt: instant(),
    statement: jsonb().$type<Statement>(),
  },
  (t) => [
    uniqueIndex("security_payouts_number").on(t.siteId, t.number),
    // Whatever leaves leaves once.
    uniqueIndex("security_payouts_once").on(t.paymentId).where(sql`state <> 'cancelled' and reason <> 'surplus'`),
    uniqueIndex("security_payouts_surplus").on(t.paymentId).where(sql`reason = 'surplus'`),
    index("security_payouts_lot").on(t.lotId),
  ],
);

/** The security ledger (保证金账), apart from the fees: a posting sums to zero and is a credit, a refund or a forfeit. Append-only. */
export const securityEntries = pgTable(
  "security_entries",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    paymentId: uuid().notNull(),
    /** Of a refund or forfeit. */
    payoutId: uuid(),
    posting: uuid().notNull(),
    /** credit | refund | forfeit */
    kind: text().notNull(),
    /** custody | deposits | interest; the operator has none */
    account: text().notNull(),
    /** Debit above zero, credit below. */
    amountFen: fen().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    index("security_entries_posting").on(t.posting),
    index("security_entries_payment").on(t.paymentId),
    index("security_entries_lot").on(t.lotId),
  ],
);

/** One account paid for several bidders (IR40(6)): told once, after the opening has begun. Append-only. */
export const securityAlarms = pgTable(
  "security_alarms",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    payerAccount: text().notNull(),
    orgIds: jsonb().notNull().$type<string[]>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("security_alarms_once").on(t.lotId, t.payerAccount)],
);

/** Requests to all bidders to extend the bid validity (延长投标有效期, O12 art. 40). Append-only. */
export const validityExtensions = pgTable(
  "validity_extensions",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    askedBy: uuid().notNull(),
    /** Last day of the longer validity, `YYYY-MM-DD`. */
    until: text().notNull(),
    reason: text().notNull(),
    askedAt: instant().notNull(),
    replyBy: instant().notNull(),
    statement: jsonb().notNull().$type<Statement>(),
  },
  (t) => [index("validity_extensions_lot").on(t.lotId)],
);

/** What each bidder answered: its bid and its security go on together, or end together. Append-only; secret like the security. */
export const validityReplies = pgTable(
  "validity_replies",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    extensionId: uuid().notNull(),
    /** consent | refuse */
    answer: text().notNull(),
    /** Last day of a guarantee that was extended with the bid; empty for a transfer. */
    guaranteeUntil: text().notNull().default(""),
    statement: jsonb().notNull().$type<Statement>(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("validity_replies_once").on(t.extensionId, t.orgId)],
);
