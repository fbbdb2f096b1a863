import { createHash, KeyObject, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { ownBids, standingBids } from "@/lifecycle/bidding/queries";
import { decryptBid } from "@/lifecycle/opening/commands/decrypt";
import { releaseKey, unlockMaterial } from "@/lifecycle/opening/commands/release";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { openingsOf } from "@/lifecycle/opening/queries";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { fileOf } from "@/platform/file/queries";
import { readAll } from "@/ports/storage";
import { deliver, type Sealed } from "@/testing/deliver";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import type { Signer } from "./cms";
import { releaseSegment, type ToRelease } from "./release";
import { type BidToSeal, type Envelope, sealBid } from "./xbid";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const FORM = {
  price: "479000000",
  period_days: "255",
  quality: "合格",
  project_lead: "演示项目经理",
  lead_certificate: "黔建演示-0002",
};
const pdf = (bytes: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(bytes - 9)]);
/** Below a chunk, at its border, beyond a part of the hash tree; in a folder, and empty. */
const FILES = [
  { name: "投标函.pdf", bytes: pdf(700) },
  { name: "技术文件.pdf", bytes: pdf(3 * 16_384) },
  { name: "附件/施工图.pdf", bytes: pdf(2_500_000) },
  { name: "附件/空白.txt", bytes: Buffer.alloc(0) },
];
const ONE_ENVELOPE: readonly Envelope[] = [{ id: "main", form: FORM, files: FILES }];

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function signerOf({ opened }: Person, more: Partial<Signer> = {}): Signer {
  return { certificate: opened.signing.certificate, key: KeyObject.from(opened.signing.key), ...more };
}

/** What a bidder's tool knows of a lot from the tender document package. */
async function bidFor(bidder: Person, lotId: string, changes: Partial<BidToSeal> = {}): Promise<BidToSeal> {
  const { stage } = t;
  const lot = await stage.lot(lotId);
  const { tender, document } = await asService(stage, async (tx) => ({
    tender: await tenderProjectOf(tx, lot.tenderProjectId),
    document: await documentInForce(tx, lotId),
  }));
  return {
    tender: tender.code,
    lot: lot.code,
    bid: randomUUID(),
    seq: 1,
    tenderDigest: document.digest,
    envelopes: ONE_ENVELOPE,
    encryptionCertificates: [bidder.opened.encryption.certificate],
    recoverySecret: randomBytes(32),
    signer: signerOf(bidder),
    sealedAt: await stage.now(),
    ...changes,
  };
}

/** Body, seal and signature of a whole file: what its upload consists of. */
function partsOf(file: Buffer): Sealed {
  const { segments } = JSON.parse(file.subarray(24, 24 + file.readUInt32BE(20)).toString()) as {
    segments: { blobs: number[] }[];
  };
  const blobs = segments.flatMap((segment) => segment.blobs).reduce((sum, length) => sum + length, 0);
  const end = 24 + file.readUInt32BE(20) + blobs;
  const seal = end + 4 + file.readUInt32BE(end);
  return {
    body: new Uint8Array(file.subarray(0, end)),
    sealBytes: new Uint8Array(file.subarray(end + 4, seal)),
    signature: new Uint8Array(file.subarray(seal + 4)),
  };
}

const send = (bidder: Person, lotId: string, file: Buffer) => deliver(t.stage, bidder, lotId, partsOf(file));

/** Opens the bid of somebody as the second tool does; the platform's own part follows at once. */
async function releaseOwn(bidder: Person, lotId: string, by: ToRelease["by"]) {
  const { stage } = t;
  const actor = actorOf(bidder, stage.app.site.id);
  const material = await unlockMaterial(stage.app, actor, lotId);
  for (const { segment, heads } of material.blobHeads) {
    const statement = releaseSegment({
      header: Buffer.from(material.header, "base64url"),
      segment,
      heads: heads.map((head) => Buffer.from(head, "base64url")),
      sealHash: material.sealHash,
      closingHash: material.closing!.hash,
      by,
      signer: signerOf(bidder),
    });
    await stage.act(bidder, releaseKey, { lotId, statement });
    const [bid] = await asPerson(stage, bidder, (tx) => ownBids(tx, actor, lotId));
    await stage.serve(decryptBid, { bidId: bid!.id, segment });
  }
  await stage.serve(settleOpening, { lotId });
}

/** What came out of an opened bid, files with their bytes. */
async function openedOf(bidder: Person, lotId: string) {
  return asService(t.stage, async (tx) => {
    const opening = (await openingsOf(tx, lotId)).find(({ orgId }) => orgId === bidder.orgId)!;
    const files = [];
    for (const { name, fileId } of opening.files ?? []) {
      const bytes = await readAll(await t.ports.storage.get((await fileOf(tx, fileId)).storageKey));
      files.push({ name, sha256: sha256(bytes) });
    }
    return { state: opening.state, failure: opening.failureClass, form: opening.form, files };
  });
}
const asMade = ({ form, files }: Envelope) => ({
  state: "decrypted",
  failure: null,
  form,
  files: files.map(({ name, bytes }) => ({ name, sha256: sha256(bytes) })),
});

test("R-O.8c: packages of a second tool, made from the public specification alone, are received and opened like any other", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "另一工具");
  const [jia, yi] = [stage.person("jia"), stage.person("yi")];
  const [bing, ding] = [stage.person("bing"), stage.person("ding")];
  const file = sealBid(await bidFor(jia, lotId));
  const receipt = await send(jia, lotId, file);
  const { body, sealBytes } = partsOf(file);
  expect(JSON.parse(Buffer.from(receipt.receipt.payload, "base64url").toString())).toMatchObject({
    format: "xbid-receipt/1",
    sealHash: sha256(sealBytes),
    bytes: body.length,
    parts: Math.ceil(body.length / 1_048_576),
    organisation: jia.creditCode,
    flags: [],
    text: "已收到，未开启",
  });
  // Another signature scheme, and a second package of the same bid, which replaces the first.
  const first = await bidFor(yi, lotId, { signer: signerOf(yi, { padding: "pss" }) });
  await send(yi, lotId, sealBid(first));
  const secret = randomBytes(32);
  await send(yi, lotId, sealBid({ ...first, seq: 2, recoverySecret: secret }));
  for (const bidder of [bing, ding]) await submit(stage, bidder, lotId, { priceFen: 483_000_000n });

  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  // Each tool opens packages of both, by certificate and by recovery secret.
  await decrypt(stage, jia, lotId);
  await releaseOwn(yi, lotId, { recoverySecret: secret });
  const { certificate, key } = bing.opened.encryption;
  await releaseOwn(bing, lotId, { certificate, key: KeyObject.from(key) });
  await decrypt(stage, ding, lotId);
  for (const bidder of [jia, yi]) expect(await openedOf(bidder, lotId)).toEqual(asMade(ONE_ENVELOPE[0]!));
  for (const bidder of [bing, ding])
    expect(await openedOf(bidder, lotId)).toMatchObject({ state: "decrypted", failure: null });
});

test("R-O.8c: a package of a second tool with one flipped bit, for another lot or of an older format is refused with the code of the specification", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId } = await receivingLot(stage, "另一工具拒收");
  const other = await receivingLot(stage, "另一工具别的标段");
  const jia = stage.person("jia");
  const bid = await bidFor(jia, lotId);
  const good = partsOf(sealBid(bid));
  const refused = async (sealed: Sealed) => codeOf(deliver(stage, jia, lotId, sealed));
  const flipped = (bytes: Uint8Array, at: number) => {
    const copy = new Uint8Array(bytes);
    copy[at < 0 ? copy.length + at : at]! ^= 1;
    return copy;
  };
  /** The bytes with another text of the same length in one place. */
  const edited = (bytes: Uint8Array, from: string, to: string) => {
    const copy = Buffer.from(bytes);
    copy.write(to, copy.indexOf(from));
    return new Uint8Array(copy);
  };

  const bits: readonly [string, Sealed, string][] = [
    ["magic", { ...good, body: flipped(good.body, 0) }, "RF-06"],
    ["first byte of the header", { ...good, body: flipped(good.body, 24) }, "RF-06"],
    ["a blob", { ...good, body: flipped(good.body, -1) }, "RF-04"],
    ["the seal's tool", { ...good, sealBytes: edited(good.sealBytes, "independent/1", "independent/0") }, "RF-05"],
    ["signature", { ...good, signature: flipped(good.signature, -1) }, "RF-05"],
  ];
  for (const [what, sealed, code] of bits) expect(await refused(sealed), what).toBe(code);

  const older: readonly [string, Sealed][] = [
    ["magic", { ...good, body: edited(good.body, "xbid/v1", "xbid/v0") }],
    ["header", { ...good, body: edited(good.body, '"xbid/1"', '"xbid/0"') }],
    ["seal", { ...good, sealBytes: edited(good.sealBytes, "xbid-seal/1", "xbid-seal/0") }],
  ];
  for (const [what, sealed] of older) expect(await refused(sealed), what).toBe("RF-06");

  const elsewhere: readonly [string, Partial<BidToSeal>, string][] = [
    ["lot", { lot: (await bidFor(jia, other.lotId)).lot }, "RF-03"],
    ["document", { tenderDigest: "0".repeat(64) }, "RF-03"],
    ["row", { seq: 2 }, "RF-03"],
    ["envelope", { envelopes: [{ ...ONE_ENVELOPE[0]!, id: "price" }] }, "RF-02"],
    ["another's certificate", { encryptionCertificates: [stage.person("yi").opened.encryption.certificate] }, "RF-02"],
    ["signer", { signer: signerOf(stage.person("yi")) }, "RF-08"],
  ];
  for (const [what, changes, code] of elsewhere)
    expect(await refused(partsOf(sealBid({ ...bid, ...changes }))), what).toBe(code);
  expect(await asService(stage, (tx) => standingBids(tx, lotId))).toEqual([]);
  // The package itself was right.
  expect((await deliver(stage, jia, lotId, good)).seq).toBe(1);
});

test("R-O.8c: a package of a second tool in two envelopes is received, and its first envelope opened alone", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "另一工具双信封", { twoEnvelopes: true });
  const { price, ...technical } = FORM;
  const envelopes: readonly Envelope[] = [
    { id: "technical", form: technical, files: FILES },
    { id: "price", form: { price }, files: [{ name: "报价说明.pdf", bytes: pdf(20_000) }] },
  ];
  const [jia, yi, bing] = [stage.person("jia"), stage.person("yi"), stage.person("bing")];
  await send(jia, lotId, sealBid(await bidFor(jia, lotId, { envelopes })));
  for (const bidder of [yi, bing]) await submit(stage, bidder, lotId, { priceFen: 483_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  await decrypt(stage, jia, lotId);
  expect(await openedOf(jia, lotId)).toEqual(asMade(envelopes[0]!));
  expect(await asService(stage, (tx) => openingsOf(tx, lotId, 2))).toEqual([]);
});

test("R-O.8c: what a second tool gets wrong inside is found at the opening, as the specification says", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "另一工具内容有误");
  const { quality: _, ...incomplete } = FORM;
  const [letter] = FILES;
  const wrong: readonly [string, Envelope, object][] = [
    ["jia", { id: "main", form: FORM, files: [letter!, letter!] }, { state: "failed", failure: "DF-3", form: null }],
    ["yi", { id: "main", form: incomplete, files: FILES }, { state: "decrypted", failure: "DF-7", form: incomplete }],
    [
      "bing",
      { id: "main", form: { ...FORM, price: "4,790,000.00" }, files: [] },
      { state: "decrypted", failure: "DF-7" },
    ],
  ];
  for (const [key, envelope] of wrong) {
    const bidder = stage.person(key);
    await send(bidder, lotId, sealBid(await bidFor(bidder, lotId, { envelopes: [envelope] })));
  }
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const [key, , outcome] of wrong) {
    await decrypt(stage, stage.person(key), lotId);
    expect(await openedOf(stage.person(key), lotId), key).toMatchObject(outcome);
  }
});
