import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { utf8 } from "@/core/bytes";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { DEMO_BILL, miscountedBill } from "@/dev/scenarios/bill";
import {
  award,
  closeFirstEnvelopes,
  formCommittee,
  publishTheCandidates,
  reachSecondOpening,
  review,
  type Seated,
  seatCommittee,
  signFirstEnvelopes,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { newcomer } from "@/dev/scenarios/newcomer";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { revoke } from "@/dev/scenarios/play";
import { executeAsService } from "@/kit/command";
import { beat } from "@/kit/heartbeat";
import { archives } from "@/lifecycle/archive/tables";
import { standingBids } from "@/lifecycle/bidding/queries";
import { settleOutage } from "@/lifecycle/opening/commands/bid-outage";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { openingRecordOf, openingsOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import { fileOf } from "@/platform/file/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { readAll } from "@/ports/storage";
import { type Edit, forgeArchive } from "@/testing/forge-archive";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { rankingOf } from "./case-file";
import { settleEvaluation } from "./commands/settle";
import { evaluatedBids, evaluationOf, rejectionsIn, reportOf } from "./queries";
import type { ReportPayload } from "./report";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);
const owner = (query: ReturnType<typeof sql>) => t.database.owner.db.execute(query);

/** A lot of two envelopes whose first ones are open and whose committee sits. */
async function judgedLot(
  name: string,
  keys: readonly string[],
  plan: Parameters<typeof receivingLot>[2] = {},
  texts: Readonly<Record<string, string>> = {},
) {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, name, { twoEnvelopes: true, ...plan });
  const price = (key: string) => 1_201_000_000n + BigInt(keys.indexOf(key)) * 1_000_000n;
  const secrets = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const key of keys) {
    const priceFen = plan.bill ? price(key) : 480_000_000n + BigInt(keys.indexOf(key));
    const miscounted = plan.bill && key === "wu" ? { pricedBill: miscountedBill(lotCode, priceFen) } : {};
    secrets.set(
      key,
      (
        await submit(stage, person(key), lotId, {
          priceFen,
          ...miscounted,
          ...(texts[key] ? { priceText: texts[key] } : {}),
        })
      ).recoverySecret,
    );
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of keys) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  return { lotId, committee, secrets };
}

/** The last word of the web process was so many minutes ago. */
async function silent(minutes: number) {
  const since = sql`make_interval(secs => ${minutes * 60})`;
  await owner(sql`
    insert into service_beats (part, at, legal_at) values ('web', clock_timestamp() - ${since}, xb_now() - ${since})
    on conflict (part) do update set at = excluded.at, legal_at = excluded.legal_at`);
}

/** The whole way from the first envelopes to the archive. */
async function toAward(lotId: string, committee: readonly Seated[]) {
  await signRecord(t.stage, lotId, []);
  await t.stage.serve(settleEvaluation, { lotId });
  await signReportAll(t.stage, lotId, committee);
  await t.stage.setClock(addHours(await publishTheCandidates(t.stage, lotId), 1));
  await award(t.stage, lotId);
}

async function archiveOf(lotId: string): Promise<{ path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-second-"));
  const file = await asService(t.stage, async (tx) => {
    const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
    return fileOf(tx, row!.fileId);
  });
  const path = join(folder, "package.zip");
  writeFileSync(path, await readAll(await t.ports.storage.get(file.storageKey)));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function verified(lotId: string): Promise<readonly string[]> {
  const { path, remove } = await archiveOf(lotId);
  try {
    const lines: string[] = [];
    await verify([path], (line) => lines.push(line));
    return lines;
  } finally {
    remove();
  }
}

test("R-5.6.11: the second opening has the rules of the first: recovery code, suspension, outage, silence, revocation; the bill lies in it", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const keys = ["jia", "yi", "bing", "ding", "wu"];
  const { lotId, committee, secrets } = await judgedLot("第二信封规则", keys, {
    estimateFen: 1_280_000_000n,
    bill: DEMO_BILL,
  });
  const first = await asService(stage, (tx) => openingsOf(tx, lotId));
  expect(first.every(({ failureClass, files }) => failureClass === null && files?.length === 3)).toBe(true);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await closeFirstEnvelopes(stage, lotId, committee);

  // One leaves while it waits: said aloud, and never asked for its second envelope.
  await revoke(stage, person("ding"), lotId);
  const letters = await asPerson(stage, person("agency"), (tx) =>
    ownLetters(tx, actorOf(person("agency"), stage.app.site.id)),
  );
  expect(letters.some((letter) => letter.lotId === lotId && letter.kind === "bid-revoked")).toBe(true);
  // No process writes down a key before the second opening has begun.
  const early = sql`update bid_openings set content_key = '\\x00' where lot_id = ${lotId} and round = 2`;
  await expect(owner(early)).rejects.toMatchObject({ cause: { message: "the second envelopes are not opened yet" } });

  await reachSecondOpening(stage, lotId);
  const { windowEndsAt } = await stage.lot(lotId);
  await owner(sql`update lots set flags = '["SUSPENDED_ORDER"]' where id = ${lotId}`);
  expect(await codeOf(decrypt(stage, person("yi"), lotId))).toBe("opening.suspended");
  await executeAsService(stage.worker, settleOpening, { lotId });
  await owner(sql`update lots set flags = '[]' where id = ${lotId}`);
  expect(await decrypt(stage, person("jia"), lotId, secrets.get("jia"))).toMatchObject({ opened: true });
  for (const key of ["yi", "wu"]) expect(await decrypt(stage, person(key), lotId)).toMatchObject({ opened: true });
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId, 2))).toBeUndefined();

  // The platform's own silence is given back before the bidder's is judged.
  await stage.setClock(addMinutes(windowEndsAt!, 1));
  await silent(21);
  await beat(stage.worker.db, "web");
  await executeAsService(stage.worker, settleOpening, { lotId });
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId, 2))).toBeUndefined();
  await executeAsService(stage.worker, settleOutage, { lotId });
  const longer = (await stage.lot(lotId)).windowEndsAt!;
  expect(longer.getTime()).toBeGreaterThan(windowEndsAt!.getTime());
  await stage.setClock(longer);
  await executeAsService(stage.worker, settleOpening, { lotId });
  const record = (await asService(stage, (tx) => openingRecordOf(tx, lotId, 2)))!.payload as unknown as RecordPayload;
  expect(record.outages).toHaveLength(1);
  const outcome = (key: string) => record.rows.find(({ organisation }) => organisation === person(key).orgName)!;
  expect(outcome("bing")).toMatchObject({ outcome: "failed", failureClass: "DF-1", effect: "视为撤销投标文件" });
  expect(outcome("ding")).toMatchObject({ outcome: "failed", failureClass: "RV" });
  expect(record.rows.filter((row) => row.outcome === "decrypted")).toHaveLength(3);

  await signRecord(stage, lotId, [person("jia")]);
  await stage.serve(settleEvaluation, { lotId });
  const priced = (await asService(stage, (tx) => evaluatedBids(tx, lotId))).map(({ orgId }) => orgId);
  expect(priced.sort()).toEqual(["jia", "yi", "wu"].map((key) => person(key).orgId).sort());
  await signReportAll(stage, lotId, committee);
  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  await award(stage, lotId);
  const lines = await verified(lotId);
  expect(lines.filter((line) => line.startsWith("✘"))).toEqual([]);
  expect(lines.join("\n")).toMatch(/报价清单的算术检查由招标文件和投标文件复算一致.*3 份/);
});

async function failAll(lotId: string, committee: readonly Seated[]): Promise<void> {
  const bids = await asService(t.stage, (tx) => evaluatedBids(tx, lotId));
  await review(
    t.stage,
    lotId,
    committee,
    "preliminary",
    bids.map(({ bidId }) => bidId),
  );
  await review(t.stage, lotId, committee, "detailed");
}

test("R-5.6.11: when no first envelope passes, all bids are rejected and no second one is ever opened", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, committee } = await judgedLot("第一信封全部否决", ["jia", "yi", "bing"]);
  await failAll(lotId, committee);
  await signFirstEnvelopes(stage, committee);
  await stage.serve(settleEvaluation, { lotId });
  expect(await stage.lot(lotId)).toMatchObject({ state: "F2" });
  expect((await asService(stage, (tx) => evaluationOf(tx, lotId))).step).toBe("done");
  expect(await asService(stage, (tx) => openingsOf(tx, lotId, 2))).toEqual([]);
  const messages = await owner(sql`select body from outbox where lot_id = ${lotId} and dataset = '517'`);
  expect(messages).toHaveLength(1);
});

test("R-5.6.11: when nobody who passed opens a second envelope, there is no price to compare and the lot ends", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, committee } = await judgedLot("第二信封无人解密", ["jia", "yi", "bing"]);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await closeFirstEnvelopes(stage, lotId, committee);
  await reachSecondOpening(stage, lotId);
  await stage.setClock((await stage.lot(lotId)).windowEndsAt!);
  await executeAsService(stage.worker, settleOpening, { lotId });
  const record = (await asService(stage, (tx) => openingRecordOf(tx, lotId, 2)))!.payload as unknown as RecordPayload;
  expect(record.rows.map(({ failureClass }) => failureClass)).toEqual(["DF-1", "DF-1", "DF-1"]);
  await signRecord(stage, lotId, []);
  await stage.serve(settleEvaluation, { lotId });
  expect((await stage.lot(lotId)).state).toBe("F2");
});

test("R-5.6.5 R-5.6.11: a certificate that was renewed since the first opening opens the second envelope; a newer one of somebody else does not", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  const keys = ["jia", "yi", "bing"];
  const { lotId, committee } = await judgedLot("第二信封换证书", keys);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await closeFirstEnvelopes(stage, lotId, committee);
  await reachSecondOpening(stage, lotId);
  const [jia, yi] = [person("jia"), person("yi")];
  const renewed = await newcomer(t.outside.ca, 1, jia);
  const strange = await newcomer(t.outside.ca, 1, yi);
  // The key of the package is unlocked with what it was sealed for; who releases it signs with the certificate of today.
  expect(await decrypt(stage, { ...jia, signer: strange.signer }, lotId)).toMatchObject({
    opened: false,
    code: "DF-2",
  });
  expect(await decrypt(stage, { ...jia, signer: renewed.signer }, lotId)).toMatchObject({ opened: true });
  for (const key of ["yi", "bing"]) await decrypt(stage, person(key), lotId);
  await toAward(lotId, committee);
  expect((await verified(lotId)).filter((line) => line.startsWith("✘"))).toEqual([]);
});

test("R-5.6.11 R-5.7.7: a second envelope whose price nobody can read is rejected by what is printed, the others are compared, and a forged second opening is found", {
  timeout: 240_000,
}, async () => {
  const { stage } = t;
  const keys = ["jia", "yi", "bing", "ding"];
  const { lotId, committee } = await judgedLot("第二信封没有报价", keys, {}, { ding: "详见附件" });
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await closeFirstEnvelopes(stage, lotId, committee);
  await reachSecondOpening(stage, lotId);
  for (const key of keys) await decrypt(stage, person(key), lotId);
  await toAward(lotId, committee);
  const bids = await asService(stage, (tx) => evaluatedBids(tx, lotId));
  const without = bids.find(({ orgId }) => orgId === person("ding").orgId)!;
  const { result } = await asService(stage, (tx) => evaluationOf(tx, lotId));
  expect(result).toMatchObject({
    rejections: [],
    secondRejections: [{ bidId: without.bidId, ground: "RJ-6", place: "第二信封，开标一览表", votes: 0 }],
  });
  expect(rejectionsIn(result).map(({ bidId }) => bidId)).toEqual([without.bidId]);
  expect(rankingOf(result).map(({ bidId }) => bidId)).not.toContain(without.bidId);
  expect(rankingOf(result)).toHaveLength(3);
  const report = (await asService(stage, (tx) => reportOf(tx, lotId, 1)))!.payload as unknown as ReportPayload;
  expect(report.rejected).toMatchObject([{ name: person("ding").orgName, ground: "RJ-6" }]);
  const { path, remove } = await archiveOf(lotId);
  try {
    const check = async (file: string) => {
      const lines: string[] = [];
      await verify([file], (line) => lines.push(line));
      return lines.filter((line) => line.startsWith("✘"));
    };
    expect(await check(path)).toEqual([]);
    // The operator writes the archive anew, manifest and signature included.
    const { sealHash } = (await asService(stage, (tx) => standingBids(tx, lotId))).find(
      ({ orgId }) => orgId === person("jia").orgId,
    )!;
    const change =
      (wanted: RegExp, from: RegExp, to: string): Edit =>
      (name, bytes) =>
        wanted.test(name) ? utf8(Buffer.from(bytes).toString().replace(from, to)) : bytes;
    const forgeries: readonly [string, Edit, RegExp][] = [
      [
        "a price in the second record",
        change(/^opening\/second\/record\.json$/, /¥4,800,000\.0\d/, "¥4,700,000.00"),
        /第二信封开标记录/,
      ],
      [
        "a price said to have been opened",
        change(new RegExp(`^bids/${sealHash}/form\\.json$`), /"price": ?"\d+"/, '"price":"470000000"'),
        /打开的内容/,
      ],
      [
        "a release of the second key",
        change(new RegExp(`^bids/${sealHash}/release\\.json$`), /"segment": ?"price"/, '"segment":"technical"'),
        /✘/,
      ],
      ["no second record at all", (name, bytes) => (/^opening\/second\/record\./.test(name) ? undefined : bytes), /✘/],
    ];
    for (const [i, [name, edit, found]] of forgeries.entries()) {
      const forged = `${path}.${i}.zip`;
      await forgeArchive({ from: path, to: forged, edit, signAs: (code) => t.ports.platformKeys.signerOf(code) });
      expect((await check(forged)).join("\n"), name).toMatch(found);
    }
  } finally {
    remove();
  }
});
