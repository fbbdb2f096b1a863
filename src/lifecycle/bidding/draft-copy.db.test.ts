import { and, eq, inArray } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bytes, concat, equalBytes, utf8 } from "@/core/bytes";
import { gather } from "@/crypto/pieces";
import { keepDraftCopy, upload } from "@/dev/scenarios/bidding";
import { actorOf, type Person } from "@/dev/scenarios/person";
import { execute } from "@/kit/command";
import { closeLot } from "@/lifecycle/opening/commands/close";
import { ownLetters } from "@/platform/inbox/queries";
import { finish, sealedObjects } from "@/testing/deliver";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openCopy } from "./client/draft-copy";
import { dropDraft, keepDraft, readDraftUnit } from "./commands/draft-copy";
import { discardUnits } from "./commands/upload";
import { keptDraft, standingBids } from "./queries";
import { uploads } from "./tables";

let t: TestStage;
let x: Awaited<ReturnType<typeof receivingLot>>;
beforeAll(async () => {
  t = await testStage();
  x = await receivingLot(t.stage, "密存");
}, 120_000);
afterAll(() => t?.close());

const form = { price: "4,800,000.00", quality: "合格" };
const files = [{ slot: "letter", name: "投标函.pdf", bytes: utf8("%PDF-1.7 草稿") }];
const actor = (person: Person) => actorOf(person, t.stage.app.site.id);
const keptOf = (person: Person) => asPerson(t.stage, person, (tx) => keptDraft(tx, actor(person), x.lotId));
const sweep = async () => {
  const gone = await asService(t.stage, (tx) =>
    tx
      .select({ id: uploads.id })
      .from(uploads)
      .where(and(eq(uploads.lotId, x.lotId), inArray(uploads.state, ["given_up", "not_received"]))),
  );
  for (const { id } of gone) await discardUnits(t.stage.worker, { siteId: t.stage.app.site.id, role: "platform" }, id);
};

test("the copy of a draft comes back at another computer as it was left; the newest one replaces the older", async () => {
  const jia = t.stage.person("jia");
  const before = sealedObjects(t).length;
  const old = await keepDraftCopy(t.stage, jia, x.lotId, { price: "1" }, []);
  const { uploadId } = await keepDraftCopy(t.stage, jia, x.lotId, form, files);
  const copy = (await keptOf(jia))!;
  expect(copy.uploadId).toBe(uploadId);
  await sweep();
  expect(sealedObjects(t)).toHaveLength(before + 1);
  expect(await codeOf(readDraftUnit(t.stage.receiver, actor(jia), old.uploadId, 0))).toBe("general.not_found");

  const unit = await readDraftUnit(t.stage.receiver, actor(jia), uploadId, 0);
  const seen: Bytes[] = [];
  const key = { signing: jia.opened.signing.certificate, encryption: jia.opened.encryption };
  const content = await openCopy(
    copy.statement,
    (await t.stage.lot(x.lotId)).code,
    key,
    unit.bytes,
    async (_, bytes) => {
      seen.push(await gather(bytes));
    },
  );
  expect(content.form).toEqual(form);
  expect(content.files.map(({ name }) => name)).toEqual(["投标函.pdf"]);
  expect(equalBytes(concat(...seen), files[0]!.bytes)).toBe(true);
});

test("nobody else learns of the copy or gets a byte of it: another bidder, the agency, the operator, the supervisor", async () => {
  const copy = (await keptOf(t.stage.person("jia")))!;
  for (const key of ["yi", "agency", "operator", "supervisor"]) {
    const other = t.stage.person(key);
    expect(await keptOf(other)).toBeUndefined();
    expect(await asPerson(t.stage, other, (tx) => tx.select().from(uploads))).toEqual([]);
    expect(await codeOf(readDraftUnit(t.stage.receiver, actor(other), copy.uploadId, 0))).toBe("general.not_found");
    const act = execute(t.stage.receiver, actor(other), dropDraft, { uploadId: copy.uploadId }, `x-${key}`);
    expect(await codeOf(act), key).toBe(key === "yi" ? "general.not_found" : "general.forbidden");
  }
});

test("a copy is never a bid and a bid never a copy: neither is finished, kept or read back as the other", async () => {
  const { stage } = t;
  const yi = stage.person("yi");
  const copy = await keepDraftCopy(stage, yi, x.lotId, form, files);
  const sealed = { body: copy.body, sealBytes: utf8("{}"), signature: utf8("x") };
  expect(await codeOf(finish(stage, yi, copy.uploadId, sealed))).toBe("general.not_found");
  const draft = await upload(stage, yi, x.lotId, copy.body, "draft");
  expect(await codeOf(finish(stage, yi, draft, sealed))).toBe("general.not_found");
  const bid = await upload(stage, yi, x.lotId, copy.body);
  const { statement } = copy;
  expect(await codeOf(execute(stage.receiver, actor(yi), keepDraft, { uploadId: bid, statement }, "k1"))).toBe(
    "general.not_found",
  );
  expect(await codeOf(readDraftUnit(stage.receiver, actor(yi), bid, 0))).toBe("general.not_found");
  expect(await asService(stage, (tx) => standingBids(tx, x.lotId))).toEqual([]);
});

test("what is taken away leaves the store; after the deadline every copy does, nobody is written to for one, and none is kept", async () => {
  const { stage } = t;
  const [jia, yi, bing] = ["jia", "yi", "bing"].map((key) => stage.person(key)) as [Person, Person, Person];
  const mine = (await keptOf(yi))!;
  await execute(stage.receiver, actor(yi), dropDraft, { uploadId: mine.uploadId }, "d1");
  expect(await keptOf(yi)).toBeUndefined();
  const late = await upload(stage, bing, x.lotId, utf8("x".repeat(200)), "draft");
  await stage.setClock(x.deadline);
  const { statement } = (await keptOf(jia))!;
  expect(await codeOf(execute(stage.receiver, actor(bing), keepDraft, { uploadId: late, statement }, "k2"))).toBe(
    "lot.deadline_passed",
  );
  await stage.serve(closeLot, { lotId: x.lotId });
  expect(await keptOf(jia)).toBeUndefined();
  const told = async (person: Person) =>
    (await asPerson(stage, person, (tx) => ownLetters(tx, actor(person)))).filter(
      ({ kind }) => kind === "not-received",
    );
  // Its unfinished bid is another matter: that one is told.
  expect([await told(jia), await told(bing)]).toEqual([[], []]);
  expect(await told(yi)).toHaveLength(1);
  // Kept, taken away, unfinished: nothing of this lot is left in the store.
  await sweep();
  expect(sealedObjects(t)).toEqual([]);
});
