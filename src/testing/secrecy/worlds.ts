import { sql } from "drizzle-orm";
import { type TestStage, testStage } from "../stage";
import { PEOPLE_OF, WATCHERS, type Watcher } from "./matrix";
import { idsIn, type Known, parting, plain } from "./plain";
import { contextOf, proceduresOf, type Readings, tablesOf } from "./readings";
import type { Hints } from "./sample";

/** An installation in which one thing or another happens; two of them begin as copies of the same. */
export interface SecretWorld {
  readonly t: TestStage;
  readonly lotId: string;
  readonly known: Known;
}

/** Two installations alike in everything. */
export async function twoStages(): Promise<readonly [TestStage, TestStage]> {
  return [await testStage(), await testStage()];
}

/** Every id that is there before anything happens: people, organisations, sites, seats. */
export async function idsOf({ database }: TestStage): Promise<Known> {
  const tables = await database.owner.db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const known = new Set<string>();
  for (const { name } of tables) {
    const rows = await database.owner.db.execute<{ row: string }>(sql.raw(`select x::text as row from ${name} x`));
    for (const { row } of rows) for (const id of idsIn(row)) known.add(id);
  }
  return known;
}

/** What is read besides tables: everything by the router as well, which takes longer. */
export type Depth = "tables" | "everything";

/** All that one watcher reads in a world, without what is made by chance. */
async function readingsOf({ t, known }: SecretWorld, watcher: Watcher, depth: Depth, hints: Hints): Promise<Readings> {
  const { stage, database } = t;
  const without = (text: string) => plain(text, known);
  const siteId = stage.app.site.id;
  if (watcher === "console") return tablesOf(database.as.xb_operator.db, { siteId, role: "operator" }, without);
  const found: Record<string, string> = {};
  const people = watcher === "public" ? [undefined] : PEOPLE_OF[watcher].map((key) => stage.person(key));
  for (const person of people) {
    const actor = person && contextOf(t, person);
    const as = person?.key ?? "public";
    const keep = (readings: Readings) => {
      for (const [name, text] of Object.entries(readings)) found[`${as}: ${name}`] = without(text);
    };
    keep(await tablesOf(stage.app.db, actor ?? { siteId, role: "public" }, without));
    if (depth === "everything") keep(await proceduresOf(t, actor, hints));
  }
  return found;
}

/** What leaves the platform for everybody else: to the hub, and by mail and phone to whoever is no bidder. */
async function outsideOf({ t, known }: SecretWorld): Promise<Readings> {
  const json = async (url: string) => (await fetch(url)).json();
  const hub = (await json(`${t.outside.hub}/v1/messages`)) as { messages: unknown[] };
  const mail = (await json(`${t.outside.mail}/messages`)) as { messages: { to?: string | string[] }[] };
  const watched = Object.values(PEOPLE_OF)
    .flat()
    .map((key) => `${key}@example.test`);
  const theirs = mail.messages.filter(({ to }) => watched.some((address) => String(to).includes(address)));
  const lines = (list: unknown[]) => list.map((each) => plain(JSON.stringify(each), known)).join("\n");
  return { "outside: hub": lines(hub.messages), "outside: mail": lines(theirs) };
}

/** Where two worlds differ for those who may not see it: a line for each reading, with what each world says. */
export async function differences(
  worlds: readonly [SecretWorld, SecretWorld],
  watchers: readonly Watcher[] = WATCHERS,
  depth: Depth = "tables",
  hints: readonly [Hints, Hints] = [{}, {}],
): Promise<{ readonly found: readonly string[]; readonly compared: number }> {
  const found: string[] = [];
  let compared = 0;
  const compare = (watcher: string, [a, b]: readonly [Readings, Readings]) => {
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      compared++;
      const parts = parting(a[name] ?? "(nothing)", b[name] ?? "(nothing)");
      if (parts) found.push(`${watcher} | ${name} | ${parts}`);
    }
  };
  for (const watcher of watchers) {
    const [a, b] = [
      await readingsOf(worlds[0], watcher, depth, hints[0]),
      await readingsOf(worlds[1], watcher, depth, hints[1]),
    ];
    compare(watcher, [a, b]);
  }
  compare("everybody", [await outsideOf(worlds[0]), await outsideOf(worlds[1])]);
  return { found, compared };
}
