import { eq } from "drizzle-orm";
import { base64url, fromBase64url } from "@/core/bytes";
import type { Actor, Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { bidOf } from "./queries";
import type { ReceiptView } from "./schema";
import { bids } from "./tables";

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
    const bid = await bidOf(tx, view.bidId);
    if (!bid.receipt.tst) await tx.update(bids).set({ receipt }).where(eq(bids.id, view.bidId));
  });
  return { ...view, receipt };
}
