import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clusterFolder } from "../embedded-postgres";
import { isAlive, readStarted } from "../leftovers";

/** Processes whose parent is `parent`. */
function childrenOf(parent: number): number[] {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
    return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid!);
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Process number of one of the programs that a launcher started on this folder. */
export const pidOf = (dataDir: string, name: string): number | undefined =>
  readStarted(dataDir).find((started) => started.name === name)?.pid;

export const pidsOf = (dataDir: string): number[] => readStarted(dataDir).map(({ pid }) => pid);

/** The database server, and with `whole` each of its processes; otherwise they outlive it for a moment, as after an accident. */
export function databasePids(dataDir: string, whole: boolean): number[] {
  try {
    const pid = Number(readFileSync(join(clusterFolder(dataDir), "postmaster.pid"), "utf8").split("\n")[0]);
    return whole ? [pid, ...childrenOf(pid)] : [pid];
  } catch {
    return [];
  }
}

/** SIGKILL for all of them, and back when the first one is gone. @returns false when none of them was there. */
export async function killAtOnce(pids: readonly number[]): Promise<boolean> {
  const there = pids.filter(isAlive);
  for (const pid of there) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone in between.
    }
  }
  while (there[0] !== undefined && isAlive(there[0]) && !isZombie(there[0]))
    await new Promise((done) => setImmediate(done));
  return there.length > 0;
}

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
