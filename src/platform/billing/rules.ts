import type { FeeKind, OrderState, PaymentFacts, RefundReason } from "./schema";

export interface OrderFacts {
  readonly state: OrderState;
  readonly amountFen: bigint;
  readonly payUntil: Date;
  readonly transaction: string | null;
  readonly paidFen: bigint | null;
}

export type PaymentVerdict =
  | { readonly kind: "repeated" }
  /** Another amount or another transaction than the one that counted: refused, and a person looks. */
  | { readonly kind: "contradicted" }
  | { readonly kind: "deliver"; readonly surplusFen: bigint }
  | { readonly kind: "give-back"; readonly reason: RefundReason };

/**
 * What a payment does to its order. Told twice it counts once. In time is what the bank's instant says, however late it is
 * told; what came too late, or is too little, goes back whole.
 *
 * @param ended - the lot ended without an award: why the money goes back although it came in time.
 */
export function judgePayment(order: OrderFacts, paid: PaymentFacts, ended?: RefundReason): PaymentVerdict {
  if (order.transaction !== null)
    return order.transaction === paid.transaction && order.paidFen === paid.paidFen
      ? { kind: "repeated" }
      : { kind: "contradicted" };
  if (paid.paidAt >= order.payUntil) return { kind: "give-back", reason: "late" };
  if (paid.paidFen < order.amountFen) return { kind: "give-back", reason: "short" };
  if (ended) return { kind: "give-back", reason: ended };
  return { kind: "deliver", surplusFen: paid.paidFen - order.amountFen };
}

/**
 * Seconds until the bank is asked again after so many questions. For the first ten minutes or so a payer is waiting for
 * the answer; after that once a minute will do.
 */
export const secondsToNextQuestion = (asked: number): number => (asked < 120 ? Math.min(5, 2 ** asked) : 60);

/** Accounts of the ledger. The platform has none: a fee is its payee's, and all of it. */
export const ACCOUNTS = ["collecting", "buyers", "document-fees", "service-fees", "expert-fees", "interest"] as const;
export type Account = (typeof ACCOUNTS)[number];
export type Posting = readonly (readonly [account: Account, fen: bigint])[];

/** Where a fee lies that has been earned and not passed on. */
export const EARNED = {
  document: "document-fees",
  service: "service-fees",
  expert: "expert-fees",
  // What an agency pays back ends where its fee had been earned.
  return: "service-fees",
} as const satisfies Record<FeeKind, Account>;

/** Money came into the collecting account and is owed to the payer until what it pays for is there. */
export const paymentPosting = (fen: bigint): Posting => [
  ["collecting", fen],
  ["buyers", -fen],
];

/** The document was delivered, or the claim is met: the fee is the payee's. */
export const deliveryPosting = (fen: bigint, kind: FeeKind = "document"): Posting => [
  ["buyers", fen],
  [EARNED[kind], -fen],
];

/** Money goes back: out of what is owed to the payer, or, after delivery, out of the payee's fees. */
export const refundPosting = (
  from: "buyers" | (typeof EARNED)[FeeKind],
  principal: bigint,
  interest: bigint,
): Posting => [
  [from, principal],
  ...(interest ? ([["interest", interest]] as const) : []),
  ["collecting", -(principal + interest)],
];

/** A fee goes on to whom it belongs: nothing of it is left with the bank. */
export const payoutPosting = (kind: FeeKind, fen: bigint): Posting => [
  [EARNED[kind], fen],
  ["collecting", -fen],
];
