import { type Delivery, submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { receivingLot } from "@/testing/lots";
import type { TestStage } from "@/testing/stage";

interface Opened {
  readonly lotId: string;
  readonly deadline: Date;
  readonly end: Date;
  readonly deliveries: ReadonlyMap<string, Delivery>;
}
export const PRICES = { jia: 481_000_000n, yi: 482_000_000n, bing: 483_000_000n, ding: 484_000_000n, wu: 485_000_000n };

/** A lot whose bidders delivered and whose opening has just begun. */
export async function openedLot(
  { stage }: TestStage,
  name: string,
  keys: readonly (keyof typeof PRICES)[],
): Promise<Opened> {
  const { lotId, deadline } = await receivingLot(stage, name);
  const deliveries = new Map<string, Delivery>();
  for (const key of keys) deliveries.set(key, await submit(stage, stage.person(key), lotId, { priceFen: PRICES[key] }));
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  return { lotId, deadline, end: (await stage.lot(lotId)).windowEndsAt!, deliveries };
}
