import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, formatDate } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import { signRecord } from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { accountFor, askOwnAccount, transferTo } from "@/dev/scenarios/securities";
import { executeAsService } from "@/kit/command";
import { bidRoom } from "@/lifecycle/bidding/room";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { securityLines } from "@/lifecycle/opening/securities";
import { documentInForce } from "@/lifecycle/tender-document/queries";
import { asPerson, asService, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { askExtension, extensionDigest, replyDigest, replyExtension } from "./commands/extend";
import { sendSecurity } from "./commands/send";
import { SECURITIES_TO_SETTLE, settleSecurities } from "./commands/settle";
import { ownExtensions, validityEndOf } from "./queries";
import type { Extension } from "./schema";
import { securityPayouts, validityExtensions, validityReplies } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());
const person = (key: string) => t.stage.person(key);

async function ask(who: Person, asked: Extension) {
  const { code } = await t.stage.lot(asked.lotId);
  const toSign = { act: "validity.ask", subject: code, digest: await extensionDigest(asked) };
  return t.stage.act(who, askExtension, { ...asked, statement: await signActAs(who, t.stage.app, toSign) });
}

async function reply(who: Person, lotId: string, extensionId: string, answer: "consent" | "refuse") {
  const { code } = await t.stage.lot(lotId);
  const body = { extensionId, answer, guaranteeUntil: "" };
  const toSign = { act: "validity.reply", subject: code, digest: await replyDigest(body) };
  return t.stage.act(who, replyExtension, { ...body, statement: await signActAs(who, t.stage.app, toSign) });
}

test("R-L.101 CLK-24: all bidders are asked to extend; two consent, one refuses and one is silent: their bids end and their securities are released, the others go on", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "延长有效期");
  const [jia, yi, bing, ding] = ["jia", "yi", "bing", "ding"].map(person) as [Person, Person, Person, Person];
  const all = [jia, yi, bing, ding];
  for (const bidder of all) {
    await transferTo(t.outside.bank, bidder, await accountFor(stage, bidder, lotId), "50000");
    await askOwnAccount(stage, bidder, lotId);
    await submit(stage, bidder, lotId, { priceFen: 480_000_000n });
  }
  const agency = person("agency");
  const { validityDays } = (await asService(stage, (tx) => documentInForce(tx, lotId))).content;
  const lot = await stage.lot(lotId);
  const end = await asService(stage, (tx) => validityEndOf(tx, lot, validityDays));
  const asked = {
    lotId,
    until: formatDate(addDays(end, 60)),
    replyBy: addDays(deadline, 5).toISOString(),
    reason: "评标期间收到异议，处理需要时间",
  };
  expect(await codeOf(ask(agency, asked))).toBe("validity.not_now");
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const bidder of all) await decrypt(stage, bidder, lotId);
  await signRecord(stage, lotId, []);
  expect((await stage.lot(lotId)).state).toBe("O2");

  expect(await codeOf(ask(jia, asked))).toBe("general.forbidden");
  expect(await codeOf(ask(agency, { ...asked, until: formatDate(addDays(end, -1)) }))).toBe("validity.not_longer");
  const { extensionId } = await ask(agency, asked);
  expect(await codeOf(ask(person("tenderer"), asked))).toBe("validity.asked");
  for (const bidder of all) {
    const own = await asPerson(stage, bidder, (tx) => ownExtensions(tx, actorOf(bidder, stage.app.site.id), lotId));
    expect(own).toMatchObject([{ id: extensionId, until: asked.until }]);
  }
  // Who did not bid knows of nothing.
  expect(await asPerson(stage, person("ji"), (tx) => tx.select().from(validityExtensions))).toEqual([]);
  expect(await codeOf(reply(person("ji"), lotId, extensionId, "refuse"))).toBe("general.not_found");

  await reply(jia, lotId, extensionId, "consent");
  await reply(yi, lotId, extensionId, "consent");
  await reply(bing, lotId, extensionId, "refuse");
  expect(await codeOf(reply(bing, lotId, extensionId, "consent"))).toBe("validity.replied_before");
  // An answer is between its bidder and those who run and supervise the lot.
  const answers = async (key: string) =>
    (await asPerson(stage, person(key), (tx) => tx.select().from(validityReplies))).length;
  expect(await Promise.all(["jia", "ji", "operator", "agency", "supervisor"].map(answers))).toEqual([1, 0, 0, 3, 3]);

  const evaluated = async () => (await asService(stage, (tx) => evaluatedBids(tx, lotId))).map(({ orgId }) => orgId);
  expect((await evaluated()).sort()).toEqual([jia, yi, ding].map(({ orgId }) => orgId).sort());
  await stage.setClock(addDays(deadline, 5));
  expect(await codeOf(reply(ding, lotId, extensionId, "consent"))).toBe("validity.reply_over");
  expect((await evaluated()).sort()).toEqual([jia, yi].map(({ orgId }) => orgId).sort());

  const due = async () =>
    (await asService(stage, (tx) => tx.execute<{ lot_id: string }>(SECURITIES_TO_SETTLE))).map((row) => row.lot_id);
  expect(await due()).toContain(lotId);
  expect(await executeAsService(stage.worker, settleSecurities, { lotId })).toEqual({ owed: 2 });
  expect(await due()).not.toContain(lotId);
  const payouts = await asService(stage, (tx) => tx.select().from(securityPayouts).where(sql`lot_id = ${lotId}`));
  expect(payouts.map(({ orgId, reason, principalFen }) => [orgId, reason, principalFen]).sort()).toEqual(
    [bing, ding].map(({ orgId }) => [orgId, "released", 5_000_000n]).sort(),
  );
  for (const { id } of payouts) await sendSecurity(stage.worker, id);
  const lines = await asPerson(stage, agency, async (tx) => securityLines(tx, await stage.lot(lotId)));
  expect(Object.fromEntries(lines.map(({ orgId, validity }) => [orgId, validity]))).toEqual({
    [jia.orgId]: "同意延长",
    [yi.orgId]: "同意延长",
    [bing.orgId]: "不同意延长",
    [ding.orgId]: "期满未答复，视为不同意",
  });
  const room = await asPerson(stage, bing, (tx) => bidRoom(tx, actorOf(bing, stage.app.site.id), lotId));
  expect(room.security.back[0]).toMatchObject({ what: "不同意延长投标有效期" });
  const later = await asService(stage, (tx) => validityEndOf(tx, lot, validityDays));
  expect(later).toEqual(addDays(end, 61));
});
