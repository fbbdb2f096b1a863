import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromBase64url, hex } from "@/core/bytes";
import { parseCertificate, pemToDer } from "@/crypto/certificate";
import { sha256 } from "@/crypto/sha256";
import { payloadOf, verifyStatement } from "@/crypto/statement";
import { seal, submit, upload } from "@/dev/scenarios/bidding";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { closeLot, openLot } from "@/lifecycle/opening/commands/close";
import { closingRecordOf } from "@/lifecycle/opening/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { statusView } from "@/server/web/views/status";
import { finish, withdraw } from "@/testing/deliver";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { scrubLot } from "./commands/scrub";
import { ownBids, standingBids, unitsOf } from "./queries";
import { bidRoom } from "./room";
import { bidDamage } from "./tables";
import { attachTimestamp } from "./timestamp";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const price = { priceFen: 480_000_000n };
const bidsOf = (person: Person, lotId: string) =>
  asPerson(t.stage, person, (tx) => ownBids(tx, actorOf(person, t.stage.app.site.id), lotId));
/** What the receiver allows the time-stamp service. */
const STAMP_MS = 2_000;

/** The public tool; where it is not installed the row about it is not claimed. */
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

test(`R-O.27d${hasOpenssl ? " R-5.5.9" : ""}: a receipt comes within three seconds although the time-stamp service is down, and verifies offline`, async () => {
  const { stage } = t;
  const { lotId, lotCode, deadline } = await receivingLot(stage, "回执");
  const jia = stage.person("jia");
  const sealed = await seal(stage, jia, lotId, price);
  const switched = await fetch(`${t.outside.timestamp}/faults`, {
    method: "PUT",
    body: JSON.stringify({ mode: "down" }),
  });
  expect(switched.status).toBe(200);
  const actor = actorOf(jia, stage.app.site.id);
  const uploadId = await upload(stage, jia, lotId, sealed.body);
  const begun = performance.now();
  const view = await attachTimestamp(stage.receiver, actor, await finish(stage, jia, uploadId, sealed), STAMP_MS);
  // The bound is the product's; a machine busy with other tests may take longer over one receipt, never over three.
  const took = [performance.now() - begun];
  for (const name of ["yi", "bing"] as const) {
    if (Math.min(...took) < 3_000) break;
    const other = stage.person(name);
    const again = await seal(stage, other, lotId, price);
    const id = await upload(stage, other, lotId, again.body);
    const start = performance.now();
    await attachTimestamp(
      stage.receiver,
      actorOf(other, stage.app.site.id),
      await finish(stage, other, id, again),
      STAMP_MS,
    );
    took.push(performance.now() - start);
  }
  expect(Math.min(...took)).toBeLessThan(3_000);
  expect(view.receipt.tst).toBeUndefined();
  const { value } = payloadOf(view.receipt);
  expect(value).toMatchObject({
    format: "xbid-receipt/1",
    number: view.number,
    lot: lotCode,
    seq: 1,
    sealHash: hex(sha256(sealed.sealBytes)),
    algorithm: "SHA-256",
    bytes: sealed.body.length,
    parts: Math.ceil(sealed.body.length / 1_048_576),
    receivedAt: (await stage.now()).toISOString(),
    deadline: deadline.toISOString(),
    organisation: jia.creditCode,
    flags: [],
    text: "已收到，未开启",
  });

  const { trustList } = stage.app.site;
  const trust = trustList.map((pem) => parseCertificate(pemToDer(pem)));
  const verdict = await verifyStatement(view.receipt, { trust, crls: [], time: await stage.now() });
  expect(verdict).toMatchObject({ ok: true });
  const folder = mkdtempSync(join(tmpdir(), "xinbiao-receipt-"));
  writeFileSync(join(folder, "payload"), fromBase64url(view.receipt.payload));
  writeFileSync(join(folder, "cms"), fromBase64url(view.receipt.cms));
  writeFileSync(join(folder, "trust.pem"), trustList.join("\n"));
  const at = String(Math.floor((await stage.now()).getTime() / 1000));
  const openssl = () =>
    execFileSync(
      "openssl",
      [
        "cms",
        "-verify",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "cms",
        "-content",
        "payload",
        "-CAfile",
        "trust.pem",
        "-purpose",
        "any",
        "-attime",
        at,
        "-out",
        "verified",
      ],
      { cwd: folder, stdio: "pipe" },
    );
  if (hasOpenssl) openssl();
  const forged = fromBase64url(view.receipt.payload).map((byte, i) => (i === 30 ? byte ^ 1 : byte));
  writeFileSync(join(folder, "payload"), forged);
  if (hasOpenssl) expect(openssl).toThrow();
  rmSync(folder, { recursive: true, force: true });

  // The service is back: the token comes later, and the signed receipt is the same.
  await fetch(`${t.outside.timestamp}/faults`, { method: "PUT", body: JSON.stringify({ mode: "none" }) });
  const later = await attachTimestamp(stage.receiver, actor, view, 10_000);
  expect(later.receipt).toMatchObject({
    payload: view.receipt.payload,
    cms: view.receipt.cms,
    tst: expect.stringMatching(/./),
  });
  expect((await bidsOf(jia, lotId))[0]!.receipt.tst).toBe(later.receipt.tst);
});

test("R-O.27a: first, second, withdrawn, third: only the third counts at the deadline, and every act has its receipt", async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "替换与撤回");
  const jia = stage.person("jia");
  for (const key of ["yi", "bing"]) await submit(stage, stage.person(key), lotId, price);
  const first = await submit(stage, jia, lotId, price);
  const second = await submit(stage, jia, lotId, price);
  const [standing, replaced] = await bidsOf(jia, lotId);
  expect([standing!.seq, standing!.replacedAt, replaced!.replacedAt]).toEqual([2, null, expect.any(Date)]);
  expect(payloadOf(second.receipt.receipt).value.prev).toBe(replaced!.receiptHash);
  const { withdrawalReceipt } = await withdraw(stage, jia, lotId, standing!);
  expect(payloadOf(withdrawalReceipt).value).toMatchObject({
    format: "xbid-withdrawal-receipt/1",
    sealHash: standing!.sealHash,
    text: "已撤回；文件未开启",
  });
  expect(await codeOf(withdraw(stage, jia, lotId, standing!))).toBe("bid.already_withdrawn");
  expect(await codeOf(withdraw(stage, jia, lotId, replaced!))).toBe("bid.already_withdrawn");
  // Nobody else takes it back, and a statement about another package takes nothing back.
  expect(await codeOf(withdraw(stage, stage.person("yi"), lotId, standing!))).toBe("general.not_found");
  const third = await submit(stage, jia, lotId, price);
  const [last] = await bidsOf(jia, lotId);
  expect(await codeOf(withdraw(stage, jia, lotId, { ...last!, sealHash: replaced!.sealHash }))).toBe(
    "identity.act_mismatch",
  );
  expect(new Set([first, second, third].map(({ receipt }) => receipt.number)).size).toBe(3);

  await stage.setClock(deadline);
  expect(await codeOf(withdraw(stage, jia, lotId, last!))).toBe("lot.withdrawal_too_late");
  await executeAsService(stage.worker, closeLot, { lotId });
  expect(await codeOf(withdraw(stage, jia, lotId, last!))).toBe("lot.withdrawal_too_late");
  const record = await asService(stage, (tx) => closingRecordOf(tx, lotId));
  const sealHashes = (record!.payload as { bids: { sealHash: string }[] }).bids.map(({ sealHash }) => sealHash);
  expect(record!.payload).toMatchObject({ count: 3 });
  expect(sealHashes).toContain(last!.sealHash);
  expect([standing!.sealHash, replaced!.sealHash].some((hash) => sealHashes.includes(hash))).toBe(false);
  expect(sealHashes).toEqual((await asService(stage, (tx) => standingBids(tx, lotId))).map(({ sealHash }) => sealHash));
});

test("no role of a process changes, revives or deletes a sealed bid, and after the closing nobody even replaces one", async () => {
  const { stage, database } = t;
  const { lotId, deadline } = await receivingLot(stage, "冻结");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, price);
  const id = (await bidsOf(stage.person("jia"), lotId))[0]!.id;
  const change = (set: string) => database.owner.sql.unsafe(`update bids set ${set} where id = '${id}'`);
  for (const set of [
    "seal = '\\x00'",
    "received_at = received_at - interval '1 day'",
    "org_id = gen_random_uuid()",
    `receipt = '{"payload":"x"}'`,
  ]) {
    await expect(change(set), set).rejects.toMatchObject({ code: "55006" });
  }
  await expect(database.owner.sql.unsafe(`delete from bids where id = '${id}'`)).rejects.toMatchObject({
    code: "55006",
  });
  await stage.setClock(deadline);
  await executeAsService(stage.worker, closeLot, { lotId });
  for (const set of ["replaced_at = now()", "withdrawn_at = now()"])
    await expect(change(set), set).rejects.toMatchObject({ code: "55006" });
});

test("R-8.2.11: beyond half a second the clock raises an alarm; beyond two seconds a bid is received with a flag, and closing and opening are held until it is right", async () => {
  const { stage, dataDir } = t;
  const { lotId, deadline } = await receivingLot(stage, "时钟偏差");
  let writes = 0;
  const measured = (offsetMs: number) => {
    const file = join(dataDir, "clock-offset.json");
    writeFileSync(file, JSON.stringify({ offsetMs }));
    // Two measurements of one test may fall into one tick of the file system's clock.
    utimesSync(file, 1_000_000 + ++writes, 1_000_000 + writes);
  };
  /** What the status page says of the clock, to anybody. */
  const alarm = async () => {
    const { rows } = await asStranger(stage, (tx) => statusView(tx, stage.app));
    return !rows.find(({ title }) => title === "平台时钟")!.ok;
  };
  measured(500);
  expect(await alarm()).toBe(false);
  measured(-501);
  expect(await alarm()).toBe(true);
  measured(1_900);
  expect(payloadOf((await submit(stage, stage.person("jia"), lotId, price)).receipt.receipt).value).toMatchObject({
    clockOffsetMs: 1_900,
    flags: [],
  });
  measured(-2_300);
  expect(payloadOf((await submit(stage, stage.person("yi"), lotId, price)).receipt.receipt).value).toMatchObject({
    clockOffsetMs: -2_300,
    flags: ["clock-offset"],
  });
  await submit(stage, stage.person("bing"), lotId, price);
  await stage.setClock(deadline);
  expect(await codeOf(executeAsService(stage.worker, closeLot, { lotId }))).toBe("general.clock_hold");
  expect((await stage.lot(lotId)).state).toBe("T1");
  measured(3);
  await executeAsService(stage.worker, closeLot, { lotId });
  expect((await stage.lot(lotId)).state).toBe("T2");
  measured(2_001);
  expect(await codeOf(executeAsService(stage.worker, openLot, { lotId }))).toBe("general.clock_hold");
  measured(0);
  await executeAsService(stage.worker, openLot, { lotId });
  expect((await stage.lot(lotId)).state).toBe("O1");
});

test("stored packages are read again before the deadline: damage is told to its bidder alone, and so is its end", async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "复核");
  const { lotId: empty } = await receivingLot(stage, "复核无人");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  for (const who of [jia, yi]) await submit(stage, who, lotId, price);
  const [bid] = await bidsOf(jia, lotId);
  const [unit] = await asService(stage, (tx) => unitsOf(tx, bid!.uploadId));
  const path = join(t.dataDir, "objects", "objects", unit!.storageKey);
  const stored = readFileSync(path);
  const scrub = async () => (await executeAsService(stage.worker, scrubLot, { lotId })).changed;
  const letters = async (who: Person) =>
    (await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id))))
      .filter(({ kind, lotId: of }) => kind === "bid-damage" && of === lotId)
      .map(({ subject }) => subject.slice(0, 5));
  const damaged = async (who: Person) =>
    (await asPerson(stage, who, (tx) => bidRoom(tx, actorOf(who, stage.app.site.id), lotId))).deliveries.map(
      (delivery) => delivery.damaged ?? false,
    );
  expect(await scrub()).toBe(0);
  // One bit of what lies in the store changes.
  writeFileSync(path, Buffer.concat([stored.subarray(0, -1), Buffer.from([stored.at(-1)! ^ 1])]));
  expect([await scrub(), await scrub()]).toEqual([1, 0]);
  expect([await letters(jia), await letters(yi)]).toEqual([["请重新递交"], []]);
  expect([await damaged(jia), await damaged(yi)]).toEqual([[true], [false]]);
  expect(await asPerson(stage, yi, (tx) => tx.select().from(bidDamage))).toEqual([]);
  expect(await asPerson(stage, stage.person("agency"), (tx) => tx.select().from(bidDamage))).toEqual([]);
  writeFileSync(path, stored);
  expect(await scrub()).toBe(1);
  expect((await letters(jia)).sort()).toEqual(["存储已恢复", "请重新递交"]);
  expect(await damaged(jia)).toEqual([false]);

  // A lot without a bid is read as well, and leaves what the other leaves: a line, and the hour.
  await executeAsService(stage.worker, scrubLot, { lotId: empty });
  expect((await stage.lot(empty)).scrubbedAt).toEqual((await stage.lot(lotId)).scrubbedAt);
});
