import type { Regime } from "./regime";

export interface NoticeField {
  readonly key: string;
  readonly title: string;
  readonly article: string;
  /** Left out where it cannot exist. */
  readonly when?: (regime: Regime) => boolean;
}

const O10 = "《招标公告和公示信息发布管理办法》第五条";
const TBL16 = "《招标投标法》第十六条";
const TBL9 = "《招标投标法》第九条";
const O20 = "《电子招标投标办法》第十七条";
const isByAgency = (regime: Regime) => regime.orgForm === "agency";

/** What a tender notice must say. A notice that leaves one empty is not published. */
export const NOTICE_FIELDS: readonly NoticeField[] = [
  { key: "projectName", title: "招标项目名称", article: O10 },
  { key: "content", title: "招标内容", article: O10 },
  { key: "scope", title: "招标范围", article: O10 },
  { key: "scale", title: "项目规模、数量", article: `${O10}、${TBL16}` },
  { key: "fundSource", title: "资金来源及落实情况", article: `${O10}、${TBL9}` },
  { key: "approval", title: "项目审批、核准或备案文件名称及文号", article: TBL9 },
  { key: "nature", title: "项目性质", article: TBL16 },
  { key: "place", title: "实施地点", article: TBL16 },
  { key: "period", title: "实施时间（工期或交货期）", article: TBL16 },
  { key: "qualification", title: "投标人资格能力要求", article: O10 },
  { key: "consortium", title: "是否接受联合体投标", article: `${O10}、《招标投标法实施条例》第三十七条` },
  { key: "obtainTime", title: "获取招标文件的时间", article: O10 },
  { key: "obtainWay", title: "获取招标文件的方式", article: O10 },
  { key: "submitDeadline", title: "递交投标文件的截止时间", article: O10 },
  { key: "submitWay", title: "递交投标文件的方式", article: O10 },
  { key: "tendererName", title: "招标人名称", article: O10 },
  { key: "tendererAddress", title: "招标人地址", article: O10 },
  { key: "tendererContact", title: "招标人联系人及联系方式", article: O10 },
  { key: "agencyName", title: "招标代理机构名称", article: O10, when: isByAgency },
  { key: "agencyAddress", title: "招标代理机构地址", article: O10, when: isByAgency },
  { key: "agencyContact", title: "招标代理机构联系人及联系方式", article: O10, when: isByAgency },
  { key: "platformName", title: "电子交易平台名称", article: `${O10}、${O20}` },
  { key: "platformAddress", title: "电子交易平台网址", article: `${O10}、${O20}` },
  { key: "platformWay", title: "进入和使用电子交易平台的方法", article: `${O10}、${O20}` },
  { key: "openingTime", title: "开标时间", article: "《招标投标法》第三十四条" },
  { key: "responsible", title: "招标人及其代理机构项目负责人", article: "《招标公告和公示信息发布管理办法》第六条" },
  { key: "supervision", title: "监督部门", article: "《招标公告和公示信息发布管理办法》" },
];

/** Fields that must be there under this regime. */
export const requiredNoticeFields = (regime: Regime): readonly NoticeField[] =>
  NOTICE_FIELDS.filter(({ when }) => !when || when(regime));

/** What a publication of candidates must say (O10 art. 6); one entry per candidate where it says so. */
export const CANDIDATE_FIELDS: readonly (NoticeField & { readonly perCandidate: boolean })[] = [
  { key: "rank", title: "排序", perCandidate: true },
  { key: "name", title: "中标候选人名称", perCandidate: true },
  { key: "price", title: "投标报价", perCandidate: true },
  { key: "quality", title: "质量", perCandidate: true },
  { key: "period", title: "工期（交货期）", perCandidate: true },
  { key: "evaluation", title: "评标情况", perCandidate: true },
  { key: "lead", title: "项目负责人姓名", perCandidate: true },
  { key: "leadCertificate", title: "项目负责人相关证书名称和编号", perCandidate: true },
  { key: "qualification", title: "响应招标文件要求的资格能力条件", perCandidate: true },
  { key: "objection", title: "提出异议的渠道和方式", perCandidate: false },
].map((field) => ({ ...field, article: "《招标公告和公示信息发布管理办法》第六条" }));

/** Titles of what a publication of candidates still lacks. */
export function missingCandidateFields(
  general: Readonly<Record<string, string>>,
  candidates: readonly Readonly<Record<string, string>>[],
): string[] {
  const missing = (entry: Readonly<Record<string, string>>, perCandidate: boolean) =>
    CANDIDATE_FIELDS.filter((field) => field.perCandidate === perCandidate && !entry[field.key]?.trim());
  return [
    ...missing(general, false).map(({ title }) => title),
    ...candidates.flatMap((entry, i) => missing(entry, true).map(({ title }) => `第 ${i + 1} 名：${title}`)),
  ];
}
