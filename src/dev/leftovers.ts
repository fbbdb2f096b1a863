import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "@/outside/journal";

const FILE = "processes.json";

/** A process that a launcher started on a data folder. */
export interface Started {
  readonly name: string;
  readonly pid: number;
}

/** Every process is told its data folder on its command line, so that a later launcher can tell it from a stranger. */
export const markOf = (dataDir: string): string => `--data-dir=${dataDir}`;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Command line of a process, empty when it is gone or cannot be read. */
export function commandLineOf(pid: number): string {
  try {
    if (existsSync("/proc/self/cmdline")) return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}

export function rememberStarted(dataDir: string, started: readonly Started[]): void {
  writeWhole(dataDir, FILE, JSON.stringify(started));
}

export function readStarted(dataDir: string): Started[] {
  try {
    return JSON.parse(readFileSync(join(dataDir, FILE), "utf8")) as Started[];
  } catch {
    return [];
  }
}

/** Stops what a killed launcher left running: only processes whose command line names this data folder. */
export async function stopLeftovers(dataDir: string): Promise<number> {
  const ours = readStarted(dataDir).filter(({ pid }) => isAlive(pid) && commandLineOf(pid).includes(markOf(dataDir)));
  for (const { pid } of ours) kill(pid, "SIGTERM");
  for (let i = 0; i < 60 && ours.some(({ pid }) => isAlive(pid)); i++)
    await new Promise((done) => setTimeout(done, 50));
  for (const { pid } of ours) kill(pid, "SIGKILL");
  return ours.length;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone: that is what was wanted.
  }
}
