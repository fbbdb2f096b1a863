import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Installation } from "../launch";
import type { NginxPeer } from "./nginx-peer";
import { answersPerSecond } from "./rate";

/** Most that a public page may load of scripts at first, compressed. */
const MAX_FIRST_LOAD_KB = 140;

/** Compressed size of the scripts that public pages load at first, and which pages load more than they may. */
export async function firstLoadJavaScript(installation: Installation) {
  const base = installation.url;
  const list = await (await fetch(`${base}/notices`)).text();
  const notice = /href="(\/notices\/[^"?]+)"/.exec(list)?.[1];
  const measured: Record<string, number> = {};
  for (const path of [
    "/",
    "/notices",
    ...(notice ? [notice, `/tenders/${notice.slice(9, 32)}`] : []),
    "/help",
    "/status",
  ])
    measured[path] = await scriptsOf(base, path);
  const tooHeavy = Object.keys(measured).filter((path) => measured[path]! > MAX_FIRST_LOAD_KB);
  return { gzipKB: measured, limitKB: MAX_FIRST_LOAD_KB, tooHeavy };
}

async function scriptsOf(base: string, path: string): Promise<number> {
  const page = await (await fetch(`${base}${path}`)).text();
  const scripts = new Set(
    [...page.matchAll(/<script[^>]+src="([^"]+)"[^>]*>/g)]
      .filter(([tag]) => !/nomodule/i.test(tag))
      .map((match) => match[1]!),
  );
  let bytes = 0;
  for (const src of scripts)
    bytes += gzipSync(Buffer.from(await (await fetch(new URL(src, base))).arrayBuffer())).length;
  return Math.round(bytes / 1024);
}

/** Processor time of a process so far, in milliseconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Processor time of the web process for one notice list, against nginx serving the same bytes from a file. */
export async function noticeListCpu(installation: Installation, nginx: NginxPeer | undefined) {
  const base = `http://localhost:${installation.ports.web}`;
  const load = async (url: string, init: RequestInit, count: number) => {
    for (let i = 0; i < count; i += 8)
      await Promise.all(Array.from({ length: 8 }, async () => (await fetch(url, init)).arrayBuffer()));
  };
  const pid = installation.pidOf("web")!;
  await load(`${base}/notices`, {}, 80);
  let before = cpuOf(pid);
  await load(`${base}/notices`, {}, 400);
  const ours = (cpuOf(pid) - before) / 400;
  if (!nginx) return { msPerPage: Number(ours.toFixed(2)) };
  writeFileSync(join(nginx.root, "notices.html"), await (await fetch(`${base}/notices`)).text());
  const total = () => nginx.pids().reduce((sum, child) => sum + cpuOf(child), 0);
  before = total();
  await load(`${nginx.url}/notices.html`, {}, 4000);
  const theirs = (total() - before) / 4000;
  return { msPerPage: Number(ours.toFixed(2)), nginxFileMs: Number(theirs.toFixed(3)) };
}

const ROUND_MS = 2_000;
const ROUNDS = 3;

/**
 * The list page as strangers reach it, through the front door, against nginx serving the same bytes from a file: answers a
 * second to the same readers, the rounds taking turns.
 */
export async function cachedListPage(installation: Installation, nginx: NginxPeer | undefined) {
  const ours = `${installation.url}/notices`;
  const page = await (await fetch(ours, { headers: { "accept-encoding": "identity" } })).text();
  if (nginx) writeFileSync(join(nginx.root, "list.html"), page);
  const rates: { ours: number; nginx: number }[] = [];
  await answersPerSecond(ours, ROUND_MS); // Until the door's code is warm.
  for (let i = 0; i < ROUNDS; i++)
    rates.push({
      ours: await answersPerSecond(ours, ROUND_MS),
      nginx: nginx ? await answersPerSecond(`${nginx.url}/list.html`, ROUND_MS) : Number.NaN,
    });
  const middle = rates.sort((a, b) => a.ours / a.nginx - b.ours / b.nginx)[Math.floor(ROUNDS / 2)]!;
  const perSecond = Math.round(middle.ours);
  if (!nginx) return { bytes: Buffer.byteLength(page), perSecond };
  const ratio = Number((middle.ours / middle.nginx).toFixed(2));
  return { bytes: Buffer.byteLength(page), perSecond, nginxPerSecond: Math.round(middle.nginx), ratio };
}
