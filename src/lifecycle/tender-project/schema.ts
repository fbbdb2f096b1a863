import { z } from "zod";
import { isIndustryCode, isRegionCode, TENDER_CLASSES, type TenderClass } from "@/core/code-lists";
import { readShanghai } from "@/core/time";
import { Regime } from "@/lifecycle/lot/states";

const line = (label: string, max = 200) =>
  z
    .string({ error: `${label}须为文字` })
    .trim()
    .min(1, `${label}不能为空`)
    .max(max, `${label}不能超过 ${max} 字`);
export const fen = (label: string) =>
  z
    .string({ error: `${label}须为金额` })
    .regex(/^\d{1,18}$/, `${label}须为非负金额（分）`)
    .transform(BigInt);

/** One lot of a plan. */
export const LotPlan = z.object({
  name: line("标段名称"),
  content: line("标段内容", 2000),
  estimateFen: fen("标段估算价"),
});

/** Lots of one tender project. */
export const MAX_LOTS = 99;
/** A further lot of a tender project in preparation. */
export const AddLot = z.object({ lotId: z.uuid(), lot: LotPlan });

/** What an agency or tenderer enters to begin one act of tendering with one lot. */
export const CreateTenderProject = z.object({
  project: z.object({
    name: line("项目名称"),
    // As the national catalogue gives it out; the provincial platform takes no other (C24).
    investCode: z
      .string()
      .trim()
      .regex(
        /^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$/,
        "投资项目统一代码须为 24 位，例如 2026-520100-47-01-000001；没有的请留空",
      )
      .optional(),
    /** Whether it is fixed-asset investment, which has an investment project code. */
    fixedAssets: z.boolean().default(false),
    industry: z
      .string()
      .trim()
      .refine(isIndustryCode, "行业分类须为《国民经济行业分类》的门类字母加两位大类，例如 E47 房屋建筑业")
      .default("E47"),
    regionCode: z.string().refine(isRegionCode, "行政区域代码须为 6 位数字，前两位为省级代码，例如 520100"),
    address: line("项目地点"),
    fundSource: line("资金来源"),
    scale: line("项目规模", 2000),
    approvalName: line("审批文件名称"),
    approvalNumber: line("审批文号"),
  }),
  tender: z.object({
    name: line("招标项目名称"),
    tenderClass: z
      .enum(Object.keys(TENDER_CLASSES) as [TenderClass, ...TenderClass[]], { error: "请从列表中选择招标项目类型" })
      .default("A01"),
    tendererOrgId: z.uuid("请选择招标人"),
    mandateNumber: line("委托代理合同编号", 100).optional(),
    regime: Regime,
    superviseDept: line("监督部门"),
    supervisorOrgId: z.uuid("请选择监督部门"),
  }),
  lot: LotPlan,
  /** The lot and the item of its bill whose provisional sum this tenders (IR29). */
  provisional: z.object({ lotId: z.uuid(), code: line("项目编码", 50) }).optional(),
});
export type CreateTenderProject = z.input<typeof CreateTenderProject>;

/** How the authority dealt with the content of the tender (IR7). */
export const APPROVAL_KINDS = { approved: "审批", verified: "核准", filed: "备案" } as const;

/** Stands wherever an approval is shown: no authority has confirmed it. */
export const APPROVAL_BY_HAND = "手工登记，未与审批部门核对";

/** What the document of the authority says: scope, mode and form of the tender. */
export const PlanApproval = z.object({
  lotId: z.uuid(),
  kind: z.enum(Object.keys(APPROVAL_KINDS) as [keyof typeof APPROVAL_KINDS, ...(keyof typeof APPROVAL_KINDS)[]], {
    error: "请选择审批、核准或备案",
  }),
  authority: line("审批、核准部门"),
  documentName: line("文件名称", 500),
  documentNumber: line("文号", 100),
  decidedOn: z
    .string({ error: "文件日期须为日期" })
    .regex(/^\d{4}-\d{2}-\d{2}$/, "文件日期须为年-月-日，例如 2026-03-02")
    .refine((day) => readShanghai(`${day}T00:00`) !== undefined, "没有这一天，请核对文件日期"),
  scope: line("核准的招标范围", 2000),
  tenderMode: Regime.shape.tenderMode,
  orgForm: Regime.shape.orgForm,
  ground: z.string().trim().max(2000, "不公开招标的理由不能超过 2000 字").default(""),
  /** The document itself, uploaded before. */
  fileId: z.uuid("请上传审批、核准文件的 PDF"),
});
export type PlanApproval = z.output<typeof PlanApproval>;
