import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "@/cli/verify";
import { encodeCanonical } from "@/core/canonical-json";
import { addHours, addMinutes } from "@/core/time";
import { signStatement } from "@/crypto/statement";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey } from "@/crypto/xbid/wrap";
import { submit } from "@/dev/scenarios/bidding";
import { consortiumOf } from "@/dev/scenarios/consortium";
import {
  award,
  closeFirstEnvelopes,
  formCommittee,
  publishTheCandidates,
  reachSecondOpening,
  review,
  type Seated,
  seatCommittee,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { openZip } from "@/documents/zip-read";
import { executeAsService } from "@/kit/command";
import { trailOf } from "@/kit/trail-queries";
import { archives } from "@/lifecycle/archive/tables";
import { ownBids } from "@/lifecycle/bidding/queries";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { releaseKey, signInAtHall, unlockMaterial } from "@/lifecycle/opening/commands/release";
import { announceSecondOpening, openSecond } from "@/lifecycle/opening/commands/second";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { hallView } from "@/lifecycle/opening/hall-view";
import { closingRecordOf, openingRecordOf, openingsOf, signInsOf } from "@/lifecycle/opening/queries";
import { type RecordPayload, rowTitle } from "@/lifecycle/opening/record";
import { fileOf } from "@/platform/file/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { readAll } from "@/ports/storage";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { settleEvaluation } from "./commands/settle";
import { evaluatedBids, evaluationOf } from "./queries";
import { reviewView } from "./review-view";

/** One lot of two envelopes on its way; the tests take it from the deadline to the archive. */
let t: TestStage;
let lotId: string;
let deadline: Date;
let committee: Seated[];
const bidders = ["jia", "yi", "bing", "ding"];
/** The one that does not pass the first envelope. */
const FAILED = "ding";
const priceOf = (key: string): bigint => 487_654_321n - BigInt(bidders.indexOf(key)) * 3_000_007n;

const person = (key: string): Person => t.stage.person(key);
const actor = (who: Person) => actorOf(who, t.stage.app.site.id);
const bidOf = async (key: string) =>
  (await asPerson(t.stage, person(key), (tx) => ownBids(tx, actor(person(key)), lotId)))[0]!;

/** A right release of one envelope by its own bidder, with the right key, whatever the platform would say to it. */
async function releaseOf(key: string, segment: string) {
  const bidder = person(key);
  const bid = await bidOf(key);
  const header = readHeader(bid.header);
  const cek = await unwrapWithKey(header, segment, {
    fingerprint: header.segments[0]!.stanzas.find((one) => one.t === "bidder")!.cert,
    privateKey: bidder.opened.encryption.key,
  });
  const closing = await asService(t.stage, (tx) => closingRecordOf(tx, lotId));
  const payload = releasePayload({
    ...{ lot: (await t.stage.lot(lotId)).code, bid: bid.bidUuid, seq: bid.seq, segment, key: cek },
    ...{ sealHash: bid.sealHash, closingHash: closing!.closingHash, nonce: new Uint8Array(randomBytes(32)) },
  });
  const statement = await signStatement(payload, bidder.signer);
  return { cek, statement, act: () => t.stage.act(bidder, releaseKey, { lotId, statement }) };
}

/** Rows of the whole database that hold a content key of a second envelope, or what one held. */
const secondContents = () =>
  t.database.owner.db.execute<{ org_id: string }>(
    sql`select org_id from bid_openings where lot_id = ${lotId} and round = 2 and (content_key is not null or form is not null)`,
  );

const recordOf = async (round: 1 | 2) =>
  (await asService(t.stage, (tx) => openingRecordOf(tx, lotId, round)))?.payload as unknown as
    | RecordPayload
    | undefined;

beforeAll(async () => {
  t = await testStage();
  ({ lotId, deadline } = await receivingLot(t.stage, "双信封", { twoEnvelopes: true, consortium: true }));
  const together = encodeCanonical(await consortiumOf(t.stage, lotId, [person("jia"), person("wu")]));
  const alone = encodeCanonical({ format: "xb-consortium/1" });
  for (const key of bidders) {
    const consortium = key === "jia" ? together : alone;
    await submit(t.stage, person(key), lotId, { priceFen: priceOf(key), consortium });
  }
}, 180_000);
afterAll(() => t?.close());

test("R-O.26b: the first opening opens part 1 alone; part 2 stays ciphertext, and its key is refused and kept nowhere", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  const material = await unlockMaterial(stage.app, actor(person("jia")), lotId);
  expect(material.blobHeads.map(({ segment }) => segment)).toEqual(["technical"]);
  const early = await releaseOf("jia", "price");
  expect(await early.act()).toMatchObject({ opened: false, code: "second-envelope-sealed" });
  for (const key of bidders) expect(await decrypt(stage, person(key), lotId)).toMatchObject({ opened: true });

  const record = (await recordOf(1))!;
  expect(record).toMatchObject({ envelope: 1, count: 4 });
  expect(record.rows.every(({ items }) => items.length === 4 && !items.some(({ id }) => id === "price"))).toBe(true);
  const rows = await asService(stage, (tx) => openingsOf(tx, lotId));
  expect(rows.map(({ segment, state }) => `${segment} ${state}`)).toEqual(Array(4).fill("technical decrypted"));
  // No failure is on record for the price that is not there: it is not asked for yet.
  expect(rows.every(({ failureClass }) => failureClass === null)).toBe(true);
  expect(await secondContents()).toEqual([]);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, [person("jia")]);
  expect(await codeOf(early.act())).toBe("opening.not_open");
});

test("R-5.6.11: the committee judges the first envelopes without a price, and closes them by an act of every member", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  const failing = [(await bidOf(FAILED)).id];
  await review(stage, lotId, committee, "preliminary", failing);
  await review(stage, lotId, committee, "detailed");
  const { step, caseFile, result } = await asService(stage, (tx) => evaluationOf(tx, lotId));
  expect(step).toBe("first-envelope");
  expect(caseFile).toBeNull();
  const { firstEnvelope } = result as unknown as {
    firstEnvelope: { passed: string[]; scores: Record<string, string> };
  };
  const passed = await Promise.all(bidders.slice(0, 3).map(async (key) => (await bidOf(key)).id));
  expect([...firstEnvelope.passed].sort()).toEqual([...passed].sort());
  expect(Object.keys(firstEnvelope.scores).sort()).toEqual([...passed].sort());
  for (const bid of await asService(stage, (tx) => evaluatedBids(tx, lotId)))
    expect(bid.form).not.toHaveProperty("price");
  // Not before all have signed.
  await closeFirstEnvelopes(stage, lotId, committee);
  expect((await asService(stage, (tx) => evaluationOf(tx, lotId))).step).toBe("second-opening");

  const letterOf = async (key: string) =>
    (await asPerson(stage, person(key), (tx) => ownLetters(tx, actor(person(key))))).find(
      (letter) => letter.lotId === lotId && letter.kind === "first-envelope",
    )!.body;
  expect(await letterOf("jia")).toContain("已通过第一信封评审");
  const reason = await letterOf(FAILED);
  expect(reason).toContain("未通过第一信封评审");
  expect(reason).toContain("RJ-6");
  expect(reason).toContain("第二信封不开启");
});

test("R-5.6.11: the second opening is announced with its time and begins then, of those who passed alone", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const agency = person("agency");
  const announce = async (minutes: number) =>
    stage.act(agency, announceSecondOpening, { lotId, at: addMinutes(await stage.now(), minutes).toISOString() });
  expect(await codeOf(announce(5))).toBe("opening.second_time");
  expect(await codeOf(executeAsService(stage.worker, openSecond, { lotId }))).toBe("opening.second_not_announced");
  expect(await codeOf(unlockMaterial(stage.app, actor(person("jia")), lotId))).toBe("opening.second_envelope_sealed");
  await announce(120);
  expect(await codeOf(executeAsService(stage.worker, openSecond, { lotId }))).toBe("opening.second_too_early");
  expect(await codeOf((await releaseOf("jia", "price")).act())).toBe("opening.not_open");
  // Until the names are announced there, nobody but a bidder itself knows who passed: not by who comes, nor by the trail.
  await stage.act(person("yi"), signInAtHall, { lotId });
  expect(await codeOf(stage.act(person(FAILED), signInAtHall, { lotId }))).toBe("opening.second_envelope_never");
  const { tenderProjectId } = await stage.lot(lotId);
  const out = (await bidOf(FAILED)).id;
  for (const key of ["agency", "tenderer", "supervisor", "jia"]) {
    const seen = await asPerson(stage, person(key), async (tx) => ({
      signIns: await signInsOf(tx, lotId, 2),
      openings: (await openingsOf(tx, lotId, 2)).filter(({ orgId }) => orgId !== person(key).orgId),
      lines: [...(await trailOf(tx, `project:${tenderProjectId}`)), ...(await trailOf(tx, `sealed:${lotId}`))].filter(
        ({ action, facts }) => JSON.stringify(facts).includes(out) || action === "opening.signed-in",
      ),
    }));
    expect(seen, key).toEqual({ signIns: [], openings: [], lines: [] });
  }
  await reachSecondOpening(stage, lotId);
  expect(await asPerson(stage, agency, (tx) => signInsOf(tx, lotId, 2))).toHaveLength(1);
  // Begun once, whoever comes second.
  expect(await codeOf(executeAsService(stage.worker, openSecond, { lotId }))).toBe("opening.not_open");
  expect(await codeOf(announce(120))).toBe("opening.no_second_to_announce");
  const view = await asPerson(stage, agency, (tx) => hallView(tx, actor(agency), lotId));
  expect(view).toMatchObject({ envelope: 2, step: 2, lot: { state: "E1b" } });
  expect(view.names).toHaveLength(3);
  expect(view.names).not.toContain(person(FAILED).orgName);
  expect(await secondContents()).toEqual([]);
});

test("R-5.6.11: the second envelope of a rejected bid is opened by no key holder, with the right key in hand", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const failed = person(FAILED);
  expect(await codeOf(unlockMaterial(stage.app, actor(failed), lotId))).toBe("opening.second_envelope_never");
  // The bidder itself, with its own key and a release that is right in every byte.
  const release = await releaseOf(FAILED, "price");
  expect(await release.act()).toMatchObject({ opened: false, code: "second-envelope-never" });
  const failedBid = (await bidOf(FAILED)).id;
  await executeAsService(stage.worker, decryptBid, { bidId: failedBid, segment: "price" });
  // Nobody else may even bring one; and another bidder who brings this one brings nothing.
  const others = [...["agency", "tenderer", "supervisor", "operator"].map(person), committee[0]!.person];
  for (const who of others)
    expect(await codeOf(stage.act(who, releaseKey, { lotId, statement: release.statement })), who.key).toMatch(
      /^general\.|forbidden|identity\./,
    );
  expect(await stage.act(person("jia"), releaseKey, { lotId, statement: release.statement })).toMatchObject({
    opened: false,
  });
  // Past every command, in the database itself: no process can write the key down, nor a row to hold it.
  const { app, worker, receiver } = stage;
  for (const [name, { db }] of Object.entries({ app, worker, receiver })) {
    const insert = sql`insert into bid_openings (site_id, lot_id, bid_id, org_id, segment, round, content_key)
      values (${app.site.id}, ${lotId}, ${failedBid}, ${failed.orgId}, 'price', 2, ${Buffer.from(release.cek)})`;
    await expect(
      db.transaction(async (tx) => {
        await tx.execute(
          sql`select set_config('xb.site', ${app.site.id}, true), set_config('xb.role', 'platform', true)`,
        );
        await tx.execute(insert);
      }),
      name,
    ).rejects.toThrow();
  }
  expect(await secondContents()).toEqual([]);
});

test("R-5.6.11: prices appear together, to everybody, when all who passed are final; no price is anywhere before", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  await decrypt(stage, person("jia"), lotId);
  // Two releases of the same bid: the first counts, the second changes nothing.
  const again = await releaseOf("yi", "price");
  const both = await Promise.all([again.act(), again.act()]);
  expect(both.every(({ opened }) => opened)).toBe(true);
  await stage.serve(decryptBid, { bidId: (await bidOf("yi")).id, segment: "price" });
  await stage.serve(settleOpening, { lotId });
  // Opened by the worker, and still nobody's: neither the members, the host nor the supervisor see a row of it.
  const [first] = committee;
  const atSeat = actorOf(first!.person, stage.app.site.id, first!.seatId);
  for (const key of ["agency", "tenderer", "supervisor", "yi"]) {
    const rows = await asPerson(stage, person(key), (tx) => openingsOf(tx, lotId, 2));
    expect(
      rows.filter(({ orgId }) => orgId !== person(key).orgId),
      key,
    ).toEqual([]);
  }
  const seen = await asPerson(stage, first!.person, (tx) => openingsOf(tx, lotId, 2));
  expect(seen).toEqual([]);
  expect(await recordOf(2)).toBeUndefined();
  const member = await asPerson(stage, first!.person, (tx) => reviewView(tx, atSeat, first!.member.id));
  const host = await asPerson(stage, person("agency"), (tx) => hallView(tx, actor(person("agency")), lotId));
  const supervisor = await asPerson(stage, person("supervisor"), (tx) =>
    hallView(tx, actor(person("supervisor")), lotId),
  );
  for (const view of [member, host, supervisor])
    for (const key of bidders) expect(JSON.stringify(view)).not.toContain(String(priceOf(key)));
  expect(host.progress).toMatchObject({ done: 2, total: 3 });

  await Promise.all([
    decrypt(stage, person("bing"), lotId),
    executeAsService(stage.worker, settleOpening, { lotId }),
    executeAsService(stage.worker, settleOpening, { lotId }),
  ]);
  const record = (await recordOf(2))!;
  expect(record).toMatchObject({ envelope: 2, count: 3 });
  expect(record.rows.map(({ items }) => items.map(({ id }) => id))).toEqual(Array(3).fill(["price"]));
  expect(record.rows.map(({ organisation }) => organisation)).not.toContain(person(FAILED).orgName);
  expect(await codeOf(unlockMaterial(stage.app, actor(person(FAILED)), lotId))).toBe("opening.second_envelope_never");
});

test("R-5.5.4: who bids together is said in the first envelope and printed in both records", async () => {
  const title = `联合体（牵头人：${person("jia").orgName}；成员：${person("wu").orgName}）`;
  for (const round of [1, 2] as const) expect((await recordOf(round))!.rows.map(rowTitle)).toContain(title);
});

test("R-5.6.11: after the second record the engine prices those who passed, the report covers both openings, and the award follows", {
  timeout: 180_000,
}, async () => {
  const { stage } = t;
  await signRecord(stage, lotId, [person("jia"), person("yi")]);
  expect((await stage.lot(lotId)).state).toBe("E1");
  const pdf = await asService(stage, async (tx) => fileOf(tx, (await openingRecordOf(tx, lotId, 2))!.signedPdfFileId!));
  expect(pdf).toMatchObject({ scope: "public", name: expect.stringContaining("第二信封开标记录") });
  expect((await readAll(await t.ports.storage.get(pdf.storageKey))).length).toBeGreaterThan(1000);
  // To the hub it goes as a record of its own, under its own number; the list of bidders went out with the first.
  const { code } = await stage.lot(lotId);
  const messages = await t.database.owner.db.execute<{ dataset: string; key: string; body: Record<string, string> }>(
    sql`select dataset, key, body from outbox where lot_id = ${lotId} and dataset in ('506', '507') order by seq`,
  );
  expect(messages.filter(({ dataset }) => dataset === "507")).toHaveLength(4);
  const records = messages.filter(({ dataset }) => dataset === "506");
  expect(records.map(({ key }) => key.includes(`${code}-KB01`))).toEqual([true, false]);
  expect(records[1]!.key).toContain(`${code}-KB02`);
  expect(records.map(({ body }) => body.BID_OPENING_CONTENT!.includes("投标总价"))).toEqual([false, true]);
  // Two sweeps at once compute one result.
  await Promise.all([1, 2].map(() => stage.serve(settleEvaluation, { lotId })));
  const evaluation = await asService(stage, (tx) => evaluationOf(tx, lotId));
  expect(evaluation.step).toBe("report");
  const result = evaluation.result as unknown as { outcome: { ranking: unknown[]; rows: { quoted: string }[] } };
  expect(result.outcome.ranking).toHaveLength(3);
  expect(result.outcome.rows.map(({ quoted }) => quoted)).not.toContain("0.00");
  await signReportAll(stage, lotId, committee);
  expect((await stage.lot(lotId)).state).toBe("E2");
  await stage.setClock(addHours(await publishTheCandidates(stage, lotId), 1));
  await award(stage, lotId);
  expect((await stage.lot(lotId)).state).toBe("A3");
  // To the end no key of the rejected bid's second envelope ever existed here.
  expect((await secondContents()).map(({ org_id }) => org_id).sort()).toEqual(
    bidders
      .slice(0, 3)
      .map((key) => person(key).orgId)
      .sort(),
  );
});

test("R-5.6.11: the archive verifies both openings, and that the rejected bid's second envelope is still ciphertext", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-two-"));
  const path = join(folder, "package.zip");
  try {
    const file = await asService(t.stage, async (tx) => {
      const [row] = await tx.select().from(archives).where(eq(archives.lotId, lotId));
      return fileOf(tx, row!.fileId);
    });
    writeFileSync(path, await readAll(await t.ports.storage.get(file.storageKey)));
    const lines: string[] = [];
    const code = await verify([path], (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("✘"))).toEqual([]);
    expect(code).toBe(0);
    const said = lines.join("\n");
    expect(said).toContain("第二信封开标记录：主持人签名");
    expect(said).toMatch(/未通过第一信封评审的投标人的第二信封仍为密文.*1 份/);
    const zip = await openZip(path);
    const { sealHash } = await bidOf(FAILED);
    const names = [...zip.entries.keys()].filter((name) => name.startsWith(`bids/${sealHash}/`));
    expect(names.some((name) => name.includes("/opened/"))).toBe(true);
    expect(names.some((name) => name.includes("/opened-2/"))).toBe(false);
    const keys = Buffer.from(await zip.bytes("keys.json")).toString();
    expect(JSON.parse(keys).packages).toContainEqual({ sealHash, segment: "price", key: "平台从未持有" });
    // Its price is nowhere in what a reader of the archive can read.
    for (const [name] of zip.entries)
      if (!name.endsWith(".xbid") && !name.endsWith(".pdf"))
        expect(Buffer.from(await zip.bytes(name)).includes(String(priceOf(FAILED))), name).toBe(false);
    await zip.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
