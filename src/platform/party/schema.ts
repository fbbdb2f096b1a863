import { z } from "zod";
import { isResidentNumber } from "@/core/codes";
import { fromTs14 } from "@/core/time";
import { StatementInput } from "@/platform/identity/schema";
import { wordOnCreditCode } from "./credit-code";

/** Classes in which an organisation registers itself; one may hold several. */
export const ORGANISATION_ROLES = ["tenderer", "agency", "bidder", "supervisor"] as const;
export type OrganisationRole = (typeof ORGANISATION_ROLES)[number];
/** Classes in which a person is registered under an organisation that is known. */
export const PERSON_ROLES = ["expert", "operator", "supervisor"] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** A mandatory text of at most `max` characters, named in its own sentence. */
const must = (label: string, max: number) =>
  z
    .string({ error: `${label}必填` })
    .trim()
    .min(1, `${label}必填`)
    .max(max, `${label}不超过 ${max} 个字`);
const may = (label: string, max: number) => z.string().trim().max(max, `${label}不超过 ${max} 个字`).default("");
const day = (label: string) =>
  z
    .string({ error: `${label}必填` })
    .refine(
      (text) => /^\d{8}$/.test(text) && fromTs14(`${text}000000`) !== undefined,
      `${label}须为 8 位日期，如 20301231；长期有效填 99991231`,
    );
const oneOf = <T extends string>(label: string, values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `${label}须从列表中选择` });
const region = (label: string) =>
  z
    .string()
    .regex(/^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{4}$/, `${label}须为 6 位行政区划代码，如 520100`);

export const CreditCode = z
  .string({ error: "统一社会信用代码必填" })
  .trim()
  .toUpperCase()
  .superRefine((code, context) => {
    const { problem } = wordOnCreditCode(code);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

/** One qualification: data set 102 for agencies, 103 for bidders. */
export const Qualification = z.object({
  qualLevel: z.string().regex(/^[0-9A-Z]{2}$/, "资质等级须为 2 位代码"),
  qualName: must("资质名称", 50),
  qualType: z.string().regex(/^[0-9A-Z]{6}$/, "资质序列、行业和专业类别须为 6 位代码"),
  qualCertNo: must("资质证书编号", 50),
  qualCertEndDate: day("资质证书失效日期"),
});
export type Qualification = z.infer<typeof Qualification>;

/** Data set 100, legal person (法人基本信息), with the extensions of the classes. Lengths are those of the wire. */
export const RegistrationData = z
  .object({
    creditCode: CreditCode,
    legalName: must("单位名称", 200),
    codeType: oneOf("主体类别", ["1", "2", "3"]),
    roles: z.array(oneOf("主体角色", ORGANISATION_ROLES)).min(1, "至少选择一种主体角色"),
    licenseNo: must("营业执照号码", 50),
    licenseEndDate: day("营业执照失效日期"),
    legalRepresent: must("法定代表人姓名", 20),
    representPhone: may("法定代表人电话", 15),
    legalType: z.string().regex(/^[0-9A-Z]$/, "法人机构类别须为 1 位代码"),
    industry: z
      .string()
      .regex(/^([A-T]\d{2})?$/, "行业代码须为 1 个字母加 2 位数字，如 E47")
      .default(""),
    countryRegion: z.string().regex(/^\d{3}$/, "国别须为 3 位数字代码，中国为 156"),
    address: must("单位地址", 300),
    regionCode: region("行政区域代码"),
    regCapital: z.string().regex(/^\d{1,14}(\.\d{1,6})?$/, "注册资本须为数字，小数不超过 6 位"),
    regCapCurrency: z.string().regex(/^\d{3}$/, "注册资本币种须为 3 位数字代码，人民币为 156"),
    regUnit: oneOf("注册资本单位", ["0", "1"]),
    contact: must("联系人", 20),
    contactPhone: must("联系人电话", 20).regex(/^[+\d][\d -]{4,}$/, "联系人电话只能有数字、空格和连字符"),
    contactAddress: may("联系人地址", 200),
    web: may("单位网站", 100),
    zip: z
      .string()
      .regex(/^(\d{6})?$/, "邮政编码须为 6 位数字")
      .default(""),
    email: z.email("电子邮箱格式不正确").max(100, "电子邮箱不超过 100 个字"),
    legalStatus: z.string().regex(/^[0-9A-Z]$/, "法人业务状态须为 1 位代码"),
    bank: may("基本户开户银行", 200),
    accountName: may("基本户账户名称", 200),
    accountNo: may("基本户账号", 50),
    /** Qualifications of agencies and bidders; who has none says so. */
    qualifications: z.array(Qualification).max(50, "资质不超过 50 项").default([]),
    noQualification: z.boolean().default(false),
    /** Supervising bodies come with a letter. */
    authorisationNo: may("授权文件文号", 100),
    authorisationEndDate: z.union([z.literal(""), day("授权文件失效日期")]).default(""),
  })
  .superRefine((data, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const qualified = data.roles.includes("agency") || data.roles.includes("bidder");
    if (qualified && !data.noQualification && data.qualifications.length === 0)
      issue("qualifications", "招标代理机构、投标人须填写资质；没有资质的请勾选“无资质”");
    if (data.noQualification && data.qualifications.length > 0)
      issue("noQualification", "已填写资质，不能同时勾选“无资质”");
    if (data.roles.includes("supervisor")) {
      if (data.roles.length > 1) issue("roles", "监督部门不能兼任其他主体角色");
      if (!data.authorisationNo) issue("authorisationNo", "监督部门须填写授权文件文号");
      if (!data.authorisationEndDate) issue("authorisationEndDate", "监督部门须填写授权文件失效日期");
    }
  });
export type RegistrationData = z.infer<typeof RegistrationData>;

const idNumber = (label: string) => must(label, 18).toUpperCase();
const PersonCore = z.object({
  idType: oneOf("证件类型", ["01", "02", "03", "04", "05", "06", "99"]),
  idNumber: idNumber("证件号码"),
  phone: must("手机号码", 20).regex(/^\+?\d{7,15}$/, "手机号码须为 7–15 位数字"),
  email: z.union([z.literal(""), z.email("电子邮箱格式不正确").max(100, "电子邮箱不超过 100 个字")]).default(""),
});
const residentCheck = (person: { idType: string; idNumber: string }, context: z.RefinementCtx) => {
  if (person.idType === "01" && !isResidentNumber(person.idNumber))
    context.addIssue({
      code: "custom",
      path: ["idNumber"],
      message: "居民身份证号码应为 18 位且校验位相符，请对照证件核对",
    });
};

/** Whoever enters for an organisation (经办人): real name from the certificate, identity document, telephone. */
export const PersonData = PersonCore.superRefine(residentCheck);
export type PersonData = z.infer<typeof PersonData>;

/** Data set 212: an expert enters the library. */
export const ExpertData = PersonCore.extend({
  sex: oneOf("性别", ["1", "2"]),
  birthday: day("出生日期"),
  duty: may("职务", 50),
  education: must("最高学历", 50),
  professional: must("职称", 50),
  onWork: oneOf("是否在职", ["0", "1"]),
  company: must("当前工作单位", 200),
  industry: z.string().regex(/^[A-T]\d{2}$/, "所属行业须为 1 个字母加 2 位数字，如 E47"),
  area: z.string().regex(/^\d{6,9}$/, "所在地区须为 6–9 位代码"),
  speciality: must("评审专业", 50),
}).superRefine(residentCheck);
export type ExpertData = z.infer<typeof ExpertData>;

/** Staff of the operator: kept current, the public part is shown (O20 art. 11). */
export const OperatorData = PersonCore.extend({
  duty: must("岗位", 50),
  professional: must("专业资格", 100),
}).superRefine(residentCheck);

/** A supervising official: comes by a letter of the own authority. */
export const SupervisorData = PersonCore.extend({
  duty: must("职务", 50),
  authorisationNo: must("授权文件文号", 100),
  authorisationEndDate: day("授权文件失效日期"),
}).superRefine(residentCheck);

export const EVIDENCE_KINDS = {
  licence: "营业执照（或登记证书）",
  qualification: "资质证书",
  authorisation: "授权文件",
  identity: "经办人授权书",
  other: "其他材料",
} as const;
export const Evidence = z.object({
  kind: z.enum(Object.keys(EVIDENCE_KINDS) as [keyof typeof EVIDENCE_KINDS], { error: "材料种类不正确" }),
  fileId: z.uuid("材料文件不正确"),
  name: z.string().max(400).default(""),
  validUntil: z.union([z.literal(""), day("有效期")]).default(""),
});
export type Evidence = z.infer<typeof Evidence>;
export const EvidenceList = z.array(Evidence).max(30, "材料不超过 30 份");

/** What a browser sends to register: the data, and the act signed with the certificate that is to be bound. */
export const RegisterOrganisation = z.object({
  data: RegistrationData,
  person: PersonData,
  /** Bring fields over from the public service platform; the server asks it itself. */
  fromHub: z.boolean().default(false),
  encryptionCertificate: z.string().max(20_000, "加密证书过大"),
  statement: StatementInput,
});
export const RegisterPerson = z
  .discriminatedUnion(
    "role",
    [
      z.object({ role: z.literal("expert"), data: ExpertData }),
      z.object({ role: z.literal("operator"), data: OperatorData }),
      z.object({ role: z.literal("supervisor"), data: SupervisorData }),
    ],
    { error: "人员类别不正确" },
  )
  .and(
    z.object({
      encryptionCertificate: z.string().max(20_000, "加密证书过大"),
      statement: StatementInput,
    }),
  );

/** What is signed at registration: everything but the signature. */
export const actOfRegistration = "party.register";

/** Labels of data items, in the order in which forms and histories show them. */
export const LABELS: Readonly<Record<string, string>> = {
  creditCode: "统一社会信用代码",
  legalName: "单位名称",
  codeType: "主体类别",
  roles: "主体角色",
  licenseNo: "营业执照号码",
  licenseEndDate: "营业执照失效日期",
  legalRepresent: "法定代表人",
  representPhone: "法定代表人电话",
  legalType: "法人机构类别",
  industry: "行业代码",
  countryRegion: "国别/地区",
  address: "单位地址",
  regionCode: "行政区域代码",
  regCapital: "注册资本",
  regCapCurrency: "注册资本币种",
  regUnit: "注册资本单位",
  contact: "联系人",
  contactPhone: "联系人电话",
  contactAddress: "联系人地址",
  web: "单位网站",
  zip: "邮政编码",
  email: "电子邮箱",
  legalStatus: "法人业务状态",
  bank: "基本户开户银行",
  accountName: "基本户账户名称",
  accountNo: "基本户账号",
  qualifications: "资质",
  noQualification: "无资质",
  authorisationNo: "授权文件文号",
  authorisationEndDate: "授权文件失效日期",
  idType: "证件类型",
  idNumber: "证件号码",
  phone: "手机号码",
  sex: "性别",
  birthday: "出生日期",
  duty: "职务/岗位",
  education: "最高学历",
  professional: "职称/专业资格",
  onWork: "是否在职",
  company: "当前工作单位",
  area: "所在地区",
  speciality: "评审专业",
};

/** Telephones, identity and account numbers: masked wherever they are not being edited by their owner. */
export const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  "idNumber",
  "phone",
  "representPhone",
  "accountNo",
  "birthday",
]);
