import { z } from "zod";
import { StatementInput } from "@/platform/identity/schema";

/** No lot invites more: whom nobody can count on one page, an open tender finds. */
export const MAX_INVITEES = 50;

/** Whom an invited tender goes to, by the credit code (统一社会信用代码): names are read from the registration. */
export const Invitee = z.object({
  lotId: z.uuid(),
  creditCode: z
    .string({ error: "请填写统一社会信用代码" })
    .trim()
    .toUpperCase()
    .regex(/^[0-9A-Z]{18}$/, "统一社会信用代码为 18 位数字和大写字母"),
});

/** What an invitee answers. Declining needs no reason, and one that is given is for those who run the tender. */
export const InvitationReply = z.object({
  lotId: z.uuid(),
  reply: z.enum(["accepted", "declined"], { error: "请选择接受或者谢绝邀请" }),
  reason: z.string().trim().max(500, "原因不能超过 500 字").default(""),
});
export type InvitationReply = z.output<typeof InvitationReply>;
export const ReplyToInvitation = InvitationReply.extend({ statement: StatementInput });

export const REPLIES = { accepted: "接受邀请", declined: "谢绝邀请" } as const;
