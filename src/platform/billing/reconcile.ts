/** One movement of the collecting account, in the bank's file or in the ledger. */
export interface Movement {
  readonly kind: "paid" | "refunded" | "settled";
  /** Empty where money goes on to its payee. */
  readonly orderNo: string;
  /** The bank's transaction, or the number of the refund or payout. */
  readonly number: string;
  readonly fen: bigint;
}

export interface Difference {
  readonly what: "only-bank" | "only-ledger" | "amount" | "total";
  readonly orderNo: string;
  readonly number: string;
  readonly bankFen: string;
  readonly ledgerFen: string;
}

const signed = ({ kind, fen }: Movement): bigint => (kind === "paid" ? fen : -fen);
const sum = (all: readonly Movement[]): bigint => all.reduce((total, each) => total + signed(each), 0n);

/**
 * Compares a day of the bank's file with the same day of the ledger: each movement by its number, then the sum that the
 * bank wrote below its own lines. What agrees is silent.
 */
export function differencesOf(
  bank: readonly Movement[],
  bankTotalFen: bigint,
  ledger: readonly Movement[],
): Difference[] {
  const key = ({ kind, number }: Movement) => `${kind} ${number}`;
  const [theirs, ours] = [bank, ledger].map((all) => new Map(all.map((each) => [key(each), each])));
  const found: Difference[] = [];
  for (const name of new Set([...theirs!.keys(), ...ours!.keys()])) {
    const [their, our] = [theirs!.get(name), ours!.get(name)];
    const either = (their ?? our)!;
    if (their && our && their.fen === our.fen && their.orderNo === our.orderNo) continue;
    found.push({
      what: !our ? "only-bank" : !their ? "only-ledger" : "amount",
      orderNo: either.orderNo,
      number: either.number,
      bankFen: their ? String(signed(their)) : "",
      ledgerFen: our ? String(signed(our)) : "",
    });
  }
  if (sum(bank) !== bankTotalFen)
    found.push({
      what: "total",
      orderNo: "",
      number: "合计",
      bankFen: String(bankTotalFen),
      ledgerFen: String(sum(bank)),
    });
  return found;
}
