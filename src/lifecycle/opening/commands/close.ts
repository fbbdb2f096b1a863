import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { addMinutes, ts14 } from "@/core/time";
import { signStatement, statementHash } from "@/crypto/statement";
import { byService, defineServiceCommand, type Ports } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import type { TrailLine } from "@/kit/trail";
import { requireChecksEnded, standingBids } from "@/lifecycle/bidding/queries";
import { uploads } from "@/lifecycle/bidding/tables";
import { moveLot } from "@/lifecycle/lot/move";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { refusalToMove } from "@/lifecycle/lot/transitions";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationsOf } from "@/platform/party/queries";
import { HOLD_MS } from "@/ports/clock-offset";
import { applicationMessages } from "../applied";
import { say } from "../events";
import { invitationMessages } from "../invited";
import { purchaseMessages } from "../purchases";
import { revocationsOf } from "../queries";
import { REVOKED } from "../rules";
import { bidOpenings, closingRecords } from "../tables";
import { outageVerdict } from "./outage";

const LotInput = z.object({ lotId: z.uuid() });

/**
 * Closes a lot at its deadline (截标, transition 10): freezes the set of packages in a signed closing record before any
 * key exists at the platform. With fewer than three bidders the procedure fails at once (transition 11, CLK-09); the
 * packages stay sealed, and nothing says how many or whose they are.
 */
export const closeLot = defineServiceCommand<typeof LotInput, { state: "T2" | "F1" }>({
  name: "lot.close",
  input: LotInput,
  may: byService,
  async run({ tx, site, ports, clock }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const now = await clock();
    const offsetMs = trustedOffset(ports);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    permit(refusalToMove(lot, "T2", { regime: tender.regime }, now));
    // Silences of the platform are settled first: they move the deadline.
    if ((await outageVerdict(tx, lot, now)).kind !== "none") throw new Refused(refuse("unavailable", "opening.outage"));
    await requireChecksEnded(tx, lotId);
    const bids = await standingBids(tx, lotId);
    const payload = {
      format: "xb-closing/1",
      lot: lot.code,
      deadline: lot.bidDeadline!.toISOString(),
      closedAt: now.toISOString(),
      clockOffsetMs: offsetMs,
      bids: bids.map(({ sealHash, receiptHash }) => ({ sealHash, receiptHash })),
      count: bids.length,
    };
    const statement = await signStatement(payload, ports.platformKeys.signerOf(site.platformCode), {
      signingTime: now,
    });
    const closingHash = statementHash(statement);
    await tx.insert(closingRecords).values({ lotId, siteId: site.id, payload, closingHash, statement, closedAt: now });
    const closed = await moveLot(tx, lot, "T2", now, { regime: tender.regime }, { closedAt: now });
    const told = await tellUnfinished(tx, site.id, lot, now);
    const chain = `project:${tender.id}` as const;
    if (bids.length >= 3) {
      const line: TrailLine = {
        action: "closing-record.signed",
        subject: lot.code,
        lotId,
        chain,
        facts: { closingHash },
      };
      return {
        result: { state: "T2" },
        trail: [closed.line, line],
        jobs: [...told, { name: "open-lot", payload: { lotId }, key: `open:${lotId}` }],
      };
    }
    // The hash of the record would tell apart what must not be told: it stays in the sealed trail.
    const failed = await moveLot(tx, closed.lot, "F1", now, { bidderCount: bids.length });
    await say(tx, site.id, lotId, now, "failed", { reason: "投标人少于三个，依法不得开标" });
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      bids.map(({ orgId }) => ({
        orgId,
        lotId,
        kind: "lot-failed",
        subject: `标段 ${lot.code} 流标通知`,
        body: "投标人少于三个，依法不得开标。贵单位的加密投标文件未开启，将按规定退还或销毁；如已缴纳投标保证金，将在 5 日内退还。",
      })),
    );
    return {
      result: { state: "F1" },
      trail: [
        closed.line,
        { action: "closing-record.signed", subject: lot.code, lotId, chain: `sealed:${lotId}`, facts: { closingHash } },
        failed.line,
      ],
      hub: [
        {
          dataset: "517",
          tenderProjectId: tender.id,
          lotId,
          subject: `${lot.code}-F1`,
          body: {
            ...lotKeys(lot, tender),
            EXCEPITON_NAME: `${lot.name}流标`,
            EXCEPITON_INFOR: "投标人少于三个",
            APPROVAL_RESULT: "依法重新招标",
            APPROVAL_TIME: ts14(now),
            EXCEPITON_TYPE: "1",
          },
        },
      ],
      jobs: [...told, ...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});

/** Offset of the clock in milliseconds. @throws Refused when it is too far off to close or to open anything (R-8.2.11). */
export function trustedOffset({ clockOffset }: Ports): number {
  const offsetMs = Math.round(clockOffset.currentMs());
  if (Math.abs(offsetMs) > HOLD_MS) throw new Refused(refuse("unavailable", "general.clock_hold", { offsetMs }));
  return offsetMs;
}

/** Uploads that were not complete at the deadline are not received, and their senders are told (O20 art. 27). */
async function tellUnfinished(tx: Tx, siteId: string, lot: Lot, now: Date): Promise<Job[]> {
  const unfinished = await tx
    .update(uploads)
    .set({ state: "not_received" })
    .where(and(eq(uploads.lotId, lot.id), eq(uploads.state, "open")))
    .returning({ orgId: uploads.orgId, purpose: uploads.purpose });
  // Copies of drafts have served: they leave the store, and nobody is written to for them.
  await tx
    .update(uploads)
    .set({ state: "given_up" })
    .where(and(eq(uploads.lotId, lot.id), eq(uploads.state, "kept")));
  return writeLetters(
    tx,
    siteId,
    now,
    [...new Set(unfinished.filter(({ purpose }) => purpose === "bid").map(({ orgId }) => orgId))].map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "not-received",
      subject: `未接收：标段 ${lot.code} 有一次上传在截止时未完成`,
      body: "投标截止时，贵单位有一次上传尚未全部传输完成并递交。依据《电子招标投标办法》第二十七条，未完成的文件视为撤回，未接收。此前已取得递交回执且未撤回的投标文件不受影响。",
    })),
  );
}

/** Opens a lot at the deadline instant (开标, transition 12): names are announced, every bidder is asked for its key. */
export const openLot = defineServiceCommand({
  name: "lot.open",
  input: LotInput,
  may: byService,
  async run({ tx, site, ports, clock }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const now = await clock();
    trustedOffset(ports);
    const bids = await standingBids(tx, lotId);
    const document = await documentInForce(tx, lotId);
    const windowEndsAt = addMinutes(now, lot.decryptionWindowMinutes);
    const opened = await moveLot(tx, lot, "O1", now, { bidderCount: bids.length }, { openedAt: now, windowEndsAt });
    const revoked = await revocationsOf(tx, lotId);
    for (const bid of bids) {
      const segment = document.content.envelopes[0]!;
      const gone = revoked.get(bid.id);
      const outcome = gone ? { ...REVOKED, failureEvidence: { revokedAt: gone.at.toISOString() }, finalAt: now } : {};
      await tx
        .insert(bidOpenings)
        .values({ siteId: site.id, lotId, bidId: bid.id, orgId: bid.orgId, segment, ...outcome });
    }
    const parties = await organisationsOf(
      tx,
      bids.map(({ orgId }) => orgId),
    );
    // By name: the order of arrival would tell who came when.
    const names = bids.map(({ orgId }) => parties.get(orgId)!.name).sort((a, b) => a.localeCompare(b, "zh-CN"));
    await say(tx, site.id, lotId, now, "list", { names, windowEndsAt: windowEndsAt.toISOString() });
    const [sealed] = await tx.execute<{ seq: string; hash: string }>(
      sql`select seq, hash from trail_heads where chain = ${`sealed:${lotId}`}`,
    );
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      bids.map(({ orgId }) => ({
        orgId,
        lotId,
        kind: "decrypt-now",
        subject: `请解密：标段 ${lot.code} 已开标`,
        body: "开标已开始，请在解密时间内进入开标大厅，用证书或应急解密码解密本单位的投标文件。",
      })),
    );
    const line: TrailLine = {
      action: "sealed-trail.joined",
      subject: lot.code,
      lotId,
      chain: `project:${lot.tenderProjectId}`,
      facts: { head: sealed?.hash ?? "" },
    };
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    return {
      result: { state: "O1" as const },
      trail: [opened.line, line],
      hub: [
        ...(await invitationMessages(tx, lot, tender, [...parties.values()])),
        ...(await applicationMessages(
          tx,
          lot,
          tender,
          [...parties.values()],
          `https://${site.host}/tenders/${lot.code}`,
        )),
        ...(await purchaseMessages(tx, lot, tender, [...parties.values()])),
      ],
      jobs: [...jobs, { name: "settle-opening", payload: { lotId }, key: `settle:${lotId}` }],
    };
  },
});
