import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FullConfig } from "@playwright/test";
import { ensureWebBuild } from "@/dev/build-web";
import { removeDataFolder } from "@/dev/embedded-postgres";
import { portsBeside } from "@/dev/ports";
import { installationFile } from "./installation";

/** Starts both installations of every lane of stories; gives the function that stops them. */
export default async function setup({ workers }: FullConfig): Promise<() => Promise<void>> {
  await ensureWebBuild((line) => console.log(`[installation] ${line}`));
  const base = Math.random();
  const started: (() => Promise<void>)[] = [];
  for (const world of [0, 1]) {
    const lanes = Array.from({ length: workers }, (_, lane) =>
      start(installationFile(lane, world), portsBeside(base, lane + world * workers)),
    );
    started.push(...(await Promise.all(lanes)));
  }
  return async () => {
    await Promise.all(started.map((stop) => stop()));
  };
}

async function start(file: string, portsFrom: number): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-stories-"));
  rmSync(file, { force: true });
  const child = spawn(process.execPath, ["--import", "tsx", "src/dev/serve-for-stories.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, STORIES_FILE: file, STORIES_DATA_DIR: dataDir, STORIES_PORTS: String(portsFrom) },
  });
  await ready(child);
  return async () => {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await gone;
    removeDataFolder(dataDir);
  };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    child.once("message", () => done());
    child.once("exit", (code) => fail(new Error(`the installation ended with ${code} before it was ready`)));
  });
}
