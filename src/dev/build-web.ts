import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { LaunchError } from "./launch-error";

const STAMP = ".cache/build-stamp";
const LOG = ".cache/build.log";
const WAIT_FOR_ANOTHER_MS = 600_000;
export const STANDALONE = ".next/standalone";

/** What a build is made of. Tests, launcher, outside programs and command line are not in it. */
const SOURCES = ["src", "public", "next.config.mjs", "next.config.ts", "tsconfig.json", "package-lock.json"];
const NOT_BUILT = /(^src\/(dev|testing|outside|cli)\/|\.test\.tsx?$|^public\/fonts\/)/;

/** One hash over names and bytes of everything that a build is made of. */
export function sourceStamp(): string {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesBelow).sort()) {
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!/^(src|public)$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(".", join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((file) => !NOT_BUILT.test(file));
}

/** Chinese type faces for pages and documents, from their package with its licence. */
export function copyFonts(): void {
  const from = "node_modules/@expo-google-fonts/noto-sans-sc";
  mkdirSync("public/fonts", { recursive: true });
  for (const weight of ["400Regular", "700Bold"]) {
    copyFileSync(`${from}/${weight}/NotoSansSC_${weight}.ttf`, `public/fonts/NotoSansSC_${weight}.ttf`);
  }
  for (const name of readdirSync(from))
    if (/^LICENSE/i.test(name)) copyFileSync(`${from}/${name}`, `public/fonts/${name}`);
}

/** Builds the pages unless the last build was made of exactly these sources. @throws LaunchError with the end of the log. */
export async function ensureWebBuild(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  copyFonts();
  const begun = performance.now();
  for (let waiting = false; ; waiting = true) {
    const stamp = sourceStamp();
    if (isBuilt(stamp)) return;
    if (!waiting) say("正在构建网页（源代码有变化或首次启动，约 1–3 分钟）…");
    rmSync(STAMP, { force: true });
    const { code, output } = await runBuild(signal);
    mkdirSync(".cache", { recursive: true });
    writeFileSync(LOG, output);
    if (code === 0) {
      finishBuild(stamp);
      say(`网页构建完成，用时 ${Math.round((performance.now() - begun) / 1000)} 秒。`);
      return;
    }
    const another = output.includes("Another next build process is already running");
    if (!another || performance.now() - begun > WAIT_FOR_ANOTHER_MS) {
      const end = output.trim().split("\n").slice(-30).join("\n");
      throw new LaunchError(`网页构建失败。完整日志：${LOG}，末尾：\n${end}`);
    }
    if (!waiting) say("另一个程序正在构建网页，等待它完成…");
    await new Promise((done) => setTimeout(done, 3_000));
    signal?.throwIfAborted();
  }
}

const isBuilt = (stamp: string): boolean =>
  existsSync(join(STANDALONE, "server.js")) && existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp;

/** The standalone server brings neither its static files nor the public folder. */
function finishBuild(stamp: string): void {
  cpSync(".next/static", join(STANDALONE, ".next/static"), { recursive: true });
  cpSync("public", join(STANDALONE, "public"), { recursive: true });
  writeFileSync(STAMP, stamp);
}

function runBuild(signal: AbortSignal | undefined): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal ? { signal } : {}),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, output }));
  });
}
