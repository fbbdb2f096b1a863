import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as runMigrations } from "drizzle-orm/postgres-js/migrator";
import { runMigrations as migrateJobs } from "graphile-worker";
import postgres from "postgres";

/** The database roles of the processes. None owns a table, none may delete. */
export const PROCESS_ROLES = ["xb_app", "xb_receiver", "xb_worker", "xb_operator"] as const;
export type ProcessRole = (typeof PROCESS_ROLES)[number];
export type RoleUrls = Record<ProcessRole, string>;

/** A database that holds data of another version: nothing is changed, the operator decides. */
export class WrongDatabase extends Error {}

const MIGRATIONS = resolve("drizzle");

/** Passwords of the process roles, made once and kept in the data folder. */
function passwords(dataDir: string): Record<ProcessRole, string> {
  const file = join(dataDir, "database-roles.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  mkdirSync(dataDir, { recursive: true });
  const made = Object.fromEntries(PROCESS_ROLES.map((role) => [role, randomBytes(18).toString("base64url")]));
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made as Record<ProcessRole, string>;
}

/** The same database, entered as another role. */
export function urlAs(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.toString();
}

/**
 * Brings a database to the state of this version: roles, tables, job queue, guards.
 *
 * @param ownerUrl - the role that owns the tables (`DATABASE_URL`); PostgreSQL 15 or newer.
 * @returns connection addresses of the process roles.
 * @throws WrongDatabase when the database is older than PostgreSQL 15 or was migrated by another version of the product.
 */
export async function migrate(ownerUrl: string, dataDir: string): Promise<RoleUrls> {
  const secret = passwords(dataDir);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    const [{ version } = { version: 0 }] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`;
    if (version < 150_000) throw new WrongDatabase("数据库版本过低：需要 PostgreSQL 15 或更新版本。未做任何改动。");
    await refuseOtherVersions(sql);
    // Roles belong to the whole server, and two databases of one server may be migrated at the same time.
    await sql`select pg_advisory_lock(7265001)`;
    for (const role of PROCESS_ROLES) {
      const quoted = `'${secret[role].replaceAll("'", "''")}'`;
      const [found] = await sql`select 1 from pg_roles where rolname = ${role}`;
      await sql.unsafe(
        `${found ? "alter" : "create"} role ${role} login nosuperuser nocreatedb nocreaterole noinherit password ${quoted}`,
      );
    }
    await sql.unsafe("grant xb_worker to current_user");
    await sql.unsafe("create schema if not exists graphile_worker authorization xb_worker");
    await sql`select pg_advisory_unlock(7265001)`;
    await runMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
    const { pathname } = new URL(ownerUrl);
    await sql.unsafe(`grant create on database "${decodeURIComponent(pathname.slice(1))}" to xb_worker`);
    await migrateJobs({ connectionString: urlAs(ownerUrl, "xb_worker", secret.xb_worker) });
    // Changing a function's owner to the worker needs the right to create in the schema, for this moment only.
    await sql.unsafe("grant create on schema public to xb_worker");
    await sql.unsafe(readFileSync(join(MIGRATIONS, "guards.sql"), "utf8"));
    await sql.unsafe("revoke create on schema public from xb_worker");
  } finally {
    await sql.end();
  }
  return Object.fromEntries(PROCESS_ROLES.map((role) => [role, urlAs(ownerUrl, role, secret[role])])) as RoleUrls;
}

/** Refuses a database whose migrations this version does not know: it belongs to a newer or a foreign version. */
async function refuseOtherVersions(sql: postgres.Sql): Promise<void> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return;
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, "meta", "_journal.json"), "utf8")) as {
    entries: { tag: string }[];
  };
  const known = new Set(
    journal.entries.map(({ tag }) =>
      createHash("sha256")
        .update(readFileSync(join(MIGRATIONS, `${tag}.sql`), "utf8"))
        .digest("hex"),
    ),
  );
  const applied = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
  if (applied.some(({ hash }) => !known.has(hash))) {
    throw new WrongDatabase(
      "数据目录属于另一版本的信标，本版本不认识其中的数据结构。未做任何改动。请使用对应版本，或换一个 DATA_DIR，或用 npm run demo -- --reset 重建演示数据。",
    );
  }
}
