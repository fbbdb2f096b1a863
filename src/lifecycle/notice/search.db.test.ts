import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { draftLot } from "@/dev/scenarios/acts";
import { inContext } from "@/kit/db/context";
import { asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { noticeRegions, searchNotices } from "./search";
import { readFilter } from "./search-filter";

const MANY = 20_000;

let t: TestStage;
let school: Awaited<ReturnType<typeof receivingLot>>;
beforeAll(async () => {
  t = await testStage();
  school = await receivingLot(t.stage, "清溪小学扩建");
}, 120_000);
afterAll(() => t?.close());

const find = (query: string, size?: number) =>
  asStranger(t.stage, (tx) => searchNotices(tx, readFilter(new URLSearchParams(query)), size));
const titles = async (query: string) => (await find(query)).notices.map(({ number }) => number);

test("R-O.9b: a stranger finds a notice by two characters of anything it says, in the moment of its publication", async () => {
  const number = `${school.lotCode}-ZB01`;
  const { fields } = (await find("")).notices[0]!;
  for (const word of [
    "清溪",
    "小学",
    "溪小",
    "学",
    fields.tendererName!,
    fields.agencyName!.slice(0, 2),
    fields.projectName!.slice(-2),
    "1200",
    school.lotCode,
    school.lotCode.slice(-5).toLowerCase(),
    "ｅ52",
    "清溪 扩建",
  ])
    expect(await titles(new URLSearchParams({ q: word }).toString()), word).toEqual([number]);
  for (const word of ["清学", "溪清", "小学 医院", "%", "_", "'", "\\", "{}"])
    expect(await titles(new URLSearchParams({ q: word }).toString()), word).toEqual([]);
});

test("what is being drafted is not found, and another site's notices are not either", async () => {
  await draftLot(t.stage, { name: "保密未发布标段", content: "还没有公布", estimateFen: 500_000_000n });
  expect(await titles("q=保密")).toEqual([]);
  const there = await inContext(t.other.app.db, { siteId: t.other.app.site.id, role: "public" }, (tx) =>
    searchNotices(tx, readFilter({ q: "清溪" })),
  );
  expect(there).toMatchObject({ notices: [], count: 0 });
});

test("facets narrow by kind, region, nature, published ceiling and deadline", async () => {
  const number = [`${school.lotCode}-ZB01`];
  expect(await asStranger(t.stage, noticeRegions)).toEqual(["520100"]);
  for (const query of [
    "kind=tender",
    "region=52",
    "region=520100",
    "subject=works",
    "amount=1",
    "due=30",
    "sort=deadline",
  ])
    expect(await titles(`q=清溪&${query}`), query).toEqual(number);
  for (const query of ["kind=result", "region=44", "subject=goods", "amount=0", "amount=4", "due=7", "due=past"])
    expect(await titles(`q=清溪&${query}`), query).toEqual([]);
});

test("twenty thousand notices: two characters are looked up in the index, pages follow one another without gap", async () => {
  // Written in bulk: what the trigger writes for each is tried above.
  await t.database.owner.db.execute(sql`alter table notices disable trigger searchable`);
  await t.database.owner.db.execute(sql`
    insert into notices (site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at)
    select n.site_id, n.lot_id, n.tender_project_id, 'MANY-' || lpad(i::text, 6, '0'), 'result',
      case when i % 4000 = 0 then '梧桐桥梁维修' else '道路' || i || '工程' end, '{}', '正文' || i, 'x', n.published_at - i / 3 * interval '1 second'
    from notices n, generate_series(1, ${MANY}) i where n.number = ${`${school.lotCode}-ZB01`}`);
  await t.database.owner.db.execute(sql`alter table notices enable trigger searchable`);
  await t.database.owner.db.execute(sql`
    insert into notice_words (notice_id, text, grams, region_code, subject)
    select id, xb_fold(title || body), xb_grams(title || body), '520300', 'goods' from notices where number like 'MANY-%'`);
  await t.database.owner.db.execute(sql`analyze notice_words, notices, lots`);

  expect((await find("q=梧桐")).notices.map(({ title }) => title)).toEqual(Array(5).fill("梧桐桥梁维修"));
  const plan = await asStranger(t.stage, (tx) =>
    tx.execute<{ "QUERY PLAN": string }>(sql`
      explain select n.number from notices n join notice_words w on w.notice_id = n.id
      where w.grams @> xb_grams('梧桐') and position(xb_fold('梧桐') in w.text) > 0 and n.published_at is not null`),
  );
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).toContain("notice_words_grams");
  expect(text).not.toContain("Seq Scan");

  const all = await find("kind=result");
  expect(all).toMatchObject({ count: 1000, more: true });
  const seen: string[] = [];
  for (let next: string | undefined = ""; next !== undefined && seen.length < 600; ) {
    const found = await find(`kind=result${next && `&after=${next}`}`, 200);
    seen.push(...found.notices.map(({ number }) => number));
    next = found.next;
  }
  expect(new Set(seen).size).toBe(600);
  // Three notices a second: ties are cut by the number and neither lost nor repeated.
  const expected = await t.database.owner.db.execute<{ number: string }>(
    sql`select number from notices where kind = 'result' order by published_at desc, number desc limit 600`,
  );
  expect(seen).toEqual(expected.map(({ number }) => number));
});
