import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "@/outside/journal";
import { clusterFolder } from "./embedded-postgres";
import { explainWrite, LaunchError } from "./launch-error";
import { commandLineOf, isAlive } from "./leftovers";

const HOLDER = "launcher.json";
/** What only this product puts into a folder; a reset of anything else is refused. */
const OWN_MARKS = [HOLDER, "database-roles.json", "ports.json", "postgres", "postgres.location", "postgres.password"];

interface Holder {
  readonly pid: number;
  readonly url: string;
}

/** Takes the data folder for this launcher. @throws LaunchError when it cannot be written, or another launcher runs on it. */
export function takeDataFolder(dataDir: string, url: string): { release(): void } {
  try {
    mkdirSync(dataDir, { recursive: true });
    refuseSecondLauncher(dataDir);
    writeWhole(dataDir, HOLDER, JSON.stringify({ pid: process.pid, url } satisfies Holder));
    // A full disk often still has room for a few bytes, and none for a database.
    writeWhole(dataDir, "room.tmp", "x".repeat(1 << 20));
    rmSync(join(dataDir, "room.tmp"));
  } catch (error) {
    throw explainWrite(error, dataDir);
  }
  return { release: () => rmSync(join(dataDir, HOLDER), { force: true }) };
}

function refuseSecondLauncher(dataDir: string): void {
  const file = join(dataDir, HOLDER);
  if (!existsSync(file)) return;
  let holder: Holder;
  try {
    holder = JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return;
  }
  if (holder.pid === process.pid || !isAlive(holder.pid) || !commandLineOf(holder.pid).includes("src/dev/")) return;
  throw new LaunchError(
    `数据目录 ${dataDir} 已由另一个运行中的信标使用（进程 ${holder.pid}，${holder.url}）。请先停止它，或用 DATA_DIR 换一个目录。`,
  );
}

/** Empties a data folder (`--reset`). @throws LaunchError when the folder is not one of ours. */
export function emptyDataFolder(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  refuseSecondLauncher(dataDir);
  const names = readdirSync(dataDir);
  if (names.length > 0 && !names.some((name) => OWN_MARKS.includes(name))) {
    throw new LaunchError(`${dataDir} 不像信标的数据目录，拒绝清空。`);
  }
  try {
    rmSync(clusterFolder(dataDir), { recursive: true, force: true });
    for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
  } catch (error) {
    throw explainWrite(error, dataDir);
  }
}
