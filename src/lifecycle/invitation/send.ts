import { and, eq, isNull } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import type { CommandScope } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { type RoundKind, wordsOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { lotInvitees } from "./tables";

/** Sends the invitations (投标邀请书) in the act that publishes them: each invitee gets a letter that names nobody else. */
export async function sendInvitations(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  { title, replyBy }: { title: string; replyBy: Date },
  round: RoundKind | undefined,
): Promise<Job[]> {
  const words = round && wordsOf(round);
  const own = { application: "贵单位已通过资格预审。", proposal: "招标人已根据技术建议确定技术标准和要求。" };
  const invited = await tx
    .update(lotInvitees)
    .set({ invitedAt: now, replyBy })
    .where(and(eq(lotInvitees.lotId, lot.id), isNull(lotInvitees.removedAt)))
    .returning();
  return writeLetters(
    tx,
    site.id,
    now,
    invited.map(({ orgId }) => ({
      orgId,
      lotId: lot.id,
      kind: "invitation",
      subject: `${words?.invitation ?? "投标邀请书"}：${title}`,
      body: `${round ? own[round] : ""}邀请贵单位参加标段 ${lot.code} 的${round === "proposal" ? "第二阶段投标，按照招标文件的要求提交最终技术方案和投标报价" : "投标"}。请于 ${formatInstant(replyBy)} 前登录平台，在投标工作间签章回复是否接受；接受后获取招标文件。本邀请只发给${words ? `${words.chosen}，其` : "受邀单位，受邀单位的"}名称和数量依法保密。`,
      byPhone: true,
    })),
  );
}
