import { and, eq, gte } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { formatYuan } from "@/core/money";
import { sha256 } from "@/crypto/sha256";
import { byService, defineServiceCommand } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import type { TrailLine } from "@/kit/trail";
import { formsAllowed } from "@/lifecycle/bid-security/forms";
import { paymentsOfLot } from "@/lifecycle/bid-security/queries";
import { membersOf } from "@/lifecycle/bidding/consortium/opened";
import { bidOf, standingBids, unitsOf } from "@/lifecycle/bidding/queries";
import { firstDamagedUnit } from "@/lifecycle/bidding/stored-body";
import { type Lot, lockLot, readLot } from "@/lifecycle/lot/queries";
import { hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { type TenderProject, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { relationsOf } from "@/lifecycle/tender-project/relations";
import { type Organisation, organisationOfCode, organisationsOf, registrationsOf } from "@/platform/party/queries";
import { say } from "../events";
import { type InterestedBid, type InterestedParty, interestFindings } from "../interests";
import { closingRecordOf, openingRecordOf, openingsOf, recordsOf, signInsOf, windowSilences } from "../queries";
import { type RecordPayload, recordRow, recordSecurity } from "../record";
import { isOpening, openedAtOf, roundOfLot } from "../rounds";
import { FAILURE_CLASSES, failureOfSilence } from "../rules";
import { bidOpenings, releaseAttempts } from "../tables";
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
      const lot = await readLot(tx, lotId);
      const { windowEndsAt } = lot;
      if (!isOpening(lot) || !windowEndsAt || (await legalNow(tx)) < windowEndsAt) return undefined;
      const waiting = (await openingsOf(tx, lotId, roundOfLot(lot))).filter((opening) => opening.state === "waiting");
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
    const round = roundOfLot(lot);
    const openedAt = openedAtOf(lot);
    const said = round === 1 ? {} : { round };
    if (!isOpening(lot) || !openedAt || lot.flags.length) return unchanged("not in opening");
    if (await openingRecordOf(tx, lotId, round)) return unchanged("announced before");
    const ended = lot.windowEndsAt !== null && now >= lot.windowEndsAt;
    let openings = await openingsOf(tx, lotId, round);
    // What the platform's own silence took from the window is given back before anybody's silence is judged.
    if (ended && (await outageVerdict(tx, lot, now)).kind !== "none") return unchanged("outage");
    // The window ended between looking at the bytes and now: looked at again in a moment.
    if (ended && !damaged) return unchanged("window just ended");
    if (ended) {
      const signedIn = new Set((await signInsOf(tx, lotId, round)).map(({ orgId }) => orgId));
      for (const opening of openings.filter(({ state }) => state === "waiting")) {
        const attempts = await tx
          .select({ id: releaseAttempts.id })
          .from(releaseAttempts)
          .where(
            and(
              eq(releaseAttempts.lotId, lotId),
              eq(releaseAttempts.orgId, opening.orgId),
              gte(releaseAttempts.at, openedAt),
            ),
          );
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
      openings = await openingsOf(tx, lotId, round);
    }
    const final = openings.filter(({ state }) => state === "decrypted" || state === "failed").length;
    if (final < openings.length) {
      await say(tx, site.id, lotId, now, "progress", { ...said, done: final, total: openings.length });
      return unchanged(`${final}/${openings.length}`);
    }
    const byBid = new Map(openings.map((opening) => [opening.bidId, opening]));
    const [bids, closing, document, tender] = [
      (await standingBids(tx, lotId)).filter(({ id }) => byBid.has(id)),
      await closingRecordOf(tx, lotId),
      await documentInForce(tx, lotId),
      await tenderProjectOf(tx, lot.tenderProjectId),
    ];
    const parties = await organisationsOf(
      tx,
      bids.map(({ orgId }) => orgId),
    );
    // Who bids together was said in the first envelope.
    const consortia = new Map((await openingsOf(tx, lotId)).map((one) => [one.bidId, one.consortium]));
    const silences = await windowSilences(tx, lotId, openedAt);
    const { content } = document;
    const first = round === 2 ? await openingRecordOf(tx, lotId) : undefined;
    const { requiredFen } = formsAllowed(content);
    const paid = new Map<string, bigint>();
    for (const { orgId, verdict, paidFen } of requiredFen ? await paymentsOfLot(tx, lotId) : [])
      if (verdict === "held") paid.set(orgId, (paid.get(orgId) ?? 0n) + paidFen);
    const payload: RecordPayload = {
      format: "xb-opening-record/1",
      ...(hasTwoEnvelopes(content) ? { envelope: round } : {}),
      ...(first ? { firstRecordHash: first.recordHash } : {}),
      lot: lot.code,
      lotName: lot.name,
      tender: tender.code,
      openedAt: openedAt.toISOString(),
      windowEndsAt: lot.windowEndsAt!.toISOString(),
      announcedAt: now.toISOString(),
      ...(silences.length ? { outages: silences } : {}),
      place: "网上开标大厅",
      closingHash: closing!.closingHash,
      count: bids.length,
      ceiling: formatYuan(BigInt(content.ceilingFen)),
      rows: bids.map((bid) => {
        const opening = { ...byBid.get(bid.id)!, consortium: consortia.get(bid.id) };
        const row = recordRow(content, bid, parties.get(bid.orgId)!, opening, round);
        if (round === 2) return row;
        const secured = { state: opening.state, guarantee: opening.security?.guarantee };
        const security = recordSecurity(requiredFen, secured, paid.get(bid.orgId) ?? 0n);
        return security ? { ...row, security } : row;
      }),
    };
    if (round === 1) await keepInterests(tx, lot, bids, openings, tender);
    const recordHash = hex(sha256(encodeCanonical(payload as never)));
    await tx.insert(recordsOf(round)).values({ lotId, siteId: site.id, payload: payload as never, recordHash });
    await say(tx, site.id, lotId, now, "prices", { ...said, record: payload });
    const action = round === 1 ? "prices.announced" : "second-opening.announced";
    return {
      result: { announced: true },
      trail: [{ action, subject: lot.code, lotId, chain, facts: { recordHash, count: bids.length } }],
    };
  },
});

/** Keeps with each opened bid what registrations and the tenderer's list show of conflicts of interest (IR34). */
async function keepInterests(
  tx: Tx,
  lot: Lot,
  bids: Awaited<ReturnType<typeof standingBids>>,
  openings: Awaited<ReturnType<typeof openingsOf>>,
  tender: TenderProject,
): Promise<void> {
  const decrypted = openings.filter(({ state }) => state === "decrypted");
  const members = new Map<string, Organisation>();
  for (const { consortium } of decrypted)
    for (const { creditCode } of membersOf(consortium)) {
      const member = await organisationOfCode(tx, creditCode);
      if (member) members.set(creditCode, member);
    }
  const tenderers = [tender.tendererOrgId, tender.agencyOrgId].filter((id) => id !== null);
  const parties = await organisationsOf(tx, [...decrypted.map(({ orgId }) => orgId), ...tenderers]);
  const registrations = await registrationsOf(tx, [...parties.keys(), ...[...members.values()].map(({ id }) => id)]);
  const registered = (
    { id, name, creditCode, version: current }: Organisation,
    version = current,
  ): InterestedParty => ({
    name,
    creditCode,
    represent: registrations(id, version)?.data.legalRepresent ?? "",
  });
  const versions = new Map(bids.map((bid) => [bid.id, bid.registrationVersion]));
  const of: InterestedBid[] = decrypted.map(({ bidId, orgId, consortium }) => ({
    bidId,
    parties: [
      registered(parties.get(orgId)!, versions.get(bidId)),
      ...membersOf(consortium)
        .flatMap(({ creditCode }) => members.get(creditCode) ?? [])
        .map((one) => registered(one)),
    ],
  }));
  const found = interestFindings(
    of,
    tenderers.map((id) => registered(parties.get(id)!)),
    await relationsOf(tx, lot.tenderProjectId),
  );
  for (const [bidId, interests] of found)
    await tx
      .update(bidOpenings)
      .set({ interests: [...interests] })
      .where(and(eq(bidOpenings.bidId, bidId), eq(bidOpenings.round, 1)));
}
