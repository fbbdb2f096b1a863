import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { LaunchError } from "./launch-error";
import { isAlive, markOf, rememberStarted } from "./leftovers";
import { type ProcessLog, processLog } from "./process-log";

/** One process of an installation. */
export interface ProcessPlan {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** Arguments of node: the program and what it is told. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Answers HTTP at this address when it is ready; without one it logs `<name> ready`. */
  readonly readyUrl?: string;
}

export interface Supervisor {
  /** Starts and waits until the process is ready. @throws LaunchError with the end of its log. */
  start(plan: ProcessPlan): Promise<void>;
  /** Ends one process at once, as a crash would (SIGKILL); it is started again. */
  kill(name: string): void;
  pidOf(name: string): number | undefined;
  stop(names?: readonly string[]): Promise<void>;
}

const BACKOFF_MS = [200, 500, 1_000, 2_000, 5_000];
/** A process that lived this long is not failing at its start: it comes back at once, however often it is killed. */
const STEADY_MS = 5_000;
const READY_LIMIT_MS = 120_000;
/** A process without an address that says nothing but lives is taken for ready. */
const SILENT_READY_MS = 5_000;
const STOP_LIMIT_MS = 8_000;

interface Running {
  readonly plan: ProcessPlan;
  readonly log: ProcessLog;
  child: ChildProcess;
  startedAt: number;
  failures: number;
  stopping: boolean;
  timer?: NodeJS.Timeout;
}

/** Keeps the processes of one data folder alive: what ends by itself is started again, with a pause that grows. */
export function supervisor(options: { dataDir: string; say(line: string): void }): Supervisor {
  const { dataDir, say } = options;
  const all = new Map<string, Running>();
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const remember = () =>
    rememberStarted(
      dataDir,
      [...all.values()].flatMap(({ plan, child }) => (child.pid ? [{ name: plan.name, pid: child.pid }] : [])),
    );

  function launch(plan: ProcessPlan, log: ProcessLog): ChildProcess {
    const output = openSync(log.file, "a");
    const guard = resolve("src/dev/die-with-parent.mjs");
    // A group of its own: Ctrl-C reaches the launcher alone, which then stops its processes in order.
    const child = spawn(process.execPath, ["--import", guard, ...plan.program, markOf(dataDir)], {
      cwd: plan.cwd ?? process.cwd(),
      env: plan.env as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["ignore", output, output, "ipc"],
    });
    closeSync(output);
    return child;
  }

  function watch(running: Running): void {
    const { child, plan, log } = running;
    child.on("error", (error) => say(`${plan.title}无法启动：${error.message}`));
    child.on("exit", (code, signal) => {
      if (running.stopping) return;
      const lived = performance.now() - running.startedAt;
      running.failures = lived > STEADY_MS ? 1 : running.failures + 1;
      const pause = BACKOFF_MS[Math.min(running.failures, BACKOFF_MS.length) - 1]!;
      const how = signal ? `被信号 ${signal} 终止` : `退出代码 ${code}`;
      say(`${plan.title}意外停止（${how}），${pause / 1000} 秒后自动重启。日志：${log.file}`);
      running.timer = setTimeout(() => {
        running.child = launch(plan, log);
        running.startedAt = performance.now();
        watch(running);
        remember();
      }, pause);
    });
  }

  async function waitUntilReady(running: Running, logFrom: number): Promise<void> {
    const { plan, child, log } = running;
    const begun = performance.now();
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new LaunchError(`${plan.title}未能启动。日志 ${log.file} 的末尾：\n${log.tail()}`);
      }
      if (plan.readyUrl ? await answersHttp(plan.readyUrl) : log.saysReady(logFrom)) return;
      const waited = performance.now() - begun;
      if (!plan.readyUrl && waited > SILENT_READY_MS) return;
      if (waited > READY_LIMIT_MS)
        throw new LaunchError(`${plan.title}在 ${READY_LIMIT_MS / 1000} 秒内没有就绪。日志：${log.file}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  return {
    async start(plan) {
      const log = processLog(dataDir, plan.name);
      const logFrom = log.size();
      const running: Running = {
        plan,
        log,
        child: launch(plan, log),
        startedAt: performance.now(),
        failures: 0,
        stopping: false,
      };
      all.set(plan.name, running);
      remember();
      let firstExit = true;
      running.stopping = true; // Until it is ready an end is a failure to start, not a crash.
      watch(running);
      try {
        await waitUntilReady(running, logFrom);
        firstExit = false;
      } finally {
        running.stopping = firstExit;
      }
      // It may have ended in the very moment in which it was called ready.
      if (running.child.exitCode !== null) running.child.emit("exit", running.child.exitCode, null);
    },
    kill(name) {
      all.get(name)?.child.kill("SIGKILL");
    },
    pidOf: (name) => all.get(name)?.child.pid,
    async stop(names) {
      const chosen = [...all.values()].filter(({ plan }) => !names || names.includes(plan.name));
      await Promise.all(chosen.map(stopOne));
      for (const { plan } of chosen) all.delete(plan.name);
      remember();
    },
  };
}

async function stopOne(running: Running): Promise<void> {
  running.stopping = true;
  clearTimeout(running.timer);
  const { child } = running;
  const { pid } = child;
  if (!pid || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const hard = setTimeout(() => isAlive(pid) && child.kill("SIGKILL"), STOP_LIMIT_MS);
  await gone;
  clearTimeout(hard);
}

/** Any answer at all: what it says is the business of the program. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
