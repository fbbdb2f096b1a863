import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { readLot } from "@/lifecycle/lot/queries";
import type { LotState } from "@/lifecycle/lot/states";
import { filesOf } from "@/platform/file/queries";
import { organisationsOf, peopleOf } from "@/platform/party/queries";
import {
  applicationOpeningsOf,
  formInForce,
  marksOf,
  ownResult,
  ownReviewer,
  type PrequalDocument,
  reviewersOf,
  reviewReportOf,
  roundOfLot,
  signaturesOf,
} from "./queries";
import { composeReport, isReviewed } from "./review";
import { hashOf } from "./rules";
import type { PrequalContent, PrequalCriterion, ReviewReport } from "./schema";

/** What an applicant sees of its own application once the deadline has passed; nothing of anybody else. */
export interface OwnApplicationView {
  readonly lotId: string;
  readonly lotCode: string;
  readonly lotName: string;
  readonly now: string;
  readonly state: LotState;
  readonly round: RoundKind;
  /** waiting | released | decrypted | failed */
  readonly opening?: string;
  readonly windowEndsAt?: string;
  readonly result?: { readonly qualified: boolean; readonly reasons: readonly string[]; readonly at: string };
}

/** The own application after its deadline; undefined before, and for who has not applied. */
export async function ownApplicationView(tx: Tx, actor: Actor, lotId: string): Promise<OwnApplicationView | undefined> {
  const lot = await readLot(tx, lotId);
  if (!lot.prequalified || lot.state === "P1") return undefined;
  const opening = (await applicationOpeningsOf(tx, lotId)).find(({ orgId }) => orgId === actor.orgId);
  const result = await ownResult(tx, actor.orgId, lotId);
  if (!opening && !result) return undefined;
  return {
    lotId,
    lotCode: lot.code,
    lotName: lot.name,
    now: (await legalNow(tx)).toISOString(),
    state: lot.state,
    round: (await roundOfLot(tx, lot)) ?? "application",
    ...(opening ? { opening: opening.state } : {}),
    ...(lot.applicationWindowEndsAt ? { windowEndsAt: lot.applicationWindowEndsAt.toISOString() } : {}),
    ...(result
      ? { result: { qualified: result.qualified, reasons: result.reasons, at: formatInstant(result.at) } }
      : {}),
  };
}

export interface ReviewerShown {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly kind: "expert" | "tenderer";
  readonly declared: boolean;
  readonly signed: boolean;
}

export async function reviewersShown(tx: Tx, lotId: string): Promise<ReviewerShown[]> {
  const rows = await reviewersOf(tx, lotId);
  const names = await peopleOf(
    tx,
    rows.map(({ personId }) => personId),
  );
  const parties = await organisationsOf(
    tx,
    rows.map(({ orgId }) => orgId),
  );
  const signed = new Set((await signaturesOf(tx, lotId)).map(({ reviewerId }) => reviewerId));
  return rows.map(({ id, personId, orgId, kind, declaredAt }) => ({
    id,
    name: names.get(personId) ?? "",
    organisation: parties.get(orgId)?.name ?? "",
    kind: kind as ReviewerShown["kind"],
    declared: declaredAt !== null,
    signed: signed.has(id),
  }));
}

/** The document as its pages show it. */
export async function formShown(tx: Tx, document: PrequalDocument) {
  const { version, digest, content, fileIds } = document;
  const files = await filesOf(tx, fileIds);
  return { version, digest: digest ?? "", content, files: files.map(({ id, name, sha256 }) => ({ id, name, sha256 })) };
}

/** One application as a reviewer reads it. */
export interface ApplicationShown {
  readonly applicationId: string;
  readonly name: string;
  readonly creditCode: string;
  readonly opened: boolean;
  /** What does not hold of it by machine evidence. */
  readonly missing: string;
  readonly form: readonly (readonly [label: string, value: string])[];
  readonly files: readonly { readonly name: string; readonly fileId: string }[];
  readonly parties: readonly string[];
  readonly findings: readonly string[];
  /** Own marks. */
  readonly marks: readonly { readonly criterionId: string; readonly passed: boolean; readonly reason: string }[];
}

export interface ReviewView {
  readonly lotId: string;
  readonly lotCode: string;
  readonly lotName: string;
  readonly state: LotState;
  readonly declared: boolean;
  /** Drawn, and not yet bound: it may leave for a conflict. */
  readonly mayRecuse: boolean;
  readonly signed: boolean;
  readonly criteria: readonly PrequalCriterion[];
  readonly files: readonly { readonly id: string; readonly name: string }[];
  readonly applications: readonly ApplicationShown[];
  /** The report, once all have judged all. */
  readonly report?: ReviewReport;
}

/** The review as one reviewer sees it: applications only after the declaration and once the review has begun. */
export async function reviewView(tx: Tx, actor: Actor, lotId: string): Promise<ReviewView> {
  const reviewer = await ownReviewer(tx, actor, lotId);
  const lot = await readLot(tx, lotId);
  const { content, fileIds } = await formInForce(tx, lotId);
  const signed = (await signaturesOf(tx, lotId)).some(({ reviewerId }) => reviewerId === reviewer.id);
  const kept = await reviewReportOf(tx, lotId);
  const report = kept?.payload ?? ((await canCompose(tx, lotId, lot.state)) ? await composeReport(tx, lot) : undefined);
  return {
    lotId,
    lotCode: lot.code,
    lotName: lot.name,
    state: lot.state,
    declared: reviewer.declaredAt !== null,
    mayRecuse: reviewer.place !== null && (lot.state === "P1" || lot.state === "P2"),
    signed,
    criteria: content.criteria,
    files: (await filesOf(tx, fileIds)).map(({ id, name }) => ({ id, name })),
    applications: await applicationsShown(tx, lotId, content, reviewer.id),
    ...(report ? { report } : {}),
  };
}

/** Of technical proposals there is nothing to wait for: they are listed, not judged. */
const canCompose = async (tx: Tx, lotId: string, state: LotState) =>
  state === "P3" && ((await formInForce(tx, lotId)).content.items !== undefined || (await isReviewed(tx, lotId)));

/** What was handed in, as those who may read it do; with the own marks of a reviewer. */
export async function applicationsShown(
  tx: Tx,
  lotId: string,
  content: PrequalContent,
  reviewerId: string,
): Promise<ApplicationShown[]> {
  const openings = await applicationOpeningsOf(tx, lotId);
  const parties = await organisationsOf(
    tx,
    openings.map(({ orgId }) => orgId),
  );
  const marks = (await marksOf(tx, lotId)).filter((mark) => mark.reviewerId === reviewerId);
  return openings
    .map((row): ApplicationShown => {
      const { name, creditCode } = parties.get(row.orgId)!;
      const consortium = row.consortium as { parties?: { name: string; work: string }[]; findings?: string[] } | null;
      return {
        applicationId: row.applicationId,
        name,
        creditCode,
        opened: row.state === "decrypted",
        missing: String(row.failureEvidence?.missing ?? ""),
        form: content.form.map(({ id, label }) => [label, row.form?.[id] ?? ""] as const),
        files: (row.files ?? []).map((file) => ({ name: file.name, fileId: file.fileId })),
        parties: (consortium?.parties ?? []).map((party) => `${party.name}（${party.work}）`),
        findings: consortium?.findings ?? [],
        marks: marks
          .filter(({ applicationId }) => applicationId === row.applicationId)
          .map(({ criterionId, passed, reason }) => ({ criterionId, passed, reason })),
      };
    })
    .sort((a, b) => (a.creditCode < b.creditCode ? -1 : 1));
}

/** Technical proposals as those who may read them do, from the study on. */
export async function proposalsShown(tx: Tx, lotId: string, content: PrequalContent): Promise<ApplicationShown[]> {
  const { reviewStartedAt } = await readLot(tx, lotId);
  // An organisation that runs the tender handed nothing in: what it reads before is nothing, and stays so.
  return reviewStartedAt ? applicationsShown(tx, lotId, content, "") : [];
}

/** The report as it will be signed, for host and reviewers, once all have judged all. */
export async function reportShown(tx: Tx, lotId: string): Promise<ReviewReport | undefined> {
  const lot = await readLot(tx, lotId);
  return (await canCompose(tx, lotId, lot.state)) ? composeReport(tx, lot) : undefined;
}

/** Digest of the report that reviewers and host sign; undefined until all have judged all. */
export async function reportDigest(tx: Tx, lotId: string): Promise<string | undefined> {
  const kept = await reviewReportOf(tx, lotId);
  if (kept) return kept.reportHash;
  const report = await reportShown(tx, lotId);
  return report && hashOf(report);
}
