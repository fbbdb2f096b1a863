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

/** Most tiers that a fee may have. */
export const MAX_TIERS = 20;
/**
 * A tier of a fee by the award price (分档累进): the part of the price above the tier before it, up to `upToFen`, bears the tier's
 * rate. The last tier has no end.
 */
export const FeeTier = z.object({
  upToFen: z.string().regex(/^\d{0,18}$/, "档次上限须为金额，最后一档不填"),
  perMille: z.string().regex(/^\d{1,3}(\.\d{1,3})?$/, "费率须为千分数，最多三位小数，例如 15 表示千分之十五（1.5%）"),
});
export type FeeTier = z.infer<typeof FeeTier>;

/** Do the tiers follow one another without a gap, the last one open? */
function areTiers(tiers: readonly FeeTier[]): boolean {
  const ends = tiers.slice(0, -1).map(({ upToFen }) => upToFen);
  return (
    tiers.at(-1)?.upToFen === "" && ends.every((end, i) => end !== "" && BigInt(end) > BigInt((i && ends[i - 1]) || 0))
  );
}

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
    /** Tiers of the award price; without them the fee is the fixed amount, for each lot. */
    feeTiers: z
      .array(FeeTier)
      .min(1)
      .max(MAX_TIERS, `计费档次不能超过 ${MAX_TIERS} 档`)
      .refine(areTiers, "计费档次须由低到高排列，除最后一档外都要填写上限，最后一档不填上限")
      .optional(),
    feeBasis: z.string().trim().max(500, "计费说明不能超过 500 字").default(""),
    startsAt: instant("委托开始时间"),
    endsAt: instant("委托结束时间"),
  })
  .refine(({ feeFen, feeTiers }) => !feeTiers || BigInt(feeFen) === 0n, {
    path: ["feeFen"],
    message: "按档次计费的，代理服务费固定金额须填 0.00",
  })
  .refine(({ startsAt, endsAt }) => new Date(endsAt) > new Date(startsAt), {
    path: ["endsAt"],
    message: "委托结束时间须晚于开始时间，请修改委托期限",
  });
export type MandateTerms = z.output<typeof MandateTerms>;

export const ProposeMandate = z.object({ lotId: z.uuid(), terms: MandateTerms });
export const SignMandate = z.object({ mandateId: z.uuid(), statement: StatementInput });
