import { z } from "zod";
import { StatementInput } from "@/platform/identity/schema";

/** Why a security, or a transfer that counts for none, goes back; the letter and the list say it in these words. */
export const BACK_REASONS = {
  late: "到账晚于投标截止时间",
  surplus: "超过应缴金额的部分",
  withdrawn: "投标截止前撤回投标文件",
  "no-bid": "投标截止时没有投标文件",
  failed: "流标",
  rejected: "全部投标被否决",
  void: "招标、投标无效",
  terminated: "终止招标",
  "not-opened": "投标文件未能开启，视为撤回",
  "not-kept": "未能解密，招标文件未约定不予退还",
  returned: "招标人决定退还",
  released: "不同意延长投标有效期",
  contract: "合同签订后退还",
} as const;
export type BackReason = keyof typeof BACK_REASONS;

/** Why the tenderer may keep a security (实施条例第三十五条). */
export const KEEP_GROUNDS = {
  revoked: "投标截止后撤销投标文件",
  "not-opened": "因投标人原因未能解密，视为撤销投标文件",
} as const;
export type KeepGround = keyof typeof KEEP_GROUNDS;

export const KEEP_CHARS = { least: 10, most: 500 } as const;

/** What the tenderer decides of a security that it may keep: no sum, the law knows all or nothing of it. */
export const KeepDecision = z.object({
  keepingId: z.uuid(),
  decision: z.enum(["keep", "return"], { error: "请选择不予退还或退还" }),
  reason: z
    .string()
    .trim()
    .min(KEEP_CHARS.least, `请写明理由，不少于 ${KEEP_CHARS.least} 字`)
    .max(KEEP_CHARS.most, `理由不能超过 ${KEEP_CHARS.most} 字`),
});
export type KeepDecision = z.infer<typeof KeepDecision>;
export const SignedKeepDecision = KeepDecision.extend({ statement: StatementInput });

/** A guarantee stands in for money: the bidder's word that its sealed bid brings one, and the SHA-256 of the guarantee. */
export const GuaranteeMark = z.object({
  lotId: z.uuid(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "保函文件的校验值不正确"),
});

export const EXTENSION_CHARS = { least: 10, most: 500 } as const;

/** Asks every bidder to extend its bid: a longer time and nothing else, since a bid is not changed by it (R-L.101). */
export const Extension = z.strictObject({
  lotId: z.uuid(),
  until: z.iso.date("延长后的有效期须为日期，例如 2026-09-30"),
  replyBy: z.iso.datetime({ offset: true, error: "答复期限须填写完整" }),
  reason: z
    .string()
    .trim()
    .min(EXTENSION_CHARS.least, `请写明延长的理由，不少于 ${EXTENSION_CHARS.least} 字`)
    .max(EXTENSION_CHARS.most, `理由不能超过 ${EXTENSION_CHARS.most} 字`),
});
export type Extension = z.infer<typeof Extension>;
export const SignedExtension = Extension.extend({ statement: StatementInput });

export const VALIDITY_ANSWERS = { consent: "同意延长", refuse: "不同意延长" } as const;
export const ExtensionReply = z.strictObject({
  extensionId: z.uuid(),
  answer: z.enum(["consent", "refuse"], { error: "请选择同意或不同意" }),
  guaranteeUntil: z.union([z.literal(""), z.iso.date("保函有效期须为日期，例如 2026-09-30")]).default(""),
});
export type ExtensionReply = z.infer<typeof ExtensionReply>;
export const SignedExtensionReply = ExtensionReply.extend({ statement: StatementInput });
