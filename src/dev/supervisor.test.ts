import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { LaunchError } from "./launch-error";
import { isAlive, markOf, readStarted, rememberStarted, stopLeftovers } from "./leftovers";
import { type ProcessPlan, type Supervisor, supervisor } from "./supervisor";

const said: string[] = [];
let running: Supervisor | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
  said.length = 0;
});

function aPlan(dataDir: string, name: string, code: string): ProcessPlan {
  const file = join(dataDir, `${name}.mjs`);
  writeFileSync(file, code);
  return { name, title: `程序${name}`, program: [file], env: { PATH: process.env.PATH ?? "" } };
}
const ready = (name: string) => `console.log("${name} ready"); setInterval(() => {}, 1000);`;
const start = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "xb-run-"));
  running = supervisor({ dataDir, say: (line) => said.push(line) });
  return { dataDir, processes: running };
};
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((done) => setTimeout(done, 25));
  expect(condition()).toBe(true);
}

test("a killed process comes back by itself", async () => {
  const { dataDir, processes } = start();
  await processes.start(aPlan(dataDir, "a", ready("a")));
  const before = processes.pidOf("a")!;
  processes.kill("a");
  await until(() => processes.pidOf("a") !== before && isAlive(processes.pidOf("a")!));
  expect(said[0]).toMatch(/^程序a意外停止（被信号 SIGKILL 终止），0\.2 秒后自动重启/);
  expect(readStarted(dataDir)).toEqual([{ name: "a", pid: processes.pidOf("a") }]);
  const pid = processes.pidOf("a")!;
  await processes.stop();
  expect(isAlive(pid)).toBe(false);
  expect(readStarted(dataDir)).toEqual([]);
});

test("a process that cannot start is told with the end of its log, and not started again", async () => {
  const { dataDir, processes } = start();
  const failing = processes.start(aPlan(dataDir, "b", `console.error("no such key"); process.exit(3);`));
  await expect(failing).rejects.toThrow(LaunchError);
  await expect(failing).rejects.toThrow(/程序b未能启动[\s\S]*no such key/);
  expect(said).toEqual([]);
});

test("processes end with a launcher that is killed", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "xb-run-"));
  const child = join(dataDir, "child.mjs");
  writeFileSync(child, "setInterval(() => {}, 1000);");
  const parent = join(dataDir, "parent.mjs");
  const guard = join(process.cwd(), "src/dev/die-with-parent.mjs");
  writeFileSync(
    parent,
    `import { spawn } from "node:child_process";
     const child = spawn(process.execPath, ["--import", ${JSON.stringify(guard)}, ${JSON.stringify(child)}], { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] });
     console.log(child.pid);
     setInterval(() => {}, 1000);`,
  );
  const launcher = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<number>((done) => launcher.stdout.once("data", (text) => done(Number(text))));
  expect(isAlive(pid)).toBe(true);
  // The child must have loaded its guard before its parent dies.
  await new Promise((done) => setTimeout(done, 500));
  launcher.kill("SIGKILL");
  await until(() => !isAlive(pid));
});

test("leftovers of this data folder are stopped, strangers with the same number are not", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "xb-run-"));
  const file = join(dataDir, "x.mjs");
  writeFileSync(file, "setInterval(() => {}, 1000);");
  const left = spawn(process.execPath, [file, markOf(dataDir)], { stdio: "ignore" });
  const stranger = spawn(process.execPath, [file], { stdio: "ignore" });
  await until(() => isAlive(left.pid!) && isAlive(stranger.pid!));
  rememberStarted(dataDir, [
    { name: "web", pid: left.pid! },
    { name: "worker", pid: stranger.pid! },
  ]);
  expect(await stopLeftovers(dataDir)).toBe(1);
  await until(() => left.exitCode !== null || left.signalCode !== null);
  expect(isAlive(stranger.pid!)).toBe(true);
  stranger.kill("SIGKILL");
});
