import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { signStatement } from "@/crypto/statement";
import { type Delivery, submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening, signIn } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish, sealEstimateAs } from "@/dev/scenarios/tendering";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { executeAsService } from "@/kit/command";
import { ownBids, unitsOf } from "@/lifecycle/bidding/queries";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { type BaseEstimate, openEstimate, readOutDigest } from "@/lifecycle/tender-document/base-estimate";
import { dropBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { baseEstimateOf, documentInForce, draftOf } from "@/lifecycle/tender-document/queries";
import { fileOf } from "@/platform/file/queries";
import { organisationsOf } from "@/platform/party/queries";
import { readAll } from "@/ports/storage";
import { appRouter } from "@/server/router";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { readOutBaseEstimate } from "./commands/base-estimate";
import { decryptBid } from "./commands/decrypt";
import { prepareOpeningRecord } from "./commands/record";
import { releaseKey, signInAtHall, unlockMaterial } from "./commands/release";
import { answerAtOpening, confirmOpening, objectAtOpening } from "./commands/remark";
import { settleOpening } from "./commands/settle";
import { speakInHall } from "./commands/speak";
import { hallView } from "./hall-view";
import { closingRecordOf, openingRecordOf, openingsOf, remarksOf } from "./queries";
import type { RecordPayload } from "./record";
import { type FinalRecord, openingRecordPdf } from "./record-pdf";
import { releaseAttempts } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

interface Opened {
  readonly lotId: string;
  readonly deadline: Date;
  readonly end: Date;
  readonly deliveries: ReadonlyMap<string, Delivery>;
}
const prices = { jia: 481_000_000n, yi: 482_000_000n, bing: 483_000_000n, ding: 484_000_000n, wu: 485_000_000n };

/** A lot whose bidders delivered and whose opening has just begun. */
async function openedLot(name: string, keys: readonly (keyof typeof prices)[]): Promise<Opened> {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, name);
  const deliveries = new Map<string, Delivery>();
  for (const key of keys) deliveries.set(key, await submit(stage, stage.person(key), lotId, { priceFen: prices[key] }));
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  return { lotId, deadline, end: (await stage.lot(lotId)).windowEndsAt!, deliveries };
}
const bidOf = async (person: Person, lotId: string) =>
  (await asPerson(t.stage, person, (tx) => ownBids(tx, actorOf(person, t.stage.app.site.id), lotId)))[0]!;
const settle = (lotId: string) => executeAsService(t.stage.worker, settleOpening, { lotId });
const statesOf = async (lotId: string) => {
  const people = new Map([...t.stage.people.values()].map(({ orgId, key }) => [orgId, key]));
  const rows = await asService(t.stage, (tx) => openingsOf(tx, lotId));
  return Object.fromEntries(
    rows.map(({ orgId, state, failureClass, legalEffect }) => [people.get(orgId)!, [state, failureClass, legalEffect]]),
  );
};
const shownOf = (record: { payload: unknown } | undefined) => (record!.payload as RecordPayload).rows;
const attemptsOf = async (person: Person, lotId: string) =>
  (
    await asPerson(t.stage, person, (tx) => tx.select().from(releaseAttempts).where(eq(releaseAttempts.lotId, lotId)))
  ).map(({ code }) => code);

test("CLK-30: sign-in opens a day before the deadline, for bidders of the lot, and ends with the decryption window", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "签到");
  for (const key of ["jia", "yi", "bing"] as const)
    await submit(stage, stage.person(key), lotId, { priceFen: prices[key] });
  const jia = stage.person("jia");
  await stage.setClock(new Date(addHours(deadline, -24).getTime() - 1));
  expect(await codeOf(signIn(stage, jia, lotId))).toBe("opening.sign_in_too_early");
  await stage.setClock(addHours(deadline, -24));
  await signIn(stage, jia, lotId);
  expect(await codeOf(signIn(stage, stage.person("wu"), lotId))).toBe("general.not_found");
  for (const key of ["yi", "agency", "tenderer", "supervisor"]) {
    expect(
      await asPerson(stage, stage.person(key), (tx) => tx.execute(sql`select 1 from hall_sign_ins`)),
      key,
    ).toHaveLength(0);
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  const end = (await stage.lot(lotId)).windowEndsAt!;
  expect(end).toEqual(addMinutes(deadline, 30));
  await stage.setClock(new Date(end.getTime() - 1));
  await signIn(stage, stage.person("yi"), lotId);
  await stage.setClock(end);
  expect(await codeOf(stage.act(stage.person("bing"), signInAtHall, { lotId }))).toBe("opening.window_ended");
});

test("R-O.30b: forms, prices and states are nobody's until all are final, then the same table for everybody in one commit", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot("唱标", ["jia", "yi", "bing"]);
  await decrypt(stage, stage.person("jia"), lotId);
  await decrypt(stage, stage.person("yi"), lotId);
  await settle(lotId);
  const readers = ["yi", "bing", "wu", "agency", "tenderer", "supervisor", "operator"].map((key) => stage.person(key));
  const jia = stage.person("jia");
  for (const reader of readers) {
    const rows = await asPerson(stage, reader, async (tx) => ({
      openings: await openingsOf(tx, lotId),
      lines: await tx.execute<{ org_id: string }>(
        sql`select org_id from trail_lines where lot_id = ${lotId} and chain like 'sealed:%'`,
      ),
      files: await tx.execute<{ owner_org_id: string }>(
        sql`select owner_org_id from files where lot_id = ${lotId} and kind = 'opened-bid'`,
      ),
      events: JSON.stringify(await tx.execute(sql`select kind, payload from hall_events where lot_id = ${lotId}`)),
    }));
    expect(
      rows.openings.filter(({ orgId }) => orgId !== reader.orgId),
      reader.key,
    ).toEqual([]);
    expect(
      rows.lines.filter(({ org_id }) => org_id !== reader.orgId),
      reader.key,
    ).toHaveLength(0);
    expect(
      rows.files.filter(({ owner_org_id }) => owner_org_id !== reader.orgId),
      reader.key,
    ).toHaveLength(0);
    expect(rows.events).not.toContain("481");
    // What everybody sees is how many of how many.
    expect(rows.events).toContain('"done":2,"total":3');
  }
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId))).toBeUndefined();
  const actor = actorOf(stage.person("bing"), stage.app.site.id);
  expect(await asPerson(stage, stage.person("bing"), (tx) => hallView(tx, actor, lotId))).toMatchObject({
    record: undefined,
    progress: { done: 2, total: 3 },
    own: { state: "waiting" },
  });

  await decrypt(stage, stage.person("bing"), lotId);
  const record = await asService(stage, (tx) => openingRecordOf(tx, lotId));
  const payload = record!.payload as unknown as RecordPayload;
  expect(payload.rows.map(({ creditCode, items }) => [creditCode, items[0]!.value]).sort()).toEqual(
    (["jia", "yi", "bing"] as const)
      .map((key) => [
        stage.person(key).creditCode,
        expect.stringContaining(`${String(prices[key]).slice(0, 1)},${String(prices[key]).slice(1, 4)},000.00`),
      ])
      .sort(),
  );
  const tables = await Promise.all(
    [jia, stage.person("yi"), stage.person("agency")].map((reader) =>
      asPerson(stage, reader, async (tx) => JSON.stringify((await openingRecordOf(tx, lotId))!.payload)),
    ),
  );
  tables.push(await asStranger(stage, async (tx) => JSON.stringify((await openingRecordOf(tx, lotId))!.payload)));
  expect(new Set(tables).size).toBe(1);
  const [event] = await asStranger(stage, (tx) =>
    tx.execute<{ xmin: string; payload: { record: unknown } }>(
      sql`select xmin::text, payload from hall_events where lot_id = ${lotId} and kind = 'prices'`,
    ),
  );
  const [row] = await asStranger(stage, (tx) =>
    tx.execute<{ xmin: string }>(sql`select xmin::text from opening_records where lot_id = ${lotId}`),
  );
  expect(event!.xmin).toBe(row!.xmin);
  expect(JSON.stringify(event!.payload.record)).toBe(JSON.stringify(record!.payload));
  // Also now nobody but its owner and the committee reads another's opened files.
  expect(
    await asPerson(stage, stage.person("yi"), (tx) =>
      tx.execute(sql`select 1 from files where kind = 'opened-bid' and owner_org_id = ${jia.orgId}`),
    ),
  ).toHaveLength(0);
});

test("R-O.31a R-O.31b R-O.31c R-O.31d R-O.30a R-5.6.4 R-5.6.5: silence revokes, our damage withdraws, the bidder's own recovery code opens, and the others go on", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, end, deliveries } = await openedLot("解密失败", ["jia", "yi", "bing", "ding", "wu"]);
  const damage = async (key: string, how: (path: string) => Promise<void>) => {
    const { uploadId } = await bidOf(stage.person(key), lotId);
    const [unit] = await asService(stage, (tx) => unitsOf(tx, uploadId));
    await how(join(t.dataDir, "objects", "objects", unit!.storageKey));
  };
  // The platform itself put every frozen package into the hall; no act brings one in.
  const frozen = (await asService(stage, (tx) => closingRecordOf(tx, lotId)))!.payload as {
    bids: { sealHash: string }[];
  };
  const inHall = await asService(stage, (tx) =>
    tx.execute<{ seal_hash: string }>(
      sql`select b.seal_hash from bid_openings o join bids b on b.id = o.bid_id where o.lot_id = ${lotId}`,
    ),
  );
  expect(inHall.map(({ seal_hash }) => seal_hash).sort()).toEqual(frozen.bids.map(({ sealHash }) => sealHash).sort());
  expect(inHall).toHaveLength(5);
  const acts = Object.keys(appRouter._def.procedures).filter((name) => /^(bid|opening)\./.test(name));
  expect(acts.filter((name) => /import|upload|add|load/i.test(name))).toEqual([]);
  // Ding's stored bytes change, Wu's are gone; neither is Ding's or Wu's fault.
  const body = randomBytes(50_000);
  await damage("ding", (path) => writeFile(path, body));
  await damage("wu", (path) => rm(path));
  await decrypt(stage, stage.person("jia"), lotId);
  // No class of failure stands without what it was judged by, whoever writes it.
  await expect(
    t.database.owner.db.execute(sql`update bid_openings set failure_class = 'DF-1' where lot_id = ${lotId}`),
  ).rejects.toMatchObject({ cause: { constraint_name: "failure_has_evidence" } });
  // Yi's certificate is gone; the code printed at sealing opens, a wrong one does not.
  await expect(decrypt(stage, stage.person("yi"), lotId, new Uint8Array(randomBytes(32)))).rejects.toThrow();
  expect(await decrypt(stage, stage.person("yi"), lotId, deliveries.get("yi")!.recoverySecret)).toMatchObject({
    opened: true,
  });
  // Ding tries and is told that it is the platform's damage; Wu never comes; Bing never comes.
  const ding = stage.person("ding");
  const bid = await bidOf(ding, lotId);
  const closingHash = (await unlockMaterial(stage.app, actorOf(stage.person("jia"), stage.app.site.id), lotId)).closing!
    .hash;
  const release = {
    format: "xbid-release/1",
    lot: (await stage.lot(lotId)).code,
    bid: bid.bidUuid,
    seq: bid.seq,
    segment: "main",
    key: Buffer.alloc(32, 7).toString("base64url"),
    sealHash: bid.sealHash,
    closingHash,
    nonce: randomBytes(32).toString("base64url"),
  };
  expect(
    await stage.act(ding, releaseKey, { lotId, statement: await signStatement(release, ding.signer) }),
  ).toMatchObject({ opened: false, code: "DF-4" });

  await settle(lotId);
  expect(await statesOf(lotId)).toMatchObject({ bing: ["waiting", null, null], ding: ["waiting", null, null] });
  await stage.setClock(end);
  await settle(lotId);
  expect(await statesOf(lotId)).toEqual({
    jia: ["decrypted", null, null],
    yi: ["decrypted", null, null],
    bing: ["failed", "DF-1", "REVOKED"],
    ding: ["failed", "DF-4", "WITHDRAWN"],
    wu: ["failed", "DF-4", "WITHDRAWN"],
  });
  const evidence = await asService(stage, (tx) => openingsOf(tx, lotId));
  const evidenceOf = (key: string) => evidence.find(({ orgId }) => orgId === stage.person(key).orgId)!.failureEvidence;
  expect(evidenceOf("bing")).toEqual({ signedIn: false, attempts: 0, windowEndedAt: end.toISOString() });
  expect(evidenceOf("ding")).toMatchObject({ damagedUnit: 0, attempts: 1 });
  // Each failure has its class and its evidence; what opened has neither.
  for (const { state, failureClass, failureEvidence } of evidence)
    expect([failureClass !== null, failureEvidence !== null]).toEqual([state === "failed", state === "failed"]);
  // The record says so of each, to everybody alike, and the two that opened go on to the committee.
  const record = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  expect(record.count).toBe(5);
  expect(Object.fromEntries(record.rows.map(({ creditCode, effect }) => [creditCode, effect]))).toMatchObject({
    [stage.person("bing").creditCode]: "视为撤销投标文件",
    [ding.creditCode]: "视为撤回投标文件",
    [stage.person("jia").creditCode]: "",
  });
  const shown = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  const causes = new Map(shown.rows.map(({ creditCode, failureClass, cause }) => [creditCode, [failureClass, cause]]));
  expect(causes.get(ding.creditCode)).toEqual(["DF-4", "平台保存的数据与递交时的校验值不一致"]);
  expect(causes.get(stage.person("bing").creditCode)).toEqual(["DF-1", "开标期间未登录解密"]);
  expect((await asService(stage, (tx) => evaluatedBids(tx, lotId))).map(({ orgId }) => orgId).sort()).toEqual(
    [stage.person("jia").orgId, stage.person("yi").orgId].sort(),
  );
});

test("R-5.6.13 R-O.29 R-O.32 R-5.6.10: of three packages at the deadline one is revoked; the opening is finished and two are evaluated", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, end, deadline } = await openedLot("三家投标", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi"]) await decrypt(stage, stage.person(key), lotId);
  await stage.setClock(end);
  await settle(lotId);
  await signRecord(stage, lotId, [stage.person("jia")]);
  const lot = await stage.lot(lotId);
  expect(lot.state).toBe("O2");
  expect(await asService(stage, (tx) => evaluatedBids(tx, lotId))).toHaveLength(2);
  // It opened at the printed instant without anybody's act; who did not come is in the record as absent.
  expect(lot.openedAt).toEqual(deadline);
  const [opened] = await asStranger(stage, (tx) =>
    tx.execute<{ role: string }>(
      sql`select role from trail_lines where lot_id = ${lotId} and action = 'lot.moved' and facts ->> 'to' = 'O1'`,
    ),
  );
  expect(opened!.role).toBe("platform");
  const absent = shownOf(await asStranger(stage, (tx) => openingRecordOf(tx, lotId))).find(
    ({ creditCode }) => creditCode === stage.person("bing").creditCode,
  );
  expect(absent).toMatchObject({ outcome: "failed", cause: "开标期间未登录解密", effect: "视为撤销投标文件" });
  // The record is a signed document and a public page; what is protected is in neither.
  const record = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!;
  const pdf = await asService(stage, (tx) => fileOf(tx, record.signedPdfFileId!));
  expect(await verifyPdfSignatures(await readAll(await t.ports.storage.get(pdf.storageKey)))).toMatchObject({
    ok: true,
  });
  const page = (await asStranger(stage, (tx) => noticesOfLot(tx, lotId))).find(
    ({ kind }) => kind === "opening-record",
  )!;
  expect(page.statement).not.toBeNull();
  const parties = await asService(stage, (tx) =>
    organisationsOf(
      tx,
      ["jia", "yi", "bing"].map((key) => stage.person(key).orgId),
    ),
  );
  const said = `${page.body} ${JSON.stringify(record.payload)}`;
  for (const { name } of parties.values()) expect(said).toContain(name);
  for (const { phone, email, address } of parties.values())
    for (const secret of [phone, email, address].filter(Boolean)) expect(said).not.toContain(secret);
  for (const member of ["contentKey", "content_key", "recovery", "idNumber", "technical"])
    expect(said).not.toContain(member);
  // The hub has record and bidders, and says so.
  await eventually(async () => {
    await t.database.owner.db.execute(sql`update outbox set next_try_at = clock_timestamp() where lot_id = ${lotId}`);
    await stage.deliver();
    const acks = await asService(stage, (tx) =>
      tx.execute<{ dataset: string; state: string }>(
        sql`select dataset, state from outbox where lot_id = ${lotId} and dataset in ('506', '507')`,
      ),
    );
    return acks.length === 4 && acks.every(({ state }) => state === "accepted");
  });
});

test("a wrong key, another session, another bidder's release and a foreign text are refused with reasons, and every attempt is kept", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const earlier = await openedLot("另一场开标", ["jia", "yi", "bing"]);
  const old = await unlockMaterial(stage.app, actorOf(stage.person("jia"), stage.app.site.id), earlier.lotId);
  const { lotId, end } = await openedLot("拒绝", ["jia", "yi", "bing"]);
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  const material = await unlockMaterial(stage.app, actorOf(jia, stage.app.site.id), lotId);
  const right = {
    format: "xbid-release/1",
    lot: material.lotCode,
    bid: material.bid,
    seq: material.seq,
    segment: "main",
    key: randomBytes(32).toString("base64url"),
    sealHash: material.sealHash,
    closingHash: material.closing!.hash,
    nonce: randomBytes(32).toString("base64url"),
  };
  const release = async (by: Person, payload: object, signer = by.signer) =>
    stage.act(by, releaseKey, { lotId, statement: await signStatement(payload as never, signer) });
  expect(await release(jia, right)).toMatchObject({
    opened: false,
    code: "DF-2",
    reason: expect.stringMatching(/密钥/),
  });
  expect(await release(jia, { ...right, lot: old.lotCode, closingHash: old.closing!.hash })).toMatchObject({
    code: "other-session",
  });
  expect(await release(jia, { ...right, closingHash: old.closing!.hash })).toMatchObject({ code: "other-session" });
  expect(await release(jia, right, yi.signer)).toMatchObject({
    code: "DF-2",
    reason: expect.stringMatching(/同一单位/),
  });
  // Yi hands in what Jia signed, and what it signed itself about Jia's package.
  expect(await release(yi, right, jia.signer)).toMatchObject({ opened: false, code: "DF-2" });
  expect(await release(yi, right)).toMatchObject({ opened: false, code: "other-session" });
  expect(await release(jia, { format: "xinbiao-act/1", act: "opening.confirm" })).toMatchObject({
    opened: false,
    code: "other-session",
  });
  const broken = await signStatement(right, jia.signer);
  expect(
    await stage.act(jia, releaseKey, { lotId, statement: { ...broken, payload: `${broken.payload}!` } }),
  ).toMatchObject({ code: "signature" });
  expect(await attemptsOf(jia, lotId)).toEqual([
    "DF-2",
    "other-session",
    "other-session",
    "DF-2",
    "other-session",
    "signature",
  ]);
  expect(await attemptsOf(yi, lotId)).toEqual(["DF-2", "other-session"]);
  expect(await attemptsOf(stage.person("bing"), lotId)).toEqual([]);
  expect(await codeOf(release(stage.person("wu"), right))).toBe("general.not_found");

  // One second before the end counts and one second after it does not; tries without the right key are no silence (DF-2).
  await stage.setClock(new Date(end.getTime() - 1000));
  expect(await decrypt(stage, stage.person("bing"), lotId)).toMatchObject({ opened: true });
  await stage.setClock(new Date(end.getTime() + 1000));
  expect(await codeOf(decrypt(stage, jia, lotId))).toBe("opening.window_ended");
  await settle(lotId);
  expect(await statesOf(lotId)).toEqual({
    jia: ["failed", "DF-2", "REVOKED"],
    yi: ["failed", "DF-2", "REVOKED"],
    bing: ["decrypted", null, null],
  });
});

test("a key released in the last second counts although the package is opened after the window", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const { lotId, end } = await openedLot("最后一秒", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi"]) await decrypt(stage, stage.person(key), lotId);
  const bing = stage.person("bing");
  await stage.setClock(new Date(end.getTime() - 1));
  // The worker is busy just now.
  const late = { ...stage, serve: async () => {} };
  expect(await decrypt(late, bing, lotId)).toMatchObject({ opened: true });
  await stage.setClock(end);
  await settle(lotId);
  expect(await statesOf(lotId)).toMatchObject({ bing: ["released", null, null] });
  expect(await asService(stage, (tx) => openingRecordOf(tx, lotId))).toBeUndefined();
  await executeAsService(stage.worker, decryptBid, { bidId: (await bidOf(bing, lotId)).id, segment: "main" });
  await settle(lotId);
  expect(await statesOf(lotId)).toMatchObject({ bing: ["decrypted", null, null] });
});

test("CLK-10 R-5.6.8: an open objection holds the record; the answer on the spot is in it", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot("开标异议", ["jia", "yi", "bing"]);
  const [jia, yi, agency] = ["jia", "yi", "agency"].map((key) => stage.person(key)) as [Person, Person, Person];
  expect(await codeOf(stage.act(yi, objectAtOpening, { lotId, text: "唱标价格有误" }))).toBe("opening.not_announced");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await stage.act(yi, objectAtOpening, { lotId, text: "唱标价格有误，请核对" });
  expect(await codeOf(stage.act(stage.person("wu"), objectAtOpening, { lotId, text: "我也有异议" }))).toBe(
    "general.not_found",
  );
  expect(await codeOf(stage.act(agency, prepareOpeningRecord, { lotId }))).toBe("opening.objection_open");
  expect(await codeOf(signRecord(stage, lotId, [jia]))).toBe("opening.objection_open");
  expect((await stage.lot(lotId)).state).toBe("O1");
  const [objection] = (await asService(stage, (tx) => remarksOf(tx, lotId))).filter(({ kind }) => kind === "objection");
  const answer = { lotId, remarkId: objection!.id, answer: "经核对，唱标内容与投标文件一致。" };
  expect(
    await codeOf(stage.act(stage.person("tenderer"), answerAtOpening, { ...answer, remarkId: crypto.randomUUID() })),
  ).toBe("opening.no_open_objection");
  await stage.act(agency, answerAtOpening, answer);
  expect(await codeOf(stage.act(agency, answerAtOpening, answer))).toBe("opening.no_open_objection");
  await signRecord(stage, lotId, []);
  const record = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as {
    remarks: { kind: string; text: string; answer: string }[];
  };
  expect(record.remarks.find(({ kind }) => kind === "objection")).toMatchObject({
    text: "唱标价格有误，请核对",
    answer: "经核对，唱标内容与投标文件一致。",
  });
  expect((await stage.lot(lotId)).state).toBe("O2");
  expect(await codeOf(stage.act(yi, objectAtOpening, { lotId, text: "太晚的异议内容" }))).toBe("opening.record_closed");
});

test("R-5.6.9: the record is signed by host, tenderer and bidders; who does not sign is named in it", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot("开标记录签名", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  const [jia, yi, bing, tenderer] = ["jia", "yi", "bing", "tenderer"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  await signRecord(stage, lotId, [jia, tenderer]);
  const { payload, recordHash } = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!;
  const { blocks } = openingRecordPdf(payload as unknown as FinalRecord, recordHash, "站点");
  const pairs = new Map(blocks.flatMap((block) => (block.kind === "pairs" ? block.rows : [])));
  expect(pairs.get("招标人")).toContain(`${tenderer.orgName}，`);
  expect(pairs.get("招标人")).toContain("签名确认");
  expect(pairs.get("投标人已签名确认")).toBe(jia.orgName);
  expect(pairs.get("投标人未签名（已记录）")?.split("、").sort()).toEqual([yi.orgName, bing.orgName].sort());
  expect(pairs.get("主持人")).toContain(stage.person("agency").name);
});

test("R-5.6.12: host and bidders speak in the hall from the list of names to the signed record, in front of everybody", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId: waiting } = await receivingLot(stage, "未开标不发言");
  const [jia, agency, wu] = ["jia", "agency", "wu"].map((key) => stage.person(key)) as [Person, Person, Person];
  await submit(stage, jia, waiting, { priceFen: prices.jia });
  const speak = (who: Person, lotId: string, text = "请问解密按钮在哪里？") =>
    stage.act(who, speakInHall, { lotId, text });
  // Before the opening a word would betray who bid, to the host as well.
  expect(await codeOf(speak(jia, waiting))).toBe("general.not_found");
  expect(await codeOf(speak(agency, waiting))).toBe("opening.nobody_listens");

  const { lotId } = await openedLot("大厅发言", ["jia", "yi", "bing"]);
  await speak(jia, lotId);
  await speak(agency, lotId, "在本单位一栏下方。");
  expect(await codeOf(speak(wu, lotId))).toBe("general.not_found");
  expect(await codeOf(speak(stage.person("supervisor"), lotId))).toBe("general.forbidden");
  const view = await asPerson(stage, stage.person("yi"), (tx) =>
    hallView(tx, actorOf(stage.person("yi"), stage.app.site.id), lotId),
  );
  expect(view.events.filter(({ kind }) => kind === "message").map(({ payload }) => payload)).toEqual([
    { organisation: jia.orgName, host: false, text: "请问解密按钮在哪里？" },
    { organisation: agency.orgName, host: true, text: "在本单位一栏下方。" },
  ]);
  for (let i = 1; i < 10; i++) await speak(jia, lotId, `第 ${i} 次`);
  expect(await codeOf(speak(jia, lotId, "太多"))).toBe("opening.speaks_too_often");
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  await signRecord(stage, lotId, []);
  expect(await codeOf(speak(agency, lotId, "结束后"))).toBe("opening.nobody_listens");
});

test("an act signed for another lot, another act or used before confirms nothing", { timeout: 60_000 }, async () => {
  const { stage } = t;
  const { lotId } = await openedLot("签名用途", ["jia", "yi", "bing"]);
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  const jia = stage.person("jia");
  const { code } = await stage.lot(lotId);
  const { recordHash } = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!;
  const confirm = (statement: Awaited<ReturnType<typeof signActAs>>) =>
    stage.act(jia, confirmOpening, { lotId, statement });
  const good = { act: "opening.confirm", subject: code, digest: recordHash };
  for (const wrong of [{ act: "opening.sign-record" }, { subject: `${code}9` }, { digest: "0".repeat(64) }]) {
    expect(await codeOf(confirm(await signActAs(jia, stage.app, { ...good, ...wrong })))).toBe("identity.act_mismatch");
  }
  expect(await codeOf(confirm(await signActAs(stage.person("yi"), stage.app, good)))).toBe(
    "identity.other_certificate",
  );
  expect(await codeOf(confirm(await signActAs(jia, t.other.app, good)))).toBe("identity.act_mismatch");
  const once = await signActAs(jia, stage.app, good);
  await confirm(once);
  expect(await codeOf(confirm(once))).toBe("identity.challenge_used");
});

test("R-5.4.9: a base estimate is sealed before publication, its author's alone until the opening, then read out once", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const [tenderer, agency] = [stage.person("tenderer"), stage.person("agency")];
  const { lotId, lotCode } = await draftLot(stage, {
    name: "标底（演示）",
    content: "教室 12 间",
    estimateFen: 500_000_000n,
  });
  // One a lot: the second takes the place of the first, and no form of the agency's loses or changes its hash.
  const first = await sealEstimateAs(stage, lotId, 470_000_000n);
  const hash = await sealEstimateAs(stage, lotId, 476_543_218n);
  expect(hash).not.toBe(first);
  const { content, fileIds } = (await asPerson(stage, agency, (tx) => draftOf(tx, lotId)))!;
  const forged = { ...content, baseEstimate: { hash: first } };
  await stage.act(agency, saveTenderDocument, { lotId, content: forged, fileIds });
  await publish(stage, lotId);
  const inForce = await asService(stage, (tx) => documentInForce(tx, lotId));
  expect(inForce.content.baseEstimate).toEqual({ hash });
  expect(await codeOf(sealEstimateAs(stage, lotId, 1n))).toBe("tender.not_editable");
  expect(await codeOf(stage.act(tenderer, dropBaseEstimate, { lotId }))).toBe("tender.not_editable");

  const keptBy = (key: string) =>
    asPerson(stage, stage.person(key), async (tx) => (await baseEstimateOf(tx, lotId))?.kept);
  for (const key of ["agency", "supervisor", "jia", "operator"]) expect(await keptBy(key), key).toBeUndefined();
  const { key: privateKey } = tenderer.opened.encryption;
  const sealed = (await keptBy("tenderer"))!.sealed;
  const said = await openEstimate(lotCode, sealed, { fingerprint: sealed.cert, privateKey });
  expect(said.amountFen).toBe("476543218");
  const readOut = async (what: BaseEstimate | { unreadable: string } = said) => {
    const toSign = { act: "base-estimate.read-out", subject: lotCode, digest: readOutDigest(hash, what) };
    const statement = await signActAs(tenderer, stage.app, toSign);
    return stage.act(tenderer, readOutBaseEstimate, { lotId, said: what, statement });
  };
  expect(await codeOf(readOut())).toBe("opening.base_estimate_too_early");
  // Not even the owner of the tables puts an amount in before the opening.
  await expect(
    t.database.owner.db.execute(sql`update base_estimates set amount_fen = 1 where lot_id = ${lotId}`),
  ).rejects.toThrow();

  for (const key of ["jia", "yi", "bing"] as const)
    await submit(stage, stage.person(key), lotId, { priceFen: prices[key] });
  await stage.setClock((await stage.lot(lotId)).bidDeadline!);
  await reachOpening(stage, lotId, "O1");
  expect(await keptBy("agency")).toBeUndefined();
  for (const key of ["jia", "yi", "bing"]) await decrypt(stage, stage.person(key), lotId);
  expect(await codeOf(stage.act(agency, prepareOpeningRecord, { lotId }))).toBe("opening.base_estimate_sealed");
  expect(await codeOf(readOut({ ...said, amountFen: "476543219" }))).toBe("opening.base_estimate_differs");
  await readOut();
  expect(await codeOf(readOut())).toBe("opening.base_estimate_read_out");
  expect((await keptBy("jia"))?.amountFen).toBe(476_543_218n);
  await signRecord(stage, lotId, []);
  const record = (await asStranger(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  expect(record.baseEstimate).toEqual({ text: expect.stringContaining("¥4,765,432.18"), hash });
});
