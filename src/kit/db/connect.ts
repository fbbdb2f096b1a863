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

/** Longer texts are lists of changing length, each used once or twice: the server would keep them all. */
const MAX_KEPT_TEXT = 4_000;

/**
 * The driver, told to keep statements by name. The query builder leaves them nameless; the driver then asks the server for the
 * types of every query before it sends its values, which is two ways instead of one, and has it parsed each time.
 */
function keepingStatements<S extends postgres.Sql | postgres.TransactionSql>(driver: S): S {
  return new Proxy(driver, {
    get(target, name) {
      const own = Reflect.get(target, name) as (...asked: unknown[]) => unknown;
      if (name === "unsafe")
        return (text: string, values: unknown[], options: object) =>
          own(text, values, { ...options, prepare: text.length <= MAX_KEPT_TEXT });
      if (name === "begin" || name === "savepoint")
        return (...asked: unknown[]) => {
          const work = asked.pop() as (inner: postgres.TransactionSql) => unknown;
          return own(...asked, (inner: postgres.TransactionSql) => work(keepingStatements(inner)));
        };
      return own;
    },
  });
}

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
  const db = drizzle(keepingStatements(sql), { casing: "snake_case" });
  return { sql, db, close: () => sql.end({ timeout: 5 }) };
}
