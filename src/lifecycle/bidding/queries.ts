import { and, asc, desc, eq, isNull, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { CIRCUMSTANCE_KINDS, type CircumstanceKind, type CircumstanceView } from "./circumstances/schema";
import { PURPOSES, type Purpose } from "./purpose";
import { RECEIVABLES } from "./receivable";
import type { DraftCopyView, ReceiptView } from "./schema";
import { bidCircumstances, bidDamage, bids, gatePasses, uploads, uploadUnits } from "./tables";

export type Bid = typeof bids.$inferSelect;

const notFound = () => new Refused(refuse("not_found", "general.not_found"));

/** An upload of the actor's own organisation; of one purpose, when it is named. @throws Refused `not_found` */
export async function ownUpload(tx: Tx, actor: Actor, uploadId: string, purpose?: Purpose | "draft") {
  const [row] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), eq(uploads.orgId, actor.orgId)));
  if (!row || (purpose && row.purpose !== purpose)) throw notFound();
  return row;
}

/** The encrypted copy of a draft that the actor's organisation keeps for a lot. */
export async function keptDraft(tx: Tx, actor: Actor, lotId: string): Promise<DraftCopyView | undefined> {
  const [row] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.lotId, lotId), eq(uploads.orgId, actor.orgId), eq(uploads.state, "kept")))
    .orderBy(desc(uploads.keptAt))
    .limit(1);
  if (!row?.statement || !row.keptAt) return undefined;
  const { id, bodyLength, keptAt, statement } = row;
  return { uploadId: id, keptAt: keptAt.toISOString(), bodyLength, statement };
}

export async function unitsOf(tx: Tx, uploadId: string) {
  return tx.select().from(uploadUnits).where(eq(uploadUnits.uploadId, uploadId)).orderBy(asc(uploadUnits.n));
}

/** Every delivery of the actor's organisation for a lot, newest first: what was replaced or withdrawn stays listed. */
export async function ownPackages(tx: Tx, actor: Actor, lotId: string, purpose: Purpose): Promise<Bid[]> {
  const { table } = RECEIVABLES[purpose];
  return tx
    .select()
    .from(table)
    .where(and(eq(table.lotId, lotId), eq(table.orgId, actor.orgId)))
    .orderBy(desc(table.seq));
}
export const ownBids = (tx: Tx, actor: Actor, lotId: string): Promise<Bid[]> => ownPackages(tx, actor, lotId, "bid");

export async function ownPackage(tx: Tx, actor: Actor, id: string, purpose: Purpose): Promise<Bid> {
  const { table } = RECEIVABLES[purpose];
  const [row] = await tx
    .select()
    .from(table)
    .where(and(eq(table.id, id), eq(table.orgId, actor.orgId)));
  if (!row) throw notFound();
  return row;
}
export const ownBid = (tx: Tx, actor: Actor, bidId: string): Promise<Bid> => ownPackage(tx, actor, bidId, "bid");

/** A delivery of the actor's organisation, whatever it is. @throws Refused `not_found` */
export async function ownDelivery(tx: Tx, actor: Actor, id: string): Promise<{ delivery: Bid; purpose: Purpose }> {
  for (const purpose of PURPOSES) {
    const { table } = RECEIVABLES[purpose];
    const [delivery] = await tx
      .select()
      .from(table)
      .where(and(eq(table.id, id), eq(table.orgId, actor.orgId)));
    if (delivery) return { delivery, purpose };
  }
  throw notFound();
}

/** A delivery of the actor's organisation by the number of its receipt. */
export async function ownBidByNumber(tx: Tx, actor: Actor, number: string): Promise<Bid> {
  const [row] = await tx
    .select()
    .from(bids)
    .where(and(eq(bids.receiptNumber, number), eq(bids.orgId, actor.orgId)));
  if (!row) throw notFound();
  return row;
}

export async function packageOf(tx: Tx, id: string, purpose: Purpose): Promise<Bid> {
  const { table } = RECEIVABLES[purpose];
  const [row] = await tx.select().from(table).where(eq(table.id, id));
  if (!row) throw notFound();
  return row;
}
export const bidOf = (tx: Tx, bidId: string): Promise<Bid> => packageOf(tx, bidId, "bid");

/** Own packages whose stored bytes are damaged now. */
export async function ownDamage(tx: Tx, actor: Actor, lotId: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ bidId: bidDamage.bidId })
    .from(bidDamage)
    .where(and(eq(bidDamage.lotId, lotId), eq(bidDamage.orgId, actor.orgId), isNull(bidDamage.repairedAt)));
  return new Set(rows.map(({ bidId }) => bidId));
}

/** The packages that count: not replaced, not withdrawn. Services only, or anybody after the opening has begun. */
export async function standingBids(tx: Tx, lotId: string): Promise<Bid[]> {
  return tx
    .select()
    .from(bids)
    .where(and(eq(bids.lotId, lotId), isNull(bids.replacedAt), isNull(bids.withdrawnAt)))
    .orderBy(asc(bids.sealHash));
}

export const receiptView = (bid: Bid, purpose: Purpose = "bid"): ReceiptView => ({
  bidId: bid.id,
  ...(purpose === "application" ? { purpose } : {}),
  number: bid.receiptNumber,
  seq: bid.seq,
  receivedAt: bid.receivedAt.toISOString(),
  receipt: bid.receipt,
});

/**
 * What passed the gate in time was received, and is finished before its lot is closed. The lot is locked by the caller.
 *
 * @throws Refused while a package is being checked; the closing is tried again.
 */
export async function requireChecksEnded(tx: Tx, lotId: string): Promise<void> {
  const [checking] = await tx
    .select({ id: gatePasses.id })
    .from(gatePasses)
    .where(and(eq(gatePasses.lotId, lotId), eq(gatePasses.state, "checking")))
    .limit(1);
  if (checking) throw new Refused(refuse("conflict", "opening.packages_in_check"));
}

/** The own bid that stands; undefined for whoever has none. */
export const standingBidOf = async (tx: Tx, actor: Actor, lotId: string): Promise<Bid | undefined> =>
  (await ownBids(tx, actor, lotId)).find(({ replacedAt, withdrawnAt }) => !replacedAt && !withdrawnAt);

/** Has it been announced who bids, of an act at this instant too? Until then nobody learns of it. */
export async function isTold(tx: Pick<Tx, "execute">, lotId: string, at: Date): Promise<boolean> {
  const [row] = await tx.execute<{ told: boolean }>(
    sql`select xb_said(${lotId}, ${at.toISOString()}::timestamptz) as told`,
  );
  return row?.told === true;
}

/** Changes that bidders of a lot told of (IR38), oldest first; before the announcement a bidder reads its own alone. */
export async function circumstancesOf(tx: Tx, lotId: string) {
  const rows = await tx
    .select()
    .from(bidCircumstances)
    .where(eq(bidCircumstances.lotId, lotId))
    .orderBy(asc(bidCircumstances.at));
  return rows.map((row) => ({
    ...row,
    view: {
      ...{ occurredOn: row.occurredOn, text: row.text, documentName: row.documentName, fileId: row.fileId },
      kind: CIRCUMSTANCE_KINDS[row.kind as CircumstanceKind] ?? row.kind,
      at: row.at.toISOString(),
    } satisfies CircumstanceView,
  }));
}
