import type { Person } from "@/dev/scenarios/person";
import { draftLot, type LotPlan, publish } from "@/dev/scenarios/tendering";
import type { Stage } from "@/dev/scenarios/world-state";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";

/** A lot that receives bids until 22 days from now. */
export async function receivingLot(
  stage: Stage,
  name: string,
  plan: Partial<LotPlan> = {},
): Promise<{ lotId: string; lotCode: string; deadline: Date }> {
  const made = await draftLot(stage, {
    name: `${name}（演示）`,
    content: "建筑面积 1200 平方米",
    estimateFen: 500_000_000n,
    ...plan,
  });
  await publish(stage, made.lotId);
  return { ...made, deadline: (await stage.lot(made.lotId)).bidDeadline! };
}

/** Reads as the procedure's own service, which sees every row of its site. */
export const asService = <R>(stage: Stage, read: (tx: Tx) => Promise<R>): Promise<R> =>
  inContext(stage.worker.db, { siteId: stage.app.site.id, role: "platform" }, read);

/** Reads by the web process's database role as a signed-in person. */
export const asPerson = <R>(
  stage: Stage,
  { orgId, personId, role }: Person,
  read: (tx: Tx) => Promise<R>,
): Promise<R> => inContext(stage.app.db, { siteId: stage.app.site.id, orgId, personId, role }, read);

/** Reads by the web process's database role as a stranger. */
export const asStranger = <R>(stage: Stage, read: (tx: Tx) => Promise<R>): Promise<R> =>
  inContext(stage.app.db, { siteId: stage.app.site.id, role: "public" }, read);
