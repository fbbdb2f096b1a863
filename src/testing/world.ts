import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { shanghai } from "@/core/time";
import { installWorld } from "@/dev/scenarios/install";
import { type Connection, connect } from "@/kit/db/connect";
import { sharedKeys } from "./keys";
import { type OutsideWorld, outsideWorld } from "./outside";

/** The world of the tests is installed once a run; every test file that needs one gets a copy of it. */
export const WORLD_DATABASE = "xb_test_world";

/** Where the time of that world begins. */
const BEGINNING = shanghai("2026-03-02 08:00");

const folderOf = (runFolder: string) => join(runFolder, "world");

/** Installs the world into its database, which is a clone of the migrated template, and keeps its folders. */
export async function makeWorld(databaseUrl: string, runFolder: string): Promise<void> {
  const owner = connect(databaseUrl, { max: 2, name: "test-world" });
  const folder = folderOf(runFolder);
  const keys = sharedKeys(runFolder, 0);
  const outside = await outsideWorld(databaseUrl, join(folder, "outside"), keys);
  try {
    await owner.db.execute(
      sql`insert into demo_clock (demo_base, real_base, rate, running) values (${BEGINNING.toISOString()}::timestamptz, clock_timestamp(), 1, false)`,
    );
    await installWorld(owner, join(folder, "data"), outside, BEGINNING);
  } finally {
    await outside.close();
    await owner.close();
  }
  writeFileSync(join(folder, "facts.json"), JSON.stringify({ outside, keys: keys.used() }));
}

export interface WorldCopy {
  readonly outside: OutsideWorld;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** The world once more for one test file: its database was cloned by the caller; its outside programs move to new ports. */
export async function copyWorld(owner: Connection, clockUrl: string, runFolder: string): Promise<WorldCopy> {
  const copy = mkdtempSync(join(tmpdir(), "xinbiao-world-"));
  cpSync(folderOf(runFolder), copy, { recursive: true });
  const facts = JSON.parse(readFileSync(join(copy, "facts.json"), "utf8")) as { outside: OutsideWorld; keys: number };
  const outside = await outsideWorld(clockUrl, join(copy, "outside"), sharedKeys(runFolder, facts.keys));
  const moved = (program: "ca" | "timestamp" | "hub" | "bank") => sql`${facts.outside[program]}, ${outside[program]}`;
  await owner.db.execute(sql`
    update sites set
      hub_url = replace(hub_url, ${moved("hub")}),
      bank_url = replace(bank_url, ${moved("bank")}),
      timestamp_url = replace(timestamp_url, ${moved("timestamp")}),
      crl_urls = replace(crl_urls::text, ${moved("ca")})::jsonb,
      ocsp_urls = replace(ocsp_urls::text, ${moved("ca")})::jsonb`);
  return {
    outside,
    dataDir: join(copy, "data"),
    async close() {
      await outside.close();
      rmSync(copy, { recursive: true, force: true });
    },
  };
}
