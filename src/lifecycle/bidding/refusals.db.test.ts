import { and, eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromHex, utf8 } from "@/core/bytes";
import { parseCanonical } from "@/core/canonical-json";
import { addDays, addMinutes } from "@/core/time";
import { parseCertificate } from "@/crypto/certificate";
import { seal, submit, upload } from "@/dev/scenarios/bidding";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { simplePdf } from "@/dev/scenarios/tendering";
import { sentenceOf } from "@/i18n/refusals";
import { execute } from "@/kit/command";
import { certificates, organisations } from "@/platform/party/tables";
import { deliver, finish, orderCertificate, type Sealed, sealedObjects } from "@/testing/deliver";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf, refusalOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { discardUnits, openUpload, storeUnit } from "./commands/upload";
import { ownBids, standingBids } from "./queries";
import { MAX_OPEN_UPLOADS, SEALING_TOOL } from "./rules";
import { receiptRefusals } from "./tables";

let t: TestStage;
let x: { lotId: string };
let y: { lotId: string };
beforeAll(async () => {
  t = await testStage();
  x = await receivingLot(t.stage, "标段甲");
  y = await receivingLot(t.stage, "标段乙");
}, 120_000);
afterAll(() => t?.close());

const price = { priceFen: 480_000_000n };
const flipped = (bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> => {
  const copy = new Uint8Array(bytes);
  copy[at]! ^= 1;
  return copy;
};
const edited = (
  bytes: Uint8Array,
  from: RegExp,
  to: string | ((...match: string[]) => string),
): Uint8Array<ArrayBuffer> => {
  const before = new TextDecoder().decode(bytes);
  const after = before.replace(from, to as string);
  if (after === before) throw new Error(`nothing was edited: ${from}`);
  return utf8(after);
};

/** Refused with this code, and then nothing of it is kept: no object, no bid; the reason stands in the bidder's books. */
async function expectRefused(sender: Person, lotId: string, sealed: Sealed, code: string): Promise<string> {
  const { stage } = t;
  const before = sealedObjects(t);
  const standing = await asService(stage, (tx) => standingBids(tx, lotId));
  const refusal = await refusalOf(deliver(stage, sender, lotId, sealed));
  expect(refusal).toMatchObject({ code: "bid.refused_at_receipt", facts: { code } });
  expect(sealedObjects(t)).toEqual(before);
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toEqual(standing);
  const rows = await asPerson(stage, sender, (tx) =>
    tx
      .select()
      .from(receiptRefusals)
      .where(and(eq(receiptRefusals.lotId, lotId), eq(receiptRefusals.orgId, sender.orgId))),
  );
  expect(rows.at(-1)).toMatchObject({ code, facts: { reason: refusal.facts.reason } });
  return String(refusal.facts.reason);
}

test("an upload that was given up leaves no unit in the store, and a unit that comes late to it is refused", async () => {
  const { stage } = t;
  const ji = stage.person("ji");
  const before = sealedObjects(t);
  const { body } = await seal(stage, ji, x.lotId, price);
  const given = await upload(stage, ji, x.lotId, body);
  const begun: string[] = [];
  await stage.setClock(addMinutes(await stage.now(), 1));
  // Newer uploads push the oldest out.
  for (let n = 0; n < MAX_OPEN_UPLOADS.bid; n++) begun.push(await upload(stage, ji, x.lotId, body));
  expect(sealedObjects(t)).toHaveLength(before.length + 1 + begun.length);
  const late = storeUnit(
    stage.receiver,
    actorOf(ji, stage.app.site.id),
    { uploadId: given, n: 0, sizeBytes: body.length, declared: "0".repeat(64) },
    (async function* () {
      yield body;
    })(),
  );
  expect(await codeOf(late)).toBe("bid.upload_closed");
  await discardUnits(stage.worker, { siteId: stage.app.site.id, role: "platform" }, given);
  expect(sealedObjects(t)).toHaveLength(before.length + begun.length);
});

test("R-O.26c: a plain file, a package for another lot and a cut file are refused with three reasons, and none is stored", async () => {
  const { stage } = t;
  const jia = stage.person("jia");
  const good = await seal(stage, jia, x.lotId, price);
  const plain = await simplePdf("投标文件", ["投标总价 480 万元"], await stage.now());
  const reasons = [
    await expectRefused(jia, x.lotId, { ...good, body: plain as never }, "RF-06"),
    await expectRefused(jia, y.lotId, good, "RF-03"),
    await expectRefused(
      jia,
      x.lotId,
      { ...good, body: good.body.subarray(0, good.body.length - 1000) as never },
      "RF-02",
    ),
  ];
  expect(new Set(reasons).size).toBe(3);
});

test("R-O.25: a package of lot X handed in for lot Y is refused, and is received for X", async () => {
  const { stage } = t;
  const ji = stage.person("ji");
  const forX = await seal(stage, ji, x.lotId, price);
  expect(await expectRefused(ji, y.lotId, forX, "RF-03")).toMatch(/其他(招标项目|标段)/);
  expect(await deliver(stage, ji, x.lotId, forX)).toMatchObject({ seq: 1 });
});

test("a changed byte is refused wherever it is: unit, header, blob, seal, signature", async () => {
  const { stage } = t;
  const jia = stage.person("jia");
  const actor = actorOf(jia, stage.app.site.id);
  const good = await seal(stage, jia, x.lotId, price);
  // In transport: the unit is not what its sender declared.
  const before = sealedObjects(t);
  const { uploadId } = await execute(
    stage.receiver,
    actor,
    openUpload,
    { lotId: x.lotId, bodyLength: good.body.length },
    "u-transport",
  );
  const declared = Buffer.from(await crypto.subtle.digest("SHA-256", good.body)).toString("hex");
  const damaged = (async function* () {
    yield flipped(good.body, 5000);
  })();
  const unit = { uploadId, n: 0, sizeBytes: good.body.length, declared };
  expect(await codeOf(storeUnit(stage.receiver, actor, unit, damaged))).toBe("bid.unit_hash");
  expect(sealedObjects(t)).toEqual(before);
  // In what was sealed.
  await expectRefused(jia, x.lotId, { ...good, body: flipped(good.body, 0) }, "RF-06");
  await expectRefused(jia, x.lotId, { ...good, body: flipped(good.body, good.body.length - 1) }, "RF-04");
  await expectRefused(
    jia,
    x.lotId,
    {
      ...good,
      sealBytes: edited(good.sealBytes, /"bodyRoot":"(?:(0)|[1-9a-f])/, (_, zero) => `"bodyRoot":"${zero ? 1 : 0}`),
    },
    "RF-04",
  );
  await expectRefused(
    jia,
    x.lotId,
    { ...good, sealBytes: edited(good.sealBytes, /scenario\/1/, "scenario/2") },
    "RF-05",
  );
  await expectRefused(
    jia,
    x.lotId,
    { ...good, signature: flipped(good.signature, good.signature.length - 1) as never },
    "RF-05",
  );
});

test("R-5.1.4: certificates of another company, of a stranger's authority, expired and revoked ones are refused", async () => {
  const { stage } = t;
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  // Sealed by somebody else, handed in as one's own; and locked with somebody else's certificate.
  await expectRefused(jia, x.lotId, await seal(stage, { ...jia, signer: yi.signer }, x.lotId, price), "RF-08");
  await expectRefused(
    jia,
    x.lotId,
    await seal(stage, { ...jia, opened: { ...jia.opened, encryption: yi.opened.encryption } }, x.lotId, price),
    "RF-02",
  );
  const foreign = await orderCertificate(t, jia, 3);
  await expectRefused(jia, x.lotId, await seal(stage, { ...jia, signer: foreign.bareSigner }, x.lotId, price), "RF-08");
  await expectRefused(jia, x.lotId, await seal(stage, { ...jia, signer: foreign.signer }, x.lotId, price), "RF-05");

  const short = await orderCertificate(t, jia, 1, addDays(await stage.now(), 1));
  const revoked = await orderCertificate(t, jia, 2);
  const sealed = await seal(stage, { ...jia, signer: short.signer }, x.lotId, price);
  await stage.setClock(addMinutes(addDays(await stage.now(), 1), 1));
  expect(await expectRefused(jia, x.lotId, sealed, "RF-08")).toMatch(/有效期|过期/);
  const { serialHex } = parseCertificate(revoked.opened.signing.certificate);
  const answer = await fetch(`${t.outside.ca}/v1/ca/2/revoke`, { method: "POST", body: JSON.stringify({ serialHex }) });
  expect(answer.status).toBe(200);
  // The list of the day before has ended by then.
  await stage.setClock(addDays(await stage.now(), 8));
  expect(
    await expectRefused(jia, x.lotId, await seal(stage, { ...jia, signer: revoked.signer }, x.lotId, price), "RF-08"),
  ).toMatch(/吊销/);
});

test("R-O.23: a company related to the operator begins no upload, and the article is named", async () => {
  const { stage, database } = t;
  const wu = stage.person("wu");
  const sealed = await seal(stage, wu, x.lotId, price);
  await database.owner.db.update(organisations).set({ relatedToOperator: true }).where(eq(organisations.id, wu.orgId));
  const { code } = await refusalOf(upload(stage, wu, x.lotId, sealed.body));
  expect(code).toBe("bid.related_to_operator");
  expect(sentenceOf({ code, facts: {} })).toMatch(/RF-12.*第二十三条/);
  await database.owner.db.update(organisations).set({ relatedToOperator: false }).where(eq(organisations.id, wu.orgId));
  // The agency of the lot does not bid either.
  const agency = { ...stage.person("agency"), role: "bidder" as const };
  expect(await codeOf(upload(stage, agency, x.lotId, sealed.body))).toBe("bid.runs_the_tender");
});

test("R-O.24: a bidder whose data are not verified delivers nothing", async () => {
  const { stage, database } = t;
  const wu = stage.person("wu");
  const sealed = await seal(stage, wu, x.lotId, price);
  const [row] = await database.owner.db.select().from(organisations).where(eq(organisations.id, wu.orgId));
  await database.owner.db.update(organisations).set({ verifiedAt: null }).where(eq(organisations.id, wu.orgId));
  expect(await codeOf(upload(stage, wu, x.lotId, sealed.body))).toBe("identity.organisation_unverified");
  await database.owner.db
    .update(organisations)
    .set({ verifiedAt: row!.verifiedAt })
    .where(eq(organisations.id, wu.orgId));
  expect(await deliver(stage, wu, x.lotId, sealed)).toMatchObject({ seq: 1 });
});

test("a lot suspended by order or incident receives nothing (RF-13); one suspended for an objection goes on receiving", async () => {
  const { stage, database } = t;
  const ding = stage.person("ding");
  const flag = (flags: string[]) =>
    database.owner.db.execute(sql`update lots set flags = ${JSON.stringify(flags)}::jsonb where id = ${x.lotId}`);
  for (const name of ["SUSPENDED_ORDER", "SUSPENDED_INCIDENT"]) {
    const sealed = await seal(stage, ding, x.lotId, price);
    const uploadId = await upload(stage, ding, x.lotId, sealed.body);
    const kept = sealedObjects(t).length;
    await flag([name]);
    expect(await codeOf(finish(stage, ding, uploadId, sealed)), name).toBe("RF-13");
    expect(sealedObjects(t)).toHaveLength(kept - 1);
    expect(await codeOf(upload(stage, ding, x.lotId, sealed.body))).toBe("lot.receiving_suspended");
    await flag([]);
  }
  await flag(["SUSPENDED_OBJECTION"]);
  expect(await submit(stage, ding, x.lotId, price)).toMatchObject({ receipt: { seq: 1 } });
  await flag([]);
});

test("R-O.8d: who never obtained the document is received, whatever tool made the package; the tool is only recorded", async () => {
  const { stage } = t;
  const bing = stage.person("bing");
  await submit(stage, bing, y.lotId, price);
  const [bid] = await asPerson(stage, bing, (tx) => ownBids(tx, actorOf(bing, stage.app.site.id), y.lotId));
  const { tool } = parseCanonical(new Uint8Array(bid!.seal)) as { tool: string };
  expect(tool).toBe("xinbiao-scenario/1");
  expect(tool).not.toBe(SEALING_TOOL);
  expect(bid!.flags).toEqual([]);
});

test("R-K.5: a certificate that was reported lost locks and signs no package any more, whoever hands it in", async () => {
  const { stage, database } = t;
  const yi = stage.person("yi");
  const fingerprint = parseCertificate(yi.opened.encryption.certificate).fingerprint;
  expect(fromHex(fingerprint)).toHaveLength(32);
  const sealed = await seal(stage, yi, x.lotId, price);
  await database.owner.db
    .update(certificates)
    .set({ endedAt: await stage.now() })
    .where(eq(certificates.fingerprint, fingerprint));
  await expectRefused(yi, x.lotId, sealed, "RF-02");
  const { fingerprint: signing } = parseCertificate(yi.opened.signing.certificate);
  const since = await stage.now();
  await database.owner.db.update(certificates).set({ endedAt: null }).where(eq(certificates.fingerprint, fingerprint));
  await database.owner.db.update(certificates).set({ endedAt: since }).where(eq(certificates.fingerprint, signing));
  expect(await expectRefused(yi, x.lotId, sealed, "RF-08")).toContain("签名证书已挂失或已更换");
  await database.owner.db.update(certificates).set({ endedAt: null }).where(eq(certificates.fingerprint, signing));
  expect(await deliver(stage, yi, x.lotId, sealed)).toMatchObject({ seq: 1 });
});
