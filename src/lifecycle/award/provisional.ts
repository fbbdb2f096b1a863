import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { yuanText } from "@/core/money";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { PROVISIONAL_SUBJECTS, provisionalToTender } from "@/lifecycle/law/provisional";
import type { Lot } from "@/lifecycle/lot/queries";
import { provisionalSums } from "@/lifecycle/tender-document/bill/arithmetic";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderDocuments } from "@/lifecycle/tender-document/tables";
import { lotsRunBy, projectOf, readOwnLot, type TenderProject } from "@/lifecycle/tender-project/queries";
import { tenderProjects } from "@/lifecycle/tender-project/tables";

/** States in which the award notice is out and the contract is to be signed or is. */
const AWARDED = ["A3", "C1"];

/** A provisional sum that the tenderer must tender (IR29), and the tender project that does, once there is one. */
export interface ProvisionalTask {
  readonly code: string;
  readonly name: string;
  readonly totalFen: bigint;
  readonly subject: string;
  readonly begun?: { readonly code: string; readonly name: string };
}

/** What of a lot's provisional sums is to be tendered after the award notice (R-L.113). */
export async function provisionalTasks(
  tx: Tx,
  lot: Pick<Lot, "id" | "state">,
  { regime }: Pick<TenderProject, "regime">,
): Promise<ProvisionalTask[]> {
  if (!AWARDED.includes(lot.state)) return [];
  const { content } = await documentInForce(tx, lot.id);
  const due = provisionalToTender(regime, provisionalSums(content.bill));
  if (!due.length) return [];
  const begun = await tx
    .select({ item: tenderProjects.provisionalCode, code: tenderProjects.code, name: tenderProjects.name })
    .from(tenderProjects)
    .where(and(eq(tenderProjects.provisionalLotId, lot.id), isNotNull(tenderProjects.provisionalCode)));
  return due.map(({ code, name, totalFen, subject }) => {
    const by = begun.find(({ item }) => item === code);
    return {
      ...{ code, name, totalFen, subject: PROVISIONAL_SUBJECTS[subject] },
      ...(by ? { begun: { code: by.code, name: by.name } } : {}),
    };
  });
}

/** Lots of the actor whose provisional sums wait to be tendered, with how many of them. */
export async function lotsWithProvisional(tx: Tx, actor: Actor): Promise<ReadonlyMap<string, number>> {
  const awarded = (await lotsRunBy(tx, actor)).filter(({ lot }) => AWARDED.includes(lot.state));
  const waiting = new Map<string, number>();
  if (!awarded.length) return waiting;
  // Bills are long: only those that have such a sum are read.
  const holding = await tx
    .selectDistinct({ lotId: tenderDocuments.lotId })
    .from(tenderDocuments)
    .where(
      and(
        inArray(
          tenderDocuments.lotId,
          awarded.map(({ lot }) => lot.id),
        ),
        sql`${tenderDocuments.content} @> '{"bill":{"items":[{"kind":"provisional_price"}]}}'::jsonb`,
      ),
    );
  const ids = new Set(holding.map(({ lotId }) => lotId));
  for (const { lot, tender } of awarded.filter(({ lot: { id } }) => ids.has(id))) {
    const open = (await provisionalTasks(tx, lot, tender)).filter(({ begun }) => !begun).length;
    if (open) waiting.set(lot.id, open);
  }
  return waiting;
}

/** What a new tender project begins with that tenders a provisional sum; undefined for an item that need not be. @throws Refused */
export async function provisionalStart(tx: Tx, actor: Actor, lotId: string, code: string) {
  const { lot, tender } = await readOwnLot(tx, actor, lotId);
  const task = (await provisionalTasks(tx, lot, tender)).find((one) => one.code === code && !one.begun);
  if (!task) return undefined;
  const project = await projectOf(tx, tender.projectId);
  return {
    lotId,
    code,
    /** What the form begins with. */
    form: {
      ...{ projectName: project.name, investCode: project.investCode ?? "", industry: project.industry },
      ...{ regionCode: project.regionCode, address: project.address, fundSource: project.fundSource },
      ...{ scale: project.scale, approvalName: project.approvalName, approvalNumber: project.approvalNumber },
      tenderName: `${project.name}${task.name}（暂估价）`,
      lotName: task.name,
      content: `${tender.name}暂估价项目：${task.code} ${task.name}`,
      estimate: yuanText(task.totalFen),
      superviseDept: tender.superviseDept,
    },
  };
}
