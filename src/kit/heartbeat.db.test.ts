import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "@/testing/database";
import { beat, serviceHealth } from "./heartbeat";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());

test("a process that was silent is told of while it is, and how long it was when it is back", async () => {
  const { xb_worker, xb_receiver, xb_app } = database.as;
  expect((await serviceHealth(xb_app.db)).silent.sort()).toEqual(["receiver", "worker"]);
  await beat(xb_worker.db, "worker");
  await beat(xb_receiver.db, "receiver");
  expect(await serviceHealth(xb_app.db)).toEqual({ silent: [], incidents: [] });
  await database.owner.db.execute(
    sql`update service_beats set at = at - interval '10 minutes' where part = 'receiver'`,
  );
  expect((await serviceHealth(xb_app.db)).silent).toEqual(["receiver"]);
  await Promise.all([beat(xb_receiver.db, "receiver"), beat(xb_receiver.db, "receiver")]);
  const { silent, incidents } = await serviceHealth(xb_app.db);
  expect(silent).toEqual([]);
  expect(incidents).toHaveLength(1);
  expect(incidents[0]).toMatchObject({ part: "receiver" });
  expect(incidents[0]!.seconds).toBeGreaterThanOrEqual(600);
});
