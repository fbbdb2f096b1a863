import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { addDays } from "@/core/time";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { draftLot } from "@/dev/scenarios/tendering";
import { createCaller, probe, router } from "@/kit/procedures";
import type { CheckRow } from "@/lifecycle/law/publish-check";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { appRouter } from "@/server/router";
import { asPerson } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { draftNoticeOf } from "./queries";

let t: TestStage;
let lotId: string;
beforeAll(async () => {
  t = await testStage();
  ({ lotId } = await draftLot(t.stage, { name: "边写边查（演示）", content: "教室 12 间", estimateFen: 500_000_000n }));
}, 120_000);
afterAll(() => t?.close());

const callerOf = (person: Person) =>
  createCaller(appRouter)({ runtime: t.stage.app, actor: actorOf(person, t.stage.app.site.id) });

const savedOf = (person: Person) =>
  asPerson(t.stage, person, async (tx) => ({
    fields: (await draftNoticeOf(tx, lotId))!.fields,
    content: (await draftOf(tx, lotId))!.content,
  }));

const failing = (rows: readonly CheckRow[]) => rows.filter(({ verdict }) => verdict === "fail").map(({ id }) => id);

test("CLK-01 CLK-03 R-5.4.10: what is typed is checked before it is saved, and looking changes nothing", async () => {
  const agency = t.stage.person("agency");
  const caller = callerOf(agency);
  const { fields, content } = await savedOf(agency);
  const lines = async () => [...(await t.database.owner.db.execute(sql`select count(*)::int as n from trail_lines`))];
  const before = await lines();
  expect(failing((await caller.tender.tryPublication({ lotId })).rows)).toEqual([]);

  const start = new Date(fields.saleStart!);
  const tooShort = { ...fields, saleEnd: new Date(addDays(start, 5).getTime() - 1000).toISOString() };
  expect(failing((await caller.tender.tryPublication({ lotId, draft: tooShort })).rows)).toEqual(["CLK-01"]);
  const backwards = { ...fields, saleStart: fields.saleEnd!, saleEnd: fields.saleStart! };
  expect(failing((await caller.tender.tryPublication({ lotId, draft: backwards })).rows)).toContain("TIME-ORDER");

  const security = { ...content, securityFen: "10050000" };
  const rows = (await caller.tender.tryPublication({ lotId, content: security })).rows;
  expect(rows.find(({ id }) => id === "CLK-20")).toMatchObject({
    verdict: "fail",
    fix: expect.stringContaining("¥100,000.00"),
  });
  expect(await savedOf(agency)).toEqual({ fields, content });
  expect(await lines()).toEqual(before);
});

test("R-5.3.2 R-L.16: an item left empty, or too long to be saved, is a red row that names it", async () => {
  const agency = t.stage.person("agency");
  const caller = callerOf(agency);
  const { fields, content } = await savedOf(agency);
  const typed = async (change: Record<string, string>) =>
    (await caller.tender.tryPublication({ lotId, draft: { ...fields, ...change } })).rows;
  expect(failing(await typed({ performanceTime: "" }))).toEqual(["NOTICE-period"]);
  expect(failing(await typed({ bidDeadline: "" }))).toEqual(
    expect.arrayContaining(["CLK-03", "NOTICE-submitDeadline", "NOTICE-openingTime"]),
  );
  const long = "长".repeat(100_000);
  expect((await typed({ other: long })).find(({ id }) => id === "FIELD-other")).toMatchObject({
    verdict: "fail",
    limit: "其他事项不能超过 2000 字",
  });
  const { rows } = await caller.tender.tryPublication({ lotId, content: { ...content, instructions: long } });
  expect(rows.find(({ id }) => id === "CONTENT-0")).toMatchObject({
    title: "投标人须知摘要",
    limit: expect.stringContaining("20000"),
  });
  const floor = { ...content, instructions: "最低投标限价为 300 万元。" };
  expect(failing((await caller.tender.tryPublication({ lotId, content: floor })).rows)).toEqual(["R-5.4.8-floor"]);
});

test("R-5.4.1: made-up prices are ranked by what the form says, and nothing of it is kept", async () => {
  const agency = t.stage.person("agency");
  const { content } = await savedOf(agency);
  const kept = async () => {
    const [row] = await t.database.owner.db.execute<{ n: string }>(
      sql`select (select count(*) from trail_lines) + (select count(*) from evaluations) + (select count(*) from idempotency_keys) as n`,
    );
    return row!.n;
  };
  const before = await kept();
  const bids = ["470000000", "480000000", "490000000"].map((priceFen, i) => ({
    name: `假设${i + 1}`,
    priceFen,
    percent: 80,
  }));
  const tried = await callerOf(agency).tender.tryMethod({ lotId, content, bids });
  expect(tried.ok && tried.result.ranking.map(({ bid }) => bid)).toEqual(["假设1", "假设2", "假设3"]);
  expect(await kept()).toBe(before);
  expect(await savedOf(agency)).toMatchObject({ content });
  await expect(callerOf(t.stage.person("jia")).tender.tryMethod({ lotId, content, bids })).rejects.toThrow();
});

test("a question of this kind can write nothing, and nobody asks about another's lot", async () => {
  const agency = t.stage.person("agency");
  const writing = router({
    now: probe(z.object({}), (tx) => tx.execute(sql`update notices set title = 'x' where lot_id = ${lotId}`)),
  });
  const caller = createCaller(writing)({ runtime: t.stage.app, actor: actorOf(agency, t.stage.app.site.id) });
  await expect(caller.now({})).rejects.toThrow();
  const [row] = await t.database.owner.db.execute<{ title: string }>(
    sql`select title from notices where lot_id = ${lotId}`,
  );
  expect(row?.title).toBe("");
  await expect(callerOf(t.stage.person("jia")).tender.tryPublication({ lotId })).rejects.toThrow();
});

test("the answer comes while somebody types", async () => {
  const agency = t.stage.person("agency");
  const caller = callerOf(agency);
  const { fields } = await savedOf(agency);
  const took: number[] = [];
  for (let i = 0; i < 7; i++) {
    const begun = performance.now();
    await caller.tender.tryPublication({ lotId, draft: { ...fields, other: `第 ${i} 次` } });
    took.push(performance.now() - begun);
  }
  expect(Math.min(...took)).toBeLessThan(300);
});
