import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { addMinutes, shanghai } from "@/core/time";
import { connect } from "@/kit/db/connect";
import { readEnvironment } from "@/server/env";
import { openPorts } from "@/server/runtime";
import { clusterFolder } from "../embedded-postgres";
import { startInstallation } from "../launch";
import { draftLot, publish, seal } from "../scenarios/acts";
import { type HttpActor, HttpRefusal, httpActor } from "../scenarios/http-actor";
import { installWorld } from "../scenarios/install";
import { openStage, type Stage } from "../scenarios/world-state";
import { openingPhase } from "./opening";
import { scoringPhase } from "./scoring";

/**
 * Kills a process of the installation (SIGKILL) at a random moment of each step and repeats the step until it is
 * answered: nothing that was acknowledged may be lost, and a repeated act must give the same answer.
 *
 *     npm run chaos -- [rounds, 30 unless told]
 */
const rounds = Number(process.argv[2] ?? 30);
const VICTIMS = ["web", "receiver", "worker", "database"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Chaos {
  readonly stage: Stage;
  readonly rounds: number;
  actor(key: string): HttpActor;
  /** Runs a step while a victim dies somewhere inside it, and repeats it until there is an answer. */
  under<R>(step: () => Promise<R>): Promise<R>;
  kills(): Record<string, number>;
  check(name: string, ok: boolean, detail: string): void;
}

const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-chaos-"));
const installation = await startInstallation({
  settings: { ...readEnvironment({ ...process.env, PORT: process.env.PORT ?? "3917" }), DATA_DIR: dataDir, DEMO: "1" },
  anyPorts: true,
  say: (line) => console.log(line),
});
const open = (url: string, name: string) => connect(url, { max: 3, name: `chaos-${name}` });
const { urls } = installation;
const connections = {
  app: open(urls.xb_app, "app"),
  receiver: open(urls.xb_receiver, "receiver"),
  worker: open(urls.xb_worker, "worker"),
  owner: open(urls.owner, "owner"),
};
const killed: Record<string, number> = {};
const problems: string[] = [];
let passed = 0;

function kill(victim: Victim): void {
  killed[victim] = (killed[victim] ?? 0) + 1;
  if (victim !== "database") {
    installation.kill(victim);
    return;
  }
  try {
    process.kill(
      Number(readFileSync(join(clusterFolder(dataDir), "postmaster.pid"), "utf8").split("\n")[0]),
      "SIGKILL",
    );
  } catch {
    // It is being started again after the last kill.
  }
}

async function insist<R>(step: () => Promise<R>): Promise<R> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      // A reasoned no is an answer; everything else means: unknown, ask again with the same key.
      const unknown = !(error instanceof HttpRefusal) || error.status >= 500 || error.code === "general.signed_out";
      if (!unknown || attempt > 150) throw error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

try {
  const start = shanghai("2026-04-24 09:00");
  await connections.owner.db.execute(
    sql`update demo_clock set demo_base = ${start.toISOString()}::timestamptz, real_base = clock_timestamp(), running = false`,
  );
  const { people } = await installWorld(connections.owner, dataDir, installation.outside, start);
  const stage = await openStage(connections, openPorts(dataDir, installation.storage), people, "localhost");
  const { lotId } = await draftLot(stage, {
    name: "抗毁试验工程（演示）",
    content: "试验",
    estimateFen: 900_000_000n,
    deadline: shanghai("2026-05-18 09:00"),
    saleDays: 22,
  });
  await publish(stage, lotId);
  const base = installation.url;
  const actors = new Map<string, HttpActor>();
  const chaos: Chaos = {
    stage,
    rounds,
    actor(key) {
      const known = actors.get(key) ?? httpActor(base, stage.person(key));
      actors.set(key, known);
      return known;
    },
    async under(step) {
      const timer = setTimeout(() => kill(VICTIMS[Math.floor(Math.random() * VICTIMS.length)]!), Math.random() * 250);
      try {
        return await insist(step);
      } finally {
        clearTimeout(timer);
      }
    },
    kills: () => killed,
    check(name, ok, detail) {
      if (ok) passed++;
      else problems.push(`${name}: ${detail}`);
      console.log(`${ok ? "✔" : "✘"} ${name} ${detail}`);
    },
  };

  const keys = ["jia", "yi", "bing", "ding", "wu", "ji"];
  for (const key of keys) await insist(() => chaos.actor(key).signIn());
  const receipts = new Map<string, string[]>();
  for (let round = 0; round < rounds; round++) {
    const key = keys[round % keys.length]!;
    const sealed = await insist(() =>
      seal(stage, stage.person(key), lotId, { priceFen: 800_000_000n + BigInt(round) }),
    );
    const upload = randomUUID();
    const first = await chaos.under(() => chaos.actor(key).deliver(lotId, sealed, upload));
    const again = await insist(() => chaos.actor(key).deliver(lotId, sealed, upload));
    if (again.number !== first.number) chaos.check("same receipt", false, `${first.number} and ${again.number}`);
    receipts.set(key, [...(receipts.get(key) ?? []), first.number]);
  }
  const acknowledged = [...receipts.values()].flat();
  const kept = await insist(() =>
    connections.owner.db.execute<{ receipt_number: string }>(sql`select receipt_number from bids`),
  );
  const numbers = new Set(kept.map((row) => row.receipt_number));
  chaos.check(
    "submit",
    acknowledged.every((number) => numbers.has(number)) && kept.length === rounds,
    `${acknowledged.length} acknowledged, ${kept.length} kept, ${acknowledged.filter((number) => !numbers.has(number)).length} lost`,
  );

  await openingPhase(chaos, lotId, keys, insist, shanghai("2026-05-18 09:00"));
  await scoringPhase(chaos, lotId, insist, addMinutes(shanghai("2026-05-18 09:00"), 25));
} finally {
  await Promise.all(Object.values(connections).map((connection) => connection.close()));
  await installation.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
console.log(
  `killed: ${Object.entries(killed)
    .map(([name, n]) => `${name} ${n}`)
    .join(", ")}`,
);
for (const problem of problems) console.error(problem);
console.log(`${passed} passed, ${problems.length} failed`);
process.exit(problems.length ? 1 : 0);
