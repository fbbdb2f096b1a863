import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { inContext, legalNow } from "@/kit/db/context";
import { mutation, openMutation, probe, query, router } from "@/kit/procedures";
import { decideAward, decisionDigest } from "@/lifecycle/award/commands/decide";
import { candidatesToSign, publishCandidates } from "@/lifecycle/award/commands/publish-candidates";
import { lettersToSign, sendAwardNotices } from "@/lifecycle/award/commands/send-notices";
import { passingOver, passOverWinner } from "@/lifecycle/award/pass-over";
import { candidatesOf } from "@/lifecycle/award/queries";
import { Circumstance } from "@/lifecycle/bidding/circumstances/schema";
import { circumstanceToSign, tellCircumstance } from "@/lifecycle/bidding/commands/circumstance";
import { withdrawBid } from "@/lifecycle/bidding/commands/withdraw";
import { ownBid, ownBidByNumber, ownDelivery, receiptView } from "@/lifecycle/bidding/queries";
import { bidStanding } from "@/lifecycle/bidding/room";
import { ByReceiptNumber, LotByCode } from "@/lifecycle/bidding/schema";
import { askQuestion, confirmReading, questionDigest } from "@/lifecycle/clarification/commands/ask";
import { clarificationToPublish, publishClarification } from "@/lifecycle/clarification/commands/publish";
import { proposedDeadline } from "@/lifecycle/clarification/rules";
import { Clarification, Question } from "@/lifecycle/clarification/schema";
import { checkIn, declarationDigest, declareNoConflict, recuse } from "@/lifecycle/committee/commands/attend";
import { CommitteeRequest, requestCommittee, requestDigest } from "@/lifecycle/committee/commands/request";
import { ownMember } from "@/lifecycle/committee/queries";
import {
  CompetitionAnswer,
  competitionToSign,
  draftCompetition,
  signCompetition,
} from "@/lifecycle/evaluation/commands/competition";
import { closeFirstEnvelope, firstEnvelopeToSign } from "@/lifecycle/evaluation/commands/first-envelope";
import { reportFileToSign, signReport } from "@/lifecycle/evaluation/commands/report";
import { markItem, scoreItem, sheetToSign, signSheet } from "@/lifecycle/evaluation/commands/review";
import { Revocation, revocationDigest, revokeBid } from "@/lifecycle/evaluation/commands/revoke-bid";
import { startEvaluation } from "@/lifecycle/evaluation/commands/start";
import { reviewView } from "@/lifecycle/evaluation/review-view";
import { MethodTrial, tryMethod } from "@/lifecycle/evaluation/try-method";
import { confirmExpertFee, prepareExpertList } from "@/lifecycle/fees/commands/experts";
import { orderClaim, payClaim } from "@/lifecycle/fees/commands/pay";
import { enterSchedule } from "@/lifecycle/fees/commands/schedule";
import { addInvitee, removeInvitee, replyToInvitation } from "@/lifecycle/invitation/commands";
import { invitationOf, replyDigest } from "@/lifecycle/invitation/queries";
import { InvitationReply } from "@/lifecycle/invitation/schema";
import { profileOf } from "@/lifecycle/law/clauses";
import { candidatePeriodEnd } from "@/lifecycle/law/clocks";
import { readLot } from "@/lifecycle/lot/queries";
import { proposeMandate, signMandate } from "@/lifecycle/mandate/commands";
import { publishNotice, saveNotice } from "@/lifecycle/notice/commands";
import { answerLint } from "@/lifecycle/notice/lint";
import { publishView, trialOf } from "@/lifecycle/notice/queries";
import { endSearch, saveSearch } from "@/lifecycle/notice/saved-searches";
import { PublishTrial, Withdrawal } from "@/lifecycle/notice/schema";
import { withdrawalDigest, withdrawalToPublish, withdrawNotice } from "@/lifecycle/notice/withdrawal";
import { answerDigest, answerObjection } from "@/lifecycle/objection/commands/answer";
import { fileObjection, objectionDigest } from "@/lifecycle/objection/commands/file";
import { objectionOf } from "@/lifecycle/objection/queries";
import { Objection, ObjectionAnswer } from "@/lifecycle/objection/schema";
import { readOutBaseEstimate } from "@/lifecycle/opening/commands/base-estimate";
import { takeChair } from "@/lifecycle/opening/commands/chair";
import { extendWindow, pauseOpening, resumeOpening } from "@/lifecycle/opening/commands/measures";
import { prepareOpeningRecord, signOpeningRecord } from "@/lifecycle/opening/commands/record";
import { releaseKey, signInAtHall, unlockMaterial } from "@/lifecycle/opening/commands/release";
import { answerAtOpening, confirmOpening, objectAtOpening } from "@/lifecycle/opening/commands/remark";
import { announceSecondOpening } from "@/lifecycle/opening/commands/second";
import { speakInHall } from "@/lifecycle/opening/commands/speak";
import { hallView } from "@/lifecycle/opening/hall-view";
import { announcedRecordOf } from "@/lifecycle/opening/queries";
import { roundOfLot } from "@/lifecycle/opening/rounds";
import { takeNotice } from "@/lifecycle/supervision/commands/take-notice";
import { dropBaseEstimate, sealBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { obtainDocument, saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { placeOrder, startPayment } from "@/lifecycle/tender-document/commands/order";
import { composeTenderDocument } from "@/lifecycle/tender-document/compose-file";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { recordApproval } from "@/lifecycle/tender-project/approval";
import { addLot, createTenderProject } from "@/lifecycle/tender-project/commands";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { addRelation, endRelation } from "@/lifecycle/tender-project/relations";
import { enterRate } from "@/platform/billing/commands/rates";
import { closeFeeTask, retryFeeTask } from "@/platform/billing/commands/tasks";
import { digestToSign } from "@/platform/file/pdf-signature";
import { newChallenge } from "@/platform/identity/session";
import { openCalendarLink, revokeCalendarLink } from "@/platform/inbox/calendar-links";
import { setPreferences } from "@/platform/inbox/preferences";
import { markRead } from "@/platform/inbox/queries";
import { signServiceContract } from "@/platform/service/commands";
import { partyRouter } from "./party-router";
import { prequalificationRouter } from "./prequalification-router";
import { securityRouter, validityRouter } from "./security-router";
import { signingRouter } from "./signing-router";
import { siteRouter } from "./site-router";

const LotId = z.object({ lotId: z.uuid() });
const MemberId = z.object({ memberId: z.uuid() });

/** Every act and read of signed-in pages. Public pages read on the server and need none of this. */
export const appRouter = router({
  identity: router({
    /** A nonce to sign: for signing in, or for one legal act. */
    challenge: openMutation(z.object({ purpose: z.enum(["sign-in", "act"]) }), ({ runtime }, { purpose }) =>
      newChallenge(runtime.db, runtime.site, purpose),
    ),
  }),
  party: partyRouter,
  site: siteRouter,
  tender: router({
    create: mutation(createTenderProject),
    addLot: mutation(addLot),
    recordApproval: mutation(recordApproval),
    addRelation: mutation(addRelation),
    endRelation: mutation(endRelation),
    saveDocument: mutation(saveTenderDocument),
    /** Composes the document from its model text and saves form and file. */
    composeDocument: mutation(composeTenderDocument),
    sealBaseEstimate: mutation(sealBaseEstimate),
    dropBaseEstimate: mutation(dropBaseEstimate),
    saveNotice: mutation(saveNotice),
    publishView: query(LotId, async (tx, actor, { lotId }, { site }) =>
      publishView(tx, actor, site, lotId, await legalNow(tx)),
    ),
    /** The check of forms that are not saved yet. */
    tryPublication: probe(PublishTrial, async (tx, actor, asked, { site }) =>
      trialOf(tx, actor, site, asked, await legalNow(tx)),
    ),
    /** Made-up prices through the method as it is being written. */
    tryMethod: probe(MethodTrial, async (tx, actor, { lotId, ...trial }) => {
      await readOwnLot(tx, actor, lotId);
      return tryMethod(trial);
    }),
    proposeMandate: mutation(proposeMandate),
    signMandate: mutation(signMandate),
    answerLint: mutation(answerLint),
    publish: mutation(publishNotice),
    /** The withdrawal as it will stand on the page, and what is signed. */
    withdrawalToSign: query(Withdrawal, async (tx, actor, withdrawal) => {
      const { lot, tender } = await readOwnLot(tx, actor, withdrawal.lotId);
      const { title, number, fields, hash } = await withdrawalToPublish(tx, lot, tender, withdrawal);
      return { act: "notice.withdraw", subject: lot.code, digest: await withdrawalDigest(hash), title, number, fields };
    }),
    withdraw: mutation(withdrawNotice),
  }),
  signing: signingRouter,
  service: router({ signContract: mutation(signServiceContract) }),
  invitation: router({
    add: mutation(addInvitee),
    remove: mutation(removeInvitee),
    replyToSign: query(InvitationReply, async (tx, actor, reply) => {
      const lot = await readLot(tx, reply.lotId);
      if (!(await invitationOf(tx, actor.orgId, lot.id))) throw new Refused(refuse("not_found", "general.not_found"));
      return { act: "invitation.reply", subject: lot.code, digest: await replyDigest(reply) };
    }),
    reply: mutation(replyToInvitation),
  }),
  prequalification: prequalificationRouter,
  document: router({
    obtain: mutation(obtainDocument),
    order: mutation(placeOrder),
    pay: mutation(startPayment),
  }),
  security: securityRouter,
  validity: validityRouter,
  /** What the operator has to look at in the fees. */
  fees: router({ close: mutation(closeFeeTask), retry: mutation(retryFeeTask), enterRate: mutation(enterRate) }),
  experts: router({
    enterSchedule: mutation(enterSchedule),
    prepare: mutation(prepareExpertList),
    confirm: mutation(confirmExpertFee),
  }),
  claims: router({ order: mutation(orderClaim), pay: mutation(payClaim) }),
  objection: router({
    toSign: query(Objection, async (tx, _actor, objection) => ({
      act: "objection.file",
      subject: (await readLot(tx, objection.lotId)).code,
      digest: await objectionDigest(objection),
    })),
    file: mutation(fileObjection),
    answerToSign: query(ObjectionAnswer, async (tx, actor, answer) => {
      const objection = await objectionOf(tx, answer.objectionId);
      const { lot } = await readOwnLot(tx, actor, objection.lotId);
      return { act: "objection.answer", subject: lot.code, digest: await answerDigest(answer) };
    }),
    answer: mutation(answerObjection),
  }),
  clarification: router({
    questionToSign: query(Question, async (tx, _actor, question) => ({
      act: "clarification.ask",
      subject: (await readLot(tx, question.lotId)).code,
      digest: await questionDigest(question),
    })),
    ask: mutation(askQuestion),
    read: mutation(confirmReading),
    /** Digest of what would be published, and the earliest deadline when the old one cannot stay. */
    toSign: query(Clarification, async (tx, actor, draft, { site }) => {
      const { lot } = await readOwnLot(tx, actor, draft.lotId);
      const { hash, content } = await clarificationToPublish(tx, lot, draft);
      const earliest = proposedDeadline(profileOf(site.profile), lot.bidDeadline!, await legalNow(tx));
      return {
        act: "clarification.publish",
        subject: lot.code,
        digest: hash,
        number: content.number,
        documentVersion: content.documentVersion,
        earliest: draft.affectsBids ? earliest?.toISOString() : undefined,
      };
    }),
    publish: mutation(publishClarification),
  }),
  bid: router({
    /** For programs: where one stands in a lot that is named by its code, and a receipt fetched again. */
    standing: query(LotByCode, (tx, actor, { lot }) => bidStanding(tx, actor, lot)),
    receipt: query(ByReceiptNumber, async (tx, actor, { number }) =>
      receiptView(await ownBidByNumber(tx, actor, number)),
    ),
    withdraw: mutation(withdrawBid),
    revoke: mutation(revokeBid),
    changeToSign: probe(Circumstance, (tx, _actor, circumstance) => circumstanceToSign(tx, circumstance)),
    tellChange: mutation(tellCircumstance),
    revocationToSign: query(Revocation, async (tx, actor, { bidId, reason }) => {
      const bid = await ownBid(tx, actor, bidId);
      const digest = await revocationDigest({ sealHash: bid.sealHash, reason });
      return { act: "bid.revoke", subject: (await readLot(tx, bid.lotId)).code, digest };
    }),
    withdrawalToSign: query(z.object({ bidId: z.uuid() }), async (tx, actor, { bidId }) => {
      const { delivery: bid } = await ownDelivery(tx, actor, bidId);
      const lot = await readLot(tx, bid.lotId);
      return { format: "xbid-withdrawal/1", lot: lot.code, bid: bid.bidUuid, seq: bid.seq, sealHash: bid.sealHash };
    }),
  }),
  opening: router({
    view: query(LotId, (tx, actor, { lotId }) => hallView(tx, actor, lotId)),
    signIn: mutation(signInAtHall),
    unlockMaterial: query(LotId, (_tx, actor, { lotId }, runtime) => unlockMaterial(runtime, actor, lotId)),
    release: mutation(releaseKey),
    confirm: mutation(confirmOpening),
    object: mutation(objectAtOpening),
    speak: mutation(speakInHall),
    answer: mutation(answerAtOpening),
    takeChair: mutation(takeChair),
    extendWindow: mutation(extendWindow),
    pause: mutation(pauseOpening),
    resume: mutation(resumeOpening),
    announceSecond: mutation(announceSecondOpening),
    /** The base estimate as its author sealed it; for nobody else there is one. */
    sealedBaseEstimate: query(LotId, async (tx, actor, { lotId }) => {
      const { lot } = await readOwnLot(tx, actor, lotId);
      const kept = (await baseEstimateOf(tx, lotId))?.kept;
      return kept && { lotCode: lot.code, hash: kept.hash, sealed: kept.sealed };
    }),
    readOutBaseEstimate: mutation(readOutBaseEstimate),
    prepareRecord: mutation(prepareOpeningRecord),
    /** Digest of the data and of the PDF that the host signs. */
    recordToSign: query(LotId, async (tx, actor, { lotId }, runtime) => {
      const { lot } = await readOwnLot(tx, actor, lotId);
      const record = await announcedRecordOf(tx, lotId, roundOfLot(lot));
      const pdf =
        record.pdfFileId && !record.signedAt ? await digestToSign(runtime, actor, record.pdfFileId) : undefined;
      return { act: "opening.sign-record", subject: lot.code, digest: record.recordHash, pdf };
    }),
    signRecord: mutation(signOpeningRecord),
  }),
  committee: router({
    requestToSign: query(CommitteeRequest, async (tx, actor, request) => {
      const { lot } = await readOwnLot(tx, actor, request.lotId);
      return { act: "committee.request", subject: lot.code, digest: await requestDigest(request) };
    }),
    request: mutation(requestCommittee),
    checkIn: mutation(checkIn),
    declarationToSign: query(MemberId, async (tx, actor, { memberId }) => {
      const lot = await readLot(tx, (await ownMember(tx, actor, memberId)).lotId);
      return { act: "committee.declare", subject: lot.code, digest: await declarationDigest(lot.code) };
    }),
    declare: mutation(declareNoConflict),
    recuse: mutation(recuse),
  }),
  evaluation: router({
    start: mutation(startEvaluation),
    view: query(MemberId, (tx, actor, { memberId }) => reviewView(tx, actor, memberId)),
    mark: mutation(markItem),
    score: mutation(scoreItem),
    sheetToSign: query(
      MemberId.extend({ step: z.enum(["preliminary", "detailed"]) }),
      (tx, actor, { memberId, step }) => sheetToSign(tx, actor, memberId, step),
    ),
    signSheet: mutation(signSheet),
    draftCompetition: mutation(draftCompetition),
    competitionToSign: query(CompetitionAnswer, competitionToSign),
    signCompetition: mutation(signCompetition),
    firstEnvelopeToSign: query(MemberId, (tx, actor, { memberId }) => firstEnvelopeToSign(tx, actor, memberId)),
    closeFirstEnvelope: mutation(closeFirstEnvelope),
    reportToSign: query(MemberId, async (tx, actor, { memberId }, runtime) =>
      digestToSign(runtime, actor, await reportFileToSign(tx, actor, memberId)),
    ),
    signReport: mutation(signReport),
  }),
  supervision: router({ takeNotice: mutation(takeNotice) }),
  award: router({
    candidatesToSign: query(LotId, async (tx, actor, { lotId }, { site }) => {
      const { lot, tender } = await readOwnLot(tx, actor, lotId);
      const periodEnd = candidatePeriodEnd(await legalNow(tx), profileOf(site.profile));
      const { fields, title, digest } = await candidatesToSign(tx, lot, tender, periodEnd);
      return {
        act: "award.publish-candidates",
        subject: lot.code,
        digest,
        title,
        fields,
        periodEnd: periodEnd.toISOString(),
      };
    }),
    passOverToSign: query(LotId, async (tx, actor, { lotId }) => {
      const { lot } = await readOwnLot(tx, actor, lotId);
      return (await passingOver(tx, lot)).toSign;
    }),
    passOver: mutation(passOverWinner),
    publishCandidates: mutation(publishCandidates),
    decisionToSign: query(
      LotId.extend({ bidId: z.uuid(), ground: z.string().max(1000).default("") }),
      async (tx, actor, { lotId, bidId, ground }) => {
        const { lot } = await readOwnLot(tx, actor, lotId);
        const chosen = (await candidatesOf(tx, lotId)).find((row) => row.bidId === bidId);
        return {
          act: "award.decide",
          subject: lot.code,
          digest: await decisionDigest(lot.code, bidId, ground),
          rank: chosen?.rank,
        };
      },
    ),
    decide: mutation(decideAward),
    lettersToSign: query(LotId, async (tx, actor, { lotId }) => {
      const { lot, tender } = await readOwnLot(tx, actor, lotId);
      const { digest, letters } = await lettersToSign(tx, lot, tender);
      return {
        act: "award.send-notices",
        subject: lot.code,
        digest,
        letters: letters.map(({ kind, number, text }) => ({ kind, number, text })),
      };
    }),
    send: mutation(sendAwardNotices),
  }),
  inbox: router({
    setPreferences: mutation(setPreferences),
    saveSearch: mutation(saveSearch),
    endSearch: mutation(endSearch),
    openCalendar: mutation(openCalendarLink),
    revokeCalendar: mutation(revokeCalendarLink),
    read: openMutation(z.object({ letterId: z.uuid() }), async ({ runtime, actor }, { letterId }) => {
      if (!actor) return;
      await inContext(runtime.db, actor, async (tx) => markRead(tx, actor, letterId, await legalNow(tx)));
    }),
  }),
});
export type AppRouter = typeof appRouter;
