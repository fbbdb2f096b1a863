import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  children,
  derBoolean,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  parseDer,
  readSmallInt,
  sequenceOf,
} from "@/crypto/der";
import { OID } from "@/crypto/oid";
import { certificationAuthorities } from "../ca/program";
import { type Served, serve } from "../http";
import { openIdentity } from "../identity";
import { timestampAuthority } from "./program";

const folder = mkdtempSync(join(tmpdir(), "xb-tsa-"));
const now = new Date("2026-05-18T01:02:03.120Z");
const clock = { now: async () => now, close: async () => {} };
let ca: Served;
let tsa: Served;

beforeAll(async () => {
  ca = await serve(await certificationAuthorities({ folder: join(folder, "ca"), clock }), 0);
  const signer = await openIdentity({
    caUrl: ca.url,
    folder: join(folder, "tsa"),
    use: "timestamp",
    cn: "时间戳服务(演示)",
    o: "黔信电子认证(演示)",
  });
  tsa = await serve(
    timestampAuthority({ folder: join(folder, "tsa"), clock, signer, faults: { mode: "none", slowMs: 50 } }),
    0,
  );
});
afterAll(async () => {
  await tsa.close();
  await ca.close();
});

const hash = (text: string) => new Uint8Array(createHash("sha256").update(text).digest());
const query = (digest: Uint8Array, algorithm: string = OID.sha256, certificates = true) =>
  derSequence(
    derInteger(1),
    derSequence(derSequence(derOid(algorithm), derNull()), derOctets(digest)),
    derInteger(123_456_789_012_345n),
    ...(certificates ? [derBoolean(true)] : []),
  );
const ask = async (body: Uint8Array<ArrayBuffer>) => {
  const answer = await fetch(tsa.url, {
    method: "POST",
    body,
    headers: { "content-type": "application/timestamp-query" },
  });
  return new Uint8Array(await answer.arrayBuffer());
};
const statusOf = (reply: Uint8Array<ArrayBuffer>) =>
  readSmallInt(children(sequenceOf(parseDer(reply), "reply")[0]!)[0]!);

function openssl(args: string[]): string {
  const { stdout, stderr } = spawnSync("openssl", args);
  return stdout.toString() + stderr.toString();
}
const file = (name: string, bytes: string | Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

test("openssl verifies a stamp, and refuses it for other data", async ({ skip }) => {
  if (spawnSync("openssl", ["version"]).status !== 0) skip("skipped: openssl is not installed");
  const root = file("root.pem", await (await fetch(`${ca.url}/v1/ca/1/root.pem`)).text());
  const issuing = file("issuing.pem", await (await fetch(`${ca.url}/v1/ca/1/issuing.pem`)).text());
  const data = file("data.txt", "开标记录");
  const request = join(folder, "request.tsq");
  execFileSync("openssl", ["ts", "-query", "-data", data, "-sha256", "-cert", "-out", request], { stdio: "ignore" });
  const reply = file("reply.tsr", await ask(new Uint8Array(readFileSync(request))));
  const at = String(Math.floor(now.getTime() / 1000));
  const verify = (...what: string[]) =>
    openssl(["ts", "-verify", ...what, "-in", reply, "-CAfile", root, "-untrusted", issuing, "-attime", at]);
  expect(verify("-queryfile", request)).toContain("Verification: OK");
  expect(verify("-data", data)).toContain("Verification: OK");
  expect(verify("-data", file("other.txt", "开标纪录"))).toContain("FAILED");
  expect(openssl(["ts", "-reply", "-in", reply, "-text"])).toMatch(/May 18 01:02:03\.12 2026 GMT/);
});

test("without certReq the token carries no certificates", async () => {
  const short = await ask(query(hash("x"), OID.sha256, false));
  const long = await ask(query(hash("x")));
  expect(statusOf(short)).toBe(0);
  expect(short.length).toBeLessThan(long.length - 1000);
});

test("other hashes and broken queries are refused in the standard's own words", async () => {
  expect(statusOf(await ask(query(hash("x"), OID.sha1)))).toBe(2);
  expect(statusOf(await ask(query(new Uint8Array(20))))).toBe(2);
  expect(statusOf(await ask(new Uint8Array([1, 2, 3])))).toBe(2);
});

test("the fault `wrong` stamps another hash; the page shows what was stamped", async () => {
  await fetch(`${tsa.url}/faults`, { method: "PUT", body: JSON.stringify({ mode: "wrong" }) });
  const reply = Buffer.from(await ask(query(hash("y"))));
  await fetch(`${tsa.url}/faults`, { method: "PUT", body: JSON.stringify({ mode: "none" }) });
  expect(statusOf(new Uint8Array(reply))).toBe(0);
  expect(reply.includes(Buffer.from(hash("y")))).toBe(false);
  expect(await (await fetch(tsa.url)).text()).toContain("时间戳服务（演示）");
});
