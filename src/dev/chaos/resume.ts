import { addMinutes, shanghai } from "@/core/time";
import { submit } from "../scenarios/bidding";
import { draftLot, publish } from "../scenarios/tendering";
import { allSignIn, type Ground, onGround, type Report } from "./ground";
import { insist } from "./insist";
import { openUnder } from "./opening";
import { STEPS, type Step, SUPERVISED, type Victim } from "./steps";
import type { Act, Storm } from "./storm";
import type { Delivered } from "./submit";
import { newTally } from "./tally";

const FIRST_DEADLINE = shanghai("2026-05-18 09:00");
const BIDDERS = ["jia", "yi", "bing"];
/** An opening goes on so soon after a process of it died. */
const LIMIT_MS = 10_000;
/** Kills come so soon after an act began: while it is under way. */
const WITHIN_MS = 60;

interface Measured {
  readonly step: Step;
  readonly victim: Victim;
  readonly ms: number;
}

/**
 * Kills each process once in every step of an opening, and takes the time from the kill to the answer of the act that was
 * under way, or that came next: nobody in the hall waits longer than ten seconds.
 *
 * @param count - how often each process dies in each step.
 */
export async function resume(report: Report, count: number): Promise<void> {
  await onGround(report, async (ground) => {
    await allSignIn(ground, [...BIDDERS, "agency"]);
    const measured: Measured[] = [];
    const plans = new Map<Step, Victim[]>(
      STEPS.opening.map((step) => [step, Array.from({ length: count }, () => SUPERVISED).flat()]),
    );
    // A lot is closed once: one for each process that dies in it.
    const lots: { lotId: string; deadline: Date; bids: Delivered[] }[] = [];
    for (let n = 0; n < SUPERVISED.length * count; n++) lots.push(await aLot(ground, n));
    const watch = stopwatch(ground, plans, measured);
    for (const { lotId, deadline, bids } of lots) {
      await ground.world.setClock(addMinutes(deadline, -30));
      await openUnder(watch, ground.world, lotId, deadline, bids);
    }
    for (const step of STEPS.opening) {
      const mine = measured.filter((each) => each.step === step);
      const slow = mine.filter(({ ms }) => ms > LIMIT_MS);
      const told = mine.map(({ victim, ms }) => `${victim} ${(ms / 1000).toFixed(1)} s`).join(", ");
      report.check(
        `opening: ${step}: goes on after ${told}`,
        mine.length === SUPERVISED.length * count && !slow.length,
      );
    }
  });
}

/** A lot with three bids, handed in in peace. */
async function aLot({ world }: Ground, n: number) {
  const deadline = addMinutes(FIRST_DEADLINE, n * 90);
  const plan = { content: "试验", estimateFen: 900_000_000n, deadline, saleDays: 22 };
  const { lotId } = await draftLot(world.stage, { name: `开标续行试验工程 ${n}（演示）`, ...plan });
  await publish(world.stage, lotId);
  const bids: Delivered[] = [];
  for (const [i, key] of BIDDERS.entries()) {
    const person = world.stage.person(key);
    const priceFen = 800_000_000n + BigInt(n * 10 + i);
    const { receipt } = await submit(world.stage, person, lotId, { priceFen });
    bids.push({ key, priceFen, bidId: receipt.bidId });
  }
  return { lotId, deadline, bids };
}

/** Plays an act as the storm does, and measures instead of counting. */
function stopwatch(ground: Ground, plans: ReadonlyMap<Step, Victim[]>, measured: Measured[]): Storm {
  return {
    aiming: true,
    tally: newTally(),
    silences: new Map(),
    missed: () => 0,
    async run<R>(act: Act<R>): Promise<R> {
      const victim = act.calm ? undefined : plans.get(act.step)?.shift();
      if (!victim) return insist(act.attempt, act.onSilence);
      await ground.answering();
      let killedAt = 0;
      const kill = new Promise<void>((done) => setTimeout(done, Math.random() * WITHIN_MS)).then(async () => {
        killedAt = performance.now();
        await ground.installation.kill(victim);
      });
      let answer = await insist(act.attempt, act.onSilence);
      await kill;
      // Answered before the kill: then the same is asked again, of whatever is left.
      if (act.repeat !== "never") answer = await insist(act.attempt, act.onSilence);
      measured.push({ step: act.step, victim, ms: performance.now() - killedAt });
      return answer;
    },
    verify: async () => {},
  };
}
