import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { type Connection, connect } from "@/kit/db/connect";
import { PROCESS_ROLES, type ProcessRole, urlAs } from "@/kit/db/migrate";

export interface TestDatabase {
  /** Connections by process role. */
  readonly as: Record<ProcessRole, Connection>;
  readonly owner: Connection;
  readonly urls: Record<ProcessRole, string> & { owner: string };
  drop(): Promise<void>;
}

export const MIGRATED_DATABASE = "xb_test_template";

/** A database of its own for one test file, cloned from the migrated one or from the world's (about 100 ms). */
export async function testDatabase(template = MIGRATED_DATABASE): Promise<TestDatabase> {
  const server = inject("testServerUrl");
  const name = `xb_test_${randomUUID().replaceAll("-", "")}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  // A template can be copied by one session at a time.
  await admin`select pg_advisory_lock(7265002)`;
  await admin.unsafe(`create database ${name} template ${template}`);
  await admin`select pg_advisory_unlock(7265002)`;
  const owner = new URL(server);
  owner.pathname = `/${name}`;
  const secret = JSON.parse(readFileSync(join(inject("testDataDir"), "database-roles.json"), "utf8")) as Record<
    ProcessRole,
    string
  >;
  const urls = Object.fromEntries(
    PROCESS_ROLES.map((role) => [role, urlAs(owner.toString(), role, secret[role])]),
  ) as Record<ProcessRole, string>;
  const as = Object.fromEntries(
    PROCESS_ROLES.map((role) => [role, connect(urls[role], { max: 4, name: `test-${role}` })]),
  ) as Record<ProcessRole, Connection>;
  const ownerConnection = connect(owner.toString(), { max: 2, name: "test-owner" });
  return {
    as,
    owner: ownerConnection,
    urls: { ...urls, owner: owner.toString() },
    async drop() {
      await Promise.all([...Object.values(as), ownerConnection].map((c) => c.close()));
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
