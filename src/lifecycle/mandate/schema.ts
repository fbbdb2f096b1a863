import { z } from "zod";
import { StatementInput } from "@/platform/identity/schema";

/** Acts that a tenderer may entrust to its agency (IR13). Deciding the award is not one of them. */
export const MANDATE_ACTS = {
  publish: "编制并发布招标公告和招标文件",
  clarify: "组织答疑、澄清和修改",
  objection: "答复异议",
  open: "主持开标",
  committee: "申请组建评标委员会",
  candidates: "公示中标候选人",
} as const;
export type MandateAct = keyof typeof MANDATE_ACTS;
export const ALL_ACTS = Object.keys(MANDATE_ACTS) as [MandateAct, ...MandateAct[]];

export const FEE_PAYERS = { tenderer: "招标人支付", winner: "中标人支付（须在招标文件中载明）" } as const;

const instant = (label: string) => z.iso.datetime({ offset: true, error: `${label}须为时间` });

/** What the contract says. Instants and amounts are text: exactly these characters are signed. */
export const MandateTerms = z
  .object({
    number: z
      .string({ error: "合同编号须为文字" })
      .trim()
      .min(1, "合同编号不能为空")
      .max(100, "合同编号不能超过 100 字"),
    scope: z
      .array(z.enum(ALL_ACTS, { error: "请从列表中选择委托事项" }))
      .min(1, "至少选择一项委托事项")
      .max(ALL_ACTS.length)
      .refine((acts) => new Set(acts).size === acts.length, "委托事项不能重复"),
    feeFen: z.string().regex(/^\d{1,18}$/, "代理服务费须为金额"),
    feePayer: z.enum(["tenderer", "winner"], { error: "请选择费用承担方" }),
    feeBasis: z.string().trim().max(500, "计费说明不能超过 500 字").default(""),
    startsAt: instant("委托开始时间"),
    endsAt: instant("委托结束时间"),
  })
  .refine(({ startsAt, endsAt }) => new Date(endsAt) > new Date(startsAt), {
    path: ["endsAt"],
    message: "委托结束时间须晚于开始时间，请修改委托期限",
  });
export type MandateTerms = z.output<typeof MandateTerms>;

export const ProposeMandate = z.object({ lotId: z.uuid(), terms: MandateTerms });
export const SignMandate = z.object({ mandateId: z.uuid(), statement: StatementInput });
