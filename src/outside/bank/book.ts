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
  return {
    order,
    orders: (): Order[] => all("order").map((fact) => order(fact.order.orderNo)!),
    sent: (): Sent[] => all("notice").map(({ sent }) => sent),
    refundOf: (refundNo: string) => all("refund").find(({ refund }) => refund.refundNo === refundNo)?.refund,
    fingerprintOf: (code: string) => all("merchant").find((fact) => fact.merchant === code)?.fingerprint,
    keep: (fact: Fact) => facts.append(fact),
    close: () => facts.close(),
  };
}
export type Book = ReturnType<typeof openBook>;
