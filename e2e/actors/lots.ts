import { addDays, shanghaiParts } from "@/core/time";
import { draftLot, type LotPlan, publish } from "@/dev/scenarios/tendering";
import type { Stage } from "@/dev/scenarios/world-state";
import type { Backstage } from "./clock";

export interface ReceivingLot {
  readonly lotId: string;
  readonly lotCode: string;
  readonly name: string;
  readonly deadline: Date;
}

/** A lot of its own for a story: published, on sale, with its deadline about three weeks away on a working day. */
export async function receivingLot(
  stage: Stage,
  stagehand: Backstage,
  name: string,
  plan: Partial<LotPlan> = {},
): Promise<ReceivingLot> {
  const now = await stagehand.now();
  let deadline = new Date(Math.ceil(addDays(now, 21).getTime() / 3_600_000) * 3_600_000);
  while ([0, 6].includes(shanghaiParts(deadline).weekday)) deadline = addDays(deadline, 1);
  const { lotId, lotCode } = await draftLot(stage, {
    name,
    content: "故事用标段，建筑面积 900 平方米",
    estimateFen: 500_000_000n,
    saleDays: 15,
    deadline,
    ...plan,
  });
  await publish(stage, lotId);
  return { lotId, lotCode, name, deadline };
}
