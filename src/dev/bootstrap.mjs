/**
 * Every command of package.json begins here. No dependencies: in a fresh clone there are none yet.
 * Installs what the lock file names when the installed packages are not exactly those, then runs the command.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const COMMANDS = {
  found: "src/dev/found.ts",
  start: "src/dev/start.ts",
  backup: "src/dev/backup.ts",
  restore: "src/dev/restore.ts",
  demo: "src/dev/demo.ts",
  dev: "src/dev/dev.ts",
  test: "src/dev/run-tests.ts",
  check: "src/dev/check.ts",
  compliance: "src/dev/compliance.ts",
  bench: "src/dev/bench/main.ts",
  chaos: "src/dev/chaos/main.ts",
};
const OLDEST_NODE = [20, 19];

process.chdir(fileURLToPath(new URL("../..", import.meta.url)));

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  stopWith(`需要 Node.js ${OLDEST_NODE.join(".")} 或更新版本，当前为 ${process.versions.node}。`);
}
const [command = "", ...rest] = process.argv.slice(2);
const program = COMMANDS[command];
if (!program) stopWith(`没有这个命令：${command}。可用命令：${Object.keys(COMMANDS).join("、")}。`);

if (!installed()) {
  console.log("正在按 package-lock.json 安装依赖（首次约 2 分钟）…");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], { stdio: "inherit" });
  if (status !== 0) stopWith("依赖安装失败，未启动任何程序。请检查网络与 npm 设置后重试。");
}
// Also when an installation was cut short after its packages were in place.
await import("./guard-postgres.mjs");
if (!existsSync(program)) stopWith(`命令 ${command} 的程序缺失：${program}`);

const child = spawn(process.execPath, ["--import", "tsx", program, ...rest], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// Ctrl-C reaches the child by itself: this process only waits for it.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
if (process.env.npm_lifecycle_event) stopWhenNpmIsGone();

/** Are the installed packages those of the lock file? npm leaves its own list beside them when it is done. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
    const present = JSON.parse(readFileSync("node_modules/.package-lock.json", "utf8")).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === "") return true;
      const found = present[path];
      if (!found) return entry.optional === true || entry.peer === true;
      return found.version === entry.version && existsSync(path);
    });
  } catch {
    return false;
  }
}

/** A killed npm must not leave a demonstration behind that nobody sees. */
function stopWhenNpmIsGone() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 1000).unref();
}

function stopWith(message) {
  console.error(message);
  process.exit(1);
}
