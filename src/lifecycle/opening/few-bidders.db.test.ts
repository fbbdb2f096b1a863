import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { reachOpening } from "@/dev/scenarios/opening";
import { actorOf } from "@/dev/scenarios/person";
import { executeAsService } from "@/kit/command";
import { ownBids, standingBids, unitsOf } from "@/lifecycle/bidding/queries";
import { sealedObjects } from "@/testing/deliver";
import { asPerson, asService, asStranger, receivingLot } from "@/testing/lots";
import { codeOf } from "@/testing/refused";
import { type TestStage, testStage } from "@/testing/stage";
import { openLot } from "./commands/close";
import { decryptBid } from "./commands/decrypt";
import { hallView } from "./hall-view";
import { closingRecordOf } from "./queries";

let t: TestStage;
beforeAll(async () => {
  t = await testStage();
}, 120_000);
afterAll(() => t?.close());

test("CLK-09 R-5.6.2 R-L.112: two packages at the deadline fail the lot; they stay sealed, and nothing names or counts them", {
  timeout: 90_000,
}, async () => {
  const { stage } = t;
  const { lotId, deadline } = await receivingLot(stage, "两家投标");
  const two = ["jia", "yi"].map((key) => stage.person(key));
  for (const bidder of [...two, stage.person("bing")]) await obtain(stage, bidder, lotId);
  for (const bidder of two) await submit(stage, bidder, lotId, { priceFen: 480_000_000n });
  await stage.setClock(deadline);
  await reachOpening(stage, lotId, "F1");

  // Sealed: no opening, no key asked for, no way on.
  const lot = await stage.lot(lotId);
  expect(lot).toMatchObject({ state: "F1", openedAt: null, windowEndsAt: null });
  expect(await codeOf(executeAsService(stage.worker, openLot, { lotId }))).toBe("lot.no_such_move");
  const bids = await asService(stage, (tx) => standingBids(tx, lotId));
  expect(bids).toHaveLength(2);
  for (const { id, uploadId } of bids) {
    await executeAsService(stage.worker, decryptBid, { bidId: id, segment: "main" });
    const units = await asService(stage, (tx) => unitsOf(tx, uploadId));
    for (const { storageKey } of units) expect(sealedObjects(t)).toContain(storageKey.split("/")[1]);
  }
  const [openings] = await asService(stage, (tx) =>
    tx.execute<{ n: string }>(sql`select count(*) as n from bid_openings`),
  );
  expect(openings!.n).toBe("0");

  // What leaves the platform, and what anybody else of the site reads, holds no name and no number.
  const messages = await asService(stage, (tx) =>
    tx.execute<{ dataset: string; body: Record<string, string> }>(
      sql`select dataset, body from outbox where lot_id = ${lotId} order by seq`,
    ),
  );
  const failure = messages.find(({ dataset }) => dataset === "517");
  expect(failure?.body).toMatchObject({ EXCEPITON_INFOR: "投标人少于三个", EXCEPITON_TYPE: "1" });
  expect(Object.keys(failure!.body).filter((name) => /COUNT|NUM|BIDDER/.test(name))).toEqual([]);
  const read = (tx: Parameters<Parameters<typeof asStranger>[1]>[0]) =>
    Promise.all(
      [
        "lots",
        "notices",
        "hall_events",
        "hall_sign_ins",
        "trail_lines",
        "trail_heads",
        "closing_records",
        "bids",
        "uploads",
        "obtainments",
        "letters",
        "bid_openings_seen",
      ].map((name) =>
        name === "bid_openings_seen"
          ? tx.execute(sql`select id from bid_openings`)
          : tx.execute(sql.raw(`select * from ${name}`)),
      ),
    );
  const said = [
    await asStranger(stage, read),
    ...(await Promise.all(
      ["tenderer", "agency", "supervisor", "bing", "operator"].map((key) => asPerson(stage, stage.person(key), read)),
    )),
    [messages.map(({ body }) => body)],
  ];
  for (const reader of said) {
    const text = JSON.stringify(reader, (_, value) => (typeof value === "bigint" ? String(value) : value));
    for (const { orgName, creditCode, orgId, personId } of two) {
      for (const word of [orgName, creditCode, orgId, personId]) expect(text).not.toContain(word);
    }
    for (const bid of bids) expect(text).not.toContain(bid.sealHash);
    expect(text).not.toMatch(/"count"|closingHash|两家投标人|2 家|2 份/);
  }
  // The signed record of the number exists, and nobody but the procedure itself reads it.
  expect((await asService(stage, (tx) => closingRecordOf(tx, lotId)))?.payload).toMatchObject({ count: 2 });

  // Each of the two learns its own fate and nothing of the other; who did not bid has no hall.
  for (const bidder of two) {
    const actor = actorOf(bidder, stage.app.site.id);
    const view = await asPerson(stage, bidder, (tx) => hallView(tx, actor, lotId));
    expect(view).toMatchObject({ as: "bidder", names: [], lot: { state: "F1" }, own: { state: "sealed" } });
    expect(await asPerson(stage, bidder, (tx) => ownBids(tx, actor, lotId))).toHaveLength(1);
    const [letter] = await asPerson(stage, bidder, (tx) =>
      tx.execute<{ n: string }>(sql`select count(*) as n from letters where kind = 'lot-failed'`),
    );
    expect(letter!.n).toBe("1");
  }
  const bing = stage.person("bing");
  expect(await codeOf(asPerson(stage, bing, (tx) => hallView(tx, actorOf(bing, stage.app.site.id), lotId)))).toBe(
    "general.not_found",
  );
});
