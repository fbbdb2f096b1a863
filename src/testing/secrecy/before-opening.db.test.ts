import { randomUUID } from "node:crypto";
import { and, eq, ne } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { base64url } from "@/core/bytes";
import { addHours } from "@/core/time";
import { signDetached } from "@/crypto/cms";
import { buy, keepDraftCopy, seal, submit, upload } from "@/dev/scenarios/bidding";
import { tellChange } from "@/dev/scenarios/change";
import { reachOpening, signIn } from "@/dev/scenarios/opening";
import { type Person, signActAs } from "@/dev/scenarios/person";
import { accountFor, askOwnAccount, transferTo } from "@/dev/scenarios/securities";
import type { Stage } from "@/dev/scenarios/world-state";
import { markGuarantee } from "@/lifecycle/bid-security/commands/mark";
import { settleSecurities } from "@/lifecycle/bid-security/commands/settle";
import type { Declaration } from "@/lifecycle/bidding/declaration/part";
import { ownBids } from "@/lifecycle/bidding/queries";
import { bids } from "@/lifecycle/bidding/tables";
import { signFirst } from "@/lifecycle/signing/commands";
import { recordDownload } from "@/lifecycle/tender-document/commands/download";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { digestOf } from "@/platform/identity/act";
import { challengeBytes, newChallenge, signIn as openSession } from "@/platform/identity/session";
import { setPreferences } from "@/platform/inbox/preferences";
import { warnOfExpiry } from "@/platform/party/commands/warn";
import { certificates } from "@/platform/party/tables";
import { deliver, withdraw } from "../deliver";
import { asPerson, asService, receivingLot } from "../lots";
import { codeOf } from "../refused";
import { FACTS, mayKnow, WATCHERS } from "./matrix";
import { contextOf } from "./readings";
import type { Hints } from "./sample";
import { type Depth, differencesOf, idsOf, readings, type SecretWorld, twoStages, whoDiffers } from "./worlds";

/**
 * Two installations, alike to the last row. In the first nobody takes part; in the second five bidders do. Whoever is none of
 * the five reads the same in both, by every table that the pages' database role may read, by every act and question of the
 * router, by what the hub and the mail get.
 */
let quiet: SecretWorld;
let busy: SecretWorld;
let deadline: Date;
const FIVE = ["jia", "yi", "bing", "ding", "wu"];
const PRICE = { priceFen: 480_000_000n };
const RELATED: Declaration = {
  format: "xb-declaration/1",
  interests: [{ name: "黔水集团（演示）", kind: "control", note: "同受一方控股" }],
  qualifications: [],
};

beforeAll(async () => {
  const stages = await twoStages();
  const known = await idsOf(stages[0]);
  const worlds = [];
  for (const t of stages) {
    const lot = await receivingLot(t.stage, "两个世界", { documentFeeFen: 30_000n });
    // The two know at the same moment what the hub has answered.
    for (let i = 0; i < 3; i++) await t.stage.deliver();
    worlds.push({ t, lotId: lot.lotId, known });
    deadline = lot.deadline;
  }
  [quiet, busy] = worlds as [SecretWorld, SecretWorld];
}, 180_000);
afterAll(async () => {
  await Promise.all([quiet?.t.close(), busy?.t.close()]);
});

/** Ids that nobody else may learn anything by: real ones in the one world, made up in the other. */
async function hints(): Promise<readonly [Hints, Hints]> {
  const { lotId, t } = busy;
  const ji = t.stage.person("ji");
  const [bid] = await asService(t.stage, (tx) =>
    tx
      .select()
      .from(bids)
      .where(and(eq(bids.lotId, lotId), ne(bids.orgId, ji.orgId))),
  );
  const made = {
    bidId: randomUUID(),
    number: "R-20260302-090000-AAAAAAAA",
    uploadId: randomUUID(),
    orderId: randomUUID(),
  };
  const real = bid && { bidId: bid.id, number: bid.receiptNumber, uploadId: bid.uploadId };
  return [
    { lotId: quiet.lotId, ...made },
    { lotId, ...made, ...real },
  ];
}
async function expectAlike(depth: Depth = "tables"): Promise<void> {
  const [a, b] = await hints();
  expect(differencesOf(await readings(quiet, { depth, hints: a }), await readings(busy, { depth, hints: b }))).toEqual(
    [],
  );
}
const bidsOf = (key: string) => {
  const { stage } = busy.t;
  const person = stage.person(key);
  return asPerson(stage, person, (tx) => ownBids(tx, contextOf(busy.t, person), busy.lotId));
};
/** Opens a session, as everybody does who acts over the wire. */
async function comes(stage: Stage, person: Person): Promise<void> {
  const { app } = stage;
  const { nonce, origin } = await newChallenge(app.db, app.site, "sign-in");
  const cms = base64url(await signDetached(challengeBytes({ nonce, origin, purpose: "sign-in" }), person.signer));
  await openSession(app.db, app.site, app.ports.revocation, { nonce, cms }, "127.0.0.1");
}
const inBoth = async (work: (world: SecretWorld, stage: Stage) => Promise<unknown>) => {
  for (const world of [quiet, busy]) await work(world, world.t.stage);
};

test("two copies of one installation are read alike: what is made by chance is taken out, and nothing else", async () => {
  const [a, b] = await hints();
  const read = await readings(quiet, { hints: a });
  expect(differencesOf(read, await readings(busy, { hints: b }))).toEqual([]);
  expect(Object.keys(read).length).toBeGreaterThan(600);
  // Before the opening no fact about a bidder is anybody else's.
  for (const fact of FACTS)
    for (const watcher of WATCHERS) expect(mayKnow(fact, watcher, "T1"), `${fact} ${watcher}`).toBe(false);
});

test("R-O.21 R-5.4.4 obtained: nobody tells a lot whose document nobody bought from one that five bought", async () => {
  const { stage } = busy.t;
  const { fileIds } = await asService(stage, (tx) => documentInForce(tx, busy.lotId));
  for (const key of FIVE) {
    const bidder = stage.person(key);
    await comes(stage, bidder);
    await stage.act(bidder, setPreferences, { copies: [], quiet: true });
    await buy(stage, bidder, busy.lotId);
    await stage.act(bidder, recordDownload, { fileId: fileIds[0]!, fromByte: 0 });
  }
  await stage.deliver();
  await expectAlike();
});

test("R-5.5.12 secured: nobody tells a lot whose security nobody paid from one that five paid, short, too much, twice and from one account", async () => {
  const { stage, outside } = busy.t;
  for (const [i, key] of FIVE.entries()) {
    const bidder = stage.person(key);
    const account = await accountFor(stage, bidder, busy.lotId);
    const yuan = ["50000", "49999.99", "60000", "50000", "50000"][i]!;
    await transferTo(outside.bank, bidder, account, yuan, i > 2 ? { payerAccount: "62300001" } : {});
    if (i === 2) await transferTo(outside.bank, bidder, account, "1");
    await askOwnAccount(stage, bidder, busy.lotId);
    await stage.act(bidder, markGuarantee, { lotId: busy.lotId, sha256: "a".repeat(64) });
  }
  await stage.serve(settleSecurities, { lotId: busy.lotId });
  await stage.deliver();
  await expectAlike();
});

test("R-O.21 uploading: nobody tells that a package, or the copy of a draft, is on its way", async () => {
  const { stage } = busy.t;
  const jia = stage.person("jia");
  const sealed = await seal(stage, jia, busy.lotId, PRICE);
  await upload(stage, jia, busy.lotId, sealed.body);
  const draft = { price: "480000000" };
  await keepDraftCopy(stage, stage.person("yi"), busy.lotId, draft, []);
  await expectAlike();
});

test("R-O.21 R-5.6.1 handed-in: nobody tells a lot with no package from one with five, a replaced and a refused one", async () => {
  const { stage } = busy.t;
  for (const key of FIVE) await submit(stage, stage.person(key), busy.lotId, PRICE);
  await submit(stage, stage.person("yi"), busy.lotId, PRICE);
  const bing = stage.person("bing");
  const sealed = await seal(stage, bing, busy.lotId, PRICE);
  const spoiled = { ...sealed, signature: new Uint8Array(sealed.signature.length) };
  expect(await codeOf(deliver(stage, bing, busy.lotId, spoiled))).toBe("RF-05");
  await stage.deliver();
  await expectAlike("everything");
  // The five do read a difference: what is compared would show one.
  const look = { watchers: ["bidder"], people: { bidder: ["yi"] } } as const;
  const found = differencesOf(await readings(quiet, look), await readings(busy, look));
  for (const table of [
    "bids",
    "uploads",
    "obtainments",
    "fee_orders",
    "security_accounts",
    "security_payments",
    "security_marks",
    "document_downloads",
    "letters",
    "idempotency_keys",
  ])
    expect(
      found.some((line) => line.includes(`yi: table ${table} |`)),
      table,
    ).toBe(true);
});

test("R-L.38 change-told, declared: nobody tells that a bidder told of its merger, or which relation its package declares", async () => {
  const { stage } = busy.t;
  const yi = stage.person("yi");
  await tellChange(stage, stage.person("jia"), busy.lotId);
  await tellChange(stage, yi, busy.lotId, { kind: "bankruptcy", text: "法院已受理本单位的破产申请（演示）" });
  await submit(stage, yi, busy.lotId, { ...PRICE, declaration: RELATED });
  await stage.deliver();
  await expectAlike("everything");
  const look = { watchers: ["bidder"], people: { bidder: ["jia"] } } as const;
  const found = differencesOf(await readings(quiet, look), await readings(busy, look));
  for (const table of ["bid_circumstances", "files"])
    expect(
      found.some((line) => line.includes(`jia: table ${table} |`)),
      table,
    ).toBe(true);
});

test("R-N.1: what waits for a seal is known to its own organisation, and to nobody else", async () => {
  const signs = async ({ lotId, t }: SecretWorld) => {
    const agency = t.stage.person("agency");
    const act = "clarification.publish" as const;
    const { code } = await t.stage.lot(lotId);
    const digest = await digestOf({ lot: code });
    const statement = await signActAs(agency, t.stage.app, { act, subject: code, digest });
    await t.stage.act(agency, signFirst, { lotId, act, digest, title: "澄清", body: { lotId }, statement });
  };
  await signs(busy);
  const [a, b] = await hints();
  const look = { depth: "everything", watchers: WATCHERS } as const;
  const found = differencesOf(
    await readings(quiet, { ...look, hints: a }),
    await readings(busy, { ...look, hints: b }),
  );
  expect(whoDiffers(found)).toEqual(["agency"]);
  expect(found.filter((line) => !line.startsWith("agency | "))).toEqual([]);
  await signs(quiet);
  await expectAlike();
});

test("R-O.21 withdrawn: nobody tells that two packages were taken back, or that a bidder was warned of its certificate", async () => {
  const { stage } = busy.t;
  for (const key of ["ding", "wu"]) {
    const [bid] = await bidsOf(key);
    await withdraw(stage, stage.person(key), busy.lotId, bid!);
  }
  const { code, bidDeadline } = await stage.lot(busy.lotId);
  const [certificate] = await asService(stage, (tx) =>
    tx
      .select()
      .from(certificates)
      .where(eq(certificates.orgId, stage.person("jia").orgId)),
  );
  await stage.serve(warnOfExpiry, {
    certificateId: certificate!.id,
    occasion: `lot:${busy.lotId}`,
    lot: { id: busy.lotId, code, opensAt: bidDeadline!.toISOString() },
  });
  await expectAlike();
});

test("R-O.21 what comes after is alike, too: one more bidder takes part, others act, and no number of theirs is higher", async () => {
  await inBoth(async ({ lotId }, stage) => {
    const ji = stage.person("ji");
    await buy(stage, ji, lotId);
    await accountFor(stage, ji, lotId);
    await submit(stage, ji, lotId, PRICE);
    for (const key of ["ji", "audit-admin", "operator", "agency"]) await comes(stage, stage.person(key));
    await stage.deliver();
  });
  await expectAlike();
});

test("R-O.21 waiting-at-the-hall: nobody tells that bidders have signed in at the hall an hour before the opening", async () => {
  await inBoth((_, stage) => stage.setClock(addHours(deadline, -1)));
  for (const key of ["jia", "yi", "bing"]) await signIn(busy.t.stage, busy.t.stage.person(key), busy.lotId);
  await expectAlike();
});

test("R-5.6.2 R-L.112 CLK-09: at the deadline, and for ever when fewer than three are left, one and two packages are alike", async () => {
  await withdraw(busy.t.stage, busy.t.stage.person("jia"), busy.lotId, (await bidsOf("jia"))[0]!);
  await withdraw(
    busy.t.stage,
    busy.t.stage.person("yi"),
    busy.lotId,
    (await bidsOf("yi")).find((bid) => !bid.replacedAt)!,
  );
  await inBoth(async ({ lotId }, stage) => {
    await stage.setClock(deadline);
    await reachOpening(stage, lotId, "F1");
    await stage.serve(settleSecurities, { lotId });
    await stage.deliver();
  });
  await expectAlike("everything");
});
