import type { Statement } from "@/crypto/statement";
import type { CommandScope } from "@/kit/command";
import type { HubMessage, Job } from "@/kit/outbox";
import type { TrailLine } from "@/kit/trail";
import { lotInvitees } from "@/lifecycle/invitation/tables";
import { type RoundKind, type RoundWords, roundOf, roundWords } from "@/lifecycle/law/rounds";
import { moveLot } from "@/lifecycle/lot/move";
import type { MoveFacts } from "@/lifecycle/lot/move-facts";
import type { Lot } from "@/lifecycle/lot/queries";
import type { TenderProject } from "@/lifecycle/tender-project/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { prequalFailure } from "../failure";
import { applicationOpeningsOf } from "../queries";
import type { ReviewedApplicant } from "../schema";
import { prequalResults } from "../tables";

export interface SettledRound {
  readonly state: Lot["state"];
  readonly trail: [TrailLine, TrailLine];
  readonly hub: HubMessage[];
  readonly jobs: Job[];
}

/**
 * Ends a first round (transition 7): everybody hears in the same transaction, its own result and its own reasons and
 * nothing of anybody else. With fewer than three left the procedure fails (IR19): three bids could never come.
 */
export async function settleRound(
  { tx, actor, site }: Pick<CommandScope, "tx" | "actor" | "site">,
  lot: Lot,
  tender: TenderProject,
  applicants: readonly ReviewedApplicant[],
  facts: MoveFacts,
  now: Date,
  /** Called once the move is allowed: the statement over what is settled. */
  signed: () => Promise<{ readonly statement: Statement; readonly reportHash: string }>,
): Promise<SettledRound> {
  const words = roundWords(tender.regime);
  const qualifiedCount = applicants.filter(({ qualified }) => qualified).length;
  const isFailed = facts.reviewReportSigned === true && qualifiedCount < 3;
  const moved = await moveLot(
    tx,
    lot,
    isFailed ? "F1" : "P4",
    now,
    { ...facts, regime: tender.regime, qualifiedCount },
    { resultsSentAt: now },
  );
  const { statement, reportHash } = await signed();
  const openings = new Map((await applicationOpeningsOf(tx, lot.id)).map((row) => [row.applicationId, row]));
  const letters: Parameters<typeof writeLetters>[3][number][] = [];
  for (const applicant of applicants) {
    const { orgId, consortium } = openings.get(applicant.applicationId)!;
    const parties = (consortium?.parties ?? []) as { creditCode: string }[];
    await tx.insert(prequalResults).values({
      siteId: site.id,
      lotId: lot.id,
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
      await tx
        .insert(lotInvitees)
        .values({ siteId: site.id, lotId: lot.id, orgId, addedBy: actor.personId, addedAt: now });
    letters.push({
      orgId,
      lotId: lot.id,
      kind: "prequalification-result",
      subject: `${words.result}：标段 ${lot.code}`,
      body: resultText(roundOf(tender.regime) ?? "application", words, applicant, isFailed),
      byPhone: true,
    });
  }
  const jobs = await writeLetters(tx, site.id, now, letters);
  return {
    state: moved.lot.state,
    trail: [
      moved.line,
      {
        action: tender.regime.twoStage ? "first-stage.ended" : "prequal-results.sent",
        subject: lot.code,
        lotId: lot.id,
        chain: `sealed:${lot.id}` as const,
        facts: { reportHash },
      },
    ],
    hub: isFailed ? [prequalFailure(lot, tender, words.tooFewChosen, now)] : [],
    jobs: [...jobs, { name: "deliver-outbox", payload: {}, key: `deliver:${site.id}` }],
  };
}

/** What one sender is told of itself. */
const OWN: Readonly<Record<RoundKind, { readonly yes: string; readonly no: string; readonly next: string }>> = {
  application: {
    yes: "贵单位通过了资格预审。",
    no: "贵单位未通过资格预审。",
    next: "招标文件发出时，平台将另行发送投标邀请书（代资格预审通过通知书）。联合体的组成不得再变更。申请人的名称、数量依法保密。",
  },
  proposal: {
    yes: "第一阶段已结束，贵单位的技术建议已开启，可以参加第二阶段投标。",
    no: "第一阶段已结束，贵单位不能参加第二阶段投标。",
    next: "招标人确定技术标准和要求后，平台将另行发送第二阶段投标邀请书，届时获取招标文件，提交最终技术方案和投标报价。联合体的组成不得再变更。投标人的名称、数量依法保密。",
  },
};

/** The letter to one sender: its own result, its own reasons. */
function resultText(
  kind: RoundKind,
  words: RoundWords,
  { qualified, reasons }: ReviewedApplicant,
  isFailed: boolean,
): string {
  const { yes, no, next } = OWN[kind];
  const own = qualified ? yes : `${no}原因：${reasons.join("；")}。对结果有疑问的，请联系招标人或招标代理机构。`;
  if (isFailed) return `${own}${words.tooFewChosen}，招标人将依法重新招标。`;
  return qualified ? `${own}${next}` : own;
}
