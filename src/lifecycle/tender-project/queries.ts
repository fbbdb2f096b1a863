import { and, asc, desc, eq, inArray, notLike } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { type Lot, lockLot, readLot } from "@/lifecycle/lot/queries";
import type { Regime } from "@/lifecycle/lot/states";
import { lots } from "@/lifecycle/lot/tables";
import { planApprovals, projects, tenderProjects } from "./tables";

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

export type Approval = typeof planApprovals.$inferSelect;

/** Is this the document of an approval that the actor may see? Row-level security decides: the parties and the supervisor. */
export async function isApprovalFile(tx: Tx, fileId: string): Promise<boolean> {
  const rows = await tx.select({ id: planApprovals.id }).from(planApprovals).where(eq(planApprovals.fileId, fileId));
  return rows.length > 0;
}

/** What the authority decided on the tender, as recorded last; row-level security shows it to the parties and the supervisor. */
export async function approvalOf(tx: Tx, tenderProjectId: string): Promise<Approval | undefined> {
  const [row] = await tx
    .select()
    .from(planApprovals)
    .where(eq(planApprovals.tenderProjectId, tenderProjectId))
    .orderBy(desc(planApprovals.number))
    .limit(1);
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

export const isTenderer = (actor: Actor, tender: TenderProject): boolean =>
  actor.role === "tenderer" && actor.orgId === tender.tendererOrgId;

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

export interface LotOfTender {
  readonly lot: Lot;
  readonly tender: TenderProject;
}

const rowsOf = (
  rows: readonly { lot: typeof lots.$inferSelect; tender: typeof tenderProjects.$inferSelect }[],
): LotOfTender[] => rows.map(({ lot, tender }) => ({ lot: lot as Lot, tender }));

/** Lots that the actor runs as tenderer or agency, newest first. */
export async function lotsRunBy(tx: Tx, actor: Actor): Promise<LotOfTender[]> {
  if (actor.role !== "tenderer" && actor.role !== "agency") return [];
  const party = actor.role === "tenderer" ? tenderProjects.tendererOrgId : tenderProjects.agencyOrgId;
  const rows = await tx
    .select({ lot: lots, tender: tenderProjects })
    .from(lots)
    .innerJoin(tenderProjects, eq(tenderProjects.id, lots.tenderProjectId))
    .where(eq(party, actor.orgId))
    .orderBy(desc(lots.createdAt))
    .limit(500);
  return rowsOf(rows);
}

/** Published lots inside the actor's jurisdiction (SOD-10), newest first. */
export async function lotsSupervisedBy(tx: Tx, actor: Actor): Promise<LotOfTender[]> {
  if (actor.role !== "supervisor") return [];
  const rows = await tx
    .select({ lot: lots, tender: tenderProjects })
    .from(lots)
    .innerJoin(tenderProjects, eq(tenderProjects.id, lots.tenderProjectId))
    .where(and(eq(tenderProjects.supervisorOrgId, actor.orgId), notLike(lots.state, "D%")))
    .orderBy(desc(lots.createdAt))
    .limit(500);
  return rowsOf(rows);
}

/** Lots of the site that have been published, in the order of their deadlines. Public: what is drafted is not there. */
export async function publishedTenders(tx: Tx): Promise<LotOfTender[]> {
  const rows = await tx
    .select({ lot: lots, tender: tenderProjects })
    .from(lots)
    .innerJoin(tenderProjects, eq(tenderProjects.id, lots.tenderProjectId))
    .where(notLike(lots.state, "D%"))
    .orderBy(asc(lots.bidDeadline))
    .limit(500);
  return rowsOf(rows);
}

/** Published lots by their ids, with their tender projects. Public. */
export async function lotsWithTender(tx: Tx, lotIds: readonly string[]): Promise<LotOfTender[]> {
  if (!lotIds.length) return [];
  const rows = await tx
    .select({ lot: lots, tender: tenderProjects })
    .from(lots)
    .innerJoin(tenderProjects, eq(tenderProjects.id, lots.tenderProjectId))
    .where(and(inArray(lots.id, [...lotIds]), notLike(lots.state, "D%")));
  return rowsOf(rows);
}
