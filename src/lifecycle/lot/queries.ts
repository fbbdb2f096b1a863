import { and, eq } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { isStorable } from "@/core/text";
import type { Actor, Service } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import type { LotFlag, LotState } from "./states";
import { lots } from "./tables";

export type Lot = Omit<typeof lots.$inferSelect, "state" | "flags"> & {
  readonly state: LotState;
  readonly flags: readonly LotFlag[];
};

const notFound = () => new Refused(refuse("not_found", "general.not_found"));

/** The lot, locked until the transaction ends: the one lock that submit, withdraw, close and open share. */
export async function lockLot(tx: Tx, lotId: string, mode: "update" | "share" = "update"): Promise<Lot> {
  const [row] = await tx.select().from(lots).where(eq(lots.id, lotId)).for(mode);
  if (!row) throw notFound();
  return row as Lot;
}

export async function readLot(tx: Tx, lotId: string): Promise<Lot> {
  const [row] = await tx.select().from(lots).where(eq(lots.id, lotId));
  if (!row) throw notFound();
  return row as Lot;
}

export async function lotByCode(tx: Tx, code: string): Promise<Lot> {
  if (!isStorable(code)) throw notFound();
  const [row] = await tx.select().from(lots).where(eq(lots.code, code));
  if (!row || row.state.startsWith("D")) throw notFound();
  return row as Lot;
}

export async function lotsOfProject(tx: Tx, tenderProjectId: string): Promise<Lot[]> {
  return (await tx.select().from(lots).where(eq(lots.tenderProjectId, tenderProjectId))) as Lot[];
}

/** Writes columns of a lot whose state is still the one that was read. */
export async function updateLot(tx: Tx, lot: Lot, set: Partial<typeof lots.$inferInsert>): Promise<Lot> {
  const [row] = await tx
    .update(lots)
    .set(set)
    .where(and(eq(lots.id, lot.id), eq(lots.state, lot.state)))
    .returning();
  if (!row) throw new Refused(refuse("conflict", "general.changed_meanwhile"));
  return row as Lot;
}

export const isService = (actor: Actor | Service): actor is Service => actor.role === "platform";
