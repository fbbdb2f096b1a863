import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "@/server/env";
import { removeDataFolder } from "../embedded-postgres";
import { startInstallation } from "../launch";
import { portsBeside } from "../ports";
import { seedWorld } from "../scenarios/world";
import { browserSealing } from "./browser-sealing";
import { finishTimes } from "./finishes";
import { listenerTimes } from "./listeners";
import { findNginx, nginxPeer } from "./nginx-peer";
import { noticeSearch } from "./notices";
import { cachedListPage, firstLoadJavaScript, noticeListCpu } from "./pages";
import { recordTime } from "./record";
import { commandLineSealing, hasAge } from "./sealing";
import { durableRate, fairness, memoryUnderUploads } from "./uploads";

/** What is measured, and whether it is when nothing is named: a million notices take minutes to write. */
const PARTS = {
  uploads: true,
  finishes: true,
  pages: true,
  sealing: true,
  record: true,
  listeners: true,
  fairness: false,
  notices: false,
};
type Part = keyof typeof PARTS;
/** Notices of that part. */
const MANY = Number(process.env.NOTICES ?? 1_000_000);

const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);
const [all, named] = [Object.keys(PARTS).filter(isPart), process.argv.slice(2)];
const unknown = named.filter((name) => !isPart(name));
if (unknown.length) {
  console.error(
    `没有这个测量项目：${unknown.join("、")}。可用：${all.join("、")}；不写则测量 ${all.filter((part) => PARTS[part]).join("、")}。`,
  );
  process.exit(1);
}
const runs = (part: Part): boolean => (named.length ? named.includes(part) : PARTS[part]);

/**
 * Measures against a peer in the same run, on the same machine, at the same moment: only the ratio means something.
 * Without nginx (Debian: `apt-get install nginx-light`) the pairs are left out and said so.
 */
const dataDir = mkdtempSync(join(tmpdir(), "xinbiao-bench-"));
const say = (line: string) => console.log(line);
const left = all.filter((part) => !runs(part));
say(
  `测量：${all.filter(runs).join("、")}${left.length ? `（未测量：${left.join("、")}，用 npm run bench -- ${left.join(" ")}）` : ""}。`,
);
const installation = await startInstallation({
  settings: {
    ...readEnvironment({ ...process.env, PORT: process.env.PORT ?? "3918" }),
    DATA_DIR: dataDir,
    DEMO: "1",
    RECEIVERS: "2",
  },
  portsFrom: portsBeside(),
  seed: async (input) => void (await seedWorld(input)),
  say,
});
const nginx = findNginx() ? await nginxPeer(join(dataDir, "nginx")) : undefined;
if (!nginx) say("没有 nginx，略去成对比较（Debian：apt-get install nginx-light）。");
const tell = (name: string, value: unknown) => say(`${name}: ${JSON.stringify(value)}`);
try {
  if (runs("pages")) {
    const firstLoad = await firstLoadJavaScript(installation);
    tell("firstLoadJavaScript", firstLoad);
    // The other figures are told as well; a page that loads too much then fails the run.
    if (firstLoad.tooHeavy.length) process.exitCode = 1;
    tell("noticeListCpu", await noticeListCpu(installation, nginx));
    tell("cachedListPage", await cachedListPage(installation, nginx));
  }
  if (runs("sealing")) {
    if (hasAge()) tell("commandLineSealing", await commandLineSealing(dataDir, 1024));
    else say("没有 age，略去封装的成对比较（Debian：apt-get install age）。");
  }
  if (runs("sealing")) for (const files of [1, 16]) tell("browserSealing", await browserSealing(256, files));
  if (runs("finishes")) tell("finishTimes", await finishTimes(installation));
  if (runs("uploads")) {
    tell("durableRate", await durableRate(installation, nginx));
    tell("memoryAt1000Uploads", await memoryUnderUploads(installation, 1_000));
  }
  if (runs("record"))
    for (const count of (process.env.BIDS ?? "100").split(",").map(Number))
      tell("lastReleaseToRecord", await recordTime(installation, count, say));
  if (runs("listeners")) tell("listeners", await listenerTimes(installation, nginx));
  if (runs("fairness")) tell("fairnessOf200Uploads", await fairness(installation));
  // Last: it fills the installation with notices.
  if (runs("notices")) {
    tell("noticeSearch", await noticeSearch(installation, MANY, say));
    tell("cachedListPage", await cachedListPage(installation, nginx));
  }
} finally {
  await nginx?.stop();
  await installation.stop();
  removeDataFolder(dataDir);
}
