import { and, eq, isNull } from "drizzle-orm";
import type { CommandScope, Service } from "@/kit/command";
import type { Job } from "@/kit/outbox";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOfCode } from "@/platform/party/queries";
import { randomNumber } from "./bank";
import { FEE_TASKS, type FeeTaskKind } from "./schema";
import { feeTasks } from "./tables";

type Scope = Pick<CommandScope<Service>, "tx" | "site" | "now">;

/**
 * Gives the operator something to look at, and a letter that says so. Neither names the lot or who paid.
 *
 * @returns the number, or undefined when the same thing is being looked at already.
 */
export async function openFeeTask(
  { tx, site, now }: Scope,
  task: { kind: FeeTaskKind; reference?: string; subjectId?: string; detail?: Record<string, string> },
): Promise<{ number: string; jobs: Job[] } | undefined> {
  const number = randomNumber();
  const rows = await tx
    .insert(feeTasks)
    .values({ siteId: site.id, number, openedAt: now, ...task })
    .onConflictDoNothing()
    .returning({ id: feeTasks.id });
  if (!rows.length) return undefined;
  const operator = await organisationOfCode(tx, site.operatorCreditCode);
  const { name, step } = FEE_TASKS[task.kind];
  const jobs = operator
    ? await writeLetters(tx, site.id, now, [
        {
          orgId: operator.id,
          kind: "operator-task",
          subject: `费用核对：${name}（核对编号 ${number}）`,
          body: `${step}请在“费用核对”页办理。`,
        },
      ])
    : [];
  return { number, jobs };
}

/** Ends the open tasks about something that has settled itself. */
export async function settleFeeTasks(
  { tx, now }: Pick<Scope, "tx" | "now">,
  kind: FeeTaskKind,
  subjectId: string,
): Promise<void> {
  await tx
    .update(feeTasks)
    .set({ closedAt: now, note: "已自动办结" })
    .where(and(eq(feeTasks.kind, kind), eq(feeTasks.subjectId, subjectId), isNull(feeTasks.closedAt)));
}
