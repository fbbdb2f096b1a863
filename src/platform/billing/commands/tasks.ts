import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import { closesByHand } from "../schema";
import { feeTasks } from "../tables";

async function lockOpenTask(tx: CommandScope["tx"], taskId: string) {
  const [task] = await tx
    .select({ number: feeTasks.number, kind: feeTasks.kind, closedAt: feeTasks.closedAt })
    .from(feeTasks)
    .where(eq(feeTasks.id, taskId))
    .for("update");
  if (!task) throw new Refused(refuse("not_found", "general.not_found"));
  if (task.closedAt) throw new Refused(refuse("conflict", "billing.task_closed"));
  return task;
}

/** The operator writes down what was found with the bank: the task ends, money moves by nobody's hand. */
export const closeFeeTask = defineCommand({
  name: "billing.close-task",
  input: z.object({
    taskId: z.uuid(),
    note: z
      .string()
      .trim()
      .min(10, "核对结果不少于 10 字，请写明与银行核对的经过和结论")
      .max(1000, "核对结果不超过 1000 字"),
  }),
  may: roles("operator"),
  async run({ tx, actor, now }, { taskId, note }) {
    const task = await lockOpenTask(tx, taskId);
    if (!closesByHand(task.kind)) throw new Refused(refuse("conflict", "billing.task_closes_itself"));
    await tx
      .update(feeTasks)
      .set({ closedAt: now, closedBy: actor.personId, note })
      .where(and(eq(feeTasks.id, taskId), isNull(feeTasks.closedAt)));
    return {
      result: { number: task.number },
      trail: [{ action: "fee-task.closed", subject: task.number, chain: "site", facts: { kind: task.kind, note } }],
    };
  },
});

/** Has the bank asked again at once: about an unknown payment, or for a refund that was not made. */
export const retryFeeTask = defineCommand({
  name: "billing.retry-task",
  input: z.object({ taskId: z.uuid() }),
  may: roles("operator"),
  async run({ tx }, { taskId }) {
    const task = await lockOpenTask(tx, taskId);
    if (closesByHand(task.kind)) throw new Refused(refuse("conflict", "billing.task_closes_by_hand"));
    return {
      result: { number: task.number },
      trail: [{ action: "fee-task.retried", subject: task.number, chain: "site", facts: { kind: task.kind } }],
      jobs: [{ name: "retry-fee-task", payload: { taskId }, key: `retry-fee-task:${taskId}` }],
    };
  },
});
