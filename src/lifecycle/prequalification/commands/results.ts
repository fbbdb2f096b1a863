import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lotInvitees } from "@/lifecycle/invitation/tables";
import { moveLot } from "@/lifecycle/lot/move";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { writeLetters } from "@/platform/inbox/letters";
import { prequalFailure, TOO_FEW_QUALIFIED } from "../failure";
import { applicationOpeningsOf, hostsTender, reviewersOf, reviewReportOf, signaturesOf } from "../queries";
import type { ReviewedApplicant } from "../schema";
import { prequalResults } from "../tables";

/**
 * The host sends the results (资格预审结果通知书, transition 7): every applicant hears in the same transaction, its own result
 * and its own reasons and nothing of anybody else. With fewer than three qualified the procedure fails (IR19).
 */
export const sendResults = defineCommand({
  name: "prequalification.send-results",
  input: z.object({ lotId: z.uuid(), statement: StatementInput }),
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, statement }) {
    const { tx, actor, site, clock } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    if (!hostsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    const now = await clock();
    const report = await reviewReportOf(tx, lotId);
    const reviewers = await reviewersOf(tx, lotId);
    const signatures = report ? await signaturesOf(tx, lotId) : [];
    const reviewReportSigned = reviewers.length > 0 && signatures.length === reviewers.length;
    const applicants = report?.payload.applicants ?? [];
    const qualifiedCount = applicants.filter(({ qualified }) => qualified).length;
    const isFailed = reviewReportSigned && qualifiedCount < 3;
    const moved = await moveLot(
      tx,
      lot,
      isFailed ? "F1" : "P4",
      now,
      {
        regime: tender.regime,
        reviewReportSigned,
        qualifiedCount,
        reviewCommittee: reviewers.map(({ kind }) => ({ kind: kind as "expert" | "tenderer" })),
      },
      { resultsSentAt: now },
    );
    await requireAct(scope, statement, {
      act: "prequalification.send-results",
      subject: lot.code,
      digest: report!.reportHash,
    });
    const openings = new Map((await applicationOpeningsOf(tx, lotId)).map((row) => [row.applicationId, row]));
    const letters: Parameters<typeof writeLetters>[3][number][] = [];
    for (const applicant of applicants) {
      const { orgId, consortium } = openings.get(applicant.applicationId)!;
      const parties = (consortium?.parties ?? []) as { creditCode: string }[];
      await tx.insert(prequalResults).values({
        siteId: site.id,
        lotId,
        orgId,
        applicationId: applicant.applicationId,
        qualified: applicant.qualified,
        reasons: [...applicant.reasons],
        members: parties.map(({ creditCode }) => creditCode),
        statement,
        at: now,
      });
      // On the list of those who will be invited; they see it when the invitation goes out.
      if (applicant.qualified && !isFailed)
        await tx.insert(lotInvitees).values({ siteId: site.id, lotId, orgId, addedBy: actor.personId, addedAt: now });
      letters.push({
        orgId,
        lotId,
        kind: "prequalification-result",
        subject: `资格预审结果通知书：标段 ${lot.code}`,
        body: resultText(applicant, isFailed),
        byPhone: true,
      });
    }
    const jobs = await writeLetters(tx, site.id, now, letters);
    const reportLine = {
      action: "prequal-results.sent",
      subject: lot.code,
      lotId,
      chain: `sealed:${lotId}` as const,
      facts: { reportHash: report!.reportHash },
    };
    return {
      result: { state: moved.lot.state },
      trail: [moved.line, reportLine],
      ...(isFailed ? { hub: [prequalFailure(lot, tender, TOO_FEW_QUALIFIED, now)] } : {}),
      jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
    };
  },
});

/** The letter to one applicant: its own result, its own reasons. */
function resultText({ qualified, reasons }: ReviewedApplicant, isFailed: boolean): string {
  const own = qualified
    ? "贵单位通过了资格预审。"
    : `贵单位未通过资格预审。原因：${reasons.join("；")}。对结果有疑问的，请联系招标人或招标代理机构。`;
  if (isFailed) return `${own}通过资格预审的申请人少于三个，招标人将依法重新招标。`;
  return qualified
    ? `${own}招标文件发出时，平台将另行发送投标邀请书（代资格预审通过通知书）。联合体的组成不得再变更。申请人的名称、数量依法保密。`
    : own;
}
