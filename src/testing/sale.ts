import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { hasObtained } from "@/lifecycle/tender-document/queries";
import { feeEntries, feeOrders } from "@/platform/billing/tables";
import { organisationOfCode } from "@/platform/party/queries";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import type { TestStage } from "@/testing/stage";

/** What the tender document costs in these tests. */
export const PRICE = 30_000n;

/** Selling tender documents at a test's installation, and looking into the ledger. */
export function saleOf(t: TestStage) {
  const sold = (name: string) => receivingLot(t.stage, name, { documentFeeFen: PRICE });
  const rowOf = async (orderId: string) =>
    (await asService(t.stage, (tx) => tx.select().from(feeOrders).where(sql`id = ${orderId}`)))[0]!;
  const holds = (who: Person, lotId: string) =>
    asPerson(t.stage, who, (tx) => hasObtained(tx, actorOf(who, t.stage.app.site.id), lotId));
  const pay = (payUrl: string) => fetch(payUrl, { method: "POST" }).catch(() => undefined);

  /** Sum of every posting and of the whole ledger; the platform has no account in it. */
  async function expectBalanced() {
    const rows = await asService(t.stage, (tx) => tx.select().from(feeEntries));
    const sums = new Map<string, bigint>();
    for (const { posting, amountFen } of rows) sums.set(posting, (sums.get(posting) ?? 0n) + amountFen);
    expect([...sums.values()].filter((sum) => sum !== 0n)).toEqual([]);
    const operator = await asService(t.stage, (tx) => organisationOfCode(tx, t.stage.app.site.operatorCreditCode));
    expect(rows.filter(({ payeeOrgId }) => payeeOrgId === operator!.id)).toEqual([]);
    expect(new Set(rows.map(({ account }) => account))).not.toContain("platform");
  }

  /** Balance of an account over one order. */
  async function balance(orderId: string, account: string): Promise<bigint> {
    const rows = await asService(t.stage, (tx) => tx.select().from(feeEntries).where(sql`order_id = ${orderId}`));
    return rows.filter((row) => row.account === account).reduce((sum, { amountFen }) => sum + amountFen, 0n);
  }
  return { sold, rowOf, holds, pay, expectBalanced, balance };
}
export type Sale = ReturnType<typeof saleOf>;
