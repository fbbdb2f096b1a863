import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "@/server/env";
import { removeDataFolder } from "../embedded-postgres";
import { startInstallation } from "../launch";
import { seedWorld } from "../scenarios/world";
import { findNginx, nginxPeer } from "./nginx-peer";
import { firstLoadJavaScript, noticeListCpu } from "./pages";
import { durableRate, memoryUnderUploads } from "./uploads";

/**
 * Measures against a peer in the same run, on the same machine, at the same moment: only the ratio means something.
 * Without nginx (Debian: `apt-get install nginx-light`) the pairs are left out and said so.
 */
const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-bench-"));
const say = (line: string) => console.log(line);
const installation = await startInstallation({
  settings: { ...readEnvironment({ ...process.env, PORT: process.env.PORT ?? "3918" }), DATA_DIR: dataDir, DEMO: "1" },
  anyPorts: true,
  seed: async (input) => void (await seedWorld(input)),
  say,
});
const nginx = findNginx() ? await nginxPeer(join(dataDir, "nginx")) : undefined;
if (!nginx) say("没有 nginx，略去成对比较（Debian：apt-get install nginx-light）。");
try {
  const firstLoad = await firstLoadJavaScript(installation);
  const results: Record<string, unknown> = {
    durableRate: await durableRate(installation, nginx, dataDir),
    memoryAt300Uploads: await memoryUnderUploads(installation, dataDir, 300),
    firstLoadJavaScript: firstLoad,
    noticeListCpu: await noticeListCpu(installation, nginx),
  };
  for (const [name, value] of Object.entries(results)) say(`${name}: ${JSON.stringify(value)}`);
  // Every figure is told first; a page that loads too much then fails the run.
  if (firstLoad.tooHeavy.length) process.exitCode = 1;
} finally {
  await nginx?.stop();
  await installation.stop();
  removeDataFolder(dataDir);
}
