import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { shanghai } from "@/core/time";
import { ensureWebBuild } from "../build-web";
import { removeDataFolder } from "../embedded-postgres";
import { tryPort } from "../ports";
import { installWorld } from "../scenarios/install";
import { insist } from "./insist";
import { type Target, targetOn } from "./installation";
import type { Ready } from "./launcher";
import { openWorld, type World } from "./world";

/** Where the legal time of every ground begins. */
export const BEGINNING = shanghai("2026-04-24 09:00");

/** What a promise says of itself, and what was found. */
export interface Report {
  say(line: string): void;
  check(name: string, ok: boolean): void;
}

/** An installation of its own, with the people of the demonstration, on which a promise is tried. */
export interface Ground extends Report {
  readonly installation: Target;
  readonly world: World;
  readonly ready: Ready;
  /** Starts on the data folder of a killed launcher that succeeded. */
  restarts(): number;
  /** Back when database, pages, receiver and worker all answer. */
  answering(): Promise<void>;
}

const giveUp = new AbortController();
const stopped = new Promise<never>((_, fail) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "disconnect"] as const) {
    process.on(signal as NodeJS.Signals, () => {
      giveUp.abort();
      fail(new Error("stopped before the end"));
    });
  }
});
stopped.catch(() => {});

/** Lays the ground, plays on it and clears it away, whatever happens. */
export async function onGround(
  report: Report,
  play: (ground: Ground) => Promise<void>,
  cutStarts: readonly number[] = [],
): Promise<void> {
  const { say } = report;
  const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-chaos-"));
  // The database server runs as another user when this one is root.
  chmodSync(dataDir, 0o755);
  let target: Target | undefined;
  let world: World | undefined;
  const run = async () => {
    await ensureWebBuild(say, giveUp.signal);
    let restarts = 0;
    const installation = targetOn({
      dataDir,
      port: (await tryPort("any"))!,
      say,
      async onRestart(again) {
        restarts++;
        await world?.reconnect(again);
      },
    });
    target = installation;
    for (const moment of cutStarts) await installation.startAndKill(moment);
    const ready = await installation.start();
    if (cutStarts.length) report.check(`first start succeeds after ${cutStarts.length} starts that were killed`, true);
    const open = await openWorld(dataDir, ready, async (owner) => {
      await owner.db.execute(
        sql`update demo_clock set demo_base = ${BEGINNING.toISOString()}::timestamptz, real_base = clock_timestamp(), running = false`,
      );
      return (await installWorld(owner, dataDir, ready.outside, BEGINNING)).people;
    });
    world = open;
    const answering = () => allAnswer(open, ready);
    await play({ ...report, installation, world: open, ready, restarts: () => restarts, answering });
  };
  try {
    await Promise.race([run(), stopped]);
  } catch (error) {
    report.check(`to the end: ${error instanceof Error ? error.stack : error}`, false);
  }
  say("stopping…");
  await world?.close().catch(() => {});
  await target?.stop();
  removeDataFolder(dataDir);
}

async function allAnswer(open: World, { url }: Ready): Promise<void> {
  const http = (path: string) =>
    fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) }).then(
      (answer) => answer.status < 500,
      () => false,
    );
  const worker = sql`select 1 from pg_stat_activity where application_name = 'worker'`;
  const looks = [
    open.databaseAnswers,
    () => open.has(worker),
    () => http("/receive/health"),
    () => http("/api/trpc/identity.challenge"),
  ];
  for (const look of looks) {
    const begun = performance.now();
    while (!(await look())) {
      if (performance.now() - begun > 60_000) throw new Error("a process did not come back within a minute");
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** Signs in whoever acts. */
export async function allSignIn({ world }: Pick<Ground, "world">, keys: readonly string[]): Promise<void> {
  for (const key of keys) await insist(() => world.actor(key).signIn());
}
