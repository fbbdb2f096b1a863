import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { type Lot, lockLot } from "@/lifecycle/lot/queries";
import { FLAG_NAMES } from "@/lifecycle/lot/states";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { applicationOpeningsOf, formInForce, ownReviewer, reviewReportOf, roundOfLot } from "../queries";
import { composeReport, isReviewed } from "../review";
import { hashOf, refusalOfMarks } from "../rules";
import { Marks, REVIEW_DECLARATION, STUDY_DECLARATION } from "../schema";
import { prequalMarks, prequalReports, prequalReviewers, prequalSignatures } from "../tables";

/** Technical proposals are read, and nobody judges them (IR30). @throws Refused */
async function requireReview(tx: Tx, lot: Lot): Promise<void> {
  if ((await roundOfLot(tx, lot)) === "proposal") throw new Refused(refuse("conflict", "proposal.not_a_review"));
}

const notFound = () => new Refused(refuse("not_found", "general.not_found"));

/** Nothing is reviewed while the procedure stands still. */
const refusalOfFlags = ({ flags }: Pick<Lot, "flags">) =>
  flags.length
    ? refuse("conflict", "lot.suspended", { flags: flags.map((flag) => FLAG_NAMES[flag]).join("、") })
    : undefined;

/** What a reviewer declares: lot and words. */
export const reviewDeclarationDigest = (lotCode: string, kind: RoundKind = "application"): string =>
  hashOf({ lot: lotCode, text: kind === "proposal" ? STUDY_DECLARATION : REVIEW_DECLARATION });

/** A reviewer signs that it has no interest in any applicant and keeps their names secret. */
export const declareReviewer = defineCommand({
  name: "prequalification.declare",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("expert", "tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, now } = scope;
    const reviewer = await ownReviewer(tx, actor, lotId);
    const lot = await lockLot(tx, lotId, "share");
    await requireAct(scope, statement, {
      act: "prequalification.declare",
      subject: lot.code,
      digest: reviewDeclarationDigest(lot.code, await roundOfLot(tx, lot)),
    });
    await tx
      .update(prequalReviewers)
      .set({ declaration: statement, declaredAt: now })
      .where(and(eq(prequalReviewers.id, reviewer.id), isNull(prequalReviewers.declaredAt)));
    return {
      result: {},
      trail: [{ action: "reviewer.declared", subject: reviewer.id, lotId, chain: `sealed:${lotId}`, facts: {} }],
    };
  },
});

/** A reviewer judges one application by every printed criterion; until the report is signed it may judge anew. */
export const markApplication = defineCommand({
  name: "prequalification.mark",
  input: Marks,
  may: roles("expert", "tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, applicationId, marks }) {
    const reviewer = await ownReviewer(tx, actor, lotId);
    const lot = await lockLot(tx, lotId, "share");
    await requireReview(tx, lot);
    permit(refusalOfFlags(lot));
    if (!reviewer.declaredAt) throw new Refused(refuse("conflict", "prequalification.not_declared"));
    if (lot.state !== "P3" || (await reviewReportOf(tx, lotId)))
      throw new Refused(refuse("conflict", "prequalification.marks_closed"));
    const opening = (await applicationOpeningsOf(tx, lotId)).find((row) => row.applicationId === applicationId);
    if (opening?.state !== "decrypted") throw notFound();
    const { content } = await formInForce(tx, lotId);
    permit(refusalOfMarks(content.criteria, marks));
    for (const mark of marks) {
      const row = { passed: mark.passed, reason: mark.passed ? "" : mark.reason, at: now };
      await tx
        .insert(prequalMarks)
        .values({
          ...{ siteId: site.id, lotId, applicationId, reviewerId: reviewer.id, criterionId: mark.criterionId },
          ...row,
        })
        .onConflictDoUpdate({
          target: [prequalMarks.applicationId, prequalMarks.reviewerId, prequalMarks.criterionId],
          set: row,
        });
    }
    return {
      result: {},
      trail: [
        {
          action: "application.marked",
          subject: applicationId,
          lotId,
          chain: `sealed:${lotId}`,
          facts: { marksHash: hashOf(marks) },
        },
      ],
    };
  },
});

/**
 * A reviewer signs the report (资格审查报告). The first signature makes it of the marks of all, and from then on nothing is
 * marked; every reviewer signs the same words.
 */
export const signReview = defineCommand({
  name: "prequalification.sign-report",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("expert", "tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, now } = scope;
    const reviewer = await ownReviewer(tx, actor, lotId);
    const lot = await lockLot(tx, lotId, "update");
    await requireReview(tx, lot);
    permit(refusalOfFlags(lot));
    if (lot.state !== "P3" || !reviewer.declaredAt)
      throw new Refused(refuse("conflict", "prequalification.not_all_marked"));
    let report = await reviewReportOf(tx, lotId);
    if (!report) {
      if (!(await isReviewed(tx, lotId))) throw new Refused(refuse("conflict", "prequalification.not_all_marked"));
      const payload = await composeReport(tx, lot);
      [report] = await tx
        .insert(prequalReports)
        .values({ lotId, siteId: site.id, payload, reportHash: hashOf(payload), at: now })
        .returning();
    }
    const { reportHash } = report!;
    await requireAct(scope, statement, {
      act: "prequalification.sign-report",
      subject: lot.code,
      digest: reportHash,
    });
    await tx
      .insert(prequalSignatures)
      .values({ siteId: site.id, lotId, reviewerId: reviewer.id, statement, at: now })
      .onConflictDoNothing();
    return {
      result: { reportHash },
      trail: [
        { action: "prequal-report.signed", subject: lot.code, lotId, chain: `sealed:${lotId}`, facts: { reportHash } },
      ],
    };
  },
});
