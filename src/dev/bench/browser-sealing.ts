import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { chromium } from "playwright";
import { ensureBrowser } from "../ensure-browser";

const ROUNDS = 3;
const WORKER = "src/dev/bench/browser-sealing-worker.ts";

/**
 * MiB a second that the product's sealing makes in a worker of Chromium (both passes: hash, then encrypt and hash), against
 * bare WebCrypto in the same worker; in turns. Also tells tasks of more than 50 ms in the page meanwhile.
 */
export async function browserSealing(mib: number, files: number) {
  const { outputFiles } = await build({
    entryPoints: [WORKER],
    bundle: true,
    write: false,
    format: "esm",
    minify: true,
  });
  const server = createServer(({ url }, response) => {
    const script = url === "/worker.js";
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ? outputFiles[0]!.text : "<!doctype html><title>bench</title>");
  });
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  const { executablePath, args, env } = await ensureBrowser();
  const browser = await chromium.launch({ executablePath, args: [...args], env: { ...process.env, ...env } as never });
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const rounds: { ours: number; theirs: number; long: number }[] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await page.evaluate(sealInPage, { mib, files }));
    const best = (of: "ours" | "theirs") => Math.min(...rounds.map((round) => round[of]));
    return {
      mib,
      files,
      MiBs: Math.round(mib / best("ours")),
      webCryptoMiBs: Math.round(mib / best("theirs")),
      ratio: Number((best("theirs") / best("ours")).toFixed(2)),
      longTasksOfThePage: Math.max(...rounds.map(({ long }) => long)),
    };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Runs in the page. */
function sealInPage(wanted: { mib: number; files: number }): Promise<{ ours: number; theirs: number; long: number }> {
  return new Promise((done, fail) => {
    let long = 0;
    new PerformanceObserver((list) => {
      long += list.getEntries().length;
    }).observe({ entryTypes: ["longtask"] });
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onerror = ({ message }) => fail(new Error(message));
    worker.onmessage = ({ data }) => {
      worker.terminate();
      done({ ...data, long });
    };
    worker.postMessage(wanted);
  });
}
