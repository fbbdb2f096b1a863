import { type ChildProcess, fork } from "node:child_process";
import { inContext } from "@/kit/db/context";
import { lockLot } from "@/lifecycle/lot/queries";
import { say } from "@/lifecycle/opening/events";
import { openWorld, type World } from "../chaos/world";
import type { Installation } from "../launch";
import { obtain, submit } from "../scenarios/bidding";
import { loadPeople } from "../scenarios/install";
import { reachOpening } from "../scenarios/opening";
import { draftLot, publish } from "../scenarios/tendering";
import type { NginxPeer } from "./nginx-peer";

const LISTENERS = 1_000;
/** A quiet hall: one event after the other. */
const QUIET = { events: 40, everyMs: 150 };
/** A hall whose bids are being decrypted: a hundred events as fast as their transactions are. */
const BURST = { events: 100, everyMs: 0 };
const MISSED = 10;
/** Said before anything is measured: a hall is not heard for the first time when its opening begins. */
const WARM = { events: 20, everyMs: 50 };

type Told = { delays?: number[]; caughtUpMs?: number; whole?: boolean };
type Speak = (n: number, t: bigint) => Promise<void>;

/**
 * What is said in the hall, from the begin of the act until each of a thousand listeners has it, against nginx with nchan that
 * is told of the same act after its transaction; both have two processes. Quiet and in a burst; then a thousand cut lines that
 * all come back at once.
 */
export async function listenerTimes(installation: Installation, nginx: NginxPeer | undefined) {
  const world = await openWorld(installation.dataDir, installation, (owner) => loadPeople(owner, installation.dataDir));
  try {
    const lotId = await openedLot(world);
    const speak: Speak = (n, t) =>
      inContext(world.stage.worker.db, { siteId: world.stage.worker.site.id, role: "platform" }, async (tx) => {
        const lot = await lockLot(tx, lotId, "update");
        await say(tx, world.stage.worker.site.id, lot.id, await world.stage.now(), "message", { n, t: String(t) });
      });
    const streams = (["receiver", "receiver2"] as const).map(
      (name) => `http://127.0.0.1:${installation.ports[name]}/receive/hall/${lotId}/events`,
    );
    const ears = await listeners(new URL(installation.url).host, streams);
    const own = await hear(ears, 0, speak);
    const begun = WARM.events + QUIET.events + BURST.events;
    const storm = ask(ears, { do: "storm", until: begun + MISSED - 1 });
    for (let n = begun; n < begun + MISSED; n++) await speak(n, process.hrtime.bigint());
    const { caughtUpMs = 0, whole } = await storm;
    ears.kill();
    const peer = nginx?.nchan ? await heardAtPeer(nginx, speak) : undefined;
    const against = (kind: "quiet" | "burst") => ({
      ms: own[kind],
      ...(peer ? { nchanMs: peer[kind], ratio: Number((own[kind].p99 / peer[kind].p99).toFixed(2)) } : {}),
    });
    return {
      listeners: LISTENERS,
      quiet: against("quiet"),
      burst: against("burst"),
      storm: { caughtUpMs: Math.round(caughtUpMs), whole },
    };
  } finally {
    await world.close();
  }
}

async function heardAtPeer(nginx: NginxPeer, speak: Speak) {
  const ears = await listeners("localhost", [`${nginx.url}/listen`]);
  const told = await hear(ears, 1_000, async (n, t) => {
    await speak(n, t);
    const body = JSON.stringify({ at: new Date().toISOString(), n, t: String(t) });
    const answer = await fetch(`${nginx.url}/say`, {
      method: "POST",
      body,
      headers: { "x-eventsource-event": "message" },
    });
    await answer.arrayBuffer();
  });
  ears.kill();
  return told;
}

async function hear(ears: ChildProcess, first: number, speak: Speak) {
  await spoken(ears, first, WARM, speak);
  const quiet = await spoken(ears, first + WARM.events, QUIET, speak);
  return { quiet, burst: await spoken(ears, first + WARM.events + QUIET.events, BURST, speak) };
}

async function spoken(ears: ChildProcess, first: number, { events, everyMs }: typeof QUIET, speak: Speak) {
  for (let n = first; n < first + events; n++) {
    await speak(n, process.hrtime.bigint());
    if (everyMs) await new Promise((due) => setTimeout(due, everyMs));
  }
  await new Promise((due) => setTimeout(due, 2_000));
  const { delays = [] } = await ask(ears, { do: "delays", from: first, until: first + events });
  if (delays.length !== events * LISTENERS) throw new Error(`${delays.length} of ${events * LISTENERS} heard`);
  delays.sort((a, b) => a - b);
  const at = (p: number) => Number(delays[Math.ceil(delays.length * p) - 1]!.toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

async function listeners(host: string, urls: readonly string[]): Promise<ChildProcess> {
  const child = fork(new URL("./listeners-child.ts", import.meta.url), [host, String(LISTENERS), ...urls]);
  await new Promise((ready) => child.once("message", ready));
  return child;
}

function ask(
  child: ChildProcess,
  question: { do: "delays"; from: number; until: number } | { do: "storm"; until: number },
): Promise<Told> {
  return new Promise((done) => {
    child.once("message", (told: Told) => done(told));
    child.send(question);
  });
}

async function openedLot(world: World): Promise<string> {
  const { stage } = world;
  const plan = { content: "测量", estimateFen: 900_000_000n };
  const { lotId } = await draftLot(stage, { name: "大厅测量工程（演示）", ...plan });
  await publish(stage, lotId);
  for (const key of ["jia", "yi", "bing"]) {
    await obtain(stage, stage.person(key), lotId);
    await submit(stage, stage.person(key), lotId, { priceFen: 800_000_000n });
  }
  await world.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  return lotId;
}
