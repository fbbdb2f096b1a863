import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type Lot, lotsOfProject } from "@/lifecycle/lot/queries";
import { instructionsOf } from "@/lifecycle/supervision/queries";
import { approvalOf, projectOf, readOwnLot, runsTender, type TenderProject } from "@/lifecycle/tender-project/queries";
import { relationsOf } from "@/lifecycle/tender-project/relations";

/** What every tab of a tender room is made from. */
export interface Room {
  readonly lot: Lot;
  readonly tender: TenderProject;
  readonly now: Date;
  /** Address of the room. */
  readonly href: string;
}

/** The room of a lot that the actor runs; supervisors have pages of their own. @throws Refused `not_found` */
export async function roomOf(tx: Tx, actor: Actor, lotId: string): Promise<Room> {
  const { lot, tender } = await readOwnLot(tx, actor, lotId);
  if (!runsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
  return { lot, tender, now: await legalNow(tx), href: `/w/${actor.orgId}/tenders/${lotId}` };
}

export async function overviewOf(tx: Tx, { lot, tender }: Room) {
  return {
    project: await projectOf(tx, tender.projectId),
    lots: await lotsOfProject(tx, tender.id),
    approval: await approvalOf(tx, tender.id),
    instructions: await instructionsOf(tx, lot.id),
    relations: (await relationsOf(tx, tender.id)).map(({ id, name, creditCode, relation }) => ({
      ...{ id, name, creditCode, relation },
    })),
  };
}
