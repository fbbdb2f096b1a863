import { type ChildProcess, spawn } from "node:child_process";
import { stopEmbedded } from "../embedded-postgres";
import { stopLeftovers } from "../leftovers";
import type { Ready } from "./launcher";
import { databasePids, killAtOnce, pidOf, pidsOf } from "./processes";
import type { Victim } from "./steps";

const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 30_000;

/** An installation as somebody sees it who holds the machine's power switch: a launcher, its processes, a data folder. */
export interface Target {
  readonly dataDir: string;
  /** Starts the launcher on the data folder. @throws with the end of what it said when it does not come up. */
  start(): Promise<Ready>;
  /** Starts the launcher and kills it, with nothing else, after so many milliseconds. */
  startAndKill(afterMs: number): Promise<void>;
  /** Kills; a launcher that died is started again by `onRestart`. @returns false when there was nothing to kill. */
  kill(victim: Victim): Promise<boolean>;
  /** Back when no restart of the launcher is under way. @throws when one failed. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export function targetOn(options: {
  dataDir: string;
  port: number;
  say(line: string): void;
  onRestart(ready: Ready): Promise<void>;
}): Target {
  const { dataDir, port, say, onRestart } = options;
  let child: ChildProcess | undefined;
  let said = "";
  let restarting: Promise<void> = Promise.resolve();
  let databaseKills = 0;
  let stopped = false;

  function launch(): ChildProcess {
    if (stopped) throw new Error("the installation was stopped");
    said = "";
    // A group of its own: Ctrl-C reaches this program alone, which stops the launcher in order.
    const started = spawn(process.execPath, ["--import", "tsx", "src/dev/chaos/launcher.ts"], {
      env: withoutForeignStores({ ...process.env, DATA_DIR: dataDir, PORT: String(port) }),
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [started.stdout, started.stderr]) stream!.on("data", (text) => (said += text));
    child = started;
    return started;
  }

  async function start(): Promise<Ready> {
    const started = launch();
    return new Promise((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`the launcher was not ready in time:\n${said.slice(-3000)}`)),
        START_LIMIT_MS,
      );
      started.once("message", (ready) => {
        clearTimeout(timer);
        done(ready as Ready);
      });
      started.once("exit", (code, signal) => {
        clearTimeout(timer);
        fail(new Error(`the launcher ended (${signal ?? code}) before it was ready:\n${said.slice(-3000)}`));
      });
    });
  }

  const restart = () => {
    restarting = start().then(onRestart);
    restarting.catch(() => {}); // Whoever waits for it is told.
  };

  return {
    dataDir,
    start,
    async startAndKill(afterMs) {
      const started = launch();
      const ended = new Promise<void>((done) => started.once("exit", () => done()));
      await Promise.race([ended, new Promise((done) => setTimeout(done, afterMs))]);
      started.kill("SIGKILL");
      await ended;
    },
    async kill(victim) {
      if (victim === "database") return killAtOnce(databasePids(dataDir, databaseKills++ % 2 === 0));
      if (victim !== "launcher" && victim !== "everything") {
        const pid = pidOf(dataDir, victim);
        return pid !== undefined && killAtOnce([pid]);
      }
      const all = victim === "everything" ? [...pidsOf(dataDir), ...databasePids(dataDir, true)] : [];
      const hit = await killAtOnce([child!.pid!, ...all]);
      say(
        `   (${victim === "everything" ? "everything was" : "the launcher was"} killed, starting again on the same folder)`,
      );
      if (!stopped) restart();
      return hit;
    },
    settled: () => restarting,
    async stop() {
      stopped = true;
      const running = child;
      if (running?.pid && running.exitCode === null && running.signalCode === null) {
        const ended = new Promise<void>((done) => running.once("exit", () => done()));
        running.kill("SIGTERM");
        const hard = setTimeout(() => running.kill("SIGKILL"), STOP_LIMIT_MS);
        await ended;
        clearTimeout(hard);
      }
      await stopLeftovers(dataDir);
      await stopEmbedded(dataDir);
    },
  };
}

/** It kills its own database and files, never one that somebody named in the environment. */
function withoutForeignStores(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = { ...env };
  for (const name of Object.keys(kept)) if (/^(DATABASE_URL|S3_.+)$/.test(name)) delete kept[name];
  return kept;
}
