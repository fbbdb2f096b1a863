import type { CanonicalValue } from "@/core/canonical-json";
import type { Statement } from "@/crypto/statement";
import type { OutsideClock } from "../clock";
import { Declined, json, type Program } from "../http";
import { type Book, PayoutRequest } from "./book";
import { signedBy } from "./signed";

/** What of a merchant lies in the collecting account: what came in less what went back and on. */
function collectedOf(book: Pick<Book, "orders" | "payouts">, merchant: string): bigint {
  const orders = book.orders().filter((order) => order.merchant === merchant);
  const came = orders.reduce((sum, { payment }) => sum + BigInt(payment?.paidFen ?? 0), 0n);
  const back = orders
    .flatMap(({ refunds }) => refunds)
    .reduce((sum, { principalFen }) => sum + BigInt(principalFen), 0n);
  const on = book.payouts().filter((payout) => payout.merchant === merchant);
  return on.reduce((rest, { amountFen }) => rest - BigInt(amountFen), came - back);
}

/** Sends collected money on to its payee (转付): under one number once, and never more than lies there. */
export const payoutRoute = (desk: {
  readonly book: Book;
  readonly clock: OutsideClock;
  sign(said: CanonicalValue, now: Date): Promise<Statement>;
}): Program["routes"][number] => [
  "POST",
  "/v1/payouts",
  async (ask) => {
    const { book, clock, sign } = desk;
    const asked = await signedBy(book, ask, PayoutRequest);
    const now = await clock.now(0);
    const known = book.payouts().find(({ number }) => number === asked.number);
    if (known && (known.amountFen !== asked.amountFen || known.payeeAccount !== asked.payeeAccount))
      throw new Declined(409, "payout.differs", "同一转付编号已有不同的转付");
    if (!known && BigInt(asked.amountFen) > collectedOf(book, asked.merchant))
      throw new Declined(409, "payout.too_much", "转付超过已收金额");
    const payout = known ?? { ...asked, at: now.toISOString() };
    if (!known) book.keep({ kind: "payout", payout });
    const { merchant, number, amountFen, at } = payout;
    return json({ statement: await sign({ format: "xb-bank-payout/1", merchant, number, amountFen, at }, now) });
  },
];
