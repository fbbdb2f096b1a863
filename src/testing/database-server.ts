import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { clusterFolder, startEmbeddedPostgres, stopEmbedded } from "@/dev/embedded-postgres";
import { isAlive } from "@/dev/leftovers";
import { migrate } from "@/kit/db/migrate";
import { MIGRATED_DATABASE } from "./database";
import { makeWorld, WORLD_DATABASE } from "./world";

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
 * One PostgreSQL per test run, with a migrated database and one with the world in it, which test files clone.
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
  for (const name of [MIGRATED_DATABASE, WORLD_DATABASE])
    await sql.unsafe(`drop database if exists ${name} with (force)`);
  const urlOf = (name: string) => Object.assign(new URL(server.url), { pathname: `/${name}` }).toString();
  await sql.unsafe(`create database ${MIGRATED_DATABASE}`);
  await migrate(urlOf(MIGRATED_DATABASE), dataDir);
  await sql.unsafe(`create database ${WORLD_DATABASE} template ${MIGRATED_DATABASE}`);
  await sql.end();
  await makeWorld(urlOf(WORLD_DATABASE), dataDir);
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
