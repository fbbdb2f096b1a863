import { join, resolve } from "node:path";
import { fsStorage } from "@/adapters/storage-fs";
import { s3Storage } from "@/adapters/storage-s3";
import type { RoleUrls } from "@/kit/db/migrate";
import type { Storage } from "@/ports/storage";
import type { Environment } from "@/server/env";
import { ensureWebBuild } from "./build-web";
import { emptyDataFolder, takeDataFolder } from "./data-folder";
import { type DemoClock, startDemoClock } from "./demo-clock";
import { stopEmbedded } from "./embedded-postgres";
import { emptyDatabase, movePorts, openDatabase, siteHosts } from "./installation-database";
import { stopLeftovers } from "./leftovers";
import { frontDoorPlan, type OutsideUrls, outsidePlans, outsideUrls, type PlanInput, productPlans } from "./plans";
import { frontPort, innerPorts, nextFree, type Ports } from "./ports";
import { supervisor } from "./supervisor";

export interface InstallationOptions {
  readonly settings: Environment;
  /** Where its ports begin (`portsBeside`), when it stands beside others; else the usual ones. */
  readonly portsFrom?: number;
  /** Empties data folder and database first. */
  readonly reset?: boolean;
  /** Pages and processes follow the source files as they change. */
  readonly live?: boolean;
  /** Plays a world into the installation before its door opens. */
  seed?(installation: SeedInput): Promise<void>;
  /** Gives up between two steps, and in the middle of a build. */
  readonly signal?: AbortSignal;
  say(line: string): void;
}

export interface SeedInput {
  readonly urls: RoleUrls & { readonly owner: string };
  readonly dataDir: string;
  readonly outside: OutsideUrls;
  readonly storage: Storage;
  say(line: string): void;
}

export interface Installation extends Omit<SeedInput, "say"> {
  /** Address of the front door, with `localhost`. */
  readonly url: string;
  readonly ports: Ports & { readonly front: number };
  /** Host names of the sites that there were at the start. */
  readonly hosts: readonly string[];
  /** Of a demonstration; a production has the clock of its database host, and nobody moves it. */
  readonly clock?: DemoClock;
  /** Ends one process as a crash would; it comes back by itself. */
  kill(name: string): void;
  pidOf(name: string): number | undefined;
  stop(): Promise<void>;
}

/** The object store that the settings name: S3, else the data folder. */
export function storageOf(settings: Environment, dataDir: string): Storage {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = settings;
  if (!endpoint || !accessKey || !secretKey) return fsStorage(join(dataDir, "objects"));
  return s3Storage({ endpoint, accessKey, secretKey, bucket: settings.S3_BUCKET, region: settings.S3_REGION });
}

/**
 * Starts a whole installation: database, the product's processes, and last the front door. A demonstration (`DEMO` is 1)
 * has a clock of its own, the programs of the outside world and a seeded world besides; in production these are other
 * people's, and their addresses stand in the sites' forms. What fails undoes what had begun.
 *
 * @throws LaunchError, WrongDatabase: reasons to show as they are.
 */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { settings, say, signal } = options;
  const dataDir = resolve(settings.DATA_DIR);
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    if (options.reset) await reset(settings, dataDir, say);
    const { portsFrom } = options;
    const beside = portsFrom !== undefined && settings.PORT === 0 ? await nextFree(portsFrom) : settings.PORT;
    const front = await waitForFrontPort(beside, dataDir);
    const url = `http://localhost:${front}`;
    const folder = takeDataFolder(dataDir, url);
    undo.push(folder.release);
    const left = await stopLeftovers(dataDir);
    if (left > 0) say(`已停止上次异常退出遗留的 ${left} 个进程。`);
    const { ports, moved } = await innerPorts(dataDir, portsFrom === undefined ? undefined : portsFrom + 1);

    // Before the clock runs: a build takes minutes that are no part of the story.
    if (!options.live) await ensureWebBuild(say, signal);
    say("正在启动数据库…");
    const database = await openDatabase({ dataDir, databaseUrl: settings.DATABASE_URL, say });
    undo.push(database.stop);
    const { urls } = database;
    signal?.throwIfAborted();
    await movePorts(urls.owner, moved);
    const isDemo = settings.DEMO === "1";
    const clock = isDemo ? await startDemoClock(urls.owner) : undefined;
    if (clock) undo.push(clock.stop);

    const input: PlanInput = { dataDir, front, ports, settings, urls, live: options.live ?? false };
    const processes = supervisor({ dataDir, say });
    undo.push(() => processes.stop());
    if (isDemo) {
      say("正在启动外部系统（电子认证、时间戳、公共服务平台、邮件短信、收款银行、行政监督）…");
      const [ca, ...others] = outsidePlans(input);
      await processes.start(ca!);
      await Promise.all(others.map((plan) => processes.start(plan)));
    }

    signal?.throwIfAborted();
    say("正在启动信标…");
    const product = productPlans(input);
    await Promise.all(product.map((plan) => processes.start(plan)));
    // The product stops before the world it talks to.
    undo.push(() => processes.stop(product.map(({ name }) => name)));

    const shared = { urls, dataDir, outside: outsideUrls(ports), storage: storageOf(settings, dataDir) };
    signal?.throwIfAborted();
    await options.seed?.({ ...shared, say });
    signal?.throwIfAborted();
    const door = frontDoorPlan(input);
    await processes.start(door);
    undo.push(() => processes.stop([door.name]));
    const { kill, pidOf } = processes;
    const hosts = await siteHosts(urls.owner);
    return { ...shared, url, hosts, ports: { ...ports, front }, ...(clock ? { clock } : {}), kill, pidOf, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The port is looked at before anything starts; what a killed launcher left behind may still hold it. */
async function waitForFrontPort(port: number, dataDir: string): Promise<number> {
  try {
    return await frontPort(port);
  } catch (error) {
    if ((await stopLeftovers(dataDir)) === 0) throw error;
    return frontPort(port);
  }
}

async function reset(settings: Environment, dataDir: string, say: (line: string) => void): Promise<void> {
  say(`正在清空演示数据（${dataDir}）…`);
  await stopLeftovers(dataDir);
  if (settings.DATABASE_URL) await emptyDatabase(settings.DATABASE_URL);
  // A server that outlived its launcher must not write into a folder that is being emptied.
  else await stopEmbedded(dataDir);
  emptyDataFolder(dataDir);
}
