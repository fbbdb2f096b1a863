import { eq } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { archives } from "./tables";

/** The archive package of a lot, for who runs or supervises it; undefined until it is built. */
export async function archiveOf(tx: Tx, actor: Actor, lotId: string) {
  await readOwnLot(tx, actor, lotId);
  const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
  return row;
}
