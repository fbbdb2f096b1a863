import { and, eq } from "drizzle-orm";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { SecurityAccountRow } from "./records";
import { securityAccounts } from "./tables";

/** The own sub-account of a lot. */
export async function ownAccount(tx: Tx, actor: Actor, lotId: string): Promise<SecurityAccountRow | undefined> {
  const [row] = await tx
    .select()
    .from(securityAccounts)
    .where(and(eq(securityAccounts.lotId, lotId), eq(securityAccounts.orgId, actor.orgId)));
  return row;
}
