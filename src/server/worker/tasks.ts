import type { TaskList } from "graphile-worker";
import { z } from "zod";
import { Refused } from "@/core/refusal";
import { deliverOutbox } from "@/hub/deliver";
import { executeAsService, type Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { buildArchive } from "@/lifecycle/archive/build";
import { sendSecurity, watchSecurities } from "@/lifecycle/bid-security/commands/send";
import { settleSecurities } from "@/lifecycle/bid-security/commands/settle";
import { askAccount, takeTransfer } from "@/lifecycle/bid-security/commands/transfer";
import { scrubLot } from "@/lifecycle/bidding/commands/scrub";
import { PURPOSES } from "@/lifecycle/bidding/purpose";
import { packageOf, receiptView } from "@/lifecycle/bidding/queries";
import { attachTimestamp } from "@/lifecycle/bidding/timestamp";
import { announceClarification, remindHolders } from "@/lifecycle/clarification/commands/announce";
import { drawCommittee } from "@/lifecycle/committee/commands/draw";
import { enlistExpert } from "@/lifecycle/committee/commands/enlist";
import { drawReviewers } from "@/lifecycle/committee/commands/review-draw";
import { buildReport } from "@/lifecycle/evaluation/commands/report";
import { settleEvaluation } from "@/lifecycle/evaluation/commands/settle";
import { cancelServiceFee, claimServiceFee } from "@/lifecycle/fees/commands/claim";
import { claimExpertFees, payExperts } from "@/lifecycle/fees/commands/experts";
import { passOnDocumentFees } from "@/lifecycle/fees/commands/pass-on";
import { placeNotices } from "@/lifecycle/notice/place";
import { readTenderFile } from "@/lifecycle/notice/read-file";
import { announceWithdrawal } from "@/lifecycle/notice/withdrawal";
import { postponeApplications } from "@/lifecycle/objection/commands/postpone-applications";
import { postponeForObjection, warnOfObjections } from "@/lifecycle/objection/commands/watch";
import { settleApplicationOutage } from "@/lifecycle/opening/commands/application-outage";
import { settleOutage } from "@/lifecycle/opening/commands/bid-outage";
import { closeLot, openLot } from "@/lifecycle/opening/commands/close";
import { closeApplications } from "@/lifecycle/opening/commands/close-applications";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { openApplication } from "@/lifecycle/opening/commands/open-application";
import { openSecond } from "@/lifecycle/opening/commands/second";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { announceFormChange } from "@/lifecycle/prequalification/commands/amend";
import { announceTermination } from "@/lifecycle/prequalification/commands/terminate";
import { tellPoints } from "@/lifecycle/supervision/commands/tell-points";
import { askBank, takePayment } from "@/lifecycle/tender-document/commands/payment";
import { payRefund, refundLot } from "@/lifecycle/tender-document/commands/refund";
import { sendPayout } from "@/platform/billing/commands/payout";
import { reconcileWithBank } from "@/platform/billing/commands/reconcile";
import { subjectOfTask, watchFees } from "@/platform/billing/commands/watch";
import { raiseAlarm } from "@/platform/health/alarm";
import { proveIntegrity } from "@/platform/health/prove";
import { warnOfExpiry } from "@/platform/party/commands/warn";
import { siteOfId } from "@/platform/site/queries";
import type { Process } from "../runtime";
import { mailSavedSearch } from "./digest";
import { tellOfJob } from "./job-log";
import { Invitation, inviteExpert, inviteReviewer, mailInvitation, mailLetter, phoneLetter } from "./mail";

export interface WorkerContext {
  readonly process: Process;
  readonly smtpUrl: string | undefined;
  readonly smsUrl: string | undefined;
}

const LotPayload = z.object({ lotId: z.uuid() });
const TIMESTAMP_MS = 10_000;

/** What each job does. A job that comes twice or late does nothing the second time: its command looks at the state. */
export const WORK: Record<string, (runtime: Runtime, payload: unknown, context: WorkerContext) => Promise<void>> = {
  "close-lot": async (runtime, payload) => void (await executeAsService(runtime, closeLot, LotPayload.parse(payload))),
  "close-applications": async (runtime, payload) =>
    void (await executeAsService(runtime, closeApplications, LotPayload.parse(payload))),
  "open-application": async (runtime, payload) => {
    const { applicationId } = z.object({ applicationId: z.uuid() }).parse(payload);
    await executeAsService(runtime, openApplication, { applicationId });
  },
  "scrub-lot": async (runtime, payload) => void (await executeAsService(runtime, scrubLot, LotPayload.parse(payload))),
  "settle-application-outage": async (runtime, payload) =>
    void (await executeAsService(runtime, settleApplicationOutage, LotPayload.parse(payload))),
  "settle-outage": async (runtime, payload) =>
    void (await executeAsService(runtime, settleOutage, LotPayload.parse(payload))),
  "open-lot": async (runtime, payload) => void (await executeAsService(runtime, openLot, LotPayload.parse(payload))),
  "open-second": async (runtime, payload) =>
    void (await executeAsService(runtime, openSecond, LotPayload.parse(payload))),
  "settle-opening": async (runtime, payload) =>
    void (await executeAsService(runtime, settleOpening, LotPayload.parse(payload))),
  "decrypt-bid": async (runtime, payload) => {
    const { bidId, segment } = z.object({ bidId: z.uuid(), segment: z.string() }).parse(payload);
    await executeAsService(runtime, decryptBid, { bidId, segment });
  },
  "draw-committee": async (runtime, payload) =>
    void (await executeAsService(runtime, drawCommittee, LotPayload.parse(payload))),
  "settle-evaluation": async (runtime, payload) =>
    void (await executeAsService(runtime, settleEvaluation, LotPayload.parse(payload))),
  "build-report": async (runtime, payload) =>
    void (await executeAsService(runtime, buildReport, LotPayload.parse(payload))),
  "build-archive": async (runtime, payload) =>
    void (await executeAsService(runtime, buildArchive, LotPayload.parse(payload))),
  "deliver-outbox": async (runtime) => deliverOutbox(runtime),
  "stamp-receipt": async (runtime, payload) => {
    const { bidId, purpose } = z.object({ bidId: z.uuid(), purpose: z.enum(PURPOSES).default("bid") }).parse(payload);
    const service = { siteId: runtime.site.id, role: "platform" };
    const kept = await inContext(runtime.db, service, (tx) => packageOf(tx, bidId, purpose));
    const view = await attachTimestamp(runtime, service as never, receiptView(kept, purpose), TIMESTAMP_MS);
    if (!view.receipt.tst && runtime.site.timestampUrl) throw new Error("no time stamp yet");
  },
  "announce-clarification": async (runtime, payload) => {
    const { clarificationId } = z.object({ clarificationId: z.uuid() }).parse(payload);
    await executeAsService(runtime, announceClarification, { clarificationId });
  },
  "announce-form-change": async (runtime, payload) =>
    void (await executeAsService(runtime, announceFormChange, LotPayload.parse(payload))),
  "announce-withdrawal": async (runtime, payload) =>
    void (await executeAsService(runtime, announceWithdrawal, LotPayload.parse(payload))),
  "announce-termination": async (runtime, payload) =>
    void (await executeAsService(runtime, announceTermination, LotPayload.parse(payload))),
  "remind-holders": async (runtime, payload) =>
    void (await executeAsService(runtime, remindHolders, LotPayload.parse(payload))),
  "warn-objections": async (runtime, payload) =>
    void (await executeAsService(runtime, warnOfObjections, LotPayload.parse(payload))),
  "postpone-for-objection": async (runtime, payload) =>
    void (await executeAsService(runtime, postponeForObjection, LotPayload.parse(payload))),
  "postpone-applications": async (runtime, payload) =>
    void (await executeAsService(runtime, postponeApplications, LotPayload.parse(payload))),
  "place-notices": async (runtime) => placeNotices(runtime),
  "read-file-text": async (runtime, payload) =>
    void (await executeAsService(runtime, readTenderFile, z.object({ fileId: z.uuid() }).parse(payload))),
  "mail-digest": async (runtime, payload, context) => {
    const { searchId } = z.object({ searchId: z.uuid() }).parse(payload);
    await mailSavedSearch(runtime, searchId, context);
  },
  "take-payment": async (runtime, payload) => {
    const { statement } = z.object({ statement: z.string() }).parse(payload);
    await executeAsService(runtime, takePayment, { statement: JSON.parse(statement) });
  },
  "take-transfer": async (runtime, payload) => {
    const { statement } = z.object({ statement: z.string() }).parse(payload);
    await executeAsService(runtime, takeTransfer, { statement: JSON.parse(statement) });
  },
  "ask-account": async (runtime, payload) =>
    askAccount(runtime, z.object({ accountId: z.uuid() }).parse(payload).accountId),
  "settle-securities": async (runtime, payload) =>
    void (await executeAsService(runtime, settleSecurities, LotPayload.parse(payload))),
  "send-security": async (runtime, payload) =>
    sendSecurity(runtime, z.object({ payoutId: z.uuid() }).parse(payload).payoutId),
  "watch-securities": async (runtime) => void (await executeAsService(runtime, watchSecurities, {})),
  "ask-bank": async (runtime, payload) => askBank(runtime, z.object({ orderId: z.uuid() }).parse(payload).orderId),
  "refund-lot": async (runtime, payload) =>
    void (await executeAsService(runtime, refundLot, LotPayload.parse(payload))),
  "pay-refund": async (runtime, payload) =>
    payRefund(runtime, z.object({ refundId: z.uuid() }).parse(payload).refundId),
  "claim-service-fee": async (runtime, payload) =>
    void (await executeAsService(runtime, claimServiceFee, LotPayload.parse(payload))),
  "cancel-service-fee": async (runtime, payload) =>
    void (await executeAsService(runtime, cancelServiceFee, LotPayload.parse(payload))),
  "claim-expert-fees": async (runtime, payload) =>
    void (await executeAsService(runtime, claimExpertFees, LotPayload.parse(payload))),
  "pay-experts": async (runtime, payload) =>
    void (await executeAsService(runtime, payExperts, LotPayload.parse(payload))),
  "pass-on-fees": async (runtime, payload) =>
    void (await executeAsService(runtime, passOnDocumentFees, LotPayload.parse(payload))),
  "send-payout": async (runtime, payload) =>
    sendPayout(runtime, z.object({ payoutId: z.uuid() }).parse(payload).payoutId),
  "tell-points": async (runtime, payload) =>
    void (await executeAsService(runtime, tellPoints, LotPayload.parse(payload))),
  "raise-alarm": async (runtime, payload) =>
    void (await executeAsService(
      runtime,
      raiseAlarm,
      z.object({ part: z.enum(["web", "receiver", "worker"]) }).parse(payload),
    )),
  "prove-integrity": async (runtime) => void (await executeAsService(runtime, proveIntegrity, {})),
  "watch-fees": async (runtime) => void (await executeAsService(runtime, watchFees, {})),
  "retry-fee-task": async (runtime, payload) => {
    const { taskId } = z.object({ taskId: z.uuid() }).parse(payload);
    const task = await subjectOfTask(runtime, taskId);
    if (task?.kind === "unknown") await askBank(runtime, task.subjectId);
    if (task?.kind === "refund") await payRefund(runtime, task.subjectId);
    if (task?.kind === "payout") await sendPayout(runtime, task.subjectId);
    if (task?.kind === "security-back") await sendSecurity(runtime, task.subjectId);
  },
  "reconcile-day": async (runtime, payload) =>
    reconcileWithBank(runtime, z.object({ day: z.iso.date() }).parse(payload).day),
  "mail-letter": async (runtime, payload, context) => {
    const { letterId, again } = z.object({ letterId: z.uuid(), again: z.boolean().default(false) }).parse(payload);
    await mailLetter(runtime, letterId, context, again);
  },
  "phone-letter": async (runtime, payload, context) =>
    phoneLetter(runtime, z.object({ letterId: z.uuid() }).parse(payload).letterId, context),
  "enlist-expert": async (runtime, payload) => {
    const { personId, orgId, speciality, regionCode } = payload as Record<string, string>;
    await executeAsService(runtime, enlistExpert, {
      personId: personId!,
      orgId: orgId!,
      speciality: speciality!,
      regionCode: regionCode!,
    });
  },
  "warn-of-expiry": async (runtime, payload) => {
    const { certificateId, occasion, lotId, lotCode, opensAt } = payload as Record<string, string>;
    const lot = lotId ? { lot: { id: lotId, code: lotCode!, opensAt: opensAt! } } : {};
    await executeAsService(runtime, warnOfExpiry, { certificateId: certificateId!, occasion: occasion!, ...lot });
  },
  "mail-invitation": async (runtime, payload, context) => mailInvitation(runtime, Invitation.parse(payload), context),
  "draw-reviewers": async (runtime, payload) =>
    void (await executeAsService(runtime, drawReviewers, LotPayload.parse(payload))),
  "invite-reviewer": async (runtime, payload, context) =>
    inviteReviewer(runtime, z.object({ reviewerId: z.uuid() }).parse(payload).reviewerId, context),
  "invite-expert": async (runtime, payload, context) =>
    inviteExpert(runtime, z.object({ memberId: z.uuid() }).parse(payload).memberId, context),
};

/** Runs one piece of work for the site its payload names. A refusal is an answer, not a failure: it is not tried again. */
export async function perform(context: WorkerContext, name: string, payload: { siteId: string }): Promise<void> {
  const site = await siteOfId(context.process.connection.db, payload.siteId);
  if (!site) return;
  try {
    await WORK[name]!(context.process.runtime(site), payload, context);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tellOfJob(name, "refused", { code: error.refusal.code });
  }
}

/** Work that waits for somebody outside: a bank, a hub, a mail server, a time-stamp service. */
const ABROAD: ReadonlySet<string> = new Set([
  "deliver-outbox",
  "stamp-receipt",
  "mail-digest",
  "mail-letter",
  "mail-invitation",
  "phone-letter",
  "invite-expert",
  "invite-reviewer",
  "ask-bank",
  "pay-refund",
  "send-payout",
  "ask-account",
  "send-security",
  "retry-fee-task",
  "reconcile-day",
]);

/** Work on what strangers made, which may take as long as its limits allow. */
const READING: ReadonlySet<string> = new Set(["read-file-text"]);

/** What a hall full of people waits for: no proof of the night, and no archive of another lot, comes before it. */
const HALL: ReadonlySet<string> = new Set([
  "close-lot",
  "close-applications",
  "open-lot",
  "open-second",
  "open-application",
  "decrypt-bid",
  "settle-opening",
  "settle-outage",
  "settle-application-outage",
]);

/**
 * Sets of hands and how many each has. `hall` does what a deadline asks for and nothing else; `home` never waits for anybody
 * outside; `reading` is one hand, so that files made to be heavy keep neither mails nor processors from everybody else.
 */
export const HANDS = { hall: 2, home: 3, abroad: 3, reading: 1 } as const;
export type Hands = keyof typeof HANDS;

function handsOf(name: string): Hands {
  if (HALL.has(name)) return "hall";
  if (READING.has(name)) return "reading";
  return ABROAD.has(name) ? "abroad" : "home";
}

/** The work of one set of hands. */
export function taskList(context: WorkerContext, hands: Hands): TaskList {
  const names = Object.keys(WORK).filter((name) => handsOf(name) === hands);
  return Object.fromEntries(
    names.map((name) => [name, (payload: unknown) => perform(context, name, payload as { siteId: string })]),
  );
}
