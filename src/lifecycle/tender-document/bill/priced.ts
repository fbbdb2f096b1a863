import { z } from "zod";
import { type Bytes, hex } from "@/core/bytes";
import { encodeCanonical, parseCanonical } from "@/core/canonical-json";
import type { Fen } from "@/core/money";
import { sha256 } from "@/crypto/sha256";
import { lineTotal, sectionTotals } from "./arithmetic";
import { BILL_LIMITS, type Bill } from "./schema";

/** Name of the priced bill in a sealed package; specification: `public/specs/priced-bill.md`. */
export const PRICED_BILL_FILE = "priced-bill.json";
/** Two thousand lines of the longest codes and amounts stay below half of it. */
export const MAX_PRICED_BILL_BYTES = 2 * 1024 * 1024;

const UNIT_BYTES = 4_096;
const SPACE = 0x20;

const fen = z.string().regex(/^(0|[1-9]\d{0,20})$/);

/** A priced bill of quantities (已标价工程量清单), as it is sealed: amounts in fen, as decimal text. */
export const PricedBill = z.strictObject({
  format: z.literal("xb-priced-bill/1"),
  lot: z.string().max(60),
  /** SHA-256 of the canonical bill that it prices. */
  billDigest: z.string().regex(/^[0-9a-f]{64}$/),
  lines: z.array(z.strictObject({ code: z.string().max(50), unitFen: fen, totalFen: fen })).max(BILL_LIMITS.items),
  sections: z.array(z.strictObject({ section: z.string().max(100), totalFen: fen })).max(BILL_LIMITS.sections),
  totalFen: fen,
});
export type PricedBill = z.infer<typeof PricedBill>;

/** What a priced bill names its bill by: another version of the list has another. */
export const billDigest = (bill: Bill): string => hex(sha256(encodeCanonical(JSON.parse(JSON.stringify(bill)))));

/** Prices a bill. @param unitFen - price of one unit of every item, in their order. */
export function pricedBill(lot: string, bill: Bill, unitFen: readonly Fen[]): PricedBill {
  const totals = bill.items.map((item, i) => lineTotal(item, unitFen[i]!, bill.rounding));
  return {
    format: "xb-priced-bill/1",
    lot,
    billDigest: billDigest(bill),
    lines: bill.items.map(({ code }, i) => ({ code, unitFen: String(unitFen[i]), totalFen: String(totals[i]) })),
    sections: sectionTotals(bill, totals).map(({ section, totalFen }) => ({ section, totalFen: String(totalFen) })),
    totalFen: String(totals.reduce((sum, total) => sum + total, 0n)),
  };
}

/**
 * The bytes that are sealed: canonical JSON, then spaces up to the length that the dearest prices of this bill would need.
 * So every bid on a bill has a file of the same length, and a sealed package does not tell how many digits its prices have.
 */
export function encodePricedBill(bill: Bill, priced: PricedBill): Bytes {
  const dearest = pricedBill(
    priced.lot,
    bill,
    bill.items.map(() => BILL_LIMITS.unitPriceFen),
  );
  const longest = encodeCanonical(dearest).length;
  const bytes = new Uint8Array(Math.ceil(longest / UNIT_BYTES) * UNIT_BYTES).fill(SPACE);
  bytes.set(encodeCanonical(priced));
  return bytes;
}

/** @returns undefined when the bytes are no priced bill: too long, not canonical, or of another form. */
export function readPricedBill(bytes: Uint8Array): PricedBill | undefined {
  if (bytes.length > MAX_PRICED_BILL_BYTES) return undefined;
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === SPACE) end--;
  try {
    return PricedBill.safeParse(parseCanonical(bytes.subarray(0, end))).data;
  } catch {
    return undefined;
  }
}

/** Id of the priced bill among the opened files of a bid; undefined when there is none, or none of a length that one has. */
export const pricedBillOf = (
  files: readonly { readonly name: string; readonly size: number; readonly fileId: string }[],
): string | undefined =>
  files.find(({ name, size }) => name === PRICED_BILL_FILE && size <= MAX_PRICED_BILL_BYTES)?.fileId;
