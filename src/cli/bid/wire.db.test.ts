import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { concat, utf8 } from "@/core/bytes";
import { payloadOf } from "@/crypto/statement";
import { someBytes } from "@/crypto/testing/package";
import { DEMO_PASSWORD } from "@/dev/scenarios/cast";
import { reachOpening } from "@/dev/scenarios/opening";
import { openingsOf } from "@/lifecycle/opening/queries";
import { said } from "@/testing/command-line";
import { type FrontDoor, openFrontDoor } from "@/testing/front-door";
import { asService, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { wireSession } from "@/wire/session";
import { run as pack } from "../pack";
import { run as receipt } from "../receipt";
import { run as rehearse } from "../rehearse";
import { run as release } from "../release";
import { run as seal } from "../seal";
import { run as upload } from "../upload";
import { run as withdraw } from "../withdraw";

let t: TestStage;
let door: FrontDoor;
let lot: Awaited<ReturnType<typeof receivingLot>>;
let requests: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "xinbiao-wire-"));
const at = (name: string) => join(folder, name);
const json = (name: string) => JSON.parse(readFileSync(at(name), "utf8"));

beforeAll(async () => {
  t = await testStage();
  door = await openFrontDoor(t);
  lot = await receivingLot(t.stage, "命令行");
  writeFileSync(at("password.txt"), DEMO_PASSWORD);
  writeFileSync(at("roots.pem"), t.stage.app.site.trustList.join("\n"));
  writeFileSync(
    at("form.json"),
    JSON.stringify({
      price: "4,800,000.00",
      period_days: "260",
      quality: "合格",
      project_lead: "钱程（演示）",
      lead_certificate: "黔建演示-0001",
    }),
  );
  writeFileSync(at("declaration.json"), JSON.stringify({ interests: [], qualifications: [] }));
  writeFileSync(at("letter.pdf"), concat(utf8("%PDF-1.7\n"), someBytes(40_000)));
  // Two units of 8 MiB.
  writeFileSync(at("tech.pdf"), concat(utf8("%PDF-1.7\n"), new Uint8Array(9_000_000)));
}, 180_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await door?.close();
  await t?.close();
});
afterEach(() => heard());

/** Listens from now on; nothing is disturbed unless `fault` says so. */
function heard(fault: FrontDoor["fault"] = () => undefined): void {
  requests = [];
  door.fault = (method, path) => {
    requests.push(`${method} ${path.replace(/[0-9a-f-]{36}/, "U").split("?")[0]}`);
    return fault(method, path);
  };
}

const keyOf = (name: string) => {
  const { keys } = JSON.parse(readFileSync(join(t.dataDir, "demo", "keys.json"), "utf8")) as {
    keys: { name: string; file: string }[];
  };
  const { file } = keys.find((key) => key.name === name)!;
  return ["--p12", join(t.dataDir, "demo", file), "--password-file", at("password.txt")];
};

/** Everything a program of one bidder says to the platform. */
function bidder(name: string) {
  const key = keyOf(name);
  const online = [...key, "--url", door.url, "--tries", "1"];
  const trust = ["--trust", at("roots.pem")];
  return {
    /** Obtains the document by the programs' own way, and packs. */
    async prepare(lotId: string, out: string, tech = "tech.pdf") {
      const session = wireSession(door.url, t.stage.person(name).signer);
      await session.signIn("bidder");
      await session.mutate("document.obtain", { lotId });
      writeFileSync(at("t.xtd"), Buffer.from(await (await session.fetch(`/api/xtd/${lotId}`)).arrayBuffer()));
      const files = ["--file", `投标函=${at("letter.pdf")}`, "--file", `技术文件=${at(tech)}`];
      const told = ["--form", at("form.json"), "--declaration", at("declaration.json")];
      return said(pack, ["--document", at("t.xtd"), ...trust, ...told, ...files, "--out", at(out)]);
    },
    seal: (from: string, out: string, ...more: string[]) =>
      said(seal, [at(from), ...key, "--out", at(`${out}.xbid`), "--code-out", at(`${out}.txt`), ...more]),
    rehearse: (name: string, from: string) =>
      said(rehearse, [at(`${name}.xbid`), ...key, "--code-file", at(`${name}.txt`), "--pack", at(from)]),
    upload: (file: string, ...more: string[]) => said(upload, [at(`${file}.xbid`), ...online, ...trust, ...more]),
    receipt: (what: string, out: string) => said(receipt, [what, ...online, ...trust, "--out", at(out)]),
    release: (file: string, ...more: string[]) => said(release, [at(`${file}.xbid`), ...online, ...trust, ...more]),
    withdraw: (file: string) => said(withdraw, [at(`${file}.xbid`), ...online, ...trust]),
  };
}

test("a bidder takes part by command line alone: packs, seals, rehearses, uploads over a cut and a lost answer, fetches its receipt, withdraws, replaces", async () => {
  const { lotId, lotCode } = lot;
  const jia = bidder("jia");
  expect(await jia.prepare(lotId, "bid.pack")).toMatchObject({ exit: 0, answer: { lot: lotCode } });
  expect(await jia.seal("bid.pack", "one")).toMatchObject({ exit: 0, answer: { seq: 1 } });
  expect(await jia.rehearse("one", "bid.pack")).toMatchObject({ exit: 0, answer: { packMatches: true } });
  expect(await jia.receipt(at("one.xbid"), "early.json")).toMatchObject({
    exit: 1,
    answer: { code: "cli.not_received" },
  });
  expect(await jia.upload("one", "--resume")).toMatchObject({ exit: 2 });

  // The line breaks before the last unit; the second run sends that one alone. Its final answer is lost.
  heard((method, path) => (method === "PUT" && path.endsWith("/1") ? "cut" : undefined));
  expect(await jia.upload("one")).toMatchObject({ exit: 3, answer: { code: "cli.no_answer" } });
  expect(requests.filter((line) => line.startsWith("PUT"))).toHaveLength(2);
  heard((_, path) => (path.endsWith("/finish") ? "answer-lost" : undefined));
  expect(await jia.upload("one", "--resume")).toMatchObject({ exit: 3 });
  expect(requests.filter((line) => line.startsWith("PUT"))).toEqual(["PUT /receive/upload/U/1"]);
  expect(() => statSync(at("one.xbid.receipt.json"))).toThrow();
  heard();
  const done = await jia.upload("one");
  expect(done).toMatchObject({ exit: 0, answer: { seq: 1 } });
  expect(requests.filter((line) => /PUT|finish/.test(line))).toEqual([]);
  expect(() => statSync(at("one.xbid.upload.json"))).toThrow();
  const kept = json("one.xbid.receipt.json");

  // Fetched again by number and by package it is the same, and nobody else gets it.
  for (const [what, out] of [
    [String(done.answer.number), "a.json"],
    [at("one.xbid"), "b.json"],
  ] as const) {
    expect(await jia.receipt(what, out), what).toMatchObject({ exit: 0 });
    expect(json(out).receipt.cms).toBe(kept.receipt.cms);
  }
  expect(await bidder("yi").receipt(String(done.answer.number), "c.json")).toMatchObject({
    exit: 1,
    answer: { code: "general.not_found" },
  });

  // Replaced, withdrawn over a lost answer, and handed in once more.
  await jia.prepare(lotId, "small.pack", "letter.pdf");
  expect(await jia.seal("small.pack", "stale")).toMatchObject({ exit: 0 });
  heard();
  expect(await jia.upload("stale")).toMatchObject({ exit: 1, answer: { code: "cli.sequence" } });
  expect(requests.some((line) => line.includes("/receive/"))).toBe(false);
  expect(await jia.seal("small.pack", "two", "--replaces", at("one.xbid.receipt.json"))).toMatchObject({
    exit: 0,
    answer: { seq: 2 },
  });
  expect(await jia.upload("two")).toMatchObject({ exit: 0, answer: { seq: 2 } });
  heard((_, path) => (path.includes("bid.withdraw") ? "answer-lost" : undefined));
  expect(await jia.withdraw("two")).toMatchObject({ exit: 3 });
  heard();
  expect(await jia.withdraw("two")).toMatchObject({ exit: 0 });
  expect(json("two.xbid.withdrawal.json").cms).toBeTruthy();
  expect(await jia.withdraw("two")).toMatchObject({ exit: 1, answer: { code: "bid.already_withdrawn" } });
  expect(await jia.seal("small.pack", "three", "--replaces", at("two.xbid"))).toMatchObject({
    exit: 0,
    answer: { seq: 3 },
  });
  expect(await jia.upload("three")).toMatchObject({ exit: 0, answer: { seq: 3 } });
});

test("RF-01: what is finished at the deadline is refused by program with RF-01, exit 1 and the sentence, and the upload is not taken up again", async () => {
  const { lotId, deadline } = lot;
  const yi = bidder("yi");
  expect(await yi.prepare(lotId, "late.pack", "letter.pdf")).toMatchObject({ exit: 0 });
  await yi.seal("late.pack", "late");
  heard((_, path) => (path.endsWith("/finish") ? "cut" : undefined));
  expect(await yi.upload("late")).toMatchObject({ exit: 3 });
  heard();
  await t.stage.setClock(deadline);
  const late = await yi.upload("late");
  expect(late).toMatchObject({ exit: 1, answer: { ok: false, rf: "RF-01", code: "bid.deadline_passed_at_gate" } });
  expect(late.answer.sentence).toContain("不早于投标截止时间");
  expect(() => statSync(at("late.xbid.upload.json"))).toThrow();
});

test("at the opening each signs in and releases its key by program, by certificate or code; another package, another code and too early send nothing", async () => {
  const { lotId, deadline } = await receivingLot(t.stage, "命令行开标");
  for (const key of ["jia", "yi", "bing"]) {
    await bidder(key).prepare(lotId, `${key}.pack`, "letter.pdf");
    await bidder(key).seal(`${key}.pack`, `open-${key}`);
    await bidder(key).upload(`open-${key}`);
  }
  await bidder("jia").seal("jia.pack", "never");
  const sent = () => requests.filter((line) => line.includes("opening.release")).length;
  heard();
  expect(await bidder("jia").release("open-jia")).toMatchObject({
    exit: 1,
    answer: { code: "opening.sign_in_too_early" },
  });
  await t.stage.setClock(deadline);
  await reachOpening(t.stage, lotId, "O1");
  expect(await bidder("jia").release("never")).toMatchObject({ exit: 1, answer: { code: "cli.not_received" } });
  const otherCode = ["--code-file", at("open-yi.txt")];
  expect(await bidder("jia").release("open-jia", ...otherCode)).toMatchObject({
    exit: 1,
    answer: { code: "cli.unlock" },
  });
  expect(sent()).toBe(0);
  heard((_, path) => (path.includes("opening.release") ? "answer-lost" : undefined));
  expect(await bidder("jia").release("open-jia")).toMatchObject({ exit: 3 });
  heard();
  expect(await bidder("jia").release("open-jia")).toMatchObject({ exit: 0, answer: { envelope: 1 } });
  expect(await bidder("yi").release("open-yi", "--code-file", at("open-yi.txt"))).toMatchObject({ exit: 0 });
  expect(await bidder("bing").release("open-bing")).toMatchObject({ exit: 0 });
  const closing = payloadOf(json("open-yi.xbid.closing.json")).value as { bids: unknown[] };
  expect(closing.bids).toHaveLength(3);
  const states = await asService(t.stage, (tx) => openingsOf(tx, lotId));
  expect(states.map(({ state }) => state)).toEqual(["released", "released", "released"]);
});

test("nobody answers: exit 3; an address without TLS, or a certificate that nobody bound, is not used", async () => {
  const jia = keyOf("jia");
  const call = (...more: string[]) => said(upload, [at("one.xbid"), ...more, "--tries", "1"]);
  heard(() => "cut");
  expect(await call(...jia, "--url", door.url)).toMatchObject({ exit: 3 });
  heard();
  expect(await call(...jia, "--url", "http://ztb.example.cn")).toMatchObject({ exit: 2 });
  expect(requests).toEqual([]);
  expect(await call(...keyOf("agency"), "--url", door.url)).toMatchObject({ exit: 1 });
});
