import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { formatYuan } from "@/core/money";
import { sha256 } from "@/crypto/sha256";
import { byService, defineServiceCommand } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import type { TrailLine } from "@/kit/trail";
import { bidOf, standingBids, unitsOf } from "@/lifecycle/bidding/queries";
import { firstDamagedUnit } from "@/lifecycle/bidding/stored-body";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationsOf } from "@/platform/party/queries";
import { say } from "../events";
import { closingRecordOf, openingRecordOf, openingsOf, signInsOf, windowSilences } from "../queries";
import { type RecordPayload, recordRow } from "../record";
import { FAILURE_CLASSES, failureOfSilence } from "../rules";
import { bidOpenings, openingRecords, releaseAttempts } from "../tables";
import { outageVerdict } from "./outage";

/**
 * Looks whether every bid is final or the window has ended, and then announces all names, prices and printed items in one
 * commit (唱标, O20 art. 30). Until then it says a number and nothing else. Repeating it changes nothing.
 */
export const settleOpening = defineServiceCommand({
  name: "opening.settle",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  /** When the window has ended: bids nobody opened whose stored bytes are damaged. Our fault is not a bidder's silence. */
  async prepare({ db, ports }, actor, { lotId }): Promise<ReadonlyMap<string, number> | undefined> {
    const unopened = await inContext(db, actor, async (tx) => {
      const { state, windowEndsAt } = await readLot(tx, lotId);
      if (state !== "O1" || !windowEndsAt || (await legalNow(tx)) < windowEndsAt) return undefined;
      const waiting = (await openingsOf(tx, lotId)).filter((opening) => opening.state === "waiting");
      return Promise.all(
        waiting.map(async ({ bidId }) => ({ bidId, units: await unitsOf(tx, (await bidOf(tx, bidId)).uploadId) })),
      );
    });
    if (!unopened) return undefined;
    const damaged = new Map<string, number>();
    for (const { bidId, units } of unopened) {
      const unit = await firstDamagedUnit(ports.storage, units);
      if (unit !== undefined) damaged.set(bidId, unit);
    }
    return damaged;
  },
  async run({ tx, site, clock, prepared: damaged }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const now = await clock();
    const chain = `project:${lot.tenderProjectId}` as const;
    const unchanged = (why: string) => ({
      result: { announced: false },
      trail: [
        { action: "opening.looked", subject: lot.code, lotId, chain: `sealed:${lotId}` as const, facts: { why } },
      ] as [TrailLine],
    });
    if (lot.state !== "O1" || lot.flags.length) return unchanged("not in opening");
    if (await openingRecordOf(tx, lotId)) return unchanged("announced before");
    const ended = lot.windowEndsAt !== null && now >= lot.windowEndsAt;
    let openings = await openingsOf(tx, lotId);
    // What the platform's own silence took from the window is given back before anybody's silence is judged.
    if (ended && (await outageVerdict(tx, lot, now)).kind !== "none") return unchanged("outage");
    // The window ended between looking at the bytes and now: looked at again in a moment.
    if (ended && !damaged) return unchanged("window just ended");
    if (ended) {
      const signedIn = new Set((await signInsOf(tx, lotId)).map(({ orgId }) => orgId));
      for (const opening of openings.filter(({ state }) => state === "waiting")) {
        const attempts = await tx
          .select({ id: releaseAttempts.id })
          .from(releaseAttempts)
          .where(and(eq(releaseAttempts.lotId, lotId), eq(releaseAttempts.orgId, opening.orgId)));
        const damagedUnit = damaged?.get(opening.bidId);
        const silence = { signedIn: signedIn.has(opening.orgId), attempts: attempts.length };
        const evidence = { ...silence, ...(damagedUnit === undefined ? {} : { damagedUnit }) };
        const failureClass = damagedUnit === undefined ? failureOfSilence(silence) : "DF-4";
        await tx
          .update(bidOpenings)
          .set({
            state: "failed",
            failureClass,
            failureEvidence: { ...evidence, windowEndedAt: lot.windowEndsAt!.toISOString() },
            legalEffect: FAILURE_CLASSES[failureClass].effect,
            finalAt: now,
          })
          .where(eq(bidOpenings.id, opening.id));
      }
      openings = await openingsOf(tx, lotId);
    }
    const final = openings.filter(({ state }) => state === "decrypted" || state === "failed").length;
    if (final < openings.length) {
      await say(tx, site.id, lotId, now, "progress", { done: final, total: openings.length });
      return unchanged(`${final}/${openings.length}`);
    }
    const [bids, closing, document, tender] = [
      await standingBids(tx, lotId),
      await closingRecordOf(tx, lotId),
      await documentInForce(tx, lotId),
      await tenderProjectOf(tx, lot.tenderProjectId),
    ];
    const parties = await organisationsOf(
      tx,
      bids.map(({ orgId }) => orgId),
    );
    const silences = await windowSilences(tx, lotId);
    const byBid = new Map(openings.map((opening) => [opening.bidId, opening]));
    const payload: RecordPayload = {
      format: "xb-opening-record/1",
      lot: lot.code,
      lotName: lot.name,
      tender: tender.code,
      openedAt: lot.openedAt!.toISOString(),
      windowEndsAt: lot.windowEndsAt!.toISOString(),
      announcedAt: now.toISOString(),
      ...(silences.length ? { outages: silences } : {}),
      place: "网上开标大厅",
      closingHash: closing!.closingHash,
      count: bids.length,
      ceiling: formatYuan(BigInt(document.content.ceilingFen)),
      rows: bids.map((bid) => recordRow(document.content, bid, parties.get(bid.orgId)!, byBid.get(bid.id)!)),
    };
    const recordHash = hex(sha256(encodeCanonical(payload as never)));
    await tx.insert(openingRecords).values({ lotId, siteId: site.id, payload: payload as never, recordHash });
    await say(tx, site.id, lotId, now, "prices", { record: payload });
    return {
      result: { announced: true },
      trail: [
        { action: "prices.announced", subject: lot.code, lotId, chain, facts: { recordHash, count: bids.length } },
      ],
    };
  },
});
