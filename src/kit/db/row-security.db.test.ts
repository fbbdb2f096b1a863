import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url } from "@/core/bytes";
import { obtain, seal, submit, upload } from "@/dev/scenarios/bidding";
import { actorOf } from "@/dev/scenarios/person";
import { finishUpload } from "@/lifecycle/bidding/commands/finish";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import type { Db } from "./connect";
import { inContext } from "./context";

let t: TestStage;
let lotId: string;
/** Tables of a site, and those of them that had rows of the first site when everything below was asked. */
let tables: string[];
let filled: string[];

beforeAll(async () => {
  t = await testStage();
  const { stage } = t;
  ({ lotId } = await receivingLot(stage, "保密"));
  for (const key of ["jia", "yi", "bing"]) await obtain(stage, stage.person(key), lotId);
  for (const key of ["jia", "yi"]) await submit(stage, stage.person(key), lotId, { priceFen: 480_000_000n });
  // One more is refused, and one upload stays unfinished.
  const jia = stage.person("jia");
  const ding = stage.person("ding");
  const foreign = await seal(stage, jia, lotId, { priceFen: 1n });
  const uploadId = await upload(stage, ding, lotId, foreign.body);
  const refused = { uploadId, seal: base64url(foreign.sealBytes), signature: base64url(foreign.signature) };
  expect(await codeOf(finishUpload(stage.receiver, actorOf(ding, stage.app.site.id), refused))).toMatch(/^RF-/);
  await upload(stage, stage.person("wu"), lotId, foreign.body);
  const rows = await t.database.owner.db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'site_id' order by 1`,
  );
  tables = rows.map(({ name }) => name);
  filled = [];
  for (const name of tables) {
    const [row] = await t.database.owner.sql.unsafe(
      `select 1 from ${name} where site_id = '${stage.app.site.id}' limit 1`,
    );
    if (row) filled.push(name);
  }
}, 120_000);
afterAll(() => t?.close());

/** Rows an asker gets of a table: a number, or "denied" when its role may not ask at all. */
async function seen(db: Pick<Db, "execute">, table: string, where = ""): Promise<number | "denied"> {
  try {
    const [row] = await db.execute<{ n: string }>(sql.raw(`select count(*) as n from ${table} ${where}`));
    return Number(row!.n);
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code === "42501") return "denied";
    throw error;
  }
}

/** Asked by hash before there is a session, so before there is a site: they hold no fact of a lot. */
const BEFORE_CONTEXT = ["sessions", "challenges"];

test("TR-10: without a context, and as the operator, every table of a site is empty or denied", async () => {
  expect(tables.length).toBeGreaterThan(30);
  expect(filled).toEqual(
    expect.arrayContaining([
      "lots",
      "bids",
      "uploads",
      "obtainments",
      "receipt_refusals",
      "letters",
      "trail_lines",
      "outbox",
    ]),
  );
  const { as } = t.database;
  for (const table of tables.filter((name) => !BEFORE_CONTEXT.includes(name))) {
    for (const role of ["xb_app", "xb_receiver", "xb_worker"] as const) {
      expect([0, "denied"], `${role} ${table}`).toContain(await seen(as[role].db, table));
    }
    const operator = { siteId: t.stage.app.site.id, orgId: t.stage.person("operator").orgId, role: "operator" };
    const asOperator = () => inContext(as.xb_operator.db, operator, (tx) => seen(tx, table));
    if (table === "outbox") continue; // Health of deliveries: asked column by column below.
    expect(["denied"], `operator ${table}`).toContain(await asOperator().catch(() => "denied"));
  }
});

test("the operator's console reads how deliveries stand and nothing they say", async () => {
  const { db } = t.database.as.xb_operator;
  const operator = { siteId: t.stage.app.site.id, role: "operator" };
  const health = await inContext(db, operator, (tx) =>
    tx.execute<{ state: string }>(sql`select id, dataset, state, attempts, last_error from outbox`),
  );
  expect(health.length).toBeGreaterThan(0);
  for (const column of ["body", "key", "lot_id", "tender_project_id", "ack"]) {
    await expect(
      inContext(db, operator, (tx) => tx.execute(sql.raw(`select ${column} from outbox`))),
      column,
    ).rejects.toThrow();
  }
});

test("TR-10: the second site sees and changes nothing of the first", async () => {
  const { stage, other } = t;
  const agency = stage.person("agency");
  const there = { siteId: other.app.site.id, orgId: agency.orgId, personId: agency.personId, role: "agency" };
  for (const table of filled.filter((name) => !BEFORE_CONTEXT.includes(name))) {
    const count = await inContext(t.database.as.xb_worker.db, there, (tx) =>
      seen(tx, table, `where site_id = '${stage.app.site.id}'`),
    );
    expect(count, table).toBe(0);
  }
  const changed = await inContext(other.worker.db, there, (tx) =>
    tx.execute(sql`update lots set name = 'x' returning id`),
  );
  expect(changed).toHaveLength(0);
  // A row for another site than the context's is refused on the way in as well.
  await expect(
    inContext(other.worker.db, there, (tx) =>
      tx.execute(sql`insert into letters (site_id, org_id, kind, subject, body, sent_at)
        values (${stage.app.site.id}, ${agency.orgId}, 'test', 's', 'b', xb_now())`),
    ),
  ).rejects.toMatchObject({ cause: { code: "42501" } });
});

test("no process role deletes or truncates anything, owns anything, or gets around row security", async () => {
  const rights = await t.database.owner.db.execute<{ role: string; table: string; right: string }>(sql`
    select r.rolname as role, c.relname as "table", p.right from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    cross join (values ('DELETE'), ('TRUNCATE'), ('TRIGGER'), ('REFERENCES')) as p("right")
    join pg_roles r on r.rolname like 'xb\\_%' where c.relkind = 'r' and has_table_privilege(r.oid, c.oid, p.right)`);
  expect([...rights]).toEqual([]);
  const owned = await t.database.owner.db.execute(
    sql`select tablename from pg_tables where schemaname = 'public' and tableowner like 'xb\\_%'`,
  );
  expect([...owned]).toEqual([]);
  const strong = await t.database.owner.db.execute(
    sql`select rolname from pg_roles where rolname like 'xb\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
  );
  expect([...strong]).toEqual([]);
  const open = await t.database.owner.db.execute<{ relname: string }>(sql`
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id')`);
  expect(open.map(({ relname }) => relname).sort()).toEqual([...BEFORE_CONTEXT].sort());
});

test("a released key and the queue of jobs are unreadable for the web and the receiver", async () => {
  for (const role of ["xb_app", "xb_receiver"] as const) {
    const { db } = t.database.as[role];
    const context = { siteId: t.stage.app.site.id, orgId: t.stage.person("jia").orgId, role: "bidder" };
    for (const query of [
      "select content_key from bid_openings",
      "select release from bid_openings",
      "select * from bid_openings",
      "select * from graphile_worker.jobs",
      "select * from graphile_worker._private_jobs",
    ]) {
      const asked = inContext(db, context, (tx) => tx.execute(sql.raw(query)));
      await expect(asked, `${role}: ${query}`).rejects.toMatchObject({ cause: { code: "42501" } });
    }
  }
});

/** What tells who is interested in a lot. Of the trail: the chains of holders and of sealed events, and all that bidders did. */
const TELLING: readonly (readonly [table: string, where: string])[] = [
  ...["obtainments", "uploads", "upload_units", "bids", "gate_passes", "receipt_refusals", "closing_records"].map(
    (name) => [name, ""] as const,
  ),
  // The contract of agency is between tenderer and agency, and tells of no bidder.
  ["letters", "where kind <> 'mandate'"],
  ["trail_lines", "where chain like 'sealed:%' or chain like 'holders:%' or role = 'bidder'"],
  ["trail_heads", "where chain like 'sealed:%' or chain like 'holders:%'"],
  ["idempotency_keys", ""],
];

test("R-O.21 R-5.4.4: before the deadline each bidder sees its own rows and nobody else sees or counts any", async () => {
  const { stage } = t;
  const sum = async (read: <R>(work: (tx: Db) => Promise<R>) => Promise<R>) =>
    Object.fromEntries(
      await Promise.all(
        TELLING.map(async ([table, where]) => [table, await read((tx) => seen(tx, table, where))] as const),
      ),
    );
  const nothing = Object.fromEntries(TELLING.map(([table]) => [table, 0]));
  for (const key of ["tenderer", "agency", "supervisor", "ji", "expert-01", "operator"]) {
    const person = stage.person(key);
    const rows = await sum((work) => asPerson(stage, person, (tx) => work(tx as unknown as Db)));
    // Agency and tenderer have answers to their own commands, and letters of their own.
    const { idempotency_keys: _own, ...telling } = rows;
    const { idempotency_keys: _none, ...expected } = nothing;
    expect(telling, key).toEqual(expected);
  }
  expect(await sum((work) => asStranger(stage, (tx) => work(tx as unknown as Db)))).toEqual(nothing);
  const bing = await sum((work) => asPerson(stage, stage.person("bing"), (tx) => work(tx as unknown as Db)));
  // Not even the own lines: their numbers would tell how many came before.
  expect(bing).toMatchObject({ obtainments: 1, uploads: 0, bids: 0, trail_heads: 0, trail_lines: 0, letters: 0 });
  const jia = await sum((work) => asPerson(stage, stage.person("jia"), (tx) => work(tx as unknown as Db)));
  expect(jia).toMatchObject({ obtainments: 1, uploads: 1, bids: 1, trail_heads: 0, letters: 1 });
  const [own] = await asPerson(stage, stage.person("jia"), (tx) =>
    tx.execute<{ address: string; version: number; at: string }>(sql`select address, version, at from obtainments`),
  );
  expect(own).toMatchObject({ address: "127.0.0.1", version: 1 });
});

test("R-O.21: nothing that leaves the platform before the deadline tells of a bidder", async () => {
  const { stage } = t;
  const bidders = ["jia", "yi", "bing", "ding", "wu"].map((key) => stage.person(key));
  const messages = await asService(stage, (tx) => tx.execute<{ body: unknown }>(sql`select body from outbox`));
  const open = await asStranger(stage, async (tx) => [
    await tx.execute(sql`select * from lots`),
    await tx.execute(sql`select * from notices`),
    await tx.execute(sql`select * from tender_documents`),
    await tx.execute(sql`select * from hall_events`),
    await tx.execute(sql`select * from trail_lines`),
    await tx.execute(sql`select * from trail_heads where chain like 'project:%'`),
  ]);
  const said = JSON.stringify([messages, open], (_, value) => (typeof value === "bigint" ? String(value) : value));
  expect(said.length).toBeGreaterThan(5_000);
  for (const { orgName, creditCode, orgId, personId } of bidders) {
    for (const word of [orgName, creditCode, orgId, personId]) expect(said).not.toContain(word);
  }
});
