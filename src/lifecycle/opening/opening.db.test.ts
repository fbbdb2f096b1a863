import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signStatement } from "@/crypto/statement";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { verifyPdfSignatures } from "@/documents/verify-pdf";
import { executeAsService } from "@/kit/command";
import { ownBids, unitsOf } from "@/lifecycle/bidding/queries";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { fileOf } from "@/platform/file/queries";
import { organisationsOf } from "@/platform/party/queries";
import { readAll } from "@/ports/storage";
import { appRouter } from "@/server/router";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { openedLot, PRICES } from "@/testing/opened";
import { codeOf, eventually } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decryptBid } from "./commands/decrypt";
import { releaseKey, unlockMaterial } from "./commands/release";
import { settleOpening } from "./commands/settle";
import { hallView } from "./hall-view";
import { closingRecordOf, openingRecordOf, openingsOf } from "./queries";
import type { RecordPayload } from "./record";
import { releaseAttempts } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

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
test("R-O.30b: forms, prices and states are nobody's until all are final, then the same table for everybody in one commit", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await openedLot(t, "唱标", ["jia", "yi", "bing"]);
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
        expect.stringContaining(`${String(PRICES[key]).slice(0, 1)},${String(PRICES[key]).slice(1, 4)},000.00`),
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
  const { lotId, end, deliveries } = await openedLot(t, "解密失败", ["jia", "yi", "bing", "ding", "wu"]);
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
  const { lotId, end, deadline } = await openedLot(t, "三家投标", ["jia", "yi", "bing"]);
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
  const earlier = await openedLot(t, "另一场开标", ["jia", "yi", "bing"]);
  const old = await unlockMaterial(stage.app, actorOf(stage.person("jia"), stage.app.site.id), earlier.lotId);
  const { lotId, end } = await openedLot(t, "拒绝", ["jia", "yi", "bing"]);
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
  const { lotId, end } = await openedLot(t, "最后一秒", ["jia", "yi", "bing"]);
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
