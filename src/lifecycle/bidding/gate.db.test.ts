import { createHash, randomBytes, randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hex } from "@/core/bytes";
import { addHours, formatMoment } from "@/core/time";
import { sha256 } from "@/crypto/sha256";
import { seal, submit, upload } from "@/dev/scenarios/bidding";
import { inventedData, newcomer, register } from "@/dev/scenarios/newcomer";
import { actorOf } from "@/dev/scenarios/person";
import { execute, executeAsService, type Runtime } from "@/kit/command";
import { closeLot, openLot } from "@/lifecycle/opening/commands/close";
import { closingRecordOf } from "@/lifecycle/opening/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { deliver, finish, sealedObjects } from "@/testing/deliver";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf, eventually, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openUpload, storeUnit, uploadState } from "./commands/upload";
import { standingBids, unitsOf } from "./queries";
import { MAX_PACKAGE_BYTES, UNIT_BYTES } from "./rules";
import { readBody } from "./stored-body";
import { gatePasses, receiptRefusals, uploads } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const price = { priceFen: 480_000_000n };
const later = (date: Date, ms: number) => new Date(date.getTime() + ms);

/** A lot of its own for each test. Time only goes forward: revocation lists are dated too. */
const lotOf = (name: string) => receivingLot(t.stage, name);

test("R-O.27c R-K.7: one millisecond before the deadline is received, the deadline itself and after it is late (RF-01) and nothing is kept", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("截止");
  const sealed = new Map<string, { id: string; sealed: Awaited<ReturnType<typeof seal>> }>();
  for (const key of ["jia", "yi", "bing"]) {
    const made = await seal(stage, stage.person(key), lotId, price);
    sealed.set(key, { id: await upload(stage, stage.person(key), lotId, made.body), sealed: made });
  }
  const hand = (key: string) => finish(stage, stage.person(key), sealed.get(key)!.id, sealed.get(key)!.sealed);

  await stage.setClock(later(deadline, -1));
  const receipt = await hand("jia");
  expect(receipt.receivedAt).toBe(later(deadline, -1).toISOString());
  const kept = sealedObjects(t).length;

  for (const [key, late] of [
    ["yi", 0],
    ["bing", 1000],
  ] as const) {
    await stage.setClock(later(deadline, late));
    const refusal = await refusalOf(hand(key));
    expect(refusal).toMatchObject({
      kind: "too_late",
      facts: { code: "RF-01", finishedAt: formatMoment(later(deadline, late)), deadline: formatMoment(deadline) },
    });
    // Asked again it is the same answer, and it stays in the books with its reason.
    expect(await codeOf(hand(key))).toBe("RF-01");
    const own = await asPerson(stage, stage.person(key), (tx) =>
      tx.select().from(receiptRefusals).where(eq(receiptRefusals.lotId, lotId)),
    );
    expect(own.map(({ code }) => code)).toEqual(["RF-01"]);
  }
  expect(sealedObjects(t)).toHaveLength(kept - 2);
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toHaveLength(1);
  // Nor does a new upload begin.
  expect(await codeOf(upload(stage, stage.person("ding"), lotId, sealed.get("yi")!.sealed.body))).toBe(
    "lot.deadline_passed",
  );
});

test("RF-01: a delivery that waits for the lock of its lot across the deadline is late", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("锁");
  const jia = stage.person("jia");
  const sealed = await seal(stage, jia, lotId, price);
  const uploadId = await upload(stage, jia, lotId, sealed.body);
  await stage.setClock(later(deadline, -1));
  const outcome = await t.database.owner.sql.begin(async (holder) => {
    await holder`select 1 from lots where id = ${lotId} for update`;
    const handed = codeOf(finish(stage, jia, uploadId, sealed));
    await eventually(async () => {
      const [waiting] = await t.database.as.xb_worker.sql`select 1 from pg_locks where not granted`;
      return waiting !== undefined;
    });
    await stage.setClock(deadline);
    return { handed };
  });
  expect(await outcome.handed).toBe("RF-01");
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toEqual([]);
});

test("a package in check at the deadline is finished first, then the closing record is made with it", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("核验中");
  let letThrough = () => {};
  const held = new Promise<void>((done) => {
    letThrough = done;
  });
  // The receiver's store is slow just now: the check hangs after the gate.
  const { storage } = t.ports;
  const slow: Runtime = {
    ...stage.receiver,
    ports: { ...t.ports, storage: { ...storage, get: (key, range) => held.then(() => storage.get(key, range)) } },
  };
  const jia = stage.person("jia");
  const sealed = await seal(stage, jia, lotId, price);
  const uploadId = await upload(stage, jia, lotId, sealed.body);
  await stage.setClock(later(deadline, -1));
  const handing = finish(stage, jia, uploadId, sealed, slow);
  await eventually(() =>
    asService(
      stage,
      async (tx) => (await tx.select().from(gatePasses).where(eq(gatePasses.lotId, lotId)))[0]?.state === "checking",
    ),
  );
  await stage.setClock(later(deadline, 5));
  expect(await codeOf(executeAsService(stage.worker, closeLot, { lotId }))).toBe("opening.packages_in_check");
  letThrough();
  expect((await handing).receivedAt).toBe(later(deadline, -1).toISOString());
  await executeAsService(stage.worker, closeLot, { lotId });
  const record = await asService(stage, (tx) => closingRecordOf(tx, lotId));
  const [bid] = await asService(stage, (tx) => standingBids(tx, lotId));
  expect(record?.payload).toMatchObject({
    count: 1,
    bids: [{ sealHash: bid!.sealHash, receiptHash: bid!.receiptHash }],
  });
});

test("R-O.27b: an upload that is not complete at the deadline is not received, and its sender alone is told", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("慢速上传");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  const files = [{ name: "技术文件.pdf", bytes: new Uint8Array(randomBytes(9 * 1024 * 1024)) }];
  const sealed = await seal(stage, jia, lotId, { ...price, files });
  // Everything but the last bytes arrives.
  const whole = await upload(stage, yi, lotId, (await seal(stage, yi, lotId, price)).body);
  const actor = actorOf(jia, stage.app.site.id);
  const cut = {
    ...stage.receiver,
    ports: { ...t.ports, storage: { ...t.ports.storage, put: failingAfter(1, t.ports.storage.put) } },
  };
  await expect(upload({ ...stage, receiver: cut }, jia, lotId, sealed.body)).rejects.toThrow("the line was cut");
  const [row] = await asPerson(stage, jia, (tx) => tx.select().from(uploads).where(eq(uploads.lotId, lotId)));
  const state = await uploadState(stage.receiver, actor, row!.id);
  expect(state.units).toHaveLength(1);
  expect(await refusalOf(finish(stage, jia, row!.id, sealed))).toMatchObject({
    code: "bid.units_missing",
    facts: { stored: 1, needed: 2 },
  });

  await stage.setClock(deadline);
  await executeAsService(stage.worker, closeLot, { lotId });
  const states = await asService(stage, (tx) =>
    tx.select({ id: uploads.id, state: uploads.state }).from(uploads).where(eq(uploads.lotId, lotId)),
  );
  expect(new Map(states.map(({ id, state: ended }) => [id, ended]))).toEqual(
    new Map([
      [row!.id, "not_received"],
      [whole, "not_received"],
    ]),
  );
  for (const key of ["jia", "yi"] as const) {
    const told = (
      await asPerson(stage, stage.person(key), (tx) => ownLetters(tx, actorOf(stage.person(key), stage.app.site.id)))
    ).filter((letter) => letter.lotId === lotId);
    expect(told).toMatchObject([{ kind: "not-received", body: expect.stringContaining("第二十七条") }]);
  }
  expect(
    (
      await asPerson(stage, stage.person("bing"), (tx) =>
        tx.execute(sql`select 1 from letters where lot_id = ${lotId}`),
      )
    ).length,
  ).toBe(0);
  expect(await codeOf(finish(stage, jia, row!.id, sealed))).toBe("RF-01");
});

function failingAfter(units: number, put: Runtime["ports"]["storage"]["put"]): Runtime["ports"]["storage"]["put"] {
  let left = units;
  return async (key, body, size) => {
    if (left-- <= 0) throw new Error("the line was cut");
    return put(key, body, size);
  };
}

test("fifty copies of one delivery are one bid with one receipt", { timeout: 60_000 }, async () => {
  const { stage } = t;
  const { lotId } = await lotOf("重复递交");
  const jia = stage.person("jia");
  const sealed = await seal(stage, jia, lotId, price);
  const uploadId = await upload(stage, jia, lotId, sealed.body);
  const receipts = await Promise.all(Array.from({ length: 50 }, () => finish(stage, jia, uploadId, sealed)));
  expect(new Set(receipts.map(({ receipt }) => `${receipt.payload}.${receipt.cms}`)).size).toBe(1);
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toHaveLength(1);
});

test("of two packages with one number handed in at once one is received, and the other never holds up the closing", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("两台电脑");
  const jia = stage.person("jia");
  const two = await Promise.all([seal(stage, jia, lotId, price), seal(stage, jia, lotId, price)]);
  const outcomes = await Promise.allSettled(two.map((sealed) => deliver(stage, jia, lotId, sealed)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toHaveLength(1);
  const open = await asService(stage, (tx) => tx.select().from(gatePasses).where(eq(gatePasses.lotId, lotId)));
  expect(open.map(({ state }) => state).sort()).toEqual(["accepted", "refused"]);
  await stage.setClock(deadline);
  await executeAsService(stage.worker, closeLot, { lotId });
});

test("R-5.5.6: cut after seventy per cent an upload goes on with what is missing, and the package is the one that was sealed; two gibibytes are taken", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("断点续传");
  const jia = stage.person("jia");
  const actor = actorOf(jia, stage.app.site.id);
  const files = [{ name: "技术文件.pdf", bytes: new Uint8Array(randomBytes(23_400_000)) }];
  const sealed = await seal(stage, jia, lotId, { ...price, files });
  const cut = {
    ...stage.receiver,
    ports: { ...t.ports, storage: { ...t.ports.storage, put: failingAfter(2, t.ports.storage.put) } },
  };
  await expect(upload({ ...stage, receiver: cut }, jia, lotId, sealed.body)).rejects.toThrow("the line was cut");
  const [row] = await asPerson(stage, jia, (tx) => tx.select().from(uploads).where(eq(uploads.lotId, lotId)));
  const { units } = await uploadState(stage.receiver, actor, row!.id);
  expect(units.map(({ n }) => n)).toEqual([0, 1]);
  expect((2 * UNIT_BYTES) / sealed.body.length).toBeCloseTo(0.7, 1);
  // A unit that is not the sealed one is refused; the right one ends it.
  const rest = sealed.body.subarray(2 * UNIT_BYTES);
  const declared = createHash("sha256").update(rest).digest("hex");
  const store = (bytes: Uint8Array) =>
    storeUnit(
      stage.receiver,
      actor,
      { uploadId: row!.id, n: 2, sizeBytes: rest.length, declared },
      (async function* () {
        yield bytes;
      })(),
    );
  expect(await codeOf(store(new Uint8Array(randomBytes(rest.length))))).toBe("bid.unit_hash");
  await store(rest);
  const receipt = await finish(stage, jia, row!.id, sealed);
  const [bid] = await asService(stage, (tx) => standingBids(tx, lotId));
  expect(bid).toMatchObject({ receiptNumber: receipt.number, sealHash: hex(sha256(sealed.sealBytes)) });
  const stored = createHash("sha256");
  for await (const piece of readBody(
    t.ports.storage,
    await asService(stage, (tx) => unitsOf(tx, row!.id)),
    0,
    sealed.body.length,
  ))
    stored.update(piece);
  expect(stored.digest("hex")).toBe(createHash("sha256").update(sealed.body).digest("hex"));
  for (const [bodyLength, taken] of [
    [2 * 1024 ** 3, true],
    [MAX_PACKAGE_BYTES + 1, false],
  ] as const) {
    const begun = execute(stage.receiver, actor, openUpload, { lotId, bodyLength }, randomUUID());
    if (taken) expect((await begun).uploadId).toMatch(/./);
    else expect(await codeOf(begun)).toBe("general.invalid_input");
  }
});

test("R-5.5.13: one organisation has one package in a lot, and no second account under its code", async () => {
  const { stage } = t;
  const { lotId } = await lotOf("一家一份");
  const jia = stage.person("jia");
  const first = await submit(stage, jia, lotId, price);
  const second = await submit(stage, jia, lotId, { priceFen: 470_000_000n });
  const standing = await asService(stage, (tx) => standingBids(tx, lotId));
  expect(standing.map(({ receiptNumber }) => receiptNumber)).toEqual([second.receipt.number]);
  expect(first.receipt.number).not.toBe(second.receipt.number);
  const again = await newcomer(t.outside.ca, 2, {
    name: "甲二（演示）",
    orgName: jia.orgName,
    creditCode: jia.creditCode,
  });
  expect(await codeOf(register(stage.app, again, inventedData(again)))).toBe("party.duplicate");
});

test("CLK-08: before the deadline a lot is neither closed nor opened, at the very deadline it is", async () => {
  const { stage } = t;
  const { lotId, deadline } = await lotOf("准时");
  for (const key of ["jia", "yi", "bing"]) await submit(stage, stage.person(key), lotId, price);
  await stage.setClock(later(deadline, -1));
  expect(await codeOf(executeAsService(stage.worker, closeLot, { lotId }))).toBe("lot.deadline_not_reached");
  await stage.setClock(deadline);
  await executeAsService(stage.worker, closeLot, { lotId });
  await executeAsService(stage.worker, openLot, { lotId });
  expect(await stage.lot(lotId)).toMatchObject({
    state: "O1",
    closedAt: deadline,
    openedAt: deadline,
    windowEndsAt: addHours(deadline, 0.5),
  });
});
