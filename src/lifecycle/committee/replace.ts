import { eq, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import type { Member } from "./queries";
import { committeeMembers } from "./tables";

/**
 * Puts the next expert on standby in the place of a member (更换成员, IR48): with its seat, and in the chair if it had it. What the
 * member did is void; it reads nothing from now on.
 *
 * @returns the id of the member that comes.
 */
export async function replaceMember(tx: Tx, { id, lotId, seatId, isChair }: Member): Promise<string> {
  await tx
    .update(committeeMembers)
    .set({ state: "replaced", seatId: null, isChair: 0 })
    .where(eq(committeeMembers.id, id));
  const [next] = await tx.execute<{ id: string | null }>(
    sql`select xb_standby_takes(${lotId}, ${seatId}, ${isChair}) as id`,
  );
  if (!next?.id) throw new Refused(refuse("conflict", "committee.no_standby"));
  return next.id;
}
