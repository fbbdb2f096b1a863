import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytes, id, instant, siteId } from "@/kit/db/columns";
import { packageColumns } from "@/lifecycle/lot/package-columns";

/** A sealed bid, or the encrypted copy of a draft, being uploaded: units arrive, nothing is known of their content. Secret. */
export const uploads = pgTable(
  "uploads",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    personId: uuid().notNull(),
    /** bid | application | draft: an application or a draft's copy is never a bid, whatever is asked of it. */
    purpose: text().notNull().default("bid"),
    bodyLength: bigint({ mode: "number" }).notNull(),
    /** open | finished | refused | given_up | not_received: unfinished at the deadline; kept: the copy of a draft */
    state: text().notNull().default("open"),
    createdAt: instant().notNull(),
    /** What its owner signed of a draft's copy; see `public/specs/draft-copy.md`. */
    statement: jsonb().$type<{ payload: string; cms: string }>(),
    keptAt: instant(),
    /** When the units of an upload that became no bid were removed from the store. */
    unitsDiscardedAt: instant(),
  },
  (t) => [index("uploads_lot").on(t.lotId)],
);

/** One stored 8 MiB unit under a random single-use key, with the leaf hashes of its 1 MiB parts. Secret. */
export const uploadUnits = pgTable(
  "upload_units",
  {
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    uploadId: uuid().notNull(),
    n: integer().notNull(),
    sizeBytes: integer().notNull(),
    sha256: text().notNull(),
    /** 32 bytes for every 1 MiB part, concatenated. */
    leafHashes: bytes().notNull(),
    storageKey: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.uploadId, t.n] })],
);

/** Sealed packages (加密投标文件). Never deleted and, after the deadline, never updated. Secret until the opening. */
export const bids = pgTable("bids", packageColumns(), (t) => [
  uniqueIndex("bids_seq").on(t.lotId, t.orgId, t.seq),
  index("bids_lot").on(t.lotId),
]);

/** Stored packages that are no longer what was received, found before the opening. Secret: the bidder's own. */
export const bidDamage = pgTable(
  "bid_damage",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    bidId: uuid().notNull(),
    /** First stored unit that differs, from 0. */
    unit: integer().notNull(),
    foundAt: instant().notNull(),
    /** When the unit was whole again. */
    repairedAt: instant(),
  },
  (t) => [index("bid_damage_bid").on(t.bidId)],
);

/** Passed the gate in time, still in check: finished before the closing record is made (RF-01 is decided here). Secret. */
export const gatePasses = pgTable(
  "gate_passes",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    uploadId: uuid().notNull().unique(),
    personId: uuid().notNull(),
    /** Kept with the pass, so that a check that was cut off is finished by whoever finds it. */
    seal: bytes().notNull(),
    signature: bytes().notNull(),
    receivedAt: instant().notNull(),
    clockOffsetMs: integer().notNull(),
    /** checking | accepted | refused */
    state: text().notNull().default("checking"),
  },
  (t) => [index("gate_passes_lot").on(t.lotId, t.state)],
);

/** Refusals at receipt (拒收通知): reason, article and time; nothing of the package is kept. Secret. */
export const receiptRefusals = pgTable("receipt_refusals", {
  id: id(),
  siteId: siteId(),
  lotId: uuid().notNull(),
  orgId: uuid().notNull(),
  personId: uuid().notNull(),
  uploadId: uuid(),
  code: text().notNull(),
  facts: jsonb().notNull().$type<Record<string, unknown>>(),
  at: instant().notNull(),
});

/** Mergers, splits, bankruptcies that bidders told of (IR38). Secret like who bids until the opening is announced. Append-only. */
export const bidCircumstances = pgTable(
  "bid_circumstances",
  {
    id: id(),
    siteId: siteId(),
    lotId: uuid().notNull(),
    orgId: uuid().notNull(),
    /** merger | split | bankruptcy | other */
    kind: text().notNull(),
    occurredOn: text().notNull(),
    text: text().notNull(),
    documentName: text().notNull(),
    documentHash: text().notNull(),
    fileId: uuid().notNull(),
    statement: jsonb().notNull().$type<{ payload: string; cms: string; tst?: string | undefined }>(),
    at: instant().notNull(),
  },
  (t) => [index("bid_circumstances_lot").on(t.lotId)],
);
