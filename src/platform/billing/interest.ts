import { type Refusal, refuse } from "@/core/refusal";
import { formatDate } from "@/core/time";

/** A yearly rate in millionths and the Beijing day from which it holds. */
export type DepositRate = readonly [from: string, millionths: bigint];

/**
 * Yearly rates of demand deposits (活期存款), oldest first: what the large state-owned banks posted, entered by hand. A default for
 * a site whose operator has entered none; the site's own rates take its place from their first day on.
 */
export const DEFAULT_RATES: readonly DepositRate[] = [
  ["2022-09-15", 2_500n],
  ["2023-06-08", 2_000n],
  ["2024-07-25", 1_500n],
  ["2024-10-18", 1_000n],
  ["2025-05-20", 500n],
];

/** The rates of a site: its own from the first of them on, the default before. There is no gap: each holds until the next. */
export function ratesWith(own: readonly DepositRate[]): readonly DepositRate[] {
  const sorted = [...own].sort(([a], [b]) => a.localeCompare(b));
  const [first] = sorted;
  return first ? [...DEFAULT_RATES.filter(([from]) => from < first[0]), ...sorted] : DEFAULT_RATES;
}

/** May this rate be entered? It follows the last one and changes no day that is over; the first may begin at any day. */
export function refusalToEnterRate(from: string, last: string | undefined, today: string): Refusal | undefined {
  return last !== undefined && (from <= last || from < today)
    ? refuse("conflict", "billing.rate_past", { last, today })
    : undefined;
}

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
export function interestOf(
  principalFen: bigint,
  from: Date,
  to: Date,
  rates: readonly DepositRate[] = DEFAULT_RATES,
): bigint {
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
