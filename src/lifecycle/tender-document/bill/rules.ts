import { type Fen, formatYuan } from "@/core/money";
import { type Refusal, refuse } from "@/core/refusal";
import type { TenderDocumentContent } from "../schema";
import { fixedTotal } from "./arithmetic";

/** The form field that the sum of a priced bill becomes. */
export const PRICE_FIELD = "price";

/** The price of an opened form in fen; undefined when it is none. */
export const sealedPrice = ({ [PRICE_FIELD]: price }: Readonly<Record<string, string>>): Fen | undefined =>
  price && /^\d{1,18}$/.test(price) ? BigInt(price) : undefined;

/** A bill needs the field that its sum becomes, and its fixed sums must leave room below the ceiling. */
export function refusalOfBill({
  bill,
  form,
  ceilingFen,
}: Pick<TenderDocumentContent, "bill" | "form" | "ceilingFen">): Refusal | undefined {
  if (!bill) return undefined;
  if (!form.some(({ id, kind, required }) => id === PRICE_FIELD && kind === "money" && required))
    return refuse("invalid", "document.bill_without_price", { field: PRICE_FIELD });
  const fixed = fixedTotal(bill);
  if (fixed > BigInt(ceilingFen))
    return refuse("invalid", "document.bill_above_ceiling", {
      fixed: formatYuan(fixed),
      ceiling: formatYuan(BigInt(ceilingFen)),
    });
  return undefined;
}
