import { z } from "zod";
import { InvoiceHead } from "@/platform/billing/schema";

/** Days for which an order of a claim may be paid; after that the same claim is ordered anew. */
export const ORDER_DAYS = 30;

export const OrderClaim = z.object({ claimId: z.uuid() }).extend(InvoiceHead.shape);
export const PayClaim = z.object({ orderId: z.uuid() });

/** Places that an expert comes from, by distance. */
export const TRAVEL = { local: "本市城区", county: "本市其他区县", other: "外市" } as const;
export type Travel = keyof typeof TRAVEL;
const TRAVELS = Object.keys(TRAVEL) as [Travel, ...Travel[]];

/** What an expert is paid for. */
export const EXPERT_WORK = { evaluation: "评标", again: "重新评标", attendance: "到场后回避、更换" } as const;
export type ExpertWork = keyof typeof EXPERT_WORK;

const amount = (label: string) =>
  z.string({ error: `${label}须为金额` }).regex(/^\d{1,10}$/, `${label}须为金额，精确到分`);

/** The fee standard of the library (评标专家劳务报酬标准): fen as decimal text. */
export const ExpertRates = z.object({
  halfDayFen: amount("半日报酬"),
  overtimeHourFen: amount("超时报酬"),
  againHalfDayFen: amount("重新评标半日报酬"),
  attendanceFen: amount("到场报酬"),
  localFen: amount("本市城区交通补助"),
  countyFen: amount("本市其他区县交通补助"),
  otherFen: amount("外市交通补助"),
});
export type ExpertRates = z.infer<typeof ExpertRates>;
export const RATE_NAMES: Readonly<Record<keyof ExpertRates, string>> = {
  halfDayFen: "评标，每半日（不超过 4 小时）",
  overtimeHourFen: "一日超过 8 小时的，每小时",
  againHalfDayFen: "重新评标，每半日",
  attendanceFen: "到场后回避、更换，每次",
  localFen: "交通补助，本市城区",
  countyFen: "交通补助，本市其他区县",
  otherFen: "交通补助，外市",
};

export const EnterSchedule = z.object({
  validFrom: z.iso.date("标准生效日期须为日期"),
  source: z.string().trim().min(5, "标准依据不少于 5 字，请写明文件名称和文号").max(300, "标准依据不超过 300 字"),
  rates: ExpertRates,
});

/** Most members that a list names: a committee, its standby members, and those who left. */
const MAX_MEMBERS = 60;
export const PrepareExpertList = z.object({
  lotId: z.uuid(),
  payer: z.enum(["tenderer", "agency"], { error: "请选择付款单位" }),
  travels: z.array(z.object({ memberId: z.uuid(), travel: z.enum(TRAVELS, { error: "请选择路程" }) })).max(MAX_MEMBERS),
});

export const ConfirmExpertFee = z.object({
  feeId: z.uuid(),
  bank: z.string().trim().min(2, "开户银行不少于 2 字").max(200, "开户银行不超过 200 字"),
  account: z
    .string()
    .trim()
    .regex(/^[0-9 ]{8,40}$/, "收款账号应为 8 至 40 位数字"),
});
