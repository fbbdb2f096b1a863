import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { removeDataFolder } from "@/dev/embedded-postgres";
import { INSTALLATION_FILE } from "./installation";

/** Starts one installation for all stories; gives the function that stops it. */
export default async function setup(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-stories-"));
  const file = resolve(INSTALLATION_FILE);
  rmSync(file, { force: true });
  const child = spawn(process.execPath, ["--import", "tsx", "src/dev/serve-for-stories.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, STORIES_FILE: file, STORIES_DATA_DIR: dataDir },
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
