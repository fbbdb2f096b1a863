import { formatDate } from "@/core/time";

/**
 * Yearly rates of demand deposits (活期存款) in millionths, by the Beijing day from which each holds; oldest first. These are
 * the rates that the large state-owned banks posted, entered by hand: whoever runs a site compares them with its own bank
 * before money is paid by them.
 */
export const DEPOSIT_RATES: readonly (readonly [from: string, millionths: bigint])[] = [
  ["2022-09-15", 2_500n],
  ["2023-06-08", 2_000n],
  ["2024-07-25", 1_500n],
  ["2024-10-18", 1_000n],
  ["2025-05-20", 500n],
];

const DAY_MS = 86_400_000;
/** Days of a year by which banks count. */
const YEAR_DAYS = 360n;
const dayOf = (at: Date): number => Date.parse(`${formatDate(at)}T00:00:00Z`) / DAY_MS;

/**
 * Interest on a deposit between two instants, counted by Beijing days: the first counts, the last does not. Each day has
 * the rate of its own table row; rounded to the fen once, halves up.
 *
 * @throws RangeError for a day before the first rate.
 */
export function interestOf(principalFen: bigint, from: Date, to: Date, rates = DEPOSIT_RATES): bigint {
  const [first, last] = [dayOf(from), dayOf(to)];
  const starts = rates.map(([day]) => Date.parse(`${day}T00:00:00Z`) / DAY_MS);
  if (first < (starts[0] ?? Number.POSITIVE_INFINITY)) throw new RangeError("no deposit rate for that day");
  let product = 0n;
  for (const [i, [, rate]] of rates.entries()) {
    const days = Math.min(last, starts[i + 1] ?? last) - Math.max(first, starts[i]!);
    if (days > 0) product += rate * BigInt(days);
  }
  const divisor = YEAR_DAYS * 1_000_000n;
  return (principalFen * product * 2n + divisor) / (divisor * 2n);
}
