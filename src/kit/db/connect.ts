import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export type Db = PostgresJsDatabase<Record<string, never>>;
export type Tx = Parameters<Parameters<Db["transaction"]>[0]>[0];

export interface Connection {
  readonly sql: postgres.Sql;
  readonly db: Db;
  close(): Promise<void>;
}

/** Longest time one statement may take at the server; the caller then knows nothing, and asks again with the same key. */
const STATEMENT_TIMEOUT_MS = 15_000;

/**
 * Opens a pool. The driver is guarded against dropped connections by `dev/guard-postgres.mjs`; reconnecting is tried
 * again after at most half a second, and no statement may run longer than fifteen seconds.
 *
 * @param url - connection address, with the role of the process (`xb_app`, `xb_receiver`, `xb_worker`, `xb_operator`).
 */
export function connect(url: string, options: { max: number; name: string; statementTimeoutMs?: number }): Connection {
  const sql = postgres(url, {
    max: options.max,
    onnotice: () => {},
    backoff: (retries: number) => Math.min(0.5, 0.05 * 2 ** Math.min(retries, 4)),
    connect_timeout: 10,
    connection: {
      application_name: options.name,
      statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    },
  });
  const db = drizzle(sql, { casing: "snake_case" });
  return { sql, db, close: () => sql.end({ timeout: 5 }) };
}
