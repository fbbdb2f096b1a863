import { z } from "zod";

/** What is paid for through the collecting account. */
export const FEE_KINDS = {
  document: "招标文件费",
  service: "招标代理服务费",
  expert: "评标专家劳务报酬",
  return: "退回的招标代理服务费",
} as const;
export type FeeKind = keyof typeof FEE_KINDS;

/** One line of the computation of a claim, for whoever checks it by hand. */
export interface ClaimStep {
  readonly text: string;
  readonly amount: string;
}

/** States of an order of a document fee. */
export const ORDER_STATES = {
  created: "待付款",
  paying: "付款确认中",
  paid: "已付款",
  delivered: "已付款，文件已发出",
  expired: "已过期",
  refunding: "退款中",
  refunded: "已退款",
} as const;
export type OrderState = keyof typeof ORDER_STATES;

export const REFUND_REASONS = {
  short: "付款金额不足",
  surplus: "多付金额",
  late: "付款晚于订单的付款期限",
  failed: "流标",
  terminated: "终止招标",
  cancelled: "应付款项已取消",
} as const;
export type RefundReason = keyof typeof REFUND_REASONS;

/** To whom the invoice is made out. The tax number of a company is its credit code (15 to 20 characters). */
export const InvoiceHead = z.object({
  invoiceTitle: z.string().trim().min(2, "发票抬头不能少于 2 个字，请填写单位全称").max(100, "发票抬头不能超过 100 字"),
  invoiceTaxNumber: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[0-9A-Z]{15,20}$/, "纳税人识别号应为 15 至 20 位数字或大写字母，一般与统一社会信用代码相同"),
});

const fen = z.string().regex(/^\d{1,15}$/);
const transferred = {
  transaction: z.string().min(1).max(100),
  paidFen: fen,
  paidAt: z.iso.datetime(),
  payerName: z.string().max(200),
  payerAccount: z.string().min(1).max(100),
  payerBank: z.string().max(200),
};

/** What the bank says of a payment: a notice, or the answer to a question. */
export const BankWord = z.discriminatedUnion("format", [
  z.object({
    format: z.literal("xb-bank-notice/1"),
    merchant: z.string(),
    orderNo: z.string(),
    transaction: z.string().min(1).max(100),
    paidFen: z.string().regex(/^\d{1,15}$/),
    paidAt: z.iso.datetime(),
  }),
  z.object({
    format: z.literal("xb-bank-order/1"),
    merchant: z.string(),
    orderNo: z.string(),
    state: z.enum(["open", "paid"]),
    transaction: z.string().min(1).max(100).optional(),
    paidFen: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
    paidAt: z.iso.datetime().optional(),
    at: z.iso.datetime(),
  }),
  z.object({
    format: z.literal("xb-bank-refund/1"),
    merchant: z.string(),
    refundNo: z.string(),
    orderNo: z.string(),
    principalFen: z.string(),
    interestFen: z.string(),
    at: z.iso.datetime(),
  }),
  z.object({
    format: z.literal("xb-bank-statement/1"),
    merchant: z.string(),
    day: z.iso.date(),
    lines: z
      .array(
        z.object({
          kind: z.enum(["paid", "refunded", "settled"]),
          orderNo: z.string().max(100),
          number: z.string().max(100),
          fen: z.string().regex(/^\d{1,15}$/),
          at: z.iso.datetime(),
        }),
      )
      .max(100_000),
    totalFen: z.string().regex(/^-?\d{1,18}$/),
    at: z.iso.datetime(),
  }),
  // Money that goes on from the collecting account to whom it belongs.
  z.object({
    format: z.literal("xb-bank-payout/1"),
    merchant: z.string(),
    number: z.string(),
    amountFen: fen,
    at: z.iso.datetime(),
  }),
  // Sub-accounts in which bid securities lie apart.
  z.object({
    format: z.literal("xb-bank-account/1"),
    merchant: z.string(),
    reference: z.string(),
    account: z.string().min(1).max(50),
    bank: z.string().min(1).max(200),
  }),
  z.object({
    format: z.literal("xb-bank-transfer/1"),
    merchant: z.string(),
    reference: z.string(),
    ...transferred,
  }),
  z.object({
    format: z.literal("xb-bank-account-state/1"),
    merchant: z.string(),
    reference: z.string(),
    transfers: z.array(z.object(transferred)).max(1000),
    at: z.iso.datetime(),
  }),
  z.object({
    format: z.literal("xb-bank-out/1"),
    merchant: z.string(),
    number: z.string(),
    reference: z.string(),
    transaction: z.string(),
    kind: z.enum(["refund", "forfeit"]),
    principalFen: fen,
    interestFen: fen,
    at: z.iso.datetime(),
  }),
]);
export type BankWord = z.infer<typeof BankWord>;

/** What a person at the operator's looks at, and what that person does about it. */
export const FEE_TASKS = {
  contradicted: {
    name: "到账通知前后不一致",
    step: "第二次通知没有采信，订单没有改变。请凭银行流水号与收款银行核对，再登记结果。",
  },
  unknown: {
    name: "付款结果未知",
    step: "平台一直在向收款银行查询。可以立即再问一次；银行仍不答复的，请电话联系银行，得到答复后本事项自动办结。",
  },
  refund: {
    name: "退款未办成",
    step: "平台一直在请收款银行退款。可以立即再办一次；银行仍不办理的，请凭退款号电话联系银行，退款到账后本事项自动办结。",
  },
  payout: {
    name: "转付未办成",
    step: "平台一直在请收款银行把款项转给收款人。可以立即再办一次；银行仍不办理的，请凭转付编号电话联系银行，办妥后本事项自动办结。",
  },
  "security-contradicted": {
    name: "保证金到账通知前后不一致",
    step: "第二次通知没有采信，账目没有改变。请凭银行流水号与收款银行核对，再登记结果。",
  },
  "security-back": {
    name: "保证金退还未办成",
    step: "平台一直在请收款银行办理。可以立即再办一次；银行仍不办理的，请凭支出编号电话联系银行，办妥后本事项自动办结。",
  },
  difference: {
    name: "日终对账不一致",
    step: "银行当日对账单与平台费用账有一笔不同。请凭银行流水号或退款号与收款银行核对，再登记结果。",
  },
} as const;
export type FeeTaskKind = keyof typeof FEE_TASKS;
/** Tasks that end when a person has written down what was found; the others end by themselves. */
export const closesByHand = (kind: string): boolean =>
  ["contradicted", "security-contradicted", "difference"].includes(kind);

/** A payment as it counts. */
export interface PaymentFacts {
  readonly transaction: string;
  readonly paidFen: bigint;
  readonly paidAt: Date;
}

/** A yearly rate in per cent, as banks post it: `0.05`. */
export const EnterRate = z.object({
  validFrom: z.iso.date("利率生效日期须为日期"),
  percent: z.string().regex(/^\d{1,2}(\.\d{1,4})?$/, "年利率须为百分数，最多四位小数，例如 0.05"),
  source: z.string().trim().min(5, "利率来源不少于 5 字，请写明银行和公告日期").max(300, "利率来源不超过 300 字"),
});

/** Millionths of a rate that the schema has read. */
export function percentMillionths(percent: string): number {
  const [whole, part = ""] = percent.split(".");
  return Number(whole) * 10_000 + Number(part.padEnd(4, "0"));
}

/** A rate in per cent as pages show it. */
export const percentText = (millionths: bigint): string =>
  `${millionths / 10_000n}.${String(millionths % 10_000n)
    .padStart(4, "0")
    .replace(/(\d{2}\d*?)0+$/, "$1")}%`;
