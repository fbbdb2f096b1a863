import { eq } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { type Lot, lockLot, readLot } from "@/lifecycle/lot/queries";
import type { Regime } from "@/lifecycle/lot/states";
import { projects, tenderProjects } from "./tables";

export type TenderProject = Omit<typeof tenderProjects.$inferSelect, "regime"> & { readonly regime: Regime };
export type Project = typeof projects.$inferSelect;

export async function tenderProjectOf(tx: Tx, id: string): Promise<TenderProject> {
  const [row] = await tx.select().from(tenderProjects).where(eq(tenderProjects.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

export async function projectOf(tx: Tx, id: string): Promise<Project> {
  const [row] = await tx.select().from(projects).where(eq(projects.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** The tenderer, or the agency inside its mandate. */
export function runsTender(actor: Actor, tender: TenderProject): boolean {
  if (actor.role === "tenderer") return actor.orgId === tender.tendererOrgId;
  return actor.role === "agency" && actor.orgId === tender.agencyOrgId;
}

/** Supervisors read inside their jurisdiction only (SOD-10). */
export function supervises(actor: Actor, tender: TenderProject): boolean {
  return actor.role === "supervisor" && actor.orgId === tender.supervisorOrgId;
}

export const isTenderer = (actor: Actor, tender: TenderProject): boolean => actor.role === "tenderer" && actor.orgId === tender.tendererOrgId;

/** A lot that the actor runs, locked; for everybody else it does not exist. */
export async function lockOwnLot(tx: Tx, actor: Actor, lotId: string): Promise<{ lot: Lot; tender: TenderProject }> {
  const lot = await lockLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  if (!runsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
  return { lot, tender };
}

/** A lot that the actor runs or supervises, for reading; for everybody else it does not exist. */
export async function readOwnLot(tx: Tx, actor: Actor, lotId: string): Promise<{ lot: Lot; tender: TenderProject }> {
  const lot = await readLot(tx, lotId);
  const tender = await tenderProjectOf(tx, lot.tenderProjectId);
  if (!runsTender(actor, tender) && !(supervises(actor, tender) && !lot.state.startsWith("D"))) {
    throw new Refused(refuse("not_found", "general.not_found"));
  }
  return { lot, tender };
}
