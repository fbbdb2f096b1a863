import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { type RoundKind, roundOf } from "@/lifecycle/law/rounds";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { runsTender, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import {
  applicationClosings,
  applicationOpenings,
  applications,
  prequalDocuments,
  prequalDrawRequests,
  prequalMarks,
  prequalObtainments,
  prequalReports,
  prequalResults,
  prequalReviewers,
  prequalSignatures,
} from "./tables";

export type PrequalDocument = typeof prequalDocuments.$inferSelect;
export type Application = typeof applications.$inferSelect;
export type Reviewer = typeof prequalReviewers.$inferSelect;

const notFound = () => new Refused(refuse("not_found", "general.not_found"));

/** Who hosts the prequalification: the agency, or the tenderer that has none. Nobody else of those who run it learns who applied. */
export const hostsTender = (actor: Actor, tender: TenderProject): boolean =>
  runsTender(actor, tender) && actor.role === (tender.agencyOrgId ? "agency" : "tenderer");

/** The first round of a lot, by the regime of its tender. */
export const roundOfLot = async (tx: Tx, lot: { readonly tenderProjectId: string }): Promise<RoundKind | undefined> =>
  roundOf((await tenderProjectOf(tx, lot.tenderProjectId)).regime);

/** The version being written or, once issued, the newest. */
export async function prequalDraftOf(tx: Tx, lotId: string): Promise<PrequalDocument | undefined> {
  const [row] = await tx
    .select()
    .from(prequalDocuments)
    .where(eq(prequalDocuments.lotId, lotId))
    .orderBy(desc(prequalDocuments.version))
    .limit(1);
  return row;
}

/** Issued versions, newest first. */
export async function issuedForms(tx: Tx, lotId: string): Promise<(PrequalDocument & { digest: string })[]> {
  const rows = await tx
    .select()
    .from(prequalDocuments)
    .where(and(eq(prequalDocuments.lotId, lotId), isNotNull(prequalDocuments.issuedAt)))
    .orderBy(desc(prequalDocuments.version));
  return rows.flatMap((row) => (row.digest ? [{ ...row, digest: row.digest }] : []));
}

/** The version in force. @throws Refused `not_found` */
export async function formInForce(tx: Tx, lotId: string): Promise<PrequalDocument & { digest: string }> {
  const [row] = await issuedForms(tx, lotId);
  if (!row) throw notFound();
  return row;
}

export async function hasObtainedForm(tx: Tx, actor: Pick<Actor, "orgId">, lotId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: prequalObtainments.id })
    .from(prequalObtainments)
    .where(and(eq(prequalObtainments.lotId, lotId), eq(prequalObtainments.orgId, actor.orgId)))
    .limit(1);
  return rows.length > 0;
}

/** Organisations that hold the prequalification document, for services that write to each. */
export async function formHoldersOf(tx: Tx, lotId: string): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ orgId: prequalObtainments.orgId })
    .from(prequalObtainments)
    .where(eq(prequalObtainments.lotId, lotId));
  return rows.map(({ orgId }) => orgId);
}

/** The applications that count: not replaced, not withdrawn. Row-level security decides who sees which. */
export async function standingApplications(tx: Tx, lotId: string): Promise<Application[]> {
  return tx
    .select()
    .from(applications)
    .where(and(eq(applications.lotId, lotId), isNull(applications.replacedAt), isNull(applications.withdrawnAt)))
    .orderBy(asc(applications.sealHash));
}

export async function applicationClosingOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(applicationClosings).where(eq(applicationClosings.lotId, lotId));
  return row;
}

/** Everything but the key and the release that carries it, which the worker alone reads. */
export const applicationOpeningColumns = {
  id: applicationOpenings.id,
  lotId: applicationOpenings.lotId,
  applicationId: applicationOpenings.applicationId,
  orgId: applicationOpenings.orgId,
  segment: applicationOpenings.segment,
  closing: applicationOpenings.closing,
  state: applicationOpenings.state,
  releasedAt: applicationOpenings.releasedAt,
  failureClass: applicationOpenings.failureClass,
  failureEvidence: applicationOpenings.failureEvidence,
  form: applicationOpenings.form,
  files: applicationOpenings.files,
  consortium: applicationOpenings.consortium,
  finalAt: applicationOpenings.finalAt,
};
export type ApplicationOpening = Awaited<ReturnType<typeof applicationOpeningsOf>>[number];

/** Openings of applications: the own one, and all for host, reviewers and supervisor once the review has begun. */
export async function applicationOpeningsOf(tx: Tx, lotId: string) {
  return tx
    .select(applicationOpeningColumns)
    .from(applicationOpenings)
    .where(eq(applicationOpenings.lotId, lotId))
    .orderBy(asc(applicationOpenings.applicationId));
}

export async function reviewersOf(tx: Tx, lotId: string): Promise<Reviewer[]> {
  return tx
    .select()
    .from(prequalReviewers)
    .where(
      and(eq(prequalReviewers.lotId, lotId), isNull(prequalReviewers.removedAt), eq(prequalReviewers.standby, false)),
    )
    .orderBy(asc(prequalReviewers.addedAt), asc(prequalReviewers.id));
}

/**
 * Who reviews by kind, and whether each has declared, for the host before the review begins: the names of drawn experts
 * are not yet for it.
 */
export async function reviewerFacts(
  tx: Tx,
  lotId: string,
): Promise<{ kind: "expert" | "tenderer"; declared: boolean }[]> {
  return tx.execute<{ kind: "expert" | "tenderer"; declared: boolean }>(
    sql`select kind, declared from xb_reviewers_named(${lotId})`,
  );
}

/** The request to draw the experts of a review committee. */
export async function drawRequestOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(prequalDrawRequests).where(eq(prequalDrawRequests.lotId, lotId));
  return row;
}

/** The actor's own place among the reviewers of a lot, in the role in which it was named; undefined for everybody else. */
export async function ownReviewerOrNone(tx: Tx, actor: Actor, lotId: string): Promise<Reviewer | undefined> {
  const [row] = await tx
    .select()
    .from(prequalReviewers)
    .where(
      and(
        eq(prequalReviewers.lotId, lotId),
        eq(prequalReviewers.personId, actor.personId),
        isNull(prequalReviewers.removedAt),
        eq(prequalReviewers.standby, false),
      ),
    );
  return row && (row.kind === "expert") === (actor.role === "expert") ? row : undefined;
}

/** The same for acts and pages of reviewers. @throws Refused `not_found` */
export async function ownReviewer(tx: Tx, actor: Actor, lotId: string): Promise<Reviewer> {
  const reviewer = await ownReviewerOrNone(tx, actor, lotId);
  if (!reviewer) throw notFound();
  return reviewer;
}

/** Lots that the actor reviews, newest first. */
export async function ownReviews(tx: Tx, actor: Actor) {
  const rows = await tx
    .select({ lotId: prequalReviewers.lotId, declaredAt: prequalReviewers.declaredAt, kind: prequalReviewers.kind })
    .from(prequalReviewers)
    .where(
      and(
        eq(prequalReviewers.personId, actor.personId),
        isNull(prequalReviewers.removedAt),
        eq(prequalReviewers.standby, false),
      ),
    )
    .orderBy(desc(prequalReviewers.addedAt));
  return rows.filter(({ kind }) => (kind === "expert") === (actor.role === "expert"));
}

export const marksOf = (tx: Tx, lotId: string) =>
  tx.select().from(prequalMarks).where(eq(prequalMarks.lotId, lotId)).orderBy(asc(prequalMarks.id));

export async function reviewReportOf(tx: Tx, lotId: string) {
  const [row] = await tx.select().from(prequalReports).where(eq(prequalReports.lotId, lotId));
  return row;
}

export const signaturesOf = (tx: Tx, lotId: string) =>
  tx.select().from(prequalSignatures).where(eq(prequalSignatures.lotId, lotId)).orderBy(asc(prequalSignatures.at));

/** Results: the own one, and all for host, reviewers, supervisor and services. */
export const resultsOf = (tx: Tx, lotId: string) =>
  tx.select().from(prequalResults).where(eq(prequalResults.lotId, lotId)).orderBy(asc(prequalResults.orgId));

/** The result that one organisation was told. */
export async function ownResult(tx: Tx, orgId: string, lotId: string) {
  const [row] = await tx
    .select()
    .from(prequalResults)
    .where(and(eq(prequalResults.lotId, lotId), eq(prequalResults.orgId, orgId)));
  return row;
}
