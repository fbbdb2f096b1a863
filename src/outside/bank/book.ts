import { z } from "zod";
import { openJournal } from "../journal";

const number = z.string().regex(/^[A-Z0-9]{8,40}$/);
/** Fen, as decimal text: canonical JSON has no big integers. */
const amount = z.string().regex(/^\d{1,15}$/);
const merchant = z.string().regex(/^[A-Z]\d{10}$/);

/** What a merchant signs to have money collected. The subject names no tender: a statement of account must tell nothing. */
export const OrderRequest = z.object({
  format: z.literal("xb-pay-order/1"),
  merchant,
  orderNo: number,
  amountFen: amount.refine((fen) => fen !== "0", "须大于零"),
  payee: z.string().min(1).max(200),
  payeeAccount: z.string().min(1).max(100),
  subject: z.string().min(1).max(100),
  notifyUrl: z.url({ protocol: /^https?$/ }),
  returnUrl: z.url({ protocol: /^https?$/ }),
  /** Until when the merchant takes the money; what is paid later it sends back. */
  until: z.iso.datetime(),
});
export type OrderRequest = z.infer<typeof OrderRequest>;

/** What a merchant signs to send money back the way it came. */
export const RefundRequest = z.object({
  format: z.literal("xb-pay-refund/1"),
  merchant,
  refundNo: number,
  orderNo: number,
  principalFen: amount,
  interestFen: amount,
});
export type RefundRequest = z.infer<typeof RefundRequest>;

/** What a merchant signs to have collected money sent on to its payee: a number and an account, and nothing of what it is for. */
export const PayoutRequest = z.object({
  format: z.literal("xb-pay-out/1"),
  merchant,
  number,
  payeeName: z.string().min(1).max(200),
  payeeAccount: z.string().min(1).max(100),
  amountFen: amount.refine((fen) => fen !== "0", "须大于零"),
});
export type Payout = z.infer<typeof PayoutRequest> & { readonly at: string };

/** What a merchant signs to have a sub-account opened (保证金子账户): a pseudonym, and nothing of what it is for. */
export const AccountRequest = z.object({
  format: z.literal("xb-account-request/1"),
  merchant,
  reference: number,
  notifyUrl: z.url({ protocol: /^https?$/ }),
});
export type AccountRequest = z.infer<typeof AccountRequest>;

/** The only two ways out of a sub-account: back to the account that a transfer came from, or forfeited to a payee. */
export const OutRequest = z
  .object({
    format: z.literal("xb-account-out/1"),
    merchant,
    number,
    reference: number,
    transaction: z.string().min(1).max(100),
    kind: z.enum(["refund", "forfeit"]),
    principalFen: amount,
    interestFen: amount,
    payeeName: z.string().max(200).default(""),
    payeeAccount: z.string().max(100).default(""),
  })
  .refine(({ kind, payeeAccount }) => (kind === "forfeit") === (payeeAccount !== ""), "只有不予退还的保证金才有收款人");
export type OutRequest = z.infer<typeof OutRequest>;

/** Money that somebody transferred into a sub-account. */
export interface Transfer {
  readonly account: string;
  readonly transaction: string;
  readonly paidFen: string;
  readonly paidAt: string;
  readonly payerName: string;
  readonly payerAccount: string;
  readonly payerBank: string;
}
export type Out = OutRequest & { readonly at: string };

export interface SubAccount extends AccountRequest {
  /** Number that people transfer to: random. */
  readonly account: string;
  readonly at: string;
  readonly transfers: readonly Transfer[];
  readonly outs: readonly Out[];
}

export interface Payment {
  readonly transaction: string;
  readonly paidFen: string;
  readonly paidAt: string;
}
export type Refund = RefundRequest & { readonly at: string };
export interface Sent {
  readonly orderNo: string;
  readonly paidFen: string;
  readonly at: string;
  /** HTTP status, or why there was none. */
  readonly answer: string;
}

type Fact =
  | { readonly kind: "merchant"; readonly merchant: string; readonly fingerprint: string }
  | { readonly kind: "order"; readonly order: OrderRequest; readonly at: string }
  | { readonly kind: "paid"; readonly orderNo: string; readonly payment: Payment }
  | { readonly kind: "refund"; readonly refund: Refund }
  | { readonly kind: "payout"; readonly payout: Payout }
  | { readonly kind: "account"; readonly account: AccountRequest & { readonly account: string; readonly at: string } }
  | { readonly kind: "transfer"; readonly transfer: Transfer }
  | { readonly kind: "out"; readonly out: Out }
  | { readonly kind: "notice"; readonly sent: Sent };

export interface Order extends OrderRequest {
  readonly at: string;
  readonly payment?: Payment;
  readonly refunds: readonly Refund[];
}

/** The bank's book: everything is on disk before anybody is told of it. */
export function openBook(folder: string) {
  const facts = openJournal<Fact>(folder, "book");
  const all = <K extends Fact["kind"]>(kind: K) =>
    facts.entries.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
  const order = (orderNo: string): Order | undefined => {
    const found = all("order").find((fact) => fact.order.orderNo === orderNo);
    if (!found) return undefined;
    const paid = all("paid").find((fact) => fact.orderNo === orderNo);
    const refunds = all("refund").flatMap(({ refund }) => (refund.orderNo === orderNo ? [refund] : []));
    return { ...found.order, at: found.at, ...(paid ? { payment: paid.payment } : {}), refunds };
  };
  const accounts = (): SubAccount[] =>
    all("account").map(({ account }) => ({
      ...account,
      transfers: all("transfer").flatMap(({ transfer }) => (transfer.account === account.account ? [transfer] : [])),
      outs: all("out").flatMap(({ out }) => (out.reference === account.reference ? [out] : [])),
    }));
  return {
    accounts,
    accountOf: (reference: string) => accounts().find((account) => account.reference === reference),
    accountNumbered: (number: string) => accounts().find(({ account }) => account === number),
    outOf: (number: string) => all("out").find(({ out }) => out.number === number)?.out,
    order,
    orders: (): Order[] => all("order").map((fact) => order(fact.order.orderNo)!),
    payouts: (): Payout[] => all("payout").map(({ payout }) => payout),
    sent: (): Sent[] => all("notice").map(({ sent }) => sent),
    refundOf: (refundNo: string) => all("refund").find(({ refund }) => refund.refundNo === refundNo)?.refund,
    fingerprintOf: (code: string) => all("merchant").find((fact) => fact.merchant === code)?.fingerprint,
    keep: (fact: Fact) => facts.append(fact),
    close: () => facts.close(),
  };
}
export type Book = ReturnType<typeof openBook>;
