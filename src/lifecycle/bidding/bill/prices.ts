import { type Fen, formatYuan, parseYuan, yuanText } from "@/core/money";
import { lineTotal, type SectionTotal, sectionTotals } from "@/lifecycle/tender-document/bill/arithmetic";
import { encodePricedBill, pricedBill } from "@/lifecycle/tender-document/bill/priced";
import { BILL_LIMITS, type Bill, type BillItem } from "@/lifecycle/tender-document/bill/schema";

/** Unit prices of a bid in preparation by code of the item, as typed, in yuan. */
export type TypedPrices = Readonly<Record<string, string>>;

export interface PricedLine {
  readonly item: BillItem;
  /** Undefined while it is empty or no price. */
  readonly unitFen?: Fen;
  readonly totalFen?: Fen;
  readonly problem?: string;
}

export interface BillSums {
  readonly lines: readonly PricedLine[];
  /** Of what is priced so far. */
  readonly sections: readonly SectionTotal[];
  readonly totalFen: Fen;
  /** Lines without a usable price. */
  readonly left: number;
}

/** Reads a unit price as typed. @returns fen, or what is wrong with it. */
export function readUnitPrice(typed: string): Fen | string {
  const text = typed.trim();
  if (!text) return "未填单价";
  const fen = parseYuan(text);
  if (fen === undefined) return "单价不是有效的金额，请以元填写，最多两位小数";
  if (fen > BILL_LIMITS.unitPriceFen) return `单价超过 ${formatYuan(BILL_LIMITS.unitPriceFen)}，请核对`;
  return fen;
}

/** Line totals, sums of the sections, and their sum, from unit prices as typed. What the tenderer gives stands by itself. */
export function billSums(bill: Bill, prices: TypedPrices): BillSums {
  const lines = bill.items.map((item): PricedLine => {
    const unit = item.fixedUnitFen ? BigInt(item.fixedUnitFen) : readUnitPrice(prices[item.code] ?? "");
    if (typeof unit === "string") return { item, problem: unit };
    return { item, unitFen: unit, totalFen: lineTotal(item, unit, bill.rounding) };
  });
  const totals = lines.map(({ totalFen }) => totalFen ?? 0n);
  return {
    lines,
    sections: sectionTotals(bill, totals),
    totalFen: totals.reduce((sum, total) => sum + total, 0n),
    left: lines.filter(({ problem }) => problem).length,
  };
}

/** The price that the whole bill comes to, as typed into the opening form; undefined while a price is missing. */
export function billPrice(bill: Bill, prices: TypedPrices): string | undefined {
  const { totalFen, left } = billSums(bill, prices);
  return left ? undefined : yuanText(totalFen);
}

/** The priced bill as it is sealed. @throws RangeError while a price is missing. */
export function sealedBill(lot: string, bill: Bill, prices: TypedPrices): Uint8Array<ArrayBuffer> {
  const units = billSums(bill, prices).lines.map(({ unitFen }) => {
    if (unitFen === undefined) throw new RangeError("a price is missing");
    return unitFen;
  });
  return encodePricedBill(bill, pricedBill(lot, bill, units));
}
