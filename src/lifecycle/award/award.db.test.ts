import { and, eq, inArray, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours, addMinutes } from "@/core/time";
import { submit } from "@/dev/scenarios/bidding";
import {
  formCommittee,
  publishTheCandidates,
  review,
  seatCommittee,
  signRecord,
  signReportAll,
} from "@/dev/scenarios/evaluate";
import { decrypt, reachOpening } from "@/dev/scenarios/opening";
import { actorOf, type Person, signActAs } from "@/dev/scenarios/person";
import { outbox } from "@/kit/tables";
import { committeeMembers, draws } from "@/lifecycle/committee/tables";
import { evaluatedBids } from "@/lifecycle/evaluation/queries";
import { profileOf } from "@/lifecycle/law/clauses";
import { candidatePeriodEnd } from "@/lifecycle/law/clocks";
import { noticeBody } from "@/lifecycle/notice/fields";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { noticeTwin } from "@/lifecycle/notice/twin";
import { readOwnLot } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { decideAward, decisionDigest } from "./commands/decide";
import { lettersToSign, sendAwardNotices } from "./commands/send-notices";
import { candidatesOf } from "./queries";
import { awardLetters } from "./tables";

/** One lot whose report has just been handed in; each test takes it one step on. */
let t: TestStage;
let lotId: string;
let lotCode: string;
const bidders = ["jia", "yi", "bing", "ding"];

beforeAll(async () => {
  t = await testStage();
  const { stage } = t;
  let deadline: Date;
  ({ lotId, lotCode, deadline } = await receivingLot(stage, "定标"));
  for (const [i, key] of bidders.entries())
    await submit(stage, person(key), lotId, { priceFen: 480_000_000n - BigInt(i) * 3_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  for (const key of bidders) await decrypt(stage, person(key), lotId);
  await stage.setClock(addMinutes(deadline, 20));
  await signRecord(stage, lotId, []);
  const committee = await formCommittee(stage, lotId, addHours(deadline, 5));
  await stage.setClock(addHours(deadline, 5));
  await seatCommittee(stage, lotId, committee);
  await review(stage, lotId, committee, "preliminary");
  await review(stage, lotId, committee, "detailed");
  await signReportAll(stage, lotId, committee);
}, 180_000);
afterAll(() => t?.close());

const person = (key: string): Person => t.stage.person(key);

const decide = async (bidId: string, ground = "", who = person("tenderer")) =>
  t.stage.act(who, decideAward, {
    lotId,
    bidId,
    ground,
    statement: await signActAs(who, t.stage.app, {
      act: "award.decide",
      subject: lotCode,
      digest: await decisionDigest(lotCode, bidId, ground),
    }),
  });

test("CLK-12 R-5.8.3 R-5.8.4: no award before the period ends, to rank two without ground, or to anybody outside the list", {
  timeout: 60_000,
}, async () => {
  const { stage } = t;
  const published = await stage.now();
  const [best] = (await asPerson(stage, person("agency"), (tx) => evaluatedBids(tx, lotId))).map(({ bidId }) => bidId);
  expect(await codeOf(decide(best!))).toMatch(/^lot\./);
  const end = await publishTheCandidates(stage, lotId);
  expect(end).toEqual(candidatePeriodEnd(published, profileOf(stage.app.site.profile)));
  expect(end.getTime() - published.getTime()).toBeGreaterThanOrEqual(3 * 86_400_000);
  const list = await asPerson(stage, person("tenderer"), (tx) => candidatesOf(tx, lotId));
  expect(list.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  const outside = (await asService(stage, (tx) => evaluatedBids(tx, lotId))).find(
    ({ bidId }) => !list.some((row) => row.bidId === bidId),
  )!;
  await stage.setClock(new Date(end.getTime() - 1));
  expect(await codeOf(decide(list[0]!.bidId))).toBe("lot.publication_running");
  await stage.setClock(end);
  expect(await codeOf(decide(outside.bidId))).toBe("lot.winner_not_candidate");
  expect(await codeOf(decide(crypto.randomUUID()))).toBe("lot.winner_not_candidate");
  for (const rank of [2, 3])
    expect(await codeOf(decide(list[rank - 1]!.bidId, "报价更低")), String(rank)).toBe("law.first_rank_must_win");
  expect(await codeOf(decide(list[0]!.bidId, "", person("agency")))).toBe("general.forbidden");
  expect(await asStranger(stage, (tx) => tx.select().from(draws))).toEqual([]);
  await decide(list[0]!.bidId);
  expect((await stage.lot(lotId)).state).toBe("A2");
  // Now the names of the members may be known, and the draw be computed again by anybody (BL37).
  expect(await asStranger(stage, (tx) => tx.select().from(draws))).toHaveLength(2);
  expect((await asStranger(stage, (tx) => tx.select().from(committeeMembers))).length).toBe(7);
});

test("R-O.36a R-O.35 R-5.8.7 R-O.7b: award notice and result notices are made in one commit or not at all, and each reader gets its own", {
  timeout: 60_000,
}, async () => {
  const { stage, database } = t;
  const tenderer = person("tenderer");
  const actor = actorOf(tenderer, stage.app.site.id);
  const send = async () => {
    const { digest } = await asPerson(stage, tenderer, async (tx) => {
      const { lot, tender } = await readOwnLot(tx, actor, lotId);
      return lettersToSign(tx, lot, tender);
    });
    return stage.act(tenderer, sendAwardNotices, {
      lotId,
      statement: await signActAs(tenderer, stage.app, { act: "award.send-notices", subject: lotCode, digest }),
    });
  };
  const sent = () => asService(stage, (tx) => tx.select().from(awardLetters).where(eq(awardLetters.lotId, lotId)));
  // The last of the letters cannot be written: none is.
  const last = [...bidders].map((key) => person(key)).sort((a, b) => (a.creditCode < b.creditCode ? 1 : -1))[0]!;
  await database.owner.sql.unsafe(`create function test_no_letter() returns trigger language plpgsql as $$ begin
    if new.org_id = '${last.orgId}' then raise exception 'no room for this letter'; end if; return new; end $$`);
  await database.owner.sql.unsafe(
    "create trigger test_no_letter before insert on award_letters for each row execute function test_no_letter()",
  );
  await expect(send()).rejects.toThrow();
  expect(await sent()).toEqual([]);
  expect((await stage.lot(lotId)).state).toBe("A2");
  expect(
    await asService(stage, (tx) =>
      tx.execute(sql`select 1 from letters where lot_id = ${lotId} and kind in ('award', 'result')`),
    ),
  ).toHaveLength(0);
  await database.owner.sql.unsafe("drop trigger test_no_letter on award_letters; drop function test_no_letter()");

  await send();
  const all = await sent();
  expect(all.map(({ kind }) => kind).sort()).toEqual(["award", "result", "result", "result"]);
  expect(new Set(all.map(({ orgId }) => orgId))).toEqual(new Set(bidders.map((key) => person(key).orgId)));
  expect(new Set(all.map(({ statement }) => statement.cms)).size).toBe(1);
  const commits = await database.owner.db.execute<{ commit: string }>(sql`
    select xmin::text as commit from award_letters where lot_id = ${lotId}
    union select xmin::text from letters where lot_id = ${lotId} and kind in ('award', 'result') union select xmin::text from notices where lot_id = ${lotId} and kind = 'result'`);
  expect(commits).toHaveLength(1);
  for (const key of bidders) {
    const who = person(key);
    const own = await asPerson(stage, who, (tx) => tx.select().from(awardLetters));
    expect(
      own.map(({ orgId }) => orgId),
      key,
    ).toEqual([who.orgId]);
    const inbox = await asPerson(stage, who, (tx) => ownLetters(tx, actorOf(who, stage.app.site.id)));
    expect(inbox.filter(({ kind }) => kind === "award" || kind === "result")).toHaveLength(1);
  }
  await expect(send()).rejects.toThrow();
  expect(await sent()).toHaveLength(4);
  // Candidates and result are public pages, and the medium has both with the same words, from the same instant.
  const pages = await asStranger(stage, (tx) => noticesOfLot(tx, lotId));
  // Every page has its structured twin, with the same fields.
  for (const page of pages) {
    const { fields } = await asStranger(stage, (tx) => noticeTwin(tx, page.number));
    expect(fields, page.kind).toEqual(page.fields);
    expect(noticeBody(fields).split("\n").sort(), page.kind).toEqual(page.body.split("\n").sort());
  }
  const media = await asService(stage, (tx) =>
    tx
      .select()
      .from(outbox)
      .where(and(eq(outbox.lotId, lotId), inArray(outbox.dataset, ["511", "513"]))),
  );
  for (const [kind, dataset, content] of [
    ["candidates", "511", "PUBLICITY_CONTENT"],
    ["result", "513", "NOTICE_CONTENT"],
  ] as const) {
    const page = pages.find((each) => each.kind === kind)!;
    const message = media.find((each) => each.dataset === dataset)!;
    expect(message.body[content], kind).toBe(page.body);
    expect(message.occurredAt).toEqual(page.publishedAt);
  }
  // The result announces the winner; the letters went out with it.
  expect(pages.find(({ kind }) => kind === "result")!.publishedAt).toEqual((await stage.lot(lotId)).awardedAt);
});
