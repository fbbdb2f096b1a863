import type { Fen } from "@/core/money";
import type { ProvisionalSum } from "@/lifecycle/law/provisional";
import { BILL_LIMITS, type Bill, type BillItem } from "./schema";

/** Reads a quantity as people write it: `1,234.5`, up to three decimals. @returns thousandths, or undefined. */
export function parseQuantity(text: string): bigint | undefined {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,3})0*)?$/.exec(text.trim());
  const whole = match?.[1]?.replaceAll(",", "");
  if (!match || !whole || whole.length > BILL_LIMITS.quantityDigits) return undefined;
  return BigInt(whole + (match[2] ?? "").padEnd(3, "0"));
}

/** `120.5`: thousandths without zeros that say nothing. */
export function quantityText(thousandths: bigint): string {
  const fraction = String(thousandths % 1000n)
    .padStart(3, "0")
    .replace(/0+$/, "");
  return `${thousandths / 1000n}${fraction ? `.${fraction}` : ""}`;
}

/** Quantity × unit price, exact to the fen by the rounding that the tender document names. */
export function lineTotal(
  { quantityThousandths }: Pick<BillItem, "quantityThousandths">,
  unitFen: Fen,
  rounding: Bill["rounding"],
): Fen {
  const product = BigInt(quantityThousandths) * unitFen;
  return (product + (rounding === "half-up" ? 500n : 0n)) / 1000n;
}

export interface SectionTotal {
  readonly section: string;
  readonly totalFen: Fen;
}

/** Sums of the sections in their order, from line totals in the order of the items. */
export function sectionTotals({ items }: Pick<Bill, "items">, totals: readonly Fen[]): SectionTotal[] {
  const sums = new Map<string, Fen>();
  for (const [i, { section }] of items.entries()) sums.set(section, (sums.get(section) ?? 0n) + (totals[i] ?? 0n));
  return [...sums].map(([section, totalFen]) => ({ section, totalFen }));
}

/** What the tenderer's own sums come to: no bid can be lower. */
export const fixedTotal = ({ items, rounding }: Bill): Fen =>
  items.reduce(
    (sum, item) => sum + (item.fixedUnitFen ? lineTotal(item, BigInt(item.fixedUnitFen), rounding) : 0n),
    0n,
  );

/** Provisional prices (暂估价) of a bill, each with its line total (IR29). */
export const provisionalSums = (bill: Bill | undefined): ProvisionalSum[] =>
  (bill?.items ?? []).flatMap((item) =>
    item.kind === "provisional_price" && item.fixedUnitFen
      ? [
          {
            ...{ code: item.code, name: item.name, subject: item.provisionalOf },
            totalFen: lineTotal(item, BigInt(item.fixedUnitFen), bill!.rounding),
          },
        ]
      : [],
  );
