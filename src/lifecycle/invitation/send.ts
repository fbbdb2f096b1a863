import { and, eq, isNull } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import type { CommandScope } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import type { Lot } from "@/lifecycle/lot/queries";
import { writeLetters } from "@/platform/inbox/letters";
import { lotInvitees } from "./tables";

/** Sends the invitations (投标邀请书) in the act that publishes them: each invitee gets a letter that names nobody else. */
export async function sendInvitations(
  { tx, site, now }: Pick<CommandScope, "tx" | "site" | "now">,
  lot: Lot,
  { title, replyBy }: { title: string; replyBy: Date },
): Promise<Job[]> {
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
      subject: `${lot.prequalified ? "投标邀请书（代资格预审通过通知书）" : "投标邀请书"}：${title}`,
      body: `${lot.prequalified ? "贵单位已通过资格预审。" : ""}邀请贵单位参加标段 ${lot.code} 的投标。请于 ${formatInstant(replyBy)} 前登录平台，在投标工作间签章回复是否接受；接受后获取招标文件。本邀请只发给${lot.prequalified ? "通过资格预审的申请人，其" : "受邀单位，受邀单位的"}名称和数量依法保密。`,
      byPhone: true,
    })),
  );
}
