import { and, asc, eq, isNotNull, isNull, or } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";
import { outbox } from "@/kit/tables";
import { trailOf } from "@/kit/trail-queries";
import { candidatesOf } from "@/lifecycle/award/queries";
import { awardLetters, awards, pastAwards } from "@/lifecycle/award/tables";
import { circumstancesOf, unitsOf } from "@/lifecycle/bidding/queries";
import { bids, receiptRefusals } from "@/lifecycle/bidding/tables";
import { drawsOf, requestOf } from "@/lifecycle/committee/queries";
import { committeeMembers, experts } from "@/lifecycle/committee/tables";
import {
  competitionOf,
  evaluationOf,
  marksOf,
  pastEvaluationsOf,
  reportOf,
  reportSignaturesOf,
  scoresOf,
} from "@/lifecycle/evaluation/queries";
import { scoreSheets } from "@/lifecycle/evaluation/tables";
import { inviteesOf } from "@/lifecycle/invitation/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { drawNonces } from "@/lifecycle/lot/tables";
import { mandateInForce } from "@/lifecycle/mandate/queries";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import {
  announcedRecordOf,
  closingRecordOf,
  openingRecordOf,
  remarksOf,
  revocationsOf,
  signInsOf,
  transcriptOf,
} from "@/lifecycle/opening/queries";
import { bidOpenings, lotOutages } from "@/lifecycle/opening/tables";
import { seats } from "@/lifecycle/seat/tables";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { tenderDocuments } from "@/lifecycle/tender-document/tables";
import { approvalOf, projectOf, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { fileOf, filesOf } from "@/platform/file/queries";
import { organisationOf, organisationsOf, registrationAt } from "@/platform/party/queries";
import { people } from "@/platform/party/tables";
import { contractsOf } from "@/platform/service/queries";
import { collectPrequalification } from "./prequal-items";

/** Everything that the archive of an awarded lot is made of, read by a service in one transaction. Files are read later. */
export async function collectArchive(tx: Tx, lotId: string) {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  const record = await announcedRecordOf(tx, lotId);
  const second = await secondOpeningOf(tx, lotId);
  const evaluation = await evaluationOf(tx, lotId);
  const approval = await approvalOf(tx, tender.id);
  const report = await reportOf(tx, lotId, evaluation.version);
  const delivered = await tx.select().from(bids).where(eq(bids.lotId, lotId)).orderBy(asc(bids.sealHash));
  const refusals = await tx
    .select()
    .from(receiptRefusals)
    .where(eq(receiptRefusals.lotId, lotId))
    .orderBy(asc(receiptRefusals.at));
  const letters = await tx
    .select()
    .from(awardLetters)
    .where(eq(awardLetters.lotId, lotId))
    .orderBy(asc(awardLetters.number));
  const remarks = await remarksOf(tx, lotId);
  const revocations = await revocationsOf(tx, lotId);
  const signIns = await signInsOf(tx, lotId);
  const invitees = await inviteesOf(tx, lotId);
  const rows = [...delivered, ...refusals, ...letters, ...remarks, ...signIns, ...invitees];
  return {
    lot,
    tender,
    project: await projectOf(tx, tender.projectId),
    tenderer: await organisationOf(tx, tender.tendererOrgId),
    agency: tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined,
    parties: await organisationsOf(tx, [...new Set(rows.map(({ orgId }) => orgId))]),
    approval,
    transcript: await transcriptOf(tx, lotId),
    approvalFile: approval?.fileId ? await fileOf(tx, approval.fileId) : undefined,
    mandate: await mandateInForce(tx, tender.id),
    notices: await noticesOfLot(tx, lotId),
    invitees,
    serviceContracts: await contractsOf(tx, [
      tender.tendererOrgId,
      ...(tender.agencyOrgId ? [tender.agencyOrgId] : []),
    ]),
    prequalification: await collectPrequalification(tx, lot),
    documents: await documentsOf(tx, lotId),
    bids: await bidsWithOpenings(tx, lotId, delivered),
    refusals,
    revocations,
    circumstances: await Promise.all(
      (await circumstancesOf(tx, lotId)).map(async (one) => ({ ...one, paper: await fileOf(tx, one.fileId) })),
    ),
    outages: await tx.select().from(lotOutages).where(eq(lotOutages.lotId, lotId)).orderBy(asc(lotOutages.at)),
    baseEstimate: (await baseEstimateOf(tx, lotId))?.kept,
    closing: await closingRecordOf(tx, lotId),
    record,
    recordPdf: record.signedPdfFileId ? await fileOf(tx, record.signedPdfFileId) : undefined,
    remarks,
    signIns,
    /** Of a lot with two envelopes: its second opening. */
    second,
    request: await requestOf(tx, lotId),
    draws: await drawsOf(tx, lotId),
    nonces: await tx.select().from(drawNonces).where(eq(drawNonces.lotId, lotId)).orderBy(asc(drawNonces.party)),
    members: await membersOf(tx, lotId),
    evaluation,
    marks: await marksOf(tx, lotId, evaluation.version),
    scores: await scoresOf(tx, lotId, evaluation.version),
    sheets: await tx
      .select()
      .from(scoreSheets)
      .where(and(eq(scoreSheets.lotId, lotId), eq(scoreSheets.version, evaluation.version)))
      .orderBy(asc(scoreSheets.at)),
    report,
    reportPdf: report ? await fileOf(tx, report.pdfFileId) : undefined,
    past: await Promise.all(
      (await pastEvaluationsOf(tx, lotId)).map(async (one) => ({
        ...one,
        report: (await reportOf(tx, lotId, one.version))?.payload,
        sheets: await tx
          .select()
          .from(scoreSheets)
          .where(and(eq(scoreSheets.lotId, lotId), eq(scoreSheets.version, one.version)))
          .orderBy(asc(scoreSheets.at)),
      })),
    ),
    statements: await competitionOf(tx, lotId, evaluation.version),
    reportSignatures: report ? await reportSignaturesOf(tx, report.id) : [],
    candidates: await candidatesOf(tx, lotId),
    award: (await tx.select().from(awards).where(eq(awards.lotId, lotId)))[0],
    pastAwards: await tx.select().from(pastAwards).where(eq(pastAwards.lotId, lotId)).orderBy(asc(pastAwards.at)),
    letters,
    projectTrail: await trailOf(tx, `project:${tender.id}`),
    sealedTrail: await trailOf(tx, `sealed:${lotId}`),
    messages: await tx
      .select()
      .from(outbox)
      .where(and(eq(outbox.tenderProjectId, tender.id), or(eq(outbox.lotId, lotId), isNull(outbox.lotId))))
      .orderBy(asc(outbox.seq)),
  };
}
export type ArchiveFacts = Awaited<ReturnType<typeof collectArchive>>;
export type ArchivedBid = ArchiveFacts["bids"][number];

async function secondOpeningOf(tx: Tx, lotId: string) {
  const record = await openingRecordOf(tx, lotId, 2);
  if (!record) return undefined;
  return {
    record,
    recordPdf: record.signedPdfFileId ? await fileOf(tx, record.signedPdfFileId) : undefined,
    remarks: await remarksOf(tx, lotId, 2),
    signIns: await signInsOf(tx, lotId, 2),
  };
}

async function documentsOf(tx: Tx, lotId: string) {
  const versions = await tx
    .select()
    .from(tenderDocuments)
    .where(and(eq(tenderDocuments.lotId, lotId), isNotNull(tenderDocuments.issuedAt)))
    .orderBy(asc(tenderDocuments.version));
  const found: { version: (typeof versions)[number]; files: Awaited<ReturnType<typeof filesOf>> }[] = [];
  for (const version of versions) found.push({ version, files: await filesOf(tx, version.fileIds) });
  return found;
}

async function bidsWithOpenings(tx: Tx, lotId: string, delivered: readonly (typeof bids.$inferSelect)[]) {
  const openings = await tx
    .select()
    .from(bidOpenings)
    .where(eq(bidOpenings.lotId, lotId))
    .orderBy(asc(bidOpenings.round));
  const found = [];
  for (const bid of delivered) {
    const own = openings.filter(({ bidId }) => bidId === bid.id);
    const files = new Map<string, Awaited<ReturnType<typeof filesOf>>>();
    for (const { segment, files: listed } of own)
      files.set(
        segment,
        await filesOf(
          tx,
          (listed ?? []).map(({ fileId }) => fileId),
        ),
      );
    const registration = await registrationAt(tx, bid.orgId, bid.registrationVersion);
    found.push({ bid, registration, units: await unitsOf(tx, bid.uploadId), openings: own, files });
  }
  return found;
}

async function membersOf(tx: Tx, lotId: string) {
  return tx
    .select({ member: committeeMembers, code: experts.code, name: people.name, seat: seats.code })
    .from(committeeMembers)
    .innerJoin(experts, eq(experts.id, committeeMembers.expertId))
    .innerJoin(people, eq(people.id, committeeMembers.personId))
    .leftJoin(seats, eq(seats.id, committeeMembers.seatId))
    .where(eq(committeeMembers.lotId, lotId))
    .orderBy(asc(committeeMembers.place));
}
