import { compare, divide, mean, parseDecimal, type Rational, toDecimal } from "@/core/rational";
import type { EvaluationMethod } from "./method";

/** How a quoted price compares; ratios with four decimals, compared exactly and strictly. */
export interface PriceAlarm {
  readonly bid: string;
  readonly vsMeanOfOthers?: string;
  readonly vsCeiling?: string;
  readonly vsSecondLowest?: string;
  readonly flag: boolean;
}

/**
 * Low-price alarms (低价预警) over the valid bids. An alarm never rejects: the committee must ask in writing and judge
 * (O12 art. 21).
 */
export function priceAlarms(
  bids: readonly { readonly id: string; readonly quoted: Rational }[],
  ceiling: Rational | undefined,
  thresholds: EvaluationMethod["alarms"],
): PriceAlarm[] {
  const ascending = bids.map(({ quoted }) => quoted).sort(compare);
  const second = ascending[1];
  return bids.map(({ id, quoted }) => {
    const others = bids.filter((other) => other.id !== id).map((other) => other.quoted);
    const ratios = {
      vsMeanOfOthers: others.length ? divide(quoted, mean(others)) : undefined,
      vsCeiling: ceiling && divide(quoted, ceiling),
      vsSecondLowest: second && divide(quoted, second),
    };
    const isBelow = (ratio: Rational | undefined, limit: string | undefined) =>
      ratio !== undefined && limit !== undefined && compare(ratio, parseDecimal(limit)) < 0;
    const shown = Object.entries(ratios).flatMap(([name, ratio]) => (ratio ? [[name, toDecimal(ratio, 4)]] : []));
    return {
      bid: id,
      ...(Object.fromEntries(shown) as Partial<Record<keyof typeof ratios, string>>),
      flag:
        isBelow(ratios.vsMeanOfOthers, thresholds.belowMeanOfOthers) ||
        isBelow(ratios.vsCeiling, thresholds.belowCeiling) ||
        isBelow(ratios.vsSecondLowest, thresholds.belowSecondLowest),
    };
  });
}
