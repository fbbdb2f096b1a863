import { createHash } from "node:crypto";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type postgres from "postgres";
import { type Bytes, concat } from "@/core/bytes";
import { BackupError, type Manifest, type Sums } from "./schema";

/** Schemas that hold data; what migrations make (`drizzle`, the queue's own version table) is made anew. */
const SCHEMAS = ["public", "graphile_worker"];
const MADE_ANEW = ["graphile_worker.migrations"];

export type Sql = postgres.Sql | postgres.TransactionSql;

/** Row-level policies bind the owner too: only who passes them sees all there is. @throws BackupError */
export async function requireAllRows(sql: Sql): Promise<void> {
  const [role] = await sql`select rolsuper as super from pg_roles where rolname = current_user`;
  if (role?.super) return;
  throw new BackupError(
    "备份和恢复须用数据库的超级用户（DATABASE_URL）：行级安全策略对表的所有者同样有效，其他用户看不到全部数据。未做任何改动。",
  );
}

export async function readManifest(sql: Sql): Promise<Manifest> {
  const migrations = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by id`;
  const columns = await sql<{ table: string; column: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as "table", a.attname as "column"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname in ${sql(SCHEMAS)} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by 1, a.attnum`;
  const tables = new Map<string, string[]>();
  for (const { table, column } of columns)
    if (!MADE_ANEW.includes(table)) tables.set(table, [...(tables.get(table) ?? []), column]);
  return {
    migrations: migrations.map(({ hash }) => hash),
    tables: [...tables].map(([name, names]) => ({ name, columns: names })),
  };
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");

/** The rows of a table as PostgreSQL writes them (`COPY … TO STDOUT`, text format: one line a row). */
export async function* readTable(sql: Sql, { name, columns }: Manifest["tables"][number]): AsyncGenerator<Uint8Array> {
  const rows: Readable = await sql.unsafe(`copy ${name} (${quoted(columns)}) to stdout`).readable();
  yield* rows as AsyncIterable<Uint8Array>;
  // The driver leaves its socket paused when the last rows filled the buffer: nothing would be heard on it any more.
  rows._read(0);
}

/** Cuts rows into pieces of about `size` bytes that end where a row ends, so that each piece can be loaded by itself. */
export async function* inRows(lines: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Bytes> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const part of lines) {
    held.push(part);
    length += part.length;
    if (length < size || !part.includes(10)) continue;
    const all = concat(...held);
    const end = all.lastIndexOf(10) + 1;
    yield all.subarray(0, end);
    held = [all.subarray(end)];
    length = all.length - end;
  }
  if (length) yield concat(...held);
}

/** Counts and hashes what passes. */
export function tally(): { add(part: Uint8Array): void; result(): Sums["tables"][string] } {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add(part) {
      hash.update(part);
      for (const byte of part) if (byte === 10) rows += 1;
    },
    result: () => ({ rows, sha256: hash.digest("hex") }),
  };
}

export async function readSequences(sql: Sql): Promise<Sums["sequences"]> {
  const rows = await sql<{ name: string; value: string | null }[]>`
    select format('%I.%I', schemaname, sequencename) as name, last_value::text as value
    from pg_sequences where schemaname in ${sql(SCHEMAS)}`;
  return Object.fromEntries(rows.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
}

/** Refuses a database with data in it, or made by another version. @throws BackupError */
export async function requireEmptyTwin(sql: Sql, manifest: Manifest): Promise<void> {
  const own = await readManifest(sql);
  const [used] = await sql`select exists (select 1 from sites) or exists (select 1 from organisations) as yes`;
  if (used?.yes) throw new BackupError("目标数据库中已有数据。请恢复到一个全新的 DATA_DIR 或空数据库。未做任何改动。");
  if (JSON.stringify(own) !== JSON.stringify(manifest))
    throw new BackupError(
      "这份备份由另一版本的信标制作，数据结构与本版本不同。请先用制作备份的版本恢复，再升级。未做任何改动。",
    );
}

/**
 * Prepares the load of all tables: triggers rest, because what they would check or add was checked and added when the rows were
 * first written.
 */
export async function beginLoad(tx: Sql, manifest: Manifest): Promise<void> {
  await tx`set local session_replication_role = replica`;
  await tx.unsafe(`truncate ${manifest.tables.map(({ name }) => name).join(", ")}`);
}

/** Loads rows as `readTable` gives them. */
export async function loadRows(
  tx: Sql,
  { name, columns }: Manifest["tables"][number],
  lines: AsyncIterable<Uint8Array>,
): Promise<void> {
  const into: Writable = await tx.unsafe(`copy ${name} (${quoted(columns)}) from stdin`).writable();
  await pipeline(lines, into);
}

/** Counters go on behind what was restored; a job that somebody was at work on is free again. */
export async function endLoad(tx: Sql, sequences: Sums["sequences"]): Promise<void> {
  for (const [name, value] of Object.entries(sequences))
    await tx`select setval(${name}::regclass, ${value}::bigint, true)`;
  await tx`update graphile_worker._private_jobs set locked_at = null, locked_by = null`;
  await tx`update graphile_worker._private_job_queues set locked_at = null, locked_by = null`;
}
