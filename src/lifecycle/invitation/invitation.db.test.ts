import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays } from "@/core/time";
import { obtain, replyAs, submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { type Person, signActAs } from "@/dev/scenarios/person";
import { draftLot, publish } from "@/dev/scenarios/tendering";
import type { Tx } from "@/kit/db/connect";
import { openUpload } from "@/lifecycle/bidding/commands/upload";
import { lots } from "@/lifecycle/lot/tables";
import { publishNotice } from "@/lifecycle/notice/commands";
import { openingsToday, portalFigures } from "@/lifecycle/notice/portal";
import { noticesOfLot, publishView } from "@/lifecycle/notice/queries";
import { noticeRegions, searchNotices } from "@/lifecycle/notice/search";
import { publishedTenders } from "@/lifecycle/tender-project/queries";
import { ownLetters } from "@/platform/inbox/queries";
import { publicTender } from "@/server/web/views/public-tender";
import { asPerson, asService, asStranger } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { addInvitee, removeInvitee } from "./commands";
import { inviteesShown } from "./queries";
import { lotInvitees } from "./tables";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

const [INVITED, OTHERS] = [["jia", "yi", "bing"], "ding"];
const plan = { name: "邀请招标工程（演示）", content: "文物库房", estimateFen: 500_000_000n, invited: [] };
const person = (key: string): Person => t.stage.person(key);

/** What a reader finds of a lot anywhere: its own row, its notices, lists, search, home page, calendar. */
async function foundOf(tx: Tx, lotId: string, code: string, now: Date): Promise<string[]> {
  const found: string[] = [];
  const add = (where: string, is: boolean) => void (is && found.push(where));
  add("row", (await tx.select().from(lots).where(eq(lots.id, lotId))).length > 0);
  add("notices", (await noticesOfLot(tx, lotId)).length > 0);
  add(
    "list",
    (await publishedTenders(tx)).some(({ lot }) => lot.id === lotId),
  );
  add("search", (await searchNotices(tx, { words: ["文物库房"], sort: "newest" })).notices.length > 0);
  add("number", (await searchNotices(tx, { words: [code], sort: "newest" })).notices.length > 0);
  add("regions", (await noticeRegions(tx)).length > 0);
  add("today", JSON.stringify(await openingsToday(tx, now)).includes(code));
  const figures = await portalFigures(tx, t.stage.app.site.id, now);
  found.push(JSON.stringify(figures, (_, value) => (typeof value === "bigint" ? String(value) : value)));
  const lines = await tx.execute(sql`select 1 from trail_lines where lot_id = ${lotId} and chain like 'project:%'`);
  add("trail", lines.length > 0);
  return found;
}

test("CLK-16 R-5.3.3: two invitees are too few, and whoever cannot bid is none; three are published to themselves alone", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const agency = person("agency");
  const { lotId, lotCode } = await draftLot(stage, plan);
  const add = (creditCode: string, by = agency) => stage.act(by, addInvitee, { lotId, creditCode });
  // Nothing but what is there without any lot: figures that count none.
  const nothing = [expect.stringContaining('"lotsOnSale":0')];
  for (const key of INVITED.slice(0, 2)) await add(person(key).creditCode);
  // Bad input: each with its reason, and nothing is kept.
  expect(await codeOf(add(person("jia").creditCode))).toBe("invitation.listed_already");
  expect(await codeOf(add("91520100MA00000000"))).toBe("invitation.cannot_bid");
  expect(await codeOf(add(agency.creditCode))).toMatch(/invitation\.(cannot_bid|own_party)/);
  expect(await codeOf(add(person(OTHERS).creditCode, person("jia")))).toBe("general.forbidden");
  const actor = { ...agency, siteId: stage.app.site.id } as never;
  const check = () =>
    asPerson(stage, agency, async (tx) => publishView(tx, actor, stage.app.site, lotId, await stage.now()));
  const two = await check();
  expect(two.rows.find(({ id }) => id === "CLK-16")).toMatchObject({ verdict: "fail", value: "2 个" });
  const statement = await signActAs(agency, stage.app, two.toSign);
  expect(
    await codeOf(
      stage.act(agency, publishNotice, { lotId, statement, tendererNonce: randomBytes(32).toString("hex") }),
    ),
  ).toBe("tender.publish_check_failed");
  // Taken out and put back; before it goes out an invitee knows nothing.
  await stage.act(agency, removeInvitee, { lotId, orgId: person("yi").orgId });
  for (const key of ["yi", "bing"]) await add(person(key).creditCode);
  expect(await asPerson(stage, person("jia"), (tx) => tx.select().from(lotInvitees))).toEqual([]);
  expect((await check()).title).toContain("投标邀请书");
  await publish(stage, lotId);
  expect(await stage.lot(lotId)).toMatchObject({ state: "T1", restricted: true });
  expect(await codeOf(add(person(OTHERS).creditCode))).toBe("invitation.already_sent");

  // Strangers, another bidder, another tenderer's people: the lot is nowhere. Nor can a notice be found later by its place.
  await asService(stage, (tx) => tx.execute(sql`select xb_place_notices(1000)`));
  const now = await stage.now();
  expect(await asStranger(stage, (tx) => foundOf(tx, lotId, lotCode, now))).toEqual(nothing);
  for (const key of [OTHERS, "operator", "expert-01"])
    expect(await asPerson(stage, person(key), (tx) => foundOf(tx, lotId, lotCode, now)), key).toEqual(nothing);
  expect(await codeOf(asStranger(stage, (tx) => publicTender(tx, lotCode, stage.app.site.profile)))).toBe(
    "general.not_found",
  );
  const outsider = person(OTHERS);
  expect(await codeOf(obtain(stage, outsider, lotId))).toBe("general.not_found");
  const begin = (by: Person) => stage.act(by, openUpload, { lotId, purpose: "bid", bodyLength: 1000 } as never);
  expect(await codeOf(begin(outsider))).toBe("general.not_found");

  // An invitee sees the lot and its own invitation, and neither who else is invited nor how many.
  for (const key of INVITED) {
    const own = await asPerson(stage, person(key), async (tx) => ({
      found: await foundOf(tx, lotId, lotCode, now),
      rows: await tx.select().from(lotInvitees),
      letters: (await ownLetters(tx, { ...person(key), siteId: stage.app.site.id } as never)).map(({ kind }) => kind),
      title: (await publicTender(tx, lotCode, stage.app.site.profile)).notices.map(({ kind }) => kind),
    }));
    expect(own.found).toEqual(expect.arrayContaining(["row", "notices", "list"]));
    expect(own.rows.map(({ orgId }) => orgId)).toEqual([person(key).orgId]);
    expect(own.letters).toContain("invitation");
    expect(own.title).toEqual(["invitation"]);
  }
  for (const key of ["agency", "tenderer", "supervisor"])
    expect((await asPerson(stage, person(key), (tx) => inviteesShown(tx, lotId))).map(({ name }) => name)).toHaveLength(
      3,
    );

  // Answers: who has not accepted has no document; an answer stands; two at once are one.
  const [jia, yi, bing] = INVITED.map(person) as [Person, Person, Person];
  expect(await codeOf(obtain(stage, jia, lotId))).toBe("invitation.not_replied");
  const both = await Promise.allSettled([
    replyAs(stage, jia, lotId, "accepted"),
    replyAs(stage, jia, lotId, "declined"),
  ]);
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const shown = () => asPerson(stage, agency, (tx) => inviteesShown(tx, lotId));
  const first = (await shown()).find(({ orgId }) => orgId === jia.orgId)!;
  await replyAs(stage, bing, lotId, "declined", "在建项目已满");
  expect(await codeOf(replyAs(stage, bing, lotId, "accepted"))).toBe("invitation.replied_already");
  expect(await codeOf(obtain(stage, bing, lotId))).toBe("invitation.declined");
  expect(await codeOf(begin(bing))).toBe("invitation.declined");
  expect((await shown()).find(({ orgId }) => orgId === bing.orgId)).toMatchObject({
    reply: "declined",
    reason: "在建项目已满",
  });
  expect(await codeOf(replyAs(stage, outsider, lotId, "accepted"))).toBe("general.not_found");
  await stage.setClock(addDays(now, 5));
  expect(await codeOf(replyAs(stage, yi, lotId, "accepted"))).toBe("invitation.reply_too_late");
  if (first.reply === "accepted") await obtain(stage, jia, lotId);
  else expect(await codeOf(obtain(stage, jia, lotId))).toBe("invitation.declined");
});

test("R-5.3.3: the hub learns of an invited tender at its opening, of those who bid; no medium prints it", {
  timeout: 120_000,
}, async () => {
  const { stage } = t;
  const invited = [...INVITED, "ding"].map((key) => person(key).creditCode);
  const { lotId, lotCode } = await draftLot(stage, { ...plan, name: "邀请招标二期（演示）", invited });
  await publish(stage, lotId);
  const sent = () =>
    asService(stage, (tx) =>
      tx.execute<{ dataset: string; state: string; body: Record<string, string> }>(
        sql`select dataset, state, body from outbox where lot_id = ${lotId} order by seq`,
      ),
    );
  await stage.deliver();
  expect((await sent()).map(({ dataset, state }) => [dataset, state === "held"])).toEqual([
    ["500", false],
    ["501", false],
    ["502", false],
    ["503", true],
    ["504", true],
  ]);
  for (const key of INVITED) {
    await replyAs(stage, person(key), lotId, "accepted");
    await obtain(stage, person(key), lotId);
    await submit(stage, person(key), lotId, { priceFen: 480_000_000n });
  }
  const deadline = (await stage.lot(lotId)).bidDeadline!;
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "O1");
  const after = await sent();
  const of = (dataset: string) => after.filter((message) => message.dataset === dataset);
  expect(of("503").map(({ state }) => state)).toEqual(["held"]);
  expect(of("504").map(({ state }) => state)).not.toContain("held");
  expect(
    of("505")
      .map(({ body }) => body.BIDDER_CODE)
      .sort(),
  ).toEqual(INVITED.map((key) => person(key).creditCode).sort());
  expect(of("9004").map(({ body }) => body.IS_CONFIRM)).toEqual(["1", "1", "1"]);
  for (let i = 0; i < 20 && (await sent()).some(({ dataset, state }) => dataset === "505" && state === "queued"); i++)
    await stage.deliver();
  expect((await sent()).filter(({ state }) => state === "rejected")).toEqual([]);
  // Still for nobody else.
  expect(await codeOf(asStranger(stage, (tx) => publicTender(tx, lotCode, stage.app.site.profile)))).toBe(
    "general.not_found",
  );
});
