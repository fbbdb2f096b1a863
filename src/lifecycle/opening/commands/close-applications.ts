import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { addMinutes, formatInstant } from "@/core/time";
import { signStatement, statementHash } from "@/crypto/statement";
import { byService, defineServiceCommand } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { Job } from "@/kit/outbox";
import { requireChecksEnded } from "@/lifecycle/bidding/queries";
import { uploads } from "@/lifecycle/bidding/tables";
import { type RoundWords, roundWords } from "@/lifecycle/law/rounds";
import { moveLot } from "@/lifecycle/lot/move";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { refusalToMove } from "@/lifecycle/lot/transitions";
import { prequalFailure } from "@/lifecycle/prequalification/failure";
import { formInForce, standingApplications } from "@/lifecycle/prequalification/queries";
import { APPLICATION_SEGMENT } from "@/lifecycle/prequalification/schema";
import { applicationClosings, applicationOpenings } from "@/lifecycle/prequalification/tables";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { trustedOffset } from "./close";
import { outageVerdict } from "./outage";

/**
 * Closes the applications at their deadline (transition 5) and asks every applicant for its key. There is no hall, no list
 * and no public record: who applied, and how many, are the bidders of tomorrow (BL22). With fewer than three the
 * procedure fails at once (transition 6); the applications stay sealed, and nothing says how many or whose they are.
 */
export const closeApplications = defineServiceCommand<z.ZodObject<{ lotId: z.ZodUUID }>, { state: "P2" | "F1" }>({
  name: "prequalification.close",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async run({ tx, site, ports, clock }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    const now = await clock();
    const offsetMs = trustedOffset(ports);
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const facts = lot.applicationDeadline ? { applicationDeadline: lot.applicationDeadline } : {};
    permit(refusalToMove(lot, "P2", facts, now));
    // Silences of the platform are settled first: they move the deadline.
    if ((await outageVerdict(tx, lot, now)).kind !== "none") throw new Refused(refuse("unavailable", "opening.outage"));
    await requireChecksEnded(tx, lotId);
    const received = await standingApplications(tx, lotId);
    const payload = {
      format: "xb-application-closing/1",
      lot: lot.code,
      deadline: lot.applicationDeadline!.toISOString(),
      closedAt: now.toISOString(),
      clockOffsetMs: offsetMs,
      bids: received.map(({ sealHash, receiptHash }) => ({ sealHash, receiptHash })),
      count: received.length,
    };
    const statement = await signStatement(payload, ports.platformKeys.signerOf(site.platformCode), {
      signingTime: now,
    });
    const closingHash = statementHash(statement);
    await tx
      .insert(applicationClosings)
      .values({ lotId, siteId: site.id, payload, closingHash, statement, closedAt: now });
    const signed = {
      action: "application-closing.signed",
      subject: lot.code,
      lotId,
      chain: `sealed:${lotId}` as const,
      facts: { closingHash },
    };
    const words = roundWords(tender.regime);
    const told = await tellUnfinished(tx, site.id, lot, words, now);
    const applicants = received.map(({ orgId }) => orgId);
    if (received.length < 3) {
      const closed = await moveLot(tx, lot, "P2", now, facts);
      const failed = await moveLot(tx, closed.lot, "F1", now, { applicantCount: received.length });
      return {
        result: { state: "F1" },
        trail: [closed.line, signed, failed.line],
        hub: [prequalFailure(lot, tender, words.tooFewSent, now)],
        jobs: [
          ...told,
          ...(await tellFailure(tx, site.id, lot, words, now, applicants)),
          { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` },
        ],
      };
    }
    const { content } = await formInForce(tx, lotId);
    const windowEndsAt = addMinutes(now, content.decryptionWindowMinutes);
    const set = { applicationsOpenedAt: now, applicationWindowEndsAt: windowEndsAt };
    const opened = await moveLot(tx, lot, "P2", now, facts, set);
    const signer = ports.platformKeys.signerOf(site.platformCode);
    for (const { id, orgId, sealHash, receiptHash } of received) {
      // Whoever releases a key checks first that the own package is frozen; the whole record would tell how many are.
      const { count: _, ...rest } = payload;
      const line = { ...rest, bids: [{ sealHash, receiptHash }], whole: closingHash };
      const closing = await signStatement(line, signer, { signingTime: now });
      await tx
        .insert(applicationOpenings)
        .values({ siteId: site.id, lotId, applicationId: id, orgId, segment: APPLICATION_SEGMENT, closing });
    }
    const letters = await writeLetters(
      tx,
      site.id,
      now,
      applicants.map((orgId) => ({
        orgId,
        lotId,
        kind: "decrypt-application",
        subject: `请解密：标段 ${lot.code} ${words.package}`,
        body: `${words.deadline.replace("截止", "已截止")}。请于 ${formatInstant(windowEndsAt)} 前登录平台，在投标工作间用证书或应急解密码解密本单位的${words.short}。未在规定时间内解密的，${words.short}不予开启。`,
        byPhone: true,
      })),
    );
    // Read at once: what the platform has damaged is nobody's silence when the window ends.
    const reading = { name: "scrub-lot", payload: { lotId }, key: `scrub:${lotId}` };
    return { result: { state: "P2" }, trail: [opened.line, signed], jobs: [...told, ...letters, reading] };
  },
});

/** Each applicant alone hears that its application went nowhere. */
const tellFailure = (tx: Tx, siteId: string, lot: Lot, words: RoundWords, now: Date, applicants: readonly string[]) =>
  writeLetters(
    tx,
    siteId,
    now,
    applicants.map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "lot-failed",
      subject: `标段 ${lot.code} ${words.round}失败通知`,
      body: `${words.tooFewSent}，招标人将依法重新招标。贵单位的${words.package}未开启。`,
    })),
  );

/** Applications that were not complete at the deadline are not received, and their senders are told (O20 art. 27, 28). */
async function tellUnfinished(tx: Tx, siteId: string, lot: Lot, words: RoundWords, now: Date): Promise<Job[]> {
  const unfinished = await tx
    .update(uploads)
    .set({ state: "not_received" })
    .where(and(eq(uploads.lotId, lot.id), inArray(uploads.state, ["open"]), eq(uploads.purpose, "application")))
    .returning({ orgId: uploads.orgId });
  return writeLetters(
    tx,
    siteId,
    now,
    [...new Set(unfinished.map(({ orgId }) => orgId))].map((orgId) => ({
      orgId,
      lotId: lot.id,
      kind: "not-received",
      subject: `未接收：标段 ${lot.code} 有一次${words.package}上传在截止时未完成`,
      body: `${words.deadline}时，贵单位有一次上传尚未全部传输完成并递交。依据《电子招标投标办法》第二十七条、第二十八条，未完成的文件视为撤回，未接收。此前已取得递交回执且未撤回的${words.short}不受影响。`,
    })),
  );
}
