import type { Tx } from "@/kit/db/connect";
import { trailOf } from "@/kit/trail-queries";
import { awardOf, candidatesOf } from "@/lifecycle/award/queries";
import { evaluationOf, reportOf } from "@/lifecycle/evaluation/queries";
import type { Lot } from "@/lifecycle/lot/queries";
import { hasReached } from "@/lifecycle/lot/states";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import type { DataClass } from "./schema";

/** Longest part of a trail that is handed over at once; the archive has all of it. */
const MAX_TRAIL_LINES = 1000;

/** What there is of one class now; nothing when its time has not come. */
type Reader = (tx: Tx, lot: Lot) => Promise<unknown>;

/**
 * Nothing here reads a sealed package, a key, a member's marks or a sealed trail: what is secret by its own clock is secret for
 * whoever asks.
 */
const READERS: Readonly<Record<DataClass, Reader>> = {
  NOTICE: async (tx, lot) =>
    (await noticesOfLot(tx, lot.id)).map(({ number, kind, title, fields, contentHash, publishedAt }) => ({
      ...{ number, kind, title, fields, contentHash, publishedAt: publishedAt?.toISOString() ?? "" },
    })),
  DOCUMENT: async (tx, lot) => {
    const { version, digest, content } = await documentInForce(tx, lot.id);
    return { version, digest, content };
  },
  OPENING: async (tx, lot) => {
    const records = [await openingRecordOf(tx, lot.id), await openingRecordOf(tx, lot.id, 2)];
    const announced = records.flatMap((record) =>
      record ? [{ payload: record.payload, hash: record.recordHash }] : [],
    );
    return announced.length ? announced : undefined;
  },
  REPORT: async (tx, lot) =>
    hasReached(lot.state, "E2")
      ? (await reportOf(tx, lot.id, (await evaluationOf(tx, lot.id)).version))?.payload
      : undefined,
  AWARD: async (tx, lot) => {
    if (!hasReached(lot.state, "A1")) return undefined;
    const list = (await candidatesOf(tx, lot.id)).map(({ rank, bidId, orgId, priceFen, totalHundredths }) => ({
      ...{ rank, bidId, orgId, priceFen: String(priceFen), totalHundredths },
    }));
    const award = hasReached(lot.state, "A2") ? await awardOf(tx, lot.id) : undefined;
    return { candidates: list, ...(award ? { decision: { bidId: award.bidId, statement: award.decision } } : {}) };
  },
  TRAIL: async (tx, lot) =>
    (await trailOf(tx, `project:${lot.tenderProjectId}`))
      .slice(-MAX_TRAIL_LINES)
      // Who of the committee did something is known when the committee is.
      .filter(({ role }) => role !== "expert")
      .map(({ action, subject, role, at, facts }) => ({ action, subject, role, at, facts })),
};

/** Material of a lot by class, and the classes of which there is nothing to hand over now. */
export async function materialOf(
  tx: Tx,
  lot: Lot,
  classes: readonly DataClass[],
): Promise<{ material: Record<string, unknown>; withheld: readonly string[] }> {
  const material: Record<string, unknown> = {};
  for (const one of new Set(classes)) {
    const found = await READERS[one](tx, lot);
    if (found !== undefined) material[one] = found;
  }
  return { material, withheld: [...new Set(classes)].filter((one) => !(one in material)) };
}
