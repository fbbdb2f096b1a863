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
const EVENTS = 40;
const EVERY_MS = 150;

type Told = { delays?: number[]; events?: number; caughtUpMs?: number; whole?: boolean };

/**
 * What is said in the hall, from the act until each of a thousand listeners has it, against nginx with nchan that is told of
 * the same act after its transaction; then a thousand cut lines that all come back at once.
 */
export async function listenerTimes(installation: Installation, nginx: NginxPeer | undefined) {
  const world = await openWorld(installation.dataDir, installation, (owner) => loadPeople(owner, installation.dataDir));
  try {
    const lotId = await openedLot(world);
    const speak = (n: number, t: bigint) =>
      inContext(world.stage.worker.db, { siteId: world.stage.worker.site.id, role: "platform" }, async (tx) => {
        const lot = await lockLot(tx, lotId, "update");
        await say(tx, world.stage.worker.site.id, lot.id, await world.stage.now(), "message", { n, t: String(t) });
      });
    const stream = `http://127.0.0.1:${installation.ports.receiver}/receive/hall/${lotId}/events`;
    const host = new URL(installation.url).host;
    const ears = await listeners(stream, host);
    const own = await hear(ears, 0, speak);
    const storm = ask(ears, { do: "storm", until: EVENTS + 9 });
    for (let n = EVENTS; n < EVENTS + 10; n++) await speak(n, process.hrtime.bigint());
    const { caughtUpMs = 0, whole } = await storm;
    ears.kill();
    const peer = nginx?.nchan ? await heardAtPeer(nginx, speak) : undefined;
    return {
      listeners: LISTENERS,
      ms: own,
      ...(peer ? { nchanMs: peer, ratio: Number((own.p99 / peer.p99).toFixed(2)) } : {}),
      storm: { caughtUpMs: Math.round(caughtUpMs), whole },
    };
  } finally {
    await world.close();
  }
}

async function heardAtPeer(nginx: NginxPeer, speak: (n: number, t: bigint) => Promise<void>) {
  const ears = await listeners(`${nginx.url}/listen`, "localhost");
  const told = await hear(ears, 1_000, async (n, t) => {
    await speak(n, t);
    const body = JSON.stringify({ at: new Date().toISOString(), n, t: String(t) });
    await fetch(`${nginx.url}/say`, { method: "POST", body, headers: { "x-eventsource-event": "message" } });
  });
  ears.kill();
  return told;
}

async function hear(ears: ChildProcess, first: number, speak: (n: number, t: bigint) => Promise<void>) {
  for (let n = first; n < first + EVENTS; n++) {
    await speak(n, process.hrtime.bigint());
    await new Promise((due) => setTimeout(due, EVERY_MS));
  }
  await new Promise((due) => setTimeout(due, 1_000));
  const { delays = [], events } = await ask(ears, { do: "delays" });
  if (delays.length !== EVENTS * LISTENERS)
    throw new Error(`${delays.length} of ${EVENTS * LISTENERS} heard, ${events} events`);
  delays.sort((a, b) => a - b);
  const at = (p: number) => Number(delays[Math.ceil(delays.length * p) - 1]!.toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

async function listeners(url: string, host: string): Promise<ChildProcess> {
  const child = fork(new URL("./listeners-child.ts", import.meta.url), [url, host, String(LISTENERS)]);
  await new Promise((ready) => child.once("message", ready));
  return child;
}

function ask(child: ChildProcess, question: { do: "delays" | "storm"; until?: number }): Promise<Told> {
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
