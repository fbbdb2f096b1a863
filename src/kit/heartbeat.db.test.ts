import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { beat, outagesAfter, serviceHealth } from "./heartbeat";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test("a process that was silent is told of while it is, and how long it was when it is back", async () => {
  const { xb_worker, xb_receiver, xb_app } = database.as;
  const longAgo = new Date(0);
  expect((await serviceHealth(xb_app.db)).silent.sort()).toEqual(["receiver", "web", "worker"]);
  // Who never said anything was never there to be down.
  expect(await outagesAfter(xb_app.db, longAgo)).toEqual([]);
  await beat(xb_app.db, "web");
  await beat(xb_worker.db, "worker");
  await beat(xb_receiver.db, "receiver");
  expect(await serviceHealth(xb_app.db)).toEqual({ silent: [], incidents: [] });
  await database.owner.db.execute(
    sql`update service_beats set at = at - interval '10 minutes', legal_at = legal_at - interval '30 days' where part = 'receiver'`,
  );
  // The clock of a demonstration jumped meanwhile: no more is lost than the real clock counted.
  const [open, ...others] = await outagesAfter(xb_app.db, longAgo);
  expect([open!.part, open!.to, others]).toEqual(["receiver", undefined, []]);
  expect((await serviceHealth(xb_app.db)).silent).toEqual(["receiver"]);
  await Promise.all([beat(xb_receiver.db, "receiver"), beat(xb_receiver.db, "receiver")]);
  const { silent, incidents } = await serviceHealth(xb_app.db);
  expect(silent).toEqual([]);
  expect(incidents).toHaveLength(1);
  expect(incidents[0]).toMatchObject({ part: "receiver" });
  expect(incidents[0]!.seconds).toBeGreaterThanOrEqual(600);
  const [closed] = await outagesAfter(xb_app.db, longAgo);
  expect(Math.round((closed!.to!.getTime() - closed!.from.getTime()) / 60_000)).toBe(10);
  expect(await outagesAfter(xb_app.db, addMinutes(closed!.to!, 1))).toEqual([]);
});
