import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import { Refused } from "@/core/refusal";
import { actorOf, type Person } from "@/dev/scenarios/person";
import type { Actor } from "@/kit/command";
import type { Db, Tx } from "@/kit/db/connect";
import { type Context, inContext } from "@/kit/db/context";
import { createCaller, type ProcedureMeta } from "@/kit/procedures";
import { appRouter } from "@/server/router";
import type { TestStage } from "../stage";
import { type Hints, sampleOf } from "./sample";

/** What somebody can read, by where. */
export type Readings = Readonly<Record<string, string>>;

const written = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each)) ?? "undefined";

/** Asked by a secret value before it is known who asks; no query lists them. */
const WITHOUT_CONTEXT = ["sessions", "challenges"];

/**
 * All rows of all tables, and all columns of them, that a database role gets in a context. New tables are in it without
 * being named.
 */
export async function tablesOf(db: Db, context: Context, plain: (text: string) => string): Promise<Readings> {
  return inContext(db, context, async (tx) => {
    const columns = await tx.execute<{ name: string; columns: string }>(sql`
      select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname in ('public', 'graphile_worker') and c.relname <> all (${sql.raw(`array['${WITHOUT_CONTEXT.join("','")}']`)}) and c.relkind in ('r', 'v', 'p') and a.attnum > 0 and not a.attisdropped
        and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')
      group by n.nspname, c.relname order by 1`);
    const queries = columns.map(
      ({ name, columns: list }) =>
        `select '${name}' as name, coalesce(json_agg(row_to_json(x)), '[]')::text as rows from (select ${list} from ${name}) x`,
    );
    const found = await tx.execute<{ name: string; rows: string }>(sql.raw(queries.join(" union all ")));
    // In the order of what is written, because ids by chance would order them by chance.
    const rowsOf = (rows: string) => (JSON.parse(rows) as unknown[]).map((row) => plain(JSON.stringify(row))).sort();
    return Object.fromEntries(found.map(({ name, rows }) => [`table ${name}`, rowsOf(rows).join("\n")]));
  });
}

const PROCEDURES = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string; meta?: ProcedureMeta } }>,
).map(([name, { _def }]) => ({ name, type: _def.type, meta: _def.meta ?? {} }));

/** Acts that reach out of the database before they are judged, and would be told by their own new numbers only. */
const NOT_TRIED: Readonly<Record<string, string>> = {
  "identity.challenge": "gives a number made by chance, to everybody",
};

class Undone extends Error {}

/**
 * Every act and every question of the router, called by somebody about the lot, and undone: whatever it answers or refuses
 * is kept. Input comes from the schemas, so that a procedure that is new is called as well.
 */
export async function proceduresOf(t: TestStage, actor: Actor | undefined, hints: Hints): Promise<Readings> {
  const found: Record<string, string> = {};
  for (const { name, type, meta } of PROCEDURES) {
    if (NOT_TRIED[name]) continue;
    // Whose role has no part in it is refused before anything is read.
    const refusal = actor && meta.may?.(actor);
    if (refusal) {
      found[`procedure ${name}`] = written(refusal);
      continue;
    }
    const body = sampleOf(meta.input, hints);
    const input = type === "mutation" && meta.may ? { key: randomUUID(), body } : body;
    found[`procedure ${name}`] = await undone(t, actor, name, input);
  }
  return found;
}

async function undone(t: TestStage, actor: Actor | undefined, name: string, input: unknown): Promise<string> {
  const { app } = t.stage;
  let answer = "";
  const work = app.db.transaction(async (tx: Tx) => {
    const ctx = { runtime: { ...app, db: tx as unknown as Db }, ...(actor ? { actor } : {}) };
    const caller = createCaller(appRouter)(ctx) as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >;
    const [part, act] = name.split(".") as [string, string];
    answer = await caller[part]![act]!(input).then(written, refusalText);
    throw new Undone();
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return answer;
}

function refusalText(error: unknown): string {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (!(cause instanceof Refused)) throw error;
  const { kind, code, facts } = cause.refusal;
  return written({ kind, code, ...(code === "general.fault" ? {} : { facts }) });
}

/** What a person of the cast reads by the pages' database role and the router. */
export const contextOf = (t: TestStage, person: Person): Actor => actorOf(person, t.stage.app.site.id);
