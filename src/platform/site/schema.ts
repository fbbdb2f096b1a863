import { z } from "zod";
import { isCreditCode, isPlatformCode } from "@/core/codes";

/** One service and what it costs, as the disclosure page shows it (O20 art. 22). */
export const PriceLine = z.object({
  service: z.string().trim().min(1, "收费项目名称必填").max(60, "收费项目名称不超过 60 个字"),
  price: z.string().trim().min(1, "收费标准必填（免费写“免费”）").max(60, "收费标准不超过 60 个字"),
});
export type PriceLine = z.infer<typeof PriceLine>;

/** What a platform discloses about itself: who builds, runs, develops and maintains it, and what it was tested for. */
export const DISCLOSURES = {
  owner: "建设单位及主要负责人",
  operator: "运营机构主要负责人",
  developer: "开发单位及主要负责人",
  maintainer: "维护单位及主要负责人",
  certification: "检测认证报告与认证标志",
  protection: "网络安全等级保护备案",
  hub: "公共服务平台对接、运营和数据交互情况",
  phone: "服务电话与服务时间",
  complaint: "监督投诉渠道",
} as const;
export type DisclosureKey = keyof typeof DISCLOSURES;
export type Disclosure = Record<DisclosureKey, string>;
const DISCLOSURE_LENGTH = 500;

const text = (label: string, max: number) =>
  z.string().trim().min(1, `${label}必填`).max(max, `${label}不超过 ${max} 个字`);
const day = (label: string) => z.iso.date(`${label}须写作 2026-12-31 的样式`);

/** Addresses of other servers: `https`, or `http` where nothing leaves the machine. */
const isAddress = (text: string) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.username || url.password) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && /^(localhost|127\.0\.0\.1)$/.test(url.hostname));
};
const address = (name: string) =>
  z.string().trim().max(300, `${name}不超过 300 个字`).refine(isAddress, `${name}须是 https 网址`);
const addresses = (name: string) => z.array(address(name)).max(20, `${name}不超过 20 条`);
/** A text of certificates: three of them fit in well below this. */
const certificates = (name: string) =>
  z
    .array(z.string().max(20_000, `${name}过大`).includes("-----BEGIN CERTIFICATE-----", `${name}不是 PEM 格式的证书`))
    .min(1, `${name}至少一张`)
    .max(50, `${name}不超过 50 张`);

/** A test report of the platform (检测认证), as the public reads it (O20 art. 10). */
export const Certification = z
  .object({
    body: text("检测认证机构", 60),
    number: text("检测认证证书编号", 60),
    from: day("检测认证证书有效期起"),
    until: day("检测认证证书有效期止"),
    url: address("检测认证报告网址"),
  })
  .refine(({ from, until }) => from < until, { error: "检测认证证书有效期止须晚于有效期起", path: ["until"] });
export type Certification = z.infer<typeof Certification>;

export const PROFESSIONS = { it: "信息技术", tendering: "招标采购" } as const;

/** Somebody of the operator's own staff (O20 art. 11). */
export const Professional = z.object({
  name: text("专业人员姓名", 20),
  profession: z.enum(Object.keys(PROFESSIONS) as [keyof typeof PROFESSIONS, ...(keyof typeof PROFESSIONS)[]], {
    error: "专业只能是信息技术或者招标采购",
  }),
  qualification: text("专业资格或者职称", 60),
});
export type Professional = z.infer<typeof Professional>;

/** What data lie in, or pass through (O20 art. 10). */
export const STORES = {
  database: "数据库",
  objects: "文件存储",
  backup: "备份",
  logs: "日志与监控",
  mail: "邮件与短信",
  cdn: "内容分发",
  other: "其他",
} as const;
export type StoreKind = keyof typeof STORES;
/** Where a store stands that is not in the mainland. */
export const ABROAD = "境外";

/** Where a part of the deployment stands: a host of it, and the region of the machine room. */
export const Placement = z.object({
  kind: z.enum(Object.keys(STORES) as [StoreKind, ...StoreKind[]], { error: "部署位置的用途须从列表中选择" }),
  host: text("部署位置的主机", 100).transform((host) => host.toLowerCase()),
  provider: text("部署位置的机房或者服务商", 60),
  region: z
    .string()
    .trim()
    .refine(
      (region) => region === ABROAD || /^\d{6}$/.test(region),
      `部署位置的所在地须为 6 位行政区划代码；不在境内的写“${ABROAD}”`,
    ),
});
export type Placement = z.infer<typeof Placement>;

const HOST = /^(?=.{1,100}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** All that makes a trading site: what the system administrator fills in and the security administrator allows. */
export const SiteForm = z.object({
  host: z.string().trim().toLowerCase().regex(HOST, "域名只含小写字母、数字、点和连字符，不含端口"),
  name: z.string().trim().min(2, "站点名称必填").max(60, "站点名称不超过 60 个字"),
  platformCode: z
    .string()
    .trim()
    .refine(isPlatformCode, "平台标识代码为 11 位：一个大写字母、六位行政区划代码、四位序号"),
  profile: z.string().trim().min(1, "适用规则必选").max(40, "适用规则过长"),
  operatorName: z.string().trim().min(2, "运营机构名称必填").max(100, "运营机构名称不超过 100 个字"),
  operatorCreditCode: z.string().trim().toUpperCase().refine(isCreditCode, "运营机构统一社会信用代码的校验位不正确"),
  hubUrl: z.union([z.literal(""), address("公共服务平台接口网址")]),
  timestampUrl: z.union([z.literal(""), address("时间戳服务网址")]),
  bankUrl: z.union([z.literal(""), address("收款银行接口网址")]),
  bankCertificate: z
    .string()
    .trim()
    .max(20_000, "收款银行证书过大")
    .refine((text) => !text || text.includes("-----BEGIN CERTIFICATE-----"), "收款银行证书不是 PEM 格式"),
  trustList: certificates("信任的认证机构证书"),
  timestampTrust: certificates("时间戳服务的信任证书"),
  crlUrls: addresses("吊销列表网址"),
  ocspUrls: addresses("证书状态查询网址"),
  priceList: z.array(PriceLine).max(50, "收费项目不超过 50 条"),
  certifications: z.array(Certification).max(20, "检测认证证书不超过 20 条").default([]),
  professionals: z.array(Professional).max(100, "专业人员不超过 100 人").default([]),
  placements: z.array(Placement).max(50, "部署位置不超过 50 条").default([]),
  disclosure: z.partialRecord(
    z.enum(Object.keys(DISCLOSURES) as [DisclosureKey, ...DisclosureKey[]]),
    z.string().trim().max(DISCLOSURE_LENGTH, `公开事项不超过 ${DISCLOSURE_LENGTH} 个字`),
  ),
});
export type SiteForm = z.infer<typeof SiteForm>;

/** Fields by the names that people read. */
export const SITE_LABELS: Readonly<Record<keyof SiteForm, string>> = {
  host: "域名",
  name: "站点名称",
  platformCode: "平台标识代码",
  profile: "适用规则",
  operatorName: "运营机构",
  operatorCreditCode: "运营机构统一社会信用代码",
  hubUrl: "公共服务平台接口",
  timestampUrl: "时间戳服务",
  bankUrl: "收款银行接口",
  bankCertificate: "收款银行证书",
  trustList: "信任的认证机构证书",
  timestampTrust: "时间戳服务的信任证书",
  crlUrls: "吊销列表",
  ocspUrls: "证书状态查询",
  priceList: "服务与收费",
  certifications: "检测认证证书",
  professionals: "专业人员",
  placements: "部署位置",
  disclosure: "公开事项",
};
