import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fsStorage } from "@/adapters/storage-fs";
import { executeAsService } from "@/kit/command";
import { SILENT_SECONDS, serviceHealth, startBeats } from "@/kit/heartbeat";
import { doUpkeep } from "@/server/worker/upkeep";
import { asService } from "@/testing/lots";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { raiseAlarm } from "./alarm";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("R-O.12: a receiver whose object store is gone says nothing more; after a minute the operator is alarmed once, and its return closes the incident", async () => {
  const { stage, database } = t;
  const { db } = stage.receiver;
  const base = join(t.dataDir, "drill");
  const store = fsStorage(base);
  const lastWord = async () => {
    const [row] = await database.owner.db.execute<{ at: string }>(
      sql`select at::text from service_beats where part = 'receiver'`,
    );
    return row?.at;
  };
  // As the receiver's process does it: no word without a store.
  startBeats(db, "receiver", () => store.check()).stop();
  const before = await eventually(lastWord);
  await rm(base, { recursive: true, force: true });
  await writeFile(base, "a disk that is none");
  startBeats(db, "receiver", () => fsStorage(base).check()).stop();
  await expect(fsStorage(base).check()).rejects.toThrow();
  expect(await lastWord()).toBe(before);

  const alarm = () => executeAsService(stage.worker, raiseAlarm, { part: "receiver" });
  const process = { connection: database.as.xb_worker, ports: t.ports, runtime: () => stage.worker } as never;
  /** Whether the worker's upkeep finds that somebody has to be alarmed. */
  const isDue = async () => {
    await doUpkeep({ process, smtpUrl: undefined, smsUrl: undefined }, stage.app.site as never);
    const key = `alarm:${stage.app.site.id}:receiver`;
    const rows = await database.owner.db.execute(
      sql`delete from graphile_worker._private_jobs where key = ${key} returning 1`,
    );
    return rows.length > 0;
  };
  const later = (seconds: number) =>
    database.owner.db.execute(sql`
      update service_beats set at = at - make_interval(secs => ${seconds}), legal_at = legal_at - make_interval(secs => ${seconds})`);
  await later(SILENT_SECONDS - 20);
  expect([await isDue(), await codeOf(alarm())]).toEqual([false, "general.changed_meanwhile"]);
  await later(21);
  expect(await isDue()).toBe(true);
  await alarm();
  expect([await isDue(), await codeOf(alarm())]).toEqual([false, "general.changed_meanwhile"]);
  expect((await serviceHealth(db)).silent).toContain("receiver");
  const letters = await asService(stage, (tx) =>
    tx.execute<{ body: string }>(sql`select body from letters where kind = 'operator-task' and subject like '告警%'`),
  );
  expect(letters.map(({ body }) => body)).toEqual([expect.stringContaining("对象存储不能读写")]);

  // The store is back: the first word ends the incident.
  await rm(base, { force: true });
  startBeats(db, "receiver", () => fsStorage(base).check()).stop();
  await eventually(async () => !(await serviceHealth(db)).silent.includes("receiver"));
  const { incidents } = await serviceHealth(db);
  expect(incidents[0]).toMatchObject({ part: "receiver" });
  expect(incidents[0]!.seconds).toBeGreaterThan(SILENT_SECONDS);
  expect(await isDue()).toBe(false);
});
