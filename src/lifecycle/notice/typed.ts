import type { CheckRow } from "@/lifecycle/law/publish-check";
import { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { type DraftAsTyped, NOTICE_LABELS, NoticeDraft } from "./schema";

const TIMES = ["saleStart", "saleEnd", "bidDeadline", "replyBy"] as const;
/** Most problems that are shown of one form: whoever mends these sees the next ones. */
const MOST = 8;

const DRAFT_LABELS: Readonly<Record<string, string>> = {
  ...NOTICE_LABELS,
  quantity: "数量",
  performancePlace: "实施地点",
  performanceTime: "工期（交货期、服务期）",
  contactPerson: "联系人",
  contactPhone: "联系电话",
  responsiblePublisher: "发布责任人",
  responsibleVerifier: "平台验证责任人",
};

const badField = (id: string, title: string, problem: string): CheckRow => ({
  id,
  title,
  value: "不能保存",
  limit: problem,
  article: "填写规则",
  verdict: "fail",
  fix: `修改“${title}”`,
});

/**
 * Reads a notice while it is being written. A field that cannot be saved counts as empty and gets a row that says why;
 * nothing is ever refused as a whole.
 */
export function readTypedDraft(raw: Readonly<Record<string, string>>): { draft: DraftAsTyped; problems: CheckRow[] } {
  const problems: CheckRow[] = [];
  const read: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(NoticeDraft.shape)) {
    const isTime = (TIMES as readonly string[]).includes(key);
    const text = raw[key] ?? "";
    const parsed = field.safeParse(text);
    // An empty time has a row of its own.
    if (!parsed.success && !(isTime && !text))
      problems.push(
        badField(`FIELD-${key}`, DRAFT_LABELS[key] ?? key, parsed.error.issues[0]?.message ?? "格式不正确"),
      );
    read[key] = parsed.success ? parsed.data : isTime ? null : "";
  }
  return { draft: read as DraftAsTyped, problems: problems.slice(0, MOST) };
}

const CONTENT_LABELS: Readonly<Record<string, string>> = {
  title: "招标文件名称",
  instructions: "投标人须知摘要",
  form: "开标一览表",
  requiredFiles: "必须提交的文件",
  bill: "工程量清单",
  reviewItems: "初步评审",
  criteria: "详细评审",
  method: "评标办法",
  ceilingFen: "最高投标限价",
  securityFen: "投标保证金",
  securityForms: "保证金形式",
  validityDays: "投标有效期",
  decryptionWindowMinutes: "解密时间",
  remedyClause: "解密失败的补救方案",
};

/** Reads a tender document while it is being written; one that cannot be saved is left out, and rows say why. */
export function readTypedContent(raw: unknown): { content?: TenderDocumentContent; problems: CheckRow[] } {
  const parsed = TenderDocumentContent.safeParse(raw);
  if (parsed.success) return { content: parsed.data, problems: [] };
  const problems = parsed.error.issues.slice(0, MOST).map(({ path, message }, i) => {
    const [name, row] = path;
    const label = CONTENT_LABELS[String(name)] ?? "招标文件";
    return badField(`CONTENT-${i}`, typeof row === "number" ? `${label}第 ${row + 1} 行` : label, message);
  });
  return { problems };
}
