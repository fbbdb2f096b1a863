import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { fsStorage } from "@/adapters/storage-fs";
import { shanghai } from "@/core/time";
import { installWorld } from "@/dev/scenarios/install";
import { openStage, type Stage } from "@/dev/scenarios/world-state";
import type { Ports } from "@/kit/command";
import { openPorts } from "@/server/runtime";
import { type TestDatabase, testDatabase } from "./database";
import { type OutsideWorld, outsideWorld } from "./outside";

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
  const database = await testDatabase();
  await database.owner.db.execute(
    sql`insert into demo_clock (demo_base, real_base, rate, running) values (${start.toISOString()}::timestamptz, clock_timestamp(), 1, false)`,
  );
  const outside = await outsideWorld(database.urls.xb_operator);
  const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-stage-"));
  const { people } = await installWorld(database.owner, dataDir, outside, start);
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
      await outside.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
