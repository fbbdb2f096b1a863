import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { clusterFolder, startEmbeddedPostgres, stopEmbedded } from "@/dev/embedded-postgres";
import { isAlive } from "@/dev/leftovers";
import { migrate } from "@/kit/db/migrate";

declare module "vitest" {
  interface ProvidedContext {
    testServerUrl: string;
    testDataDir: string;
  }
}

/** One folder a run, named by its process: several runs may go on at the same time. */
const FOLDERS = ".cache/test-database";

/** Runs that were killed leave a server and a folder. */
async function removeForgotten(): Promise<void> {
  const names = existsSync(FOLDERS) ? readdirSync(FOLDERS).filter((name) => /^\d+$/.test(name)) : [];
  for (const name of names) {
    if (isAlive(Number(name))) continue;
    const dataDir = join(FOLDERS, name);
    await stopEmbedded(dataDir);
    rmSync(clusterFolder(dataDir), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * One PostgreSQL per test run, with a migrated template that every test file clones.
 * `TEST_DATABASE_URL` uses a server of your own instead; it must allow its role to create databases and roles.
 */
export default async function setup(project: TestProject) {
  await removeForgotten();
  const dataDir = process.env.TEST_DATA_DIR ?? join(FOLDERS, String(process.pid));
  const own = process.env.TEST_DATABASE_URL;
  const server = own ? { url: own, stop: async () => {} } : await startEmbeddedPostgres(dataDir, { fast: true });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  // Clones of earlier runs that were killed.
  const old = await sql<{ datname: string }[]>`select datname from pg_database where datname like 'xb_test_%'`;
  for (const { datname } of old) await sql.unsafe(`drop database if exists "${datname}" with (force)`);
  await sql.unsafe("drop database if exists xb_test_template with (force)");
  await sql.unsafe("create database xb_test_template");
  await sql.end();
  const template = new URL(server.url);
  template.pathname = "/xb_test_template";
  await migrate(template.toString(), dataDir);
  project.provide("testServerUrl", server.url);
  project.provide("testDataDir", dataDir);
  return async () => {
    await server.stop();
    if (!own) {
      rmSync(clusterFolder(dataDir), { recursive: true, force: true });
      rmSync(dataDir, { recursive: true, force: true });
    }
  };
}
