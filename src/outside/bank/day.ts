import { formatDate } from "@/core/time";
import type { Book } from "./book";

export interface StatementLine {
  readonly at: string;
  readonly kind: "paid" | "refunded" | "settled";
  readonly orderNo: string;
  readonly number: string;
  readonly fen: bigint;
}

/** What came in, went back and went on for a merchant on one Beijing day. */
export function linesOfDay(book: Pick<Book, "orders" | "payouts">, day: string, merchant: string): StatementLine[] {
  const settled = book
    .payouts()
    .filter((payout) => payout.merchant === merchant)
    .map(
      ({ at, number, amountFen }): StatementLine => ({
        at,
        kind: "settled",
        orderNo: "",
        number,
        fen: BigInt(amountFen),
      }),
    );
  return book
    .orders()
    .filter((order) => order.merchant === merchant)
    .flatMap(({ orderNo, payment, refunds }): StatementLine[] => [
      ...(payment
        ? [
            {
              at: payment.paidAt,
              kind: "paid" as const,
              orderNo,
              number: payment.transaction,
              fen: BigInt(payment.paidFen),
            },
          ]
        : []),
      ...refunds.map(({ at, refundNo, principalFen, interestFen }) => ({
        at,
        kind: "refunded" as const,
        orderNo,
        number: refundNo,
        fen: BigInt(principalFen) + BigInt(interestFen),
      })),
    ])
    .concat(settled)
    .filter(({ at }) => formatDate(new Date(at)) === day)
    .sort((a, b) => a.at.localeCompare(b.at));
}
export const totalOf = (lines: readonly StatementLine[]): bigint =>
  lines.reduce((sum, { kind, fen }) => (kind === "paid" ? sum + fen : sum - fen), 0n);

const KINDS = { paid: "收款", refunded: "退款", settled: "转付" } as const;

/** Statement of account of one Beijing day for people: a sum in the last line. */
export function statementOfDay(book: Pick<Book, "orders" | "payouts">, day: string, merchant: string): string {
  const lines = linesOfDay(book, day, merchant);
  const cells = lines.map(({ at, kind, orderNo, number, fen }) =>
    [at, KINDS[kind], orderNo, number, kind === "paid" ? fen : -fen].join(","),
  );
  return ["时间,类别,订单号,流水号,金额（分）", ...cells, `合计,,,,${totalOf(lines)}`].join("\n");
}
