import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { brokenLine, objectDigest } from "@/core/trail-hash";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { actorOf } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import { lotFace } from "@/lifecycle/lot/move";
import { letters } from "@/platform/inbox/tables";
import { asService } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { defineCommand, execute, roles } from "./command";
import { inContext } from "./db/context";
import { trailOf } from "./trail-queries";

/** Writes one row of every kind that an act can leave: a letter, a line of trail, a message, a job. */
const note = defineCommand({
  name: "test.note",
  input: z.object({ subject: z.string(), fault: z.enum(["none", "run", "trail", "message", "job"]).default("none") }),
  may: roles("agency"),
  async run({ tx, actor, site, now }, { subject, fault }) {
    await tx
      .insert(letters)
      .values({ siteId: site.id, orgId: actor.orgId, kind: "test", subject, body: "内容", sentAt: now });
    if (fault === "run") throw new Error("fault after the row");
    const facts = { n: fault === "trail" ? 0.5 : 1 };
    return {
      result: { subject, made: randomUUID(), amountFen: 5n },
      trail: [{ action: "test.noted", subject, chain: "site" as const, facts }],
      hub: [{ dataset: "500", tenderProjectId: randomUUID(), subject, body: { A: fault === "message" ? 0.5 : "1" } }],
      jobs: [{ name: "deliver-outbox", payload: {}, key: subject, delaySeconds: fault === "job" ? 0.5 : 3600 }],
    };
  },
});

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const noteAs = (subject: string, key: string, fault: "none" | "run" | "trail" | "message" | "job" = "none") => {
  const { stage } = t;
  return execute(stage.app, actorOf(stage.person("agency"), stage.app.site.id), note, { subject, fault }, key);
};

/** What an act left: letters, lines, messages, jobs, stored answers. */
async function leftBy(subject: string, key: string): Promise<number[]> {
  const [row] = await t.database.owner.db.execute<Record<string, string>>(sql`
    select (select count(*) from letters where subject = ${subject}) as letters,
      (select count(*) from trail_lines where subject = ${subject}) as lines,
      (select count(*) from outbox where key like ${`%-${subject}`}) as messages,
      (select count(*) from graphile_worker.jobs where key = ${subject}) as jobs,
      (select count(*) from idempotency_keys where key = ${key}) as keys`);
  return Object.values(row!).map(Number);
}
const ONCE = [1, 1, 1, 1, 1];
const NOTHING = [0, 0, 0, 0, 0];

test("the same key with the same body acts once and gives the same answer", async () => {
  const first = await noteAs("同一操作", "k-same");
  expect(await noteAs("同一操作", "k-same")).toEqual(first);
  expect(first.amountFen).toBe(5n);
  expect(await leftBy("同一操作", "k-same")).toEqual(ONCE);
});

test("the same key with another body, or another person's key, does not repeat what was done", async () => {
  await noteAs("甲", "k-other");
  expect(await codeOf(noteAs("乙", "k-other"))).toBe("general.idempotency_mismatch");
  expect(await leftBy("乙", "k-other")).toEqual([0, 0, 0, 0, 1]);
});

test("fifty copies, and two in the same instant, act once and all get the one answer", {
  timeout: 60_000,
}, async () => {
  for (const [copies, key] of [
    [50, "k-fifty"],
    [2, "k-two"],
  ] as const) {
    const answers = await Promise.all(Array.from({ length: copies }, () => noteAs(key, key)));
    expect(new Set(answers.map(({ made }) => made)).size).toBe(1);
    expect(await leftBy(key, key)).toEqual(ONCE);
  }
});

test("an act that fails anywhere leaves no row, no line, no message and no job, and its key is free", async () => {
  for (const fault of ["run", "trail", "message", "job"] as const) {
    const subject = `失败-${fault}`;
    await expect(noteAs(subject, subject, fault)).rejects.toThrow();
    expect(await leftBy(subject, subject), fault).toEqual(NOTHING);
    await noteAs(subject, subject);
    expect(await leftBy(subject, subject), fault).toEqual(ONCE);
  }
});

test("who may not act writes nothing", async () => {
  const { stage } = t;
  const bidder = actorOf(stage.person("jia"), stage.app.site.id);
  expect(await codeOf(execute(stage.app, bidder, note, { subject: "无权" }, "k-no"))).toBe("general.forbidden");
  expect(await leftBy("无权", "k-no")).toEqual(NOTHING);
});

test("R-O.49a: ten acts show who, for whom, in which role, from where, when, on what, and what it was before and after", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await draftLot(stage, { name: "留痕（演示）", content: "一栋", estimateFen: 500_000_000n });
  await publish(stage, lotId);
  for (const key of ["jia", "yi"]) {
    await obtain(stage, stage.person(key), lotId);
    await submit(stage, stage.person(key), lotId, { priceFen: 490_000_000n });
  }
  const lot = await stage.lot(lotId);
  const lines = await asService(stage, async (tx) => [
    ...(await trailOf(tx, `project:${lot.tenderProjectId}`)),
    ...(await trailOf(tx, `holders:${lotId}`)),
    ...(await trailOf(tx, `sealed:${lotId}`)),
  ]);
  const byPeople = lines.filter(({ role }) => role !== "platform");
  expect(byPeople.length).toBeGreaterThanOrEqual(10);
  const people = new Map([...stage.people.values()].map((person) => [person.personId, person]));
  for (const line of byPeople) {
    expect(people.get(line.personId!)).toMatchObject({ orgId: line.orgId, role: line.role });
    expect(line).toMatchObject({
      address: "127.0.0.1",
      subject: expect.stringMatching(/./),
      action: expect.stringMatching(/\./),
    });
    expect(line.at).toMatch(/^2026-03-02T01:00:00\.\d{3}Z$/);
    expect(line.realAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect([line.prev, line.hash].every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  }
  // What an act made has a digest after it; what it changed one before it, which is that of the act that left it so.
  const onProject = byPeople.filter(({ chain }) => chain.startsWith("project:"));
  for (const { action, facts } of onProject) {
    expect(facts.after, action).toMatch(/^[0-9a-f]{64}$/);
    const makes = ["lot.drafted", "mandate.proposed"].includes(action);
    if (makes) expect(facts.before, action).toBeUndefined();
    else expect(facts.before, action).toMatch(/^[0-9a-f]{64}$/);
    if (!makes) expect(facts.before, action).not.toBe(facts.after);
  }
  const moves = onProject.filter(({ action }) => action === "lot.moved");
  expect(moves.map(({ facts }) => facts.to)).toEqual(["D2", "T1"]);
  expect(moves[1]!.facts.before).toBe(moves[0]!.facts.after);
  // What stands in the database is what the last line left: the medium's receipt, by the platform.
  const printed = lines.find(({ action }) => action === "notice.printed-by-medium")!;
  expect(printed.facts.before).toBe(moves[1]!.facts.after);
  expect(printed.facts.after).toBe(await objectDigest(lotFace(lot)));
  const [first, second] = onProject.filter(({ action }) => action === "mandate.signed");
  expect(second!.facts.before).toBe(first!.facts.after);
  // Bids and holders: what was handed in or handed out is named by its own hash.
  const hashes = { "bid.submitted": "sealHash", "document.obtained": "digest" } as const;
  for (const [action, name] of Object.entries(hashes)) {
    const found = byPeople.filter((line) => line.action === action);
    expect(found).toHaveLength(2);
    for (const { facts } of found) expect(facts[name]).toMatch(/^[0-9a-f]{64}$/);
  }
  // Nobody finds an estimate by trying: it is in no digest.
  expect(JSON.stringify(lotFace(lot), (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
    String(lot.estimateFen),
  );
  expect(
    byPeople.filter(({ personId }) => personId === stage.person("jia").personId).map(({ action }) => action),
  ).toEqual(["document.obtained", "bid.upload-begun", "bid.delivered", "bid.submitted"]);
});

test("R-O.49c: no role changes the trail, and an edit with the owner's triggers off is found by the chain", async () => {
  const { owner, as } = t.database;
  await noteAs("链", "k-chain");
  const chain = () => asService(t.stage, (tx) => trailOf(tx, "site"));
  expect(await brokenLine(await chain())).toBeUndefined();
  const acts = [
    "update trail_lines set role = 'x'",
    "delete from trail_lines",
    "truncate trail_lines",
    "update trail_lines set facts = '{}' where false",
  ];
  for (const act of acts) {
    for (const [role, { sql: query }] of Object.entries(as)) {
      await expect(query.unsafe(act), `${role}: ${act}`).rejects.toMatchObject({ code: "42501" });
    }
  }
  // The owner of the tables meets the trigger; only a statement that names no row gets past it.
  for (const act of acts.slice(0, 3)) await expect(owner.sql.unsafe(act)).rejects.toMatchObject({ code: "55006" });
  await expect(owner.sql.unsafe("update trail_heads set seq = seq - 1")).resolves.toBeDefined();
  await owner.sql.unsafe("update trail_heads set seq = seq + 1");
  for (const role of ["xb_app", "xb_receiver", "xb_worker"] as const) {
    await expect(as[role].sql.unsafe("update trail_heads set seq = 0")).rejects.toMatchObject({ code: "42501" });
  }

  const before = await chain();
  const victim = before[2]!;
  await owner.sql.unsafe("alter table trail_lines disable trigger append_only");
  await owner.sql`update trail_lines set subject = ${`${victim.subject}x`} where chain = 'site' and seq = ${victim.seq} and site_id = ${t.stage.app.site.id}`;
  expect(await brokenLine(await chain())).toBe(victim.seq);
  await owner.sql`update trail_lines set subject = ${victim.subject} where chain = 'site' and seq = ${victim.seq} and site_id = ${t.stage.app.site.id}`;
  expect(await brokenLine(await chain())).toBeUndefined();
  await owner.sql`delete from trail_lines where chain = 'site' and seq = ${victim.seq} and site_id = ${t.stage.app.site.id}`;
  expect(await brokenLine(await chain())).toBe(victim.seq + 1);
  await owner.sql.unsafe("alter table trail_lines enable trigger append_only");
});

test("a repetition that arrives while the first is under way is not refused for what the first has done", async () => {
  const { stage } = t;
  const actor = actorOf(stage.person("agency"), stage.app.site.id);
  let arrivals = 0;
  let letGo = () => {};
  const firstEnded = new Promise<void>((done) => {
    letGo = done;
  });
  const once = defineCommand({
    name: "test.once",
    input: z.object({ subject: z.string() }),
    may: roles("agency"),
    async prepare({ db }, who, { subject }) {
      if (++arrivals === 2) await firstEnded;
      const found = await inContext(db, who, (tx) => tx.select().from(letters).where(eq(letters.subject, subject)));
      if (found.length) throw new Refused(refuse("conflict", "opening.record_closed"));
    },
    async run({ tx, site, now }, { subject }) {
      await tx
        .insert(letters)
        .values({ siteId: site.id, orgId: actor.orgId, kind: "test", subject, body: "内容", sentAt: now });
      return {
        result: { made: randomUUID() },
        trail: [{ action: "test.once", subject, chain: "site" as const, facts: {} }],
      };
    },
  });
  const ask = () => execute(stage.app, actor, once, { subject: "只做一次" }, "k-once");
  const both = [ask(), ask()];
  await Promise.race(both);
  letGo();
  const [first, second] = await Promise.all(both);
  expect(second).toEqual(first);
  expect(await codeOf(execute(stage.app, actor, once, { subject: "只做一次" }, "k-once-more"))).toBe(
    "opening.record_closed",
  );
});
