import type { Tx } from "@/kit/db/connect";
import { type BillFinding, billFindings } from "@/lifecycle/tender-document/bill/findings";
import { pricedBillOf, readPricedBill } from "@/lifecycle/tender-document/bill/priced";
import { sealedPrice } from "@/lifecycle/tender-document/bill/rules";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import { filesOf, type StoredFile } from "@/platform/file/queries";
import { readAll, type Storage } from "@/ports/storage";
import type { EvaluatedBid } from "./queries";

/** What the arithmetic check found in one bid. */
export interface BillCheck {
  readonly bidId: string;
  readonly findings: readonly BillFinding[];
}

/** The stored priced bills of bids, for `checkBills`. */
export const pricedBillFiles = (tx: Tx, bids: readonly EvaluatedBid[]): Promise<StoredFile[]> =>
  filesOf(
    tx,
    bids.flatMap((bid) => pricedBillOf(bid.files) ?? []),
  );

/** Checks the priced bill of every bid (清标), as the members' screens do. Reads the storage: not for a transaction. */
export async function checkBills(
  storage: Storage,
  lotCode: string,
  bill: Bill | undefined,
  bids: readonly EvaluatedBid[],
  files: readonly StoredFile[],
): Promise<BillCheck[]> {
  if (!bill) return [];
  const checks: BillCheck[] = [];
  for (const bid of bids) {
    const file = files.find(({ id }) => id === pricedBillOf(bid.files));
    const priced = file && readPricedBill(await readAll(await storage.get(file.storageKey)));
    checks.push({ bidId: bid.bidId, findings: billFindings(lotCode, bill, priced, sealedPrice(bid.form)) });
  }
  return checks;
}
