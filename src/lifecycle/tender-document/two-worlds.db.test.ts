import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Refused } from "@/core/refusal";
import { buy, submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import type { Tx } from "@/kit/db/connect";
import { inContext } from "@/kit/db/context";
import { trailOf } from "@/kit/trail-queries";
import { bidRoom } from "@/lifecycle/bidding/room";
import { closeLot } from "@/lifecycle/opening/commands/close";
import { hallView } from "@/lifecycle/opening/hall-view";
import { settlementOf } from "@/platform/billing/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { deskView } from "@/server/web/views/desk";
import { publicTender } from "@/server/web/views/public-tender";
import { overviewOf, roomOf } from "@/server/web/views/room";
import { supervisionView } from "@/server/web/views/supervision";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { orderView } from "./order-view";
import { saleView } from "./sale-view";

let t: TestStage;
let lotId: string;
let lotCode: string;
let deadline: Date;
let tables: string[];
const BUYERS = ["jia", "yi", "bing", "ding", "wu"];

beforeAll(async () => {
  t = await testStage();
  ({ lotId, lotCode, deadline } = await receivingLot(t.stage, "两个世界", { documentFeeFen: 30_000n }));
  await t.stage.deliver();
  const rows = await t.database.owner.db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  tables = rows.map(({ name }) => name);
}, 120_000);
afterAll(() => t?.close());

/** Every row of every table that an asker gets; "denied" where its database role may not ask. */
async function everything(read: <R>(work: (tx: Tx) => Promise<R>) => Promise<R>) {
  const found: Record<string, unknown> = {};
  for (const table of [...tables, "xb_settlement"]) {
    const query =
      table === "xb_settlement"
        ? `select * from xb_fee_settlement('${lotId}')`
        : `select * from ${table} x order by x::text`;
    try {
      found[table] = [...(await read((tx) => tx.execute(sql.raw(query))))];
    } catch (error) {
      const { code } = ((error as Error).cause ?? error) as { code?: string };
      if (code !== "42501") throw error;
      found[table] = "denied";
    }
  }
  return found;
}

const orNothing = async <R>(work: Promise<R>): Promise<R | string> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
};

/** What the product's own pages read for somebody. */
async function pagesOf(who: Person) {
  const actor = actorOf(who, t.stage.app.site.id);
  const { profile } = t.stage.app.site;
  const reads: Record<string, (tx: Tx) => Promise<unknown>> = {
    desk: (tx) => deskView(tx, actor),
    room: async (tx) => {
      const { now: _now, ...room } = await roomOf(tx, actor, lotId);
      return { ...room, overview: await overviewOf(tx, { ...room, now: new Date(0) }) };
    },
    sale: async (tx) => saleView(tx, (await roomOf(tx, actor, lotId)).lot, profile),
    supervision: (tx) => supervisionView(tx, actor, lotId),
    hall: (tx) => hallView(tx, actor, lotId),
    bidRoom: (tx) => bidRoom(tx, actor, lotId),
    order: (tx) => orderView(tx, actor, lotId),
    letters: (tx) => ownLetters(tx, actor),
    holders: (tx) => trailOf(tx, `holders:${lotId}`),
    settlement: (tx) => settlementOf(tx, lotId),
  };
  const found: Record<string, unknown> = {};
  for (const [name, read] of Object.entries(reads)) found[name] = await orNothing(asPerson(t.stage, who, read));
  return found;
}

const plain = (value: unknown) => JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each));

/** All that anybody but the buyers can read: by the pages, by the pages' database role, by the operator's own, and outside. */
async function world(): Promise<Record<string, string>> {
  const { stage } = t;
  const found: Record<string, string> = {};
  for (const key of ["agency", "tenderer", "supervisor", "operator", "ji", "expert-01"]) {
    const person = stage.person(key);
    found[`${key}: tables`] = plain(await everything((work) => asPerson(stage, person, work)));
    found[`${key}: pages`] = plain(await pagesOf(person));
  }
  found["public: tables"] = plain(await everything((work) => asStranger(stage, work)));
  const { now: _now, ...tender } = await asStranger(stage, (tx) => publicTender(tx, lotCode, stage.app.site.profile));
  found["public: page"] = plain(tender);
  const operator = { siteId: stage.app.site.id, role: "operator" };
  found["console: tables"] = plain(await everything((work) => inContext(t.database.as.xb_operator.db, operator, work)));
  found["hub: sent"] = plain(
    await asService(stage, (tx) => tx.execute(sql`select key, body from outbox order by key`)),
  );
  found["hub: received"] = await (await fetch(`${t.outside.hub}/v1/messages`)).text();
  return found;
}

test("R-O.21 R-5.4.4 R-L.41: with five buyers everybody but they reads exactly what they read with none", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const before = await world();
  for (const key of BUYERS) await buy(stage, stage.person(key), lotId);
  await stage.deliver();
  const after = await world();
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, text] of Object.entries(before)) expect(after[name], name).toBe(text);
  expect(before["agency: pages"]).toContain("开标前不结算");
  // The rows are there, and each buyer reads its own.
  const [count] = await asService(stage, (tx) => tx.execute<{ n: string }>(sql`select count(*) as n from fee_orders`));
  expect(count!.n).toBe("5");
  for (const key of BUYERS) {
    const person = stage.person(key);
    const view = await asPerson(stage, person, (tx) => orderView(tx, actorOf(person, stage.app.site.id), lotId));
    expect(view.orders).toMatchObject([{ state: "delivered" }]);
  }
  // Letters went to the buyers alone, one each.
  const told = await asService(stage, (tx) =>
    tx.execute<{ org_id: string }>(sql`select org_id from letters where kind = 'fee-paid'`),
  );
  expect(told.map(({ org_id }) => org_id).sort()).toEqual(BUYERS.map((key) => stage.person(key).orgId).sort());
});

test("R-O.21: once the opening has begun the payee settles: who bid by name, all others in one sum without a name", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const [jia, yi, bing, ding, wu] = BUYERS.map((key) => stage.person(key));
  const purchases = () =>
    asService(stage, (tx) =>
      tx.execute<{ body: Record<string, string>; state: string }>(
        sql`select body, state from outbox where dataset = '9006' and lot_id = ${lotId}`,
      ),
    );
  for (const bidder of [jia, yi, bing]) await submit(stage, bidder!, lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await stage.serve(closeLot, { lotId });
  expect(await purchases()).toEqual([]);
  await reachOpening(stage, lotId, "O1");
  // Dataset 9006 exists from the opening on, of those who bid, and the hub takes it.
  await stage.deliver();
  const sent = await purchases();
  expect(sent.map(({ body }) => body.COMPANY_CODE).sort()).toEqual(
    [jia, yi, bing].map((person) => person!.creditCode).sort(),
  );
  for (const { body, state } of sent) {
    expect(body).toMatchObject({
      PURCHASE_MONEY: "300.00",
      BID_SECTION_CODE: lotCode,
      PURCHASE_WAY: "交易平台网上购买",
    });
    expect(["sent", "received", "accepted"]).toContain(state);
  }
  const lot = await stage.lot(lotId);
  for (const key of ["agency", "tenderer"]) {
    const view = await asPerson(stage, stage.person(key), (tx) => saleView(tx, lot, stage.app.site.profile));
    expect(view.locked).toBe("");
    expect(view.lines.map(({ amount }) => amount)).toEqual(["300.00", "300.00", "300.00", "600.00"]);
    expect(
      view.lines
        .slice(0, 3)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([jia, yi, bing].map((person) => person!.orgName).sort());
    expect(view.total).toBe("1500.00");
  }
  // Nobody else settles, and who did not bid is named to nobody.
  for (const key of ["supervisor", "operator", "ji", "jia", "expert-01"])
    expect(await asPerson(stage, stage.person(key), (tx) => settlementOf(tx, lotId)), key).toEqual([]);
  expect(await asStranger(stage, (tx) => settlementOf(tx, lotId))).toEqual([]);
  for (const [name, text] of Object.entries(await world())) {
    if (name.startsWith("expert") || name.includes("tables")) continue;
    for (const { orgName } of [ding!, wu!]) expect(text.includes(orgName) && name, name).toBe(false);
  }
});
