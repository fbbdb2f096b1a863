import { randomUUID } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { ts14 } from "@/core/time";
import { renderPdf } from "@/documents/pdf";
import { byService, type CommandScope, defineCommand, defineServiceCommand, roles } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { activeMembers, memberNames } from "@/lifecycle/committee/queries";
import { moveLot } from "@/lifecycle/lot/move";
import { lockLot, readLot } from "@/lifecycle/lot/queries";
import { lotKeys } from "@/lifecycle/notice/hub-messages";
import { openingRecordOf } from "@/lifecycle/opening/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { insertFile, storeObject } from "@/platform/file/commands";
import { PdfSignatureInput, signStoredPdf } from "@/platform/file/pdf-signature";
import { writeLetters } from "@/platform/inbox/letters";
import { checkBills, pricedBillFiles } from "../bill-check";
import { standingStatement } from "../competition";
import {
  competitionOf,
  computedAtIn,
  evaluatedBids,
  evaluationOf,
  firstEnvelopeIn,
  pastEvaluationsOf,
  rejectionsIn,
  reportOf,
  reportSignaturesOf,
  scoresOf,
  seatedMember,
} from "../queries";
import { reportPayload } from "../report";
import { reportPdf } from "../report-pdf";
import { evaluations, reportSignatures, reports } from "../tables";

/** Builds the report (评标报告) with its ten parts from what the committee decided and the engine computed; nobody types it. */
export const buildReport = defineServiceCommand({
  name: "evaluation.build-report",
  input: z.object({ lotId: z.uuid() }),
  may: byService,
  async prepare({ db, site, ports }, actor, { lotId }) {
    const facts = await inContext(db, actor, async (tx) => {
      const lot = await readLot(tx, lotId);
      const evaluation = await evaluationOf(tx, lotId);
      const members = await activeMembers(tx, lotId);
      const bids = await evaluatedBids(tx, lotId, computedAtIn(evaluation.result));
      return {
        lot,
        evaluation,
        members,
        names: await memberNames(tx, members),
        tender: await tenderProjectOf(tx, lot.tenderProjectId),
        document: (await documentInForce(tx, lotId)).content,
        bids,
        pricedBills: await pricedBillFiles(tx, bids),
        scores: await scoresOf(tx, lotId, evaluation.version),
        opening: await openingRecordOf(tx, lotId),
        second: await openingRecordOf(tx, lotId, 2),
        statements: await competitionOf(tx, lotId, evaluation.version),
        past: await pastEvaluationsOf(tx, lotId),
        existing: await reportOf(tx, lotId, evaluation.version),
      };
    });
    if (facts.evaluation.step !== "report" || facts.existing) return undefined;
    const { lot, document, bids, pricedBills } = facts;
    // A bill in a second envelope that stayed sealed is not there to be checked.
    const passed = firstEnvelopeIn(facts.evaluation.result)?.passed;
    const priced = bids.filter(({ bidId }) => !passed || passed.includes(bidId));
    const billChecks = await checkBills(ports.storage, lot.code, document.bill, priced, pricedBills);
    const payload = reportPayload({ ...facts, billChecks, rejections: rejectionsIn(facts.evaluation.result) });
    const pdf = await renderPdf(reportPdf(payload, site.name));
    return { payload, version: facts.evaluation.version, object: await storeObject(ports.storage, pdf) };
  },
  async run({ tx, site, now, prepared }, { lotId }) {
    const lot = await lockLot(tx, lotId, "update");
    if (!prepared || (await reportOf(tx, lotId, prepared.version)))
      throw new Refused(refuse("conflict", "evaluation.step_closed"));
    const pdfFileId = await insertFile(tx, {
      ...prepared.object,
      siteId: site.id,
      lotId,
      kind: "report",
      scope: "committee",
      name: `评标报告-${lot.code}.pdf`,
      mediaType: "application/pdf",
      at: now,
    });
    await tx.insert(reports).values({
      id: randomUUID(),
      siteId: site.id,
      lotId,
      version: prepared.version,
      payload: prepared.payload as never,
      pdfFileId,
    });
    return {
      result: { pdfFileId },
      trail: [
        {
          action: "report.built",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { pdf: prepared.object.sha256 },
        },
      ],
    };
  },
});

async function openReport({ tx, actor }: Pick<CommandScope, "tx" | "actor">, memberId: string, lock: boolean) {
  const member = await seatedMember(tx, actor, memberId);
  const lot = lock ? await lockLot(tx, member.lotId, "update") : await readLot(tx, member.lotId);
  const evaluation = await evaluationOf(tx, lot.id);
  const report = await reportOf(tx, lot.id, evaluation.version);
  if (lot.state !== "E1" || !report) throw new Refused(refuse("conflict", "evaluation.step_closed"));
  if (lot.flags.length) throw new Refused(refuse("conflict", "opening.suspended"));
  const signatures = await reportSignaturesOf(tx, report.id);
  if (signatures.some((row) => row.memberId === memberId))
    throw new Refused(refuse("conflict", "evaluation.sheet_signed"));
  return { member, lot, evaluation, report, signatures };
}

/** The file whose digest a member's browser is to sign now: the report with the signatures it has so far. */
export async function reportFileToSign(
  tx: CommandScope["tx"],
  actor: CommandScope["actor"],
  memberId: string,
): Promise<string> {
  return (await openReport({ tx, actor }, memberId, false)).report.pdfFileId;
}

/**
 * A member signs the report, on the same bytes, one after another; a dissent is on record with its text. When the last
 * one has signed, the report is final and goes to the tenderer (transition 16, O20 art. 34).
 */
export const signReport = defineCommand({
  name: "evaluation.sign-report",
  input: z.object({
    memberId: z.uuid(),
    pdf: PdfSignatureInput,
    dissent: z.string().trim().max(4000, "不同意见不能超过 4000 字").default(""),
  }),
  may: roles("expert"),
  async prepare(runtime, actor, { memberId, pdf }) {
    const fileId = await inContext(runtime.db, actor, (tx) => reportFileToSign(tx, actor, memberId));
    return { fileId, object: await signStoredPdf(runtime, actor, fileId, pdf) };
  },
  async run(scope, { memberId, dissent }) {
    const { tx, site, now, prepared } = scope;
    const { lot, evaluation, report, signatures } = await openReport(scope, memberId, true);
    // Somebody else signed meanwhile: the bytes have grown, and this signature is not on them.
    if (report.pdfFileId !== prepared.fileId) throw new Refused(refuse("conflict", "evaluation.report_grew"));
    const pdfFileId = await insertFile(tx, {
      ...prepared.object,
      siteId: site.id,
      lotId: lot.id,
      kind: "report",
      scope: "committee",
      name: `评标报告-${lot.code}.pdf`,
      mediaType: "application/pdf",
      at: now,
    });
    await tx.insert(reportSignatures).values({
      siteId: site.id,
      lotId: lot.id,
      reportId: report.id,
      memberId,
      kind: dissent ? "dissented" : "signed",
      text: dissent,
      at: now,
    });
    const members = await activeMembers(tx, lot.id);
    const isLast = signatures.length + 1 >= members.length;
    await tx
      .update(reports)
      .set({ pdfFileId, ...(isLast ? { finishedAt: now, deliveredAt: now } : {}) })
      .where(eq(reports.id, report.id));
    const line = {
      action: dissent ? "report.dissented" : "report.signed",
      subject: memberId,
      lotId: lot.id,
      chain: `project:${lot.tenderProjectId}` as const,
      facts: { pdf: prepared.object.sha256, signatures: signatures.length + 1 },
    };
    if (!isLast)
      return { result: { signed: signatures.length + 1, of: members.length, finished: false }, trail: [line] };

    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    const rejections = rejectionsIn(evaluation.result);
    const bids = await evaluatedBids(tx, lot.id, computedAtIn(evaluation.result));
    const validBids = bids.length - rejections.length;
    const stated = standingStatement(
      members.map(({ id }) => id),
      await competitionOf(tx, lot.id, evaluation.version),
      validBids,
    );
    const moved = await moveLot(tx, lot, "E2", now, {
      regime: tender.regime,
      unfinishedItems: 0,
      ungroundedRejections: rejections.filter(({ ground, reason }) => !ground || !reason).length,
      validBids,
      ...(stated ? { competition: { lacking: stated.isLacking, text: stated.text } } : {}),
      silentMembers: 0,
    });
    await tx
      .update(evaluations)
      .set({ step: "done", finishedAt: now })
      .where(and(eq(evaluations.lotId, lot.id)));
    const owner = tender.agencyOrgId ?? tender.tendererOrgId;
    const jobs = await writeLetters(
      tx,
      site.id,
      now,
      [...new Set([tender.tendererOrgId, owner])].map((orgId) => ({
        orgId,
        lotId: lot.id,
        kind: "report",
        subject: `评标报告已提交：标段 ${lot.code}`,
        body: "评标委员会已完成评标，全体成员已签署评标报告。请自收到之日起 3 日内公示中标候选人。",
      })),
    );
    return {
      result: { signed: signatures.length + 1, of: members.length, finished: true },
      trail: [line, moved.line],
      hub: [
        {
          dataset: "509",
          tenderProjectId: tender.id,
          lotId: lot.id,
          subject: `${lot.code}-${evaluation.version}`,
          body: {
            ...lotKeys(lot, tender),
            NOTICE_NAME: `${lot.name}评标报告`,
            EVALUATION_CONTENT: `评标报告 PDF 的 SHA-256：${prepared.object.sha256}`,
            SUBMIT_TIME: ts14(now),
            END_TIME: ts14(now),
            EVALUATION_RESULT: "1",
            URL: `https://${site.host}/tenders/${lot.code}`,
          },
        },
      ],
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});
