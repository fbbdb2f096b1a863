import { z } from "zod";
import { PairedStatement } from "@/lifecycle/signing/schema";

const text = (label: string, max = 2000) =>
  z
    .string({ error: `${label}须为文字` })
    .trim()
    .max(max, `${label}不能超过 ${max} 字`);
const instant = (label: string) =>
  z.iso.datetime({ offset: true, error: `${label}须为时间` }).transform((value) => new Date(value));

/** What the publisher writes for a tender notice; the rest comes from project, lot and tender document. */
export const NoticeDraft = z.object({
  qualification: text("投标人资格要求"),
  quantity: text("数量"),
  performancePlace: text("履行地点", 200),
  performanceTime: text("履行期限", 200),
  contactPerson: text("联系人", 50),
  contactPhone: text("联系电话", 50),
  /** Two named people answer for a publication (R-N.6). */
  responsiblePublisher: text("发布责任人", 50),
  responsibleVerifier: text("平台验证责任人", 50),
  other: text("其他事项"),
  saleStart: instant("文件获取开始时间"),
  saleEnd: instant("文件获取截止时间"),
  bidDeadline: instant("投标截止时间"),
  /** Of an invitation alone: until when it is answered. */
  replyBy: instant("回复邀请的截止时间").optional(),
});
export type NoticeDraft = z.output<typeof NoticeDraft>;
export type NoticeDraftInput = z.input<typeof NoticeDraft>;
/** A draft while it is being written: a time that is not there yet is null. */
export type DraftAsTyped = Omit<NoticeDraft, "saleStart" | "saleEnd" | "bidDeadline" | "replyBy"> &
  Readonly<Record<"saleStart" | "saleEnd" | "bidDeadline", Date | null>> & {
    readonly replyBy?: Date | null | undefined;
  };

/** Asks what the check before publication says of forms that are not saved: the notice, the tender document, or none. */
export const PublishTrial = z.object({
  lotId: z.uuid(),
  draft: z.record(z.string().max(50), z.string().max(200_000)).optional(),
  content: z.unknown().optional(),
});

/** The publisher's reason for a finding in the wording. */
export const AnswerLint = z.object({
  lotId: z.uuid(),
  key: z.string().regex(/^[0-9a-f]{32}$/, "缺少表述编号"),
  reason: z
    .string({ error: "理由须为文字" })
    .trim()
    .min(10, "理由不少于 10 字，请写明依据和必要性")
    .max(1000, "理由不能超过 1000 字"),
});

/** Why a published notice is withdrawn. */
export const Withdrawal = z.object({
  lotId: z.uuid(),
  reason: z
    .string({ error: "撤回原因须为文字" })
    .trim()
    .min(10, "撤回原因不少于 10 字，将在公告中公布")
    .max(2000, "撤回原因不能超过 2000 字"),
  /** Works and goods end after the notice for nothing else (O30 art. 15, O27 art. 14). */
  isForceMajeure: z.boolean(),
});
export type Withdrawal = z.output<typeof Withdrawal>;
export const WithdrawNotice = Withdrawal.extend({ statement: PairedStatement });

/** Fields of a published notice, in the order in which the page prints them; keys are those of the structured twin. */
export const NOTICE_LABELS: Record<string, string> = {
  projectName: "招标项目名称",
  projectCode: "项目编号",
  tenderProjectCode: "招标项目编号",
  lotCode: "标段编号",
  lotName: "标段名称",
  content: "招标内容",
  scope: "招标范围",
  scale: "项目规模、数量",
  fundSource: "资金来源及落实情况",
  approval: "项目审批文件及文号",
  nature: "项目性质",
  place: "实施地点",
  period: "工期（交货期、服务期）",
  qualification: "投标人资格能力要求",
  consortium: "是否接受联合体投标",
  tenderMode: "招标方式",
  ceiling: "最高投标限价",
  bidSecurity: "投标保证金",
  replyBy: "回复邀请的截止时间",
  obtainTime: "获取招标文件的时间",
  obtainWay: "获取招标文件的方式",
  submitDeadline: "递交投标文件的截止时间",
  submitWay: "递交投标文件的方式",
  openingTime: "开标时间",
  tendererName: "招标人",
  tendererAddress: "招标人地址",
  tendererContact: "招标人联系人及联系方式",
  agencyName: "招标代理机构",
  agencyAddress: "招标代理机构地址",
  agencyContact: "代理机构联系人及联系方式",
  platformName: "电子交易平台",
  platformAddress: "电子交易平台网址",
  platformWay: "进入和使用平台的方法",
  supervision: "监督部门",
  responsible: "责任人",
  other: "其他依法应当载明的内容",
  // Of a prequalification (资格预审公告).
  reviewMethod: "资格审查办法",
  conditions: "资格条件",
  obtainFormTime: "获取资格预审文件的时间",
  obtainFormWay: "获取资格预审文件的方式",
  applicationDeadline: "递交资格预审申请文件的截止时间",
  applicationWay: "递交资格预审申请文件的方式",
  // Of the first of two stages (IR30).
  stages: "招标阶段",
  proposalItems: "技术建议应当说明的内容",
  obtainProposalTime: "获取第一阶段文件的时间",
  obtainProposalWay: "获取第一阶段文件的方式",
  proposalDeadline: "提交技术建议的截止时间",
  proposalWay: "提交技术建议的方式",
  // Publications after the opening.
  baseEstimate: "标底（仅作评标参考）",
  openingSummary: "开标情况",
  candidates: "中标候选人",
  publicationPeriod: "公示期",
  objection: "提出异议的渠道和方式",
  winner: "中标人",
  winningPrice: "中标价",
  reason: "原因",
  // Corrections.
  originalNotice: "首次公告",
  changes: "更正内容",
  oldDeadline: "原投标截止时间",
  oldApplicationDeadline: "原资格预审申请截止时间",
  oldProposalDeadline: "原技术建议提交截止时间",
};
