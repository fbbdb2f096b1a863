import { sql } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";
import { type RoundWords, wordsOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { organisationsOf, peopleOf } from "@/platform/party/queries";
import { applicationOpeningsOf, formInForce, marksOf, reviewersOf } from "./queries";
import { judgeApplicant } from "./rules";
import type { ReviewReport } from "./schema";

/** Why one was not opened. The platform's own damage is nobody's silence, and is not called so. */
const closedReason = ({ short, notOpened }: RoundWords, failureClass: string | null): string => {
  if (failureClass === "DF-4")
    return `平台保存的数据与递交时的校验值不一致，${short}无法开启，责任不在贵单位；请立即联系招标代理机构和平台运营机构`;
  return failureClass === "DF-3" ? `${short}不能用其密钥开启` : notOpened;
};

/**
 * Has every reviewer judged every opened application by every criterion? The database answers: until then a reviewer reads
 * its own marks alone, so that nobody follows another.
 */
export async function isReviewed(tx: Tx, lotId: string): Promise<boolean> {
  const [row] = await tx.execute<{ done: boolean }>(sql`select xb_review_complete(${lotId}) as done`);
  return row!.done;
}

/**
 * The report as the marks make it: the same whoever asks, so that all sign the same words. Technical proposals
 * have neither conditions nor reviewers: whose was opened takes part in the second stage (IR30).
 */
export async function composeReport(tx: Tx, lot: Lot): Promise<ReviewReport> {
  const { content, digest } = await formInForce(tx, lot.id);
  const isProposal = content.items !== undefined;
  const words = wordsOf(isProposal ? "proposal" : "application");
  const [reviewers, openings, marks] = [
    isProposal ? [] : await reviewersOf(tx, lot.id),
    await applicationOpeningsOf(tx, lot.id),
    await marksOf(tx, lot.id),
  ];
  const parties = await organisationsOf(
    tx,
    openings.map(({ orgId }) => orgId),
  );
  const names = await peopleOf(
    tx,
    reviewers.map(({ personId }) => personId),
  );
  const applicants = openings.map(({ applicationId, orgId, state, failureClass }) => {
    const own = marks.filter((mark) => mark.applicationId === applicationId);
    const judged = judgeApplicant(content.criteria, reviewers.length, own, state === "decrypted");
    const { name, creditCode } = parties.get(orgId)!;
    return {
      applicationId,
      name,
      creditCode,
      ...judged,
      ...(judged.opened ? {} : { reasons: [closedReason(words, failureClass)] }),
    };
  });
  return {
    format: isProposal ? "xb-first-stage/1" : "xb-prequal-review/1",
    lot: lot.code,
    documentDigest: digest,
    method: isProposal ? "none" : "pass-fail",
    reviewers: reviewers.map(({ personId, kind }) => ({ name: names.get(personId) ?? "", kind })),
    applicants: applicants.sort((a, b) => (a.creditCode < b.creditCode ? -1 : 1)),
  };
}
