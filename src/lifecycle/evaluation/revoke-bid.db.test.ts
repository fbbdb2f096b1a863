import { afterAll, beforeAll, expect, test } from "vitest";
import { submit } from "@/dev/scenarios/bidding";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { ownBids } from "@/lifecycle/bidding/queries";
import { settleOpening } from "@/lifecycle/opening/commands/settle";
import { hallView } from "@/lifecycle/opening/hall-view";
import { closingRecordOf, openingRecordOf, revocationsOf } from "@/lifecycle/opening/queries";
import type { RecordPayload } from "@/lifecycle/opening/record";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { revocationDigest, revokeBid } from "./commands/revoke-bid";
import { evaluatedBids } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const reason = "项目负责人突发疾病，无法履约";
const bidOf = async (person: Person, lotId: string) =>
  (await asPerson(t.stage, person, (tx) => ownBids(tx, actorOf(person, t.stage.app.site.id), lotId)))[0]!;

async function revoke(person: Person, lotId: string, signed = reason, said = reason) {
  const { stage } = t;
  const { id: bidId, sealHash } = await bidOf(person, lotId);
  const digest = await revocationDigest({ sealHash, reason: signed });
  const { code: subject } = await stage.lot(lotId);
  const statement = await signActAs(person, stage.app, { act: "bid.revoke", subject, digest });
  return stage.act(person, revokeBid, { bidId, reason: said, statement });
}

test("R-L.102: a bid revoked after the deadline is kept and counted, never opened or evaluated further, and nobody learns of it before the announcement", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "截止后撤销");
  const [jia, yi, bing, agency] = ["jia", "yi", "bing", "agency"].map((key) => stage.person(key)) as [
    Person,
    Person,
    Person,
    Person,
  ];
  for (const bidder of [jia, yi, bing]) await submit(stage, bidder, lotId, { priceFen: 480_000_000n });
  expect(await codeOf(revoke(bing, lotId))).toBe("opening.revoke_too_early");
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of [jia, yi]) await decrypt(stage, bidder, lotId);

  // Signed for another reason, or of another's bid: nothing.
  expect(await codeOf(revoke(bing, lotId, "另一个原因"))).toBe("identity.act_mismatch");
  const foreign = (await bidOf(jia, lotId)).id;
  const statement = await signActAs(bing, stage.app, { act: "bid.revoke", subject: "", digest: "" });
  expect(await codeOf(stage.act(bing, revokeBid, { bidId: foreign, reason, statement }))).toBe("general.not_found");

  await revoke(bing, lotId);
  expect(await codeOf(revoke(bing, lotId))).toBe("opening.revoked_before");
  // Until all is announced the host and the others see neither the act nor whose it was.
  for (const reader of [agency, jia])
    expect(await asPerson(stage, reader, (tx) => revocationsOf(tx, lotId))).toEqual(new Map());
  const letters = await asPerson(stage, agency, (tx) => ownLetters(tx, actorOf(agency, stage.app.site.id)));
  expect(letters.filter((letter) => letter.lotId === lotId && letter.kind === "bid-revoked")).toEqual([]);

  await executeAsService(stage.worker, settleOpening, { lotId });
  const payload = (await asService(stage, (tx) => openingRecordOf(tx, lotId)))!.payload as unknown as RecordPayload;
  const row = payload.rows.find(({ organisation }) => organisation === bing.orgName)!;
  expect(row).toMatchObject({ outcome: "failed", failureClass: "RV", effect: "视为撤销投标文件" });
  expect(row.items.every(({ value }) => value === "—")).toBe(true);
  expect(payload.count).toBe(3);
  expect((await asService(stage, (tx) => closingRecordOf(tx, lotId)))!.payload).toMatchObject({ count: 3 });
  const evaluated = async () => (await asService(stage, (tx) => evaluatedBids(tx, lotId))).map(({ orgId }) => orgId);
  expect((await evaluated()).sort()).toEqual([jia.orgId, yi.orgId].sort());

  // After the announcement everybody in the hall hears it, and host and committee read the reason.
  await revoke(yi, lotId);
  expect(await evaluated()).toEqual([jia.orgId]);
  const view = await asPerson(stage, jia, (tx) => hallView(tx, actorOf(jia, stage.app.site.id), lotId));
  expect(view.events.at(-1)).toMatchObject({ kind: "revoked", payload: { organisation: yi.orgName } });
  expect(view.remarks.at(-1)).toMatchObject({ kind: "revoked", text: reason });
  const told = await asPerson(stage, agency, (tx) => ownLetters(tx, actorOf(agency, stage.app.site.id)));
  expect(told.filter((letter) => letter.lotId === lotId && letter.kind === "bid-revoked")).toHaveLength(1);
  expect((await asPerson(stage, agency, (tx) => revocationsOf(tx, lotId))).size).toBe(2);
});
