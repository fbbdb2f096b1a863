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

export interface Look {
  readonly watchers?: readonly Watcher[];
  readonly depth?: Depth;
  readonly hints?: Hints;
  /** Who looks instead of the cast's own, by key. */
  readonly people?: Partial<Record<Watcher, readonly string[]>>;
}

/** All that everybody reads in a world, without what is made by chance, by who and where. */
export async function readings(world: SecretWorld, look: Look = {}): Promise<Readings> {
  const { watchers = WATCHERS, depth = "tables", hints = {}, people = {} } = look;
  const found: Record<string, string> = {};
  const without = (text: string) => plain(text, world.known);
  for (const watcher of watchers)
    for (const [where, text] of await readingsOf(world, watcher, depth, hints, people[watcher]))
      found[`${watcher} | ${where}`] = without(text);
  return { ...found, ...(await outsideOf(world)) };
}

/** What one watcher reads: whoever of the cast is one, and for the console its own database role. */
async function readingsOf(
  { t, known }: SecretWorld,
  watcher: Watcher,
  depth: Depth,
  hints: Hints,
  instead?: readonly string[],
): Promise<[string, string][]> {
  const { stage, database } = t;
  const siteId = stage.app.site.id;
  const without = (text: string) => plain(text, known);
  if (watcher === "console")
    return Object.entries(await tablesOf(database.as.xb_operator.db, { siteId, role: "operator" }, without));
  const keys = watcher === "public" ? [undefined] : (instead ?? PEOPLE_OF[watcher]);
  const found: [string, string][] = [];
  for (const key of keys) {
    const actor = key === undefined ? undefined : contextOf(t, stage.person(key));
    const readers = [await tablesOf(stage.app.db, actor ?? { siteId, role: "public" }, without)];
    if (depth === "everything") readers.push(await proceduresOf(t, actor, hints));
    for (const each of readers)
      for (const [name, text] of Object.entries(each)) found.push([`${key ?? "stranger"}: ${name}`, text]);
  }
  return found;
}

/** What leaves the platform for everybody else: to the hub, and by mail to whoever is no bidder. */
async function outsideOf({ t, known }: SecretWorld): Promise<Readings> {
  const json = async (url: string) => (await fetch(url)).json();
  const hub = (await json(`${t.outside.hub}/v1/messages`)) as { messages: unknown[] };
  const mail = (await json(`${t.outside.mail}/messages`)) as { messages: { to?: string | string[] }[] };
  const watched = Object.values(PEOPLE_OF)
    .flat()
    .map((key) => `${key}@example.test`);
  const theirs = mail.messages.filter(({ to }) => watched.some((address) => String(to).includes(address)));
  const lines = (list: unknown[]) => list.map((each) => plain(JSON.stringify(each), known)).join("\n");
  return { "outside | hub": lines(hub.messages), "outside | mail": lines(theirs) };
}

/** Where two readings differ: a line for each place, with what each of them says there. */
export function differencesOf(a: Readings, b: Readings): string[] {
  const found: string[] = [];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const parts = parting(a[name] ?? "(nothing)", b[name] ?? "(nothing)");
    if (parts) found.push(`${name} | ${parts}`);
  }
  return found;
}

/** Which watchers read a difference. */
export const whoDiffers = (found: readonly string[]): Watcher[] =>
  WATCHERS.filter((watcher) => found.some((line) => line.startsWith(`${watcher} | `)));
