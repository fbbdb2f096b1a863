import { join } from "node:path";
import { sql } from "drizzle-orm";
import { inject } from "vitest";
import { fsStorage } from "@/adapters/storage-fs";
import { shanghai } from "@/core/time";
import { loadPeople } from "@/dev/scenarios/install";
import { openStage, type Stage } from "@/dev/scenarios/world-state";
import type { Ports } from "@/kit/command";
import { openPorts } from "@/server/runtime";
import { type TestDatabase, testDatabase } from "./database";
import type { OutsideWorld } from "./outside";
import { copyWorld, WORLD_DATABASE } from "./world";

export interface TestStage {
  readonly stage: Stage;
  readonly other: Stage;
  readonly database: TestDatabase;
  readonly outside: OutsideWorld;
  readonly ports: Ports;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** A whole installation's world for one test file: database, outside programs, two sites, the cast with its certificates. */
export async function testStage(start = shanghai("2026-03-02 09:00")): Promise<TestStage> {
  const database = await testDatabase(WORLD_DATABASE);
  await database.owner.db.execute(
    sql`update demo_clock set demo_base = ${start.toISOString()}::timestamptz, real_base = clock_timestamp()`,
  );
  const world = await copyWorld(database.owner, database.urls.xb_operator, inject("testDataDir"));
  const { outside, dataDir } = world;
  const people = await loadPeople(database.owner, dataDir);
  const ports = openPorts(dataDir, fsStorage(join(dataDir, "objects")));
  const connections = {
    app: database.as.xb_app,
    receiver: database.as.xb_receiver,
    worker: database.as.xb_worker,
    owner: database.owner,
  };
  return {
    stage: await openStage(connections, ports, people, "localhost"),
    other: await openStage(connections, ports, people, "b.localhost"),
    database,
    outside,
    ports,
    dataDir,
    async close() {
      await world.close();
      await database.drop();
    },
  };
}
