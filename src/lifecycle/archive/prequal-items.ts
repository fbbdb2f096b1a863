import { eq } from "drizzle-orm";
import { concat, u32be } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import type { Tx } from "@/kit/db/connect";
import { unitsOf } from "@/lifecycle/bidding/queries";
import { readBody } from "@/lifecycle/bidding/stored-body";
import type { DrawRecord } from "@/lifecycle/committee/draw";
import type { DrawCase } from "@/lifecycle/committee/draw-case";
import { wordsOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import {
  applicationClosingOf,
  issuedForms,
  resultsOf,
  reviewersOf,
  reviewReportOf,
  signaturesOf,
} from "@/lifecycle/prequalification/queries";
import { prequalManifest } from "@/lifecycle/prequalification/rules";
import { applicationOpenings, applications, prequalDraws } from "@/lifecycle/prequalification/tables";
import { filesOf } from "@/platform/file/queries";
import { organisationsOf, peopleOf } from "@/platform/party/queries";
import type { Storage } from "@/ports/storage";
import { item, json, type PlannedItem } from "./planned-item";

/** Everything that is kept of a prequalification, read by a service; undefined where there was none. */
export async function collectPrequalification(tx: Tx, lot: Lot) {
  if (!lot.prequalified) return undefined;
  const forms = (await issuedForms(tx, lot.id)).reverse();
  const sent = await tx
    .select()
    .from(applications)
    .where(eq(applications.lotId, lot.id))
    .orderBy(applications.sealHash);
  const openings = await tx.select().from(applicationOpenings).where(eq(applicationOpenings.lotId, lot.id));
  const reviewers = await reviewersOf(tx, lot.id);
  const documents = [];
  for (const form of forms) documents.push({ form, files: await filesOf(tx, form.fileIds) });
  const packages = [];
  for (const row of sent) {
    const opening = openings.find(({ applicationId }) => applicationId === row.id);
    const files = await filesOf(
      tx,
      (opening?.files ?? []).map(({ fileId }) => fileId),
    );
    packages.push({ row, opening, files, units: await unitsOf(tx, row.uploadId) });
  }
  return {
    documents,
    packages,
    closing: await applicationClosingOf(tx, lot.id),
    reviewers,
    names: await peopleOf(
      tx,
      reviewers.map(({ personId }) => personId),
    ),
    report: await reviewReportOf(tx, lot.id),
    signatures: await signaturesOf(tx, lot.id),
    results: await resultsOf(tx, lot.id),
    draw: (await tx.select().from(prequalDraws).where(eq(prequalDraws.lotId, lot.id)))[0]?.record ?? undefined,
    applicants: await organisationsOf(tx, [...new Set(sent.map(({ orgId }) => orgId))]),
  };
}
export type ArchivedPrequalification = NonNullable<Awaited<ReturnType<typeof collectPrequalification>>>;

/** The set of a prequalification (资格预审, letter E). */
export function prequalItems(lotCode: string, facts: ArchivedPrequalification, storage: Storage): PlannedItem[] {
  const { documents, packages, closing, reviewers, names, report, signatures, results, draw } = facts;
  const words = wordsOf(documents.at(-1)?.form.content.items ? "proposal" : "application");
  const party = (orgId: string) => {
    const { name, creditCode } = facts.applicants.get(orgId)!;
    return { organisation: name, creditCode };
  };
  return [
    json("E", "prequalification/record.json", `${words.title}记录`, {
      format: "xinbiao-archived-prequalification/1",
      documents: documents.map(({ form: { version, digest, issuedAt, change, statement } }) => ({
        ...{ version, digest, issuedAt, change, statement },
      })),
      closing: closing && { at: closing.closedAt, statement: closing.statement },
      reviewers: reviewers.map(({ personId, kind, declaredAt, declaration }) => ({
        ...{ name: names.get(personId), kind, declaredAt, declaration },
      })),
      report: report && {
        payload: report.payload,
        hash: report.reportHash,
        signatures: signatures.map(({ reviewerId, at, statement }) => ({
          name: names.get(reviewers.find(({ id }) => id === reviewerId)?.personId ?? ""),
          ...{ at, statement },
        })),
      },
      results: results.map(({ orgId, qualified, reasons, members, at, statement }) => ({
        ...party(orgId),
        ...{ qualified, reasons, members, at, statement },
      })),
    }),
    ...(draw ? [json("E", "prequalification/draw.json", "资格审查委员会专家抽取", drawCaseOf(lotCode, draw))] : []),
    ...documents.flatMap(({ form, files }) => [
      // Exactly the bytes whose hash applications name as `tenderDigest`.
      item(
        "E",
        `prequalification/documents/v${form.version}.json`,
        `${words.document}第 ${form.version} 版`,
        async () => [encodeCanonical(prequalManifest(lotCode, form.version, form.content, files))],
      ),
      ...files.map((file, i) =>
        item("E", `prequalification/documents/v${form.version}/${pad(i)}-${file.name}`, file.name, () =>
          storage.get(file.storageKey),
        ),
      ),
    ]),
    ...packages.flatMap(({ row, opening, files, units }) => {
      const folder = `prequalification/applications/${row.sealHash}`;
      const who = party(row.orgId).organisation;
      async function* sealed() {
        yield* readBody(storage, units, 0, row.bodyLength);
        yield concat(u32be(row.seal.length), row.seal, u32be(row.signature.length), row.signature);
      }
      return [
        item("E", `${folder}/package.xbid`, `加密${words.package}：${who}`, async () => sealed()),
        json("E", `${folder}/application.json`, `${words.package}：${who}`, {
          format: "xinbiao-archived-application/1",
          ...party(row.orgId),
          ...{ seq: row.seq, sealHash: row.sealHash, receivedAt: row.receivedAt },
          ...{ replacedAt: row.replacedAt, withdrawnAt: row.withdrawnAt, withdrawal: row.withdrawal },
          receipt: row.receipt,
          opening: opening && {
            ...{ state: opening.state, releasedAt: opening.releasedAt, release: opening.release },
            ...{ failureClass: opening.failureClass, form: opening.form, consortium: opening.consortium },
            files: (opening.files ?? []).map(({ name, size, sha256 }) => ({ name, size, sha256 })),
          },
        }),
        ...files.map((file, i) =>
          item("E", `${folder}/opened/${pad(i)}-${file.name}`, `${who}：${file.name}`, () =>
            storage.get(file.storageKey),
          ),
        ),
      ];
    }),
  ];
}

/** The draw of the review committee as a case that anybody recomputes. */
function drawCaseOf(lotCode: string, record: Record<string, unknown>): DrawCase {
  const { label, items, inputHash, drawn, standby, nonces, commitments } = record as unknown as DrawRecord & {
    readonly nonces: readonly string[];
    readonly commitments: readonly string[];
  };
  return {
    format: "xinbiao-draw/1",
    lot: lotCode,
    parties: ["platform", "host"].map((party, i) => ({ party, nonce: nonces[i]!, commitment: commitments[i]! })),
    draws: [
      {
        ...{ label, items: [...items], inputHash, count: drawn.length, standby: standby.length },
        expect: { drawn: [...drawn], standby: [...standby] },
      },
    ],
  };
}

const pad = (i: number): string => String(i + 1).padStart(2, "0");
