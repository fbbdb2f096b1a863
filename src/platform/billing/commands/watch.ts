import { sql } from "drizzle-orm";
import { z } from "zod";
import { byService, defineServiceCommand, type Runtime } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import type { Job } from "@/kit/outbox";
import type { FeeTaskKind } from "../schema";
import { feeTasks } from "../tables";
import { openFeeTask, settleFeeTasks } from "../tasks";

/** Questions without an answer after which a person is told; by then the bank has been asked for some five minutes. */
export const PATIENCE_QUESTIONS = 60;

/** Condition on an order `o`: its payment is unknown for too long. */
const UNKNOWN = sql`o.state = 'paying' and o.said_open_at is null and o.asked >= ${PATIENCE_QUESTIONS}`;
/** Condition on a refund `r`: it is late, or the bank has not made it for too long. */
const STUCK = sql`r.state = 'due' and (r.due_at <= xb_now() or r.tries >= ${PATIENCE_QUESTIONS})`;
/** Condition on a payout `y`: the bank has not made it for too long. */
const STUCK_PAYOUT = sql`y.state = 'due' and y.tries >= ${PATIENCE_QUESTIONS}`;
const openTask = (kind: string, subject: string) =>
  sql`exists (select 1 from fee_tasks t where t.kind = ${kind} and t.subject_id = ${sql.raw(subject)} and t.closed_at is null)`;

/** Is there anything for `watchFees` to do at this site? */
export const FEES_TO_WATCH = sql`(
  exists (select 1 from fee_orders o where ${UNKNOWN} and not ${openTask("unknown", "o.id")})
  or exists (select 1 from fee_refunds r where ${STUCK} and not ${openTask("refund", "r.id")})
  or exists (select 1 from fee_orders o where not (${UNKNOWN}) and ${openTask("unknown", "o.id")})
  or exists (select 1 from fee_refunds r where r.state = 'done' and ${openTask("refund", "r.id")})
  or exists (select 1 from fee_payouts y where ${STUCK_PAYOUT} and not ${openTask("payout", "y.id")})
  or exists (select 1 from fee_payouts y where y.state = 'done' and ${openTask("payout", "y.id")}))`;

/** Tells the operator of payments and refunds that the bank leaves open, and ends what has settled itself. */
export const watchFees = defineServiceCommand({
  name: "billing.watch",
  input: z.object({}),
  may: byService,
  async run(scope) {
    const { tx } = scope;
    const ids = async (query: ReturnType<typeof sql>) =>
      (await tx.execute<{ id: string; reference: string }>(query)).map((row) => ({ ...row }));
    const jobs: Job[] = [];
    const opened: string[] = [];
    const open = async (kind: FeeTaskKind, rows: readonly { id: string; reference: string }[]) => {
      for (const { id, reference } of rows) {
        const task = await openFeeTask(scope, { kind, subjectId: id, ...(reference ? { reference } : {}) });
        if (task) opened.push(task.number);
        jobs.push(...(task?.jobs ?? []));
      }
    };
    await open("unknown", await ids(sql`select o.id, '' as reference from fee_orders o where ${UNKNOWN}`));
    await open("refund", await ids(sql`select r.id, r.refund_no as reference from fee_refunds r where ${STUCK}`));
    await open("payout", await ids(sql`select y.id, y.number as reference from fee_payouts y where ${STUCK_PAYOUT}`));
    const settled = {
      unknown: sql`select o.id from fee_orders o where not (${UNKNOWN}) and ${openTask("unknown", "o.id")}`,
      refund: sql`select r.id from fee_refunds r where r.state = 'done' and ${openTask("refund", "r.id")}`,
      payout: sql`select y.id from fee_payouts y where y.state = 'done' and ${openTask("payout", "y.id")}`,
    } as const;
    for (const [kind, query] of Object.entries(settled))
      for (const { id } of await ids(query)) await settleFeeTasks(scope, kind as FeeTaskKind, id);
    return {
      result: { opened: opened.length },
      trail: [{ action: "fees.watched", subject: "费用核对", chain: "site", facts: { opened: opened.join(",") } }],
      jobs,
    };
  },
});

/** What a task is about, for the worker that asks the bank again. */
export async function subjectOfTask(
  { db, site }: Runtime,
  taskId: string,
): Promise<{ kind: string; subjectId: string } | undefined> {
  const [row] = await inContext(db, { siteId: site.id, role: "platform" }, (tx) =>
    tx
      .select({ kind: feeTasks.kind, subjectId: feeTasks.subjectId })
      .from(feeTasks)
      .where(sql`id = ${taskId} and closed_at is null`),
  );
  return row?.subjectId ? { kind: row.kind, subjectId: row.subjectId } : undefined;
}
