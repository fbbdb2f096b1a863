import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addHours } from "@/core/time";
import { obtain, submit } from "@/dev/scenarios/bidding";
import { draftLot } from "@/dev/scenarios/tendering";
import { asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { openingsToday, portalFigures } from "./portal";

let t: TestStage;
let lot: Awaited<ReturnType<typeof receivingLot>>;
beforeAll(async () => {
  t = await testStage();
  lot = await receivingLot(t.stage, "首页");
}, 120_000);
afterAll(() => t?.close());

const home = () =>
  asStranger(t.stage, async (tx) => {
    const now = await t.stage.now();
    return { openings: await openingsToday(tx, now), figures: await portalFigures(tx, t.stage.app.site.id, now) };
  });

test("R-O.21 R-5.4.4: buyers and bids change nothing on the home page", async () => {
  const { stage } = t;
  const before = await home();
  for (const key of ["jia", "yi"]) {
    await obtain(stage, stage.person(key), lot.lotId);
    await submit(stage, stage.person(key), lot.lotId, { priceFen: 480_000_000n });
  }
  expect(await home()).toEqual(before);
});

test("the home page counts what is published: notices, lots on sale, openings today, results and their prices", async () => {
  const { stage } = t;
  await draftLot(stage, { name: "未发布", content: "草稿", estimateFen: 1_000_000_00n });
  expect(await home()).toEqual({
    openings: [],
    figures: { noticesThisMonth: 1, lotsOnSale: 1, openingsToday: 0, resultsThisMonth: 0, awardedFen: 0n },
  });
  await t.database.owner.db.execute(sql`
    insert into notices (site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at)
    select site_id, lot_id, tender_project_id, 'R' || i, 'result', 't', jsonb_build_object('winningPrice', price), '', 'x', published_at
    from notices, (values (1, '¥4,800,000.55'), (2, '¥0.45'), (3, '')) as p(i, price) where number = ${`${lot.lotCode}-ZB01`}`);
  expect((await home()).figures).toMatchObject({ noticesThisMonth: 4, resultsThisMonth: 3, awardedFen: 480_000_100n });
  // In the month of the opening the notices are the month before's; the prices are still the year's.
  await stage.setClock(addHours(lot.deadline, -5));
  const { openings, figures } = await home();
  expect(openings).toEqual([{ code: lot.lotCode, name: expect.stringContaining("首页"), at: lot.deadline }]);
  expect(figures).toMatchObject({ openingsToday: 1, awardedFen: 480_000_100n });
});
