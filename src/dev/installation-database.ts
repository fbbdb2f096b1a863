import postgres from "postgres";
import { migrate, type RoleUrls, WrongDatabase } from "@/kit/db/migrate";
import { startEmbeddedPostgres } from "./embedded-postgres";
import { explainWrite, LaunchError } from "./launch-error";
import { tryPort } from "./ports";

export interface InstallationDatabase {
  readonly urls: RoleUrls & { readonly owner: string };
  stop(): Promise<void>;
}

const WATCH_MS = 1_000;

/** Starts (or uses) the database and brings it to this version. @throws LaunchError, WrongDatabase. */
export async function openDatabase(options: {
  dataDir: string;
  databaseUrl: string | undefined;
  say(line: string): void;
}): Promise<InstallationDatabase> {
  const { dataDir, databaseUrl, say } = options;
  if (databaseUrl) {
    const urls = await migrated(databaseUrl, dataDir);
    return { urls: { ...urls, owner: databaseUrl }, stop: async () => {} };
  }
  const server = await startEmbeddedPostgres(dataDir).catch((error) => {
    throw explainFailedStart(error, dataDir);
  });
  const urls = await migrated(server.url, dataDir);
  const guard = keepAlive(dataDir, server.port, server.stop, say);
  return { urls: { ...urls, owner: server.url }, stop: guard.stop };
}

async function migrated(url: string, dataDir: string): Promise<RoleUrls> {
  try {
    return await migrate(url, dataDir);
  } catch (error) {
    if (error instanceof WrongDatabase) throw error;
    const { code } = error as { code?: string };
    const reasons: Record<string, string> = {
      ECONNREFUSED: "没有程序在该地址应答",
      ENOTFOUND: "主机名无法解析",
      CONNECT_TIMEOUT: "连接超时",
      "28P01": "用户名或密码不正确",
      "28000": "该用户不允许登录",
      "3D000": "数据库不存在",
      "42501": "该用户权限不足（须能建表和建角色）",
    };
    const reason = reasons[code ?? ""];
    throw reason ? new LaunchError(`无法使用 DATABASE_URL 指定的数据库：${reason}。未做任何改动。`) : error;
  }
}

function explainFailedStart(error: unknown, dataDir: string): unknown {
  const text = error instanceof Error ? error.message : "";
  if (/No space left on device/i.test(text)) return explainWrite({ code: "ENOSPC" }, dataDir);
  return explainWrite(error, dataDir);
}

/** A database server that was killed is started again under its old address. */
function keepAlive(dataDir: string, port: number, stop: () => Promise<void>, say: (line: string) => void) {
  let current = stop;
  let stopped = false;
  let busy: Promise<void> = Promise.resolve();
  const look = async () => {
    if (stopped || (await tryPort(port)) === undefined) return;
    say("数据库服务意外停止，正在自动重启…");
    try {
      current = (await startEmbeddedPostgres(dataDir, { port })).stop;
      say("数据库服务已恢复。");
    } catch (error) {
      say(`数据库服务重启失败，稍后再试：${error instanceof Error ? error.message.trim() : error}`);
    }
  };
  const timer = setInterval(() => {
    busy = busy.then(look);
  }, WATCH_MS);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await busy;
      await current();
    },
  };
}

/** Empties a database given by address, if a demonstration runs in it (`--reset`). @throws LaunchError otherwise. */
export async function emptyDatabase(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const [tables] = await sql`select count(*)::int as n from pg_tables where schemaname = 'public'`;
    if (tables?.n === 0) return;
    const [clock] = await sql`select to_regclass('public.demo_clock') as name`;
    const demo = clock?.name ? await sql`select 1 from demo_clock` : [];
    if (demo.length === 0) throw new LaunchError("DATABASE_URL 指定的数据库不是演示数据库，拒绝清空。");
    for (const schema of ["public", "drizzle", "graphile_worker"])
      await sql.unsafe(`drop schema if exists ${schema} cascade`);
    await sql.unsafe("create schema public");
  } finally {
    await sql.end();
  }
}

/** Addresses of the outside world stand in the database; they follow when a port had to move. */
export async function movePorts(ownerUrl: string, moved: readonly [number, number][]): Promise<void> {
  if (moved.length === 0) return;
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    for (const [from, to] of moved) {
      const [old, now] = [`http://127.0.0.1:${from}/`, `http://127.0.0.1:${to}/`];
      await sql`update sites set crl_urls = replace(crl_urls::text, ${old}, ${now})::jsonb`;
      for (const column of ["hub_url", "timestamp_url", "bank_url"]) {
        await sql`update sites set ${sql(column)} = regexp_replace(${sql(column)} || '', ${`^http://127\\.0\\.0\\.1:${from}(/|$)`}, ${`http://127.0.0.1:${to}\\1`})`;
      }
    }
  } finally {
    await sql.end();
  }
}

/** Host names of the sites of an installation, the oldest first. */
export async function siteHosts(ownerUrl: string): Promise<string[]> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql<{ host: string }[]>`select host from sites order by created_at, host`;
    return rows.map(({ host }) => host);
  } finally {
    await sql.end();
  }
}
