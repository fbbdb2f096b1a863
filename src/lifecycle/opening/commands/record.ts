import { eq } from "drizzle-orm";
import { z } from "zod";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import { ts14 } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { renderPdf } from "@/documents/pdf";
import { defineCommand, roles } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { moveLot } from "@/lifecycle/lot/move";
import { requireScope } from "@/lifecycle/mandate/queries";
import { contentHash, noticeBody } from "@/lifecycle/notice/fields";
import { lotKeys, NOT_COLLECTED, OTHER_KIND, PARTY_ROLES } from "@/lifecycle/notice/hub-messages";
import { notices } from "@/lifecycle/notice/tables";
import { baseEstimateOf } from "@/lifecycle/tender-document/queries";
import { lockOwnLot, readOwnLot } from "@/lifecycle/tender-project/queries";
import { insertFile, storeObject } from "@/platform/file/commands";
import { PdfSignatureInput, signStoredPdf } from "@/platform/file/pdf-signature";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { organisationOf, organisationsOf, personOf } from "@/platform/party/queries";
import { deviceMessages } from "../device-messages";
import { say } from "../events";
import { announcedRecordOf, failedOpened, measuresOf, openingsOf, recordsOf, remarksOf } from "../queries";
import { baseEstimateText, type RecordPayload, rowTitle } from "../record";
import { openingRecordPdf, recordNumber } from "../record-pdf";
import { isOpening, openingName, type Round, roundOfLot } from "../rounds";
import { securityLines } from "../securities";
import { marginFields, securityMessages } from "../security-messages";
import { actAsHost } from "./chair";

/** Longest name of a consortium that dataset 507 takes. */
const UNION_NAME_CHARS = 1000;

/** Writes the record for signing (生成开标记录): announced lines, confirmations, objections and answers become its final text. */
export const prepareOpeningRecord = defineCommand({
  name: "opening.prepare-record",
  input: z.object({ lotId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async prepare({ db, ports, site }, actor, { lotId }) {
    const facts = await inContext(db, actor, async (tx) => {
      const { lot, tender } = await readOwnLot(tx, actor, lotId);
      const round = roundOfLot(lot);
      const record = await announcedRecordOf(tx, lotId, round);
      const remarks = await remarksOf(tx, lotId, round);
      const names = new Map<string, string>();
      for (const { orgId } of remarks) names.set(orgId, (await organisationOf(tx, orgId)).name);
      return {
        lot,
        tender,
        record,
        remarks,
        measures: await measuresOf(tx, lotId, round),
        names,
        round,
        baseEstimate: await baseEstimateOf(tx, lotId),
        host: await personOf(tx, actor.personId),
        hostOrg: await organisationOf(tx, actor.orgId),
        tenderer: await organisationOf(tx, tender.tendererOrgId),
        now: await legalNow(tx),
      };
    });
    const announced = facts.record.payload as unknown as RecordPayload;
    const { round } = facts;
    // It was read out at the first opening and stands in the record of that one.
    const baseEstimate = round === 1 ? facts.baseEstimate : undefined;
    if (baseEstimate && !baseEstimate.kept?.readOutAt)
      throw new Refused(refuse("conflict", "opening.base_estimate_sealed"));
    const payload = {
      ...announced,
      ...(baseEstimate?.kept
        ? { baseEstimate: { text: baseEstimateText(baseEstimate.kept), hash: baseEstimate.hash } }
        : {}),
      host: `${facts.hostOrg.name} ${facts.host.name}`,
      ...(facts.hostOrg.id === facts.tenderer.id ? {} : { tenderer: facts.tenderer.name }),
      ...(facts.measures.length
        ? {
            measures: facts.measures.map(({ kind, reason, evidence, oldEnd, newEnd, at }) => ({
              ...{ kind, reason, evidence, at: at.toISOString() },
              ...{ oldEnd: oldEnd.toISOString(), newEnd: newEnd.toISOString() },
            })),
          }
        : {}),
      remarks: facts.remarks.map((remark) => ({
        organisation: facts.names.get(remark.orgId)!,
        kind: remark.kind,
        text: remark.text,
        answer: remark.answer ?? "",
        at: remark.at.toISOString(),
      })),
    };
    const recordHash = hex(sha256(encodeCanonical(payload as never)));
    const pdf = await renderPdf(openingRecordPdf(payload, recordHash, site.name));
    return { round, payload, recordHash, version: facts.record.version, object: await storeObject(ports.storage, pdf) };
  },
  async run(scope, { lotId }) {
    const { tx, actor, site, now, prepared } = scope;
    const { lot } = await lockOwnLot(tx, actor, lotId);
    const round = roundOfLot(lot);
    const record = await announcedRecordOf(tx, lotId, round);
    await actAsHost(scope, lot);
    const open = (await remarksOf(tx, lotId, round)).filter(
      ({ kind, answeredAt }) => kind === "objection" && !answeredAt,
    );
    if (open.length) throw new Refused(refuse("conflict", "opening.objection_open", { count: open.length }));
    if (!isOpening(lot) || record.signedAt) throw new Refused(refuse("conflict", "opening.record_closed"));
    if (round !== prepared.round || record.version !== prepared.version)
      throw new Refused(refuse("conflict", "general.changed_meanwhile"));
    const pdfFileId = await insertFile(tx, {
      ...prepared.object,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      lotId,
      kind: "opening-record",
      scope: "parties",
      name: recordFile(lot.code, round),
      mediaType: "application/pdf",
      at: now,
    });
    const table = recordsOf(round);
    await tx
      .update(table)
      .set({
        payload: prepared.payload as never,
        recordHash: prepared.recordHash,
        pdfFileId,
        version: record.version + 1,
      })
      .where(eq(table.lotId, lotId));
    return {
      result: { recordHash: prepared.recordHash },
      trail: [
        {
          action: round === 1 ? "opening-record.prepared" : "second-record.prepared",
          subject: lot.code,
          lotId,
          chain: `project:${lot.tenderProjectId}`,
          facts: { recordHash: prepared.recordHash, pdf: prepared.object.sha256 },
        },
      ],
    };
  },
});

const recordFile = (lotCode: string, round: Round): string =>
  `${round === 1 ? "开标记录" : "第二信封开标记录"}-${lotCode}.pdf`;

/**
 * The host signs data and PDF of the record; it is published and sent in the same transaction (transition 13, O20 art. 32). The
 * record of second envelopes gives the lot back to its committee (transition 15).
 */
export const signOpeningRecord = defineCommand({
  name: "opening.sign-record",
  input: z.object({ lotId: z.uuid(), statement: StatementInput, pdf: PdfSignatureInput }),
  may: roles("tenderer", "agency"),
  async prepare(runtime, actor, { lotId, pdf }) {
    const fileId = await inContext(runtime.db, actor, async (tx) => {
      const { lot } = await readOwnLot(tx, actor, lotId);
      const record = await announcedRecordOf(tx, lotId, roundOfLot(lot));
      if (!record.pdfFileId || record.signedPdfFileId) throw new Refused(refuse("conflict", "opening.record_closed"));
      return record.pdfFileId;
    });
    return { fileId, object: await signStoredPdf(runtime, actor, fileId, pdf) };
  },
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now, prepared } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    await requireScope(tx, actor, tender, "open", now);
    await actAsHost(scope, lot);
    const round = roundOfLot(lot);
    const record = await announcedRecordOf(tx, lotId, round);
    if (record.signedAt || record.pdfFileId !== prepared.fileId)
      throw new Refused(refuse("conflict", "opening.record_closed"));
    await requireAct(scope, statement, { act: "opening.sign-record", subject: lot.code, digest: record.recordHash });
    const openings = await openingsOf(tx, lotId, round);
    const open = (await remarksOf(tx, lotId, round)).filter(
      ({ kind, answeredAt }) => kind === "objection" && !answeredAt,
    ).length;
    const to = round === 1 ? "O2" : "E1";
    const moved = await moveLot(tx, lot, to, now, {
      regime: tender.regime,
      undecidedPackages: openings.filter(({ finalAt }) => !finalAt).length,
      // The announced lines were written from the packages themselves, in the commit that announced them.
      priceMismatches: 0,
      openOpeningObjections: open,
      ...(round === 2 ? { failedBiddersOpened: await failedOpened(tx, lotId) } : {}),
    });
    const signedPdfFileId = await insertFile(tx, {
      ...prepared.object,
      siteId: site.id,
      ownerOrgId: actor.orgId,
      lotId,
      kind: "opening-record",
      scope: "public",
      name: recordFile(lot.code, round),
      mediaType: "application/pdf",
      at: now,
    });
    const table = recordsOf(round);
    await tx.update(table).set({ statement, signedPdfFileId, signedAt: now }).where(eq(table.lotId, lotId));
    const payload = record.payload as unknown as RecordPayload & { host: string };
    const title = `${tender.name}${lot.name}${openingName(payload.envelope)}记录`;
    const fields: Record<string, string> = {
      lotCode: lot.code,
      lotName: lot.name,
      openingTime: payload.openedAt,
      ...(payload.baseEstimate ? { baseEstimate: payload.baseEstimate.text } : {}),
      openingSummary: payload.rows
        .map(
          (row) =>
            `${rowTitle(row)}：${row.outcome === "decrypted" ? row.items.map(({ label, value }) => `${label} ${value}`).join("，") : `${row.cause}，${row.effect}`}`,
        )
        .join("；"),
    };
    const number = recordNumber(lot.code, payload.envelope);
    await tx.insert(notices).values({
      siteId: site.id,
      lotId,
      tenderProjectId: tender.id,
      number,
      kind: "opening-record",
      title,
      fields,
      body: noticeBody(fields),
      contentHash: contentHash(title, fields),
      statement,
      publishedAt: now,
    });
    await say(tx, site.id, lotId, now, "closed", { ...(round === 1 ? {} : { round }), recordHash: record.recordHash });
    const base = { tenderProjectId: tender.id, lotId };
    const deliver = { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` };
    const agency = tender.agencyOrgId ? await organisationOf(tx, tender.agencyOrgId) : undefined;
    const tenderer = await organisationOf(tx, tender.tendererOrgId);
    const bidders = await organisationsOf(
      tx,
      openings.map(({ orgId }) => orgId),
    );
    const securities = new Map((await securityLines(tx, lot)).map((line) => [line.orgId, line]));
    const parties = new Map([...bidders.values()].map((party) => [party.creditCode, party]));
    return {
      result: { state: to },
      trail: [
        {
          action: round === 1 ? "opening-record.signed" : "second-record.signed",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { recordHash: record.recordHash, pdf: prepared.object.sha256 },
        },
        moved.line,
      ],
      hub: [
        {
          ...base,
          dataset: "506",
          subject: number,
          body: {
            TENDER_PROJECT_CODE: tender.code,
            BID_SECTION_CODES: lot.code,
            UNIFIED_DEAL_CODES: lot.dealCode,
            NOTICE_NAME: title,
            BID_OPENING_ACTOR: payload.rows.map(({ organisation }) => organisation).join(";"),
            BID_OPENING_CONTENT: noticeBody(fields),
            BID_OPENING_ADDRESS: payload.place,
            BID_OPENING_TIME: ts14(new Date(payload.openedAt)),
            URL: `https://${site.host}/tenders/${lot.code}/opening`,
            OPEN_COMPERE: payload.host,
            TENDER_AGENCY_PERSON: agency?.contact || "无",
            TENDERER_PERSON: tenderer.contact || "无",
          },
        },
        // The list of bidders went out with the first opening and did not change.
        ...(round === 1 ? payload.rows : []).map((row) => ({
          ...base,
          dataset: "507",
          subject: `${lot.code}-${row.creditCode}`,
          body: {
            ...lotKeys(lot, tender),
            BIDDER_NAME: row.organisation,
            BIDDER_CODE_TYPE: parties.get(row.creditCode)?.codeType ?? "1",
            BIDDER_ORG_CODE: row.creditCode,
            BIDDER_ROLE: PARTY_ROLES.bidder,
            BIDDER_REGION_CODE: parties.get(row.creditCode)?.regionCode ?? tender.regionCode,
            BIDDER_PROPERTY: OTHER_KIND,
            IS_LOST: "0",
            BID_MANAGER: row.items.find(({ id }) => id === "project_lead")?.value ?? NOT_COLLECTED,
            PM_CODE: NOT_COLLECTED,
            PM_CERTIFICATES: row.items.find(({ id }) => id === "lead_certificate")?.value ?? NOT_COLLECTED,
            ...marginFields(securities.get(parties.get(row.creditCode)?.id ?? ""), lot.openedAt!),
            BIDDER_OPERATION_PERSON: parties.get(row.creditCode)?.contact || NOT_COLLECTED,
            BIDDER_OPERATION_PERSON_CON: parties.get(row.creditCode)?.phone || NOT_COLLECTED,
            CHECKIN_TIME: ts14(new Date(row.receivedAt)),
            PRICE_FORM_CODE: "1",
            ...(row.members
              ? {
                  // Names are what the bid says; a hub that refused one too long would hold up all others.
                  UNION_ENTERPRISE_NAME: row.members
                    .map(({ name }) => name)
                    .join(";")
                    .slice(0, UNION_NAME_CHARS),
                  UNION_ORGAN_SET_CODE: row.members.map(({ creditCode }) => creditCode).join(";"),
                }
              : {}),
          },
        })),
        ...(round === 1 ? securityMessages(lot, tender, [...securities.values()], bidders) : []),
        ...(await deviceMessages(tx, lot, tender, openings, bidders)),
      ],
      jobs:
        round === 1
          ? [deliver, { name: "settle-securities", payload: { lotId }, key: `securities:${lotId}` }]
          : [deliver, { name: "settle-evaluation", payload: { lotId }, key: `evaluate:${lotId}` }],
    };
  },
});
