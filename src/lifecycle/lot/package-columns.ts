import { bigint, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, siteId } from "@/kit/db/columns";

type Statement = { payload: string; cms: string; tst?: string };

/** Columns of a sealed package as it was received: bids and prequalification applications are kept alike, and apart. */
export const packageColumns = () => ({
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  personId: uuid().notNull(),
  /** `bid` of the package header: the same for every version of one bid. */
  bidUuid: uuid().notNull(),
  seq: integer().notNull(),
  uploadId: uuid().notNull(),
  suite: text().notNull(),
  tenderDigest: text().notNull(),
  header: bytes().notNull(),
  seal: bytes().notNull(),
  signature: bytes().notNull(),
  sealHash: text().notNull(),
  bodyLength: bigint({ mode: "number" }).notNull(),
  signerFingerprint: text().notNull(),
  /** Version of the bidder's registration data in force at receipt (bidder_info_version). */
  registrationVersion: integer().notNull().default(1),
  /** The instant of the gate, after the last byte was durable: the moment that counts in law. */
  receivedAt: instant().notNull(),
  clockOffsetMs: integer().notNull(),
  flags: jsonb().notNull().$type<string[]>().default([]),
  receiptNumber: text().notNull().unique(),
  receipt: jsonb().notNull().$type<Statement>(),
  receiptHash: text().notNull(),
  replacedAt: instant(),
  withdrawnAt: instant(),
  withdrawal: jsonb().$type<Statement>(),
  withdrawalReceipt: jsonb().$type<Statement>(),
});
