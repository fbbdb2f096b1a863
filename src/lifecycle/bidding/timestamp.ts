import { eq } from "drizzle-orm";
import { base64url, fromBase64url } from "@/core/bytes";
import type { Actor, Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { RECEIVABLES } from "./receivable";
import type { ReceiptView } from "./schema";

/**
 * Attaches an RFC 3161 token to a receipt when the service answers in time. A receipt never waits longer for it, and its
 * signed payload never changes; a token that comes later is attached later.
 */
export async function attachTimestamp(
  runtime: Runtime,
  actor: Pick<Actor, "siteId" | "orgId" | "personId" | "role">,
  view: ReceiptView,
  withinMs: number,
): Promise<ReceiptView> {
  const { table } = RECEIVABLES[view.purpose ?? "bid"];
  const { site, ports, db } = runtime;
  if (view.receipt.tst || !site.timestampUrl) return view;
  const token = await ports.timestamps.stamp(
    site.timestampUrl,
    site.timestampTrust,
    fromBase64url(view.receipt.payload),
    withinMs,
  );
  if (!token) return view;
  const receipt = { ...view.receipt, tst: base64url(token) };
  await inContext(db, actor, async (tx) => {
    const [kept] = await tx.select({ receipt: table.receipt }).from(table).where(eq(table.id, view.bidId));
    if (kept && !kept.receipt.tst) await tx.update(table).set({ receipt }).where(eq(table.id, view.bidId));
  });
  return { ...view, receipt };
}
