import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { addDays } from "@/core/time";
import { openWorld, type World } from "../chaos/world";
import type { Installation } from "../launch";
import { obtain, seal, upload } from "../scenarios/bidding";
import { loadPeople } from "../scenarios/install";
import { draftLot, publish } from "../scenarios/tendering";

const BIDDERS = ["jia", "yi", "bing", "ding", "wu", "ji"];
const LOTS = 17;
/** The last minute before a deadline: a hundred final acts within ten seconds. */
const FINISHES = 100;
const SPAN_MS = 10_000;

const percentile = (list: readonly number[], p: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.ceil(list.length * p) - 1)]!;
const told = (list: readonly number[]) => ({
  p50: Number(percentile(list, 0.5).toFixed(1)),
  p99: Number(percentile(list, 0.99).toFixed(1)),
});

/**
 * How long the final act takes from its request to its receipt (gate, checks, acceptance, signed receipt), a hundred within
 * ten seconds, against one fdatasync of a small file on the same disk at the same moment.
 */
export async function finishTimes(installation: Installation) {
  const world = await openWorld(installation.dataDir, installation, (owner) => loadPeople(owner, installation.dataDir));
  try {
    const tries = await readyTries(world);
    const syncs: number[] = [];
    let busy = true;
    const peer = syncWhile(join(installation.dataDir, "sync.probe"), () => busy, syncs);
    const took = await Promise.all(
      tries.map(async ({ key, uploadId, sealed }, i) => {
        await new Promise((due) => setTimeout(due, (i * SPAN_MS) / tries.length));
        const began = performance.now();
        await world.actor(key).finish(uploadId, sealed);
        return performance.now() - began;
      }),
    );
    busy = false;
    await peer;
    const ratio = percentile(took, 0.99) / percentile(syncs, 0.99);
    return { finishes: took.length, ms: told(took), fdatasyncMs: told(syncs), ratio: Number(ratio.toFixed(1)) };
  } finally {
    await world.close();
  }
}

/** Everything is sealed and uploaded; only the final act is missing. */
async function readyTries(world: World) {
  for (const key of BIDDERS) await world.actor(key).signIn();
  const tries: { key: string; uploadId: string; sealed: Awaited<ReturnType<typeof seal>> }[] = [];
  for (let n = 0; n < LOTS; n++) {
    const deadline = addDays(await world.stage.now(), 30);
    const plan = { content: "测量", estimateFen: 900_000_000n, deadline, saleDays: 22 };
    const { lotId } = await draftLot(world.stage, { name: `递交测量工程 ${n}（演示）`, ...plan });
    await publish(world.stage, lotId);
    for (const key of BIDDERS) {
      const person = world.stage.person(key);
      await obtain(world.stage, person, lotId);
      const sealed = await seal(world.stage, person, lotId, { priceFen: 800_000_000n });
      tries.push({ key, sealed, uploadId: await upload(world.stage, person, lotId, sealed.body) });
    }
  }
  return tries.slice(0, FINISHES);
}

/** One small write and fdatasync after the other, ten a second. */
async function syncWhile(path: string, busy: () => boolean, took: number[]): Promise<void> {
  const file = await open(path, "w");
  try {
    while (busy()) {
      const began = performance.now();
      await file.write(Buffer.alloc(4096), 0, 4096, 0);
      await file.datasync();
      took.push(performance.now() - began);
      await new Promise((due) => setTimeout(due, 100));
    }
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
