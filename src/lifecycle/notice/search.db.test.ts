import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addMinutes } from "@/core/time";
import { madeNotice } from "@/dev/bench/many-notices";
import { draftLot } from "@/dev/scenarios/tendering";
import { inContext } from "@/kit/db/context";
import { asStranger, receivingLot } from "@/testing/lots";
import { type TestStage, testStage } from "@/testing/stage";
import { placeNotices } from "./place";
import { noticeRegions, searchNotices } from "./search";
import { AMOUNT_BANDS, readFilter } from "./search-filter";

/** More than are counted. */
const MANY = 3_000;
const MADE = 1_500;

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

test("a deadline that moves is the one that a search goes by", async () => {
  const { db } = t.database.owner;
  expect((await find("q=清溪&due=30")).count).toBe(1);
  await db.execute(sql`update lots set bid_deadline = bid_deadline + interval '20 days' where id = ${school.lotId}`);
  expect((await find("q=清溪&due=30")).count).toBe(0);
  await db.execute(sql`update lots set bid_deadline = bid_deadline - interval '20 days' where id = ${school.lotId}`);
});

/** Written in bulk, three at a time: what the trigger writes for each is tried above. */
async function writeMany(): Promise<void> {
  const { db } = t.database.owner;
  await db.execute(sql`alter table notices disable trigger searchable`);
  await db.execute(sql`
    insert into notices (site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at)
    select n.site_id, n.lot_id, n.tender_project_id, 'MANY-' || lpad(i::text, 6, '0'), 'result',
      case when i % 600 = 0 then '梧桐桥梁维修' when i > 900 then '老城道路' || i else '道路' || i || '工程' end,
      '{}', '正文' || i, 'x', n.published_at - interval '1 day' - i / 3 * interval '20 minutes'
    from notices n, generate_series(1, ${MANY}) i where n.number = ${`${school.lotCode}-ZB01`}`);
  await db.execute(sql`alter table notices enable trigger searchable`);
  await db.execute(sql`
    insert into notice_words (notice_id, of_site, published_at, deadline, number, kind, text, region_code, subject)
    select n.id, n.site_id, n.published_at, l.bid_deadline, n.number, n.kind, xb_fold(n.title || n.body), '520300', 'goods'
    from notices n join lots l on l.id = n.lot_id where n.number like 'MANY-%'`);
  await db.execute(sql`analyze notice_words, notices, lots`);
  await placeNotices(t.stage.worker);
}

/** Numbers of all notices that a condition chooses, newest first, without any index of words. */
const inOrder = async (condition: ReturnType<typeof sql>, limit: number) =>
  (
    await t.database.owner.db.execute<{ number: string }>(
      sql`select number from notices where ${condition} order by published_at desc, number desc limit ${limit}`,
    )
  ).map(({ number }) => number);

async function turnPages(query: string, size: number, most: number): Promise<string[]> {
  const seen: string[] = [];
  for (let next: string | undefined = ""; next !== undefined && seen.length < most; ) {
    const found = await find(`${query}${next && `&after=${next}`}`, size);
    seen.push(...found.notices.map(({ number }) => number));
    next = found.next;
  }
  return seen;
}

test("thousands of notices: two characters are found, pages follow one another without gap", async () => {
  await writeMany();
  expect((await find("q=梧桐")).notices.map(({ title }) => title)).toEqual(Array(5).fill("梧桐桥梁维修"));
  expect(await find("kind=result")).toMatchObject({ count: 500, more: true });
  // Three notices an instant: ties are cut by the number and neither lost nor repeated.
  expect(await turnPages("kind=result", 200, 600)).toEqual(await inOrder(sql`kind = 'result'`, 600));
});

test("a word of most notices, none of them new, is found whatever it is narrowed by", async () => {
  const wanted = await inOrder(sql`title like '%老城%'`, 900);
  for (const query of ["q=老城", "q=老城道路&kind=result", "q=老城 道路&region=52&due=30", "q=老城&sort=deadline"])
    expect((await find(query)).count, query).toBe(500);
  expect(await turnPages("q=老城", 300, 900)).toEqual(wanted);
  expect(await turnPages("q=老城&kind=result&region=5203", 300, 900)).toEqual(wanted);
  expect(await find("q=老城&kind=tender")).toMatchObject({ count: 0, notices: [] });
  expect(await find("q=老城 工程")).toMatchObject({ count: 0, notices: [] });
  expect(await find("q=老城&due=past")).toMatchObject({ count: 0, notices: [] });
  expect((await find("q=老城道路2999")).notices.map(({ number }) => number)).toEqual(["MANY-002999"]);
});

/** Invented notices from the first on, three at a time, the last of them as new as the school's. */
async function writeMade(from: number, to: number): Promise<void> {
  const made = Array.from({ length: to - from }, (_, i) => ({ ...madeNotice((from + i) * 97), back: MADE - from - i }));
  const { db } = t.database.owner;
  await db.execute(sql`alter table notices disable trigger searchable`);
  await db.execute(sql`
    with made as (select m.*, n.site_id, n.lot_id, n.tender_project_id, n.published_at - m.back / 3 * interval '1 minute' as at
      from notices n, json_to_recordset(${JSON.stringify(made)}::json)
        as m (back integer, number text, title text, kind text, text text, region text, subject text)
      where n.number = ${`${school.lotCode}-ZB01`}),
    written as (
      insert into notices (site_id, lot_id, tender_project_id, number, kind, title, fields, body, content_hash, published_at)
      select site_id, lot_id, tender_project_id, number, kind, title, '{}', title, 'x', at from made returning id, number)
    insert into notice_words (notice_id, of_site, published_at, deadline, number, kind, text, region_code, subject, ceiling_fen)
    select w.id, m.site_id, m.at, m.at + interval '5 days', m.number, m.kind, m.text, m.region, m.subject, m.back % 9 * 30000000::bigint
    from made m join written w on w.number = m.number`);
  await db.execute(sql`alter table notices enable trigger searchable`);
}

/** Numbers and count of what a search must find, read from every notice. */
async function scanned(query: URLSearchParams, limit: number): Promise<{ count: number; numbers: string[] }> {
  const { words, kind, region, subject, amount, due } = readFilter(query);
  const band = amount ? AMOUNT_BANDS[amount]! : undefined;
  const now = await t.stage.now();
  const rows = await t.database.owner.db.execute<{ number: string }>(sql`
    select number from notice_words where of_site = ${t.stage.app.site.id}
      and ${sql.join([sql`true`, ...words.map((word) => sql`text like ${`%${word.toLowerCase()}%`}`)], sql` and `)}
      and (${kind ?? null}::text is null or kind = ${kind ?? ""}) and region_code like ${`${region ?? ""}%`}
      and (${subject ?? null}::text is null or subject = ${subject ?? ""})
      and (${band?.from ?? null}::bigint is null or (ceiling_fen >= ${band?.from ?? 0n} and ceiling_fen < ${band?.to ?? 10n ** 15n}))
      and (${due ?? null}::text is null or deadline <= ${now.toISOString()}::timestamptz)
    order by published_at desc, number desc`);
  return { count: Math.min(500, rows.length), numbers: rows.slice(0, limit).map(({ number }) => number) };
}

test("every search finds what reading all notices finds, with a place, without one, and come too late for one", async () => {
  await writeMade(1, MADE - 40);
  await placeNotices(t.stage.worker);
  await writeMade(0, 1);
  await writeMade(MADE - 40, MADE);
  await placeNotices(t.stage.worker);
  const [unplaced] = await t.database.owner.db.execute<{ n: number }>(
    sql`select count(*)::int as n from notice_words where place is null and of_site = ${t.stage.app.site.id}`,
  );
  expect(unplaced!.n).toBeGreaterThan(1);
  expect(unplaced!.n).toBeLessThan(10);
  const words = [
    "",
    "公告",
    "溪",
    "2023年",
    "招标公告建筑面积",
    "中标结果公告",
    "公告 建筑面积",
    "e520000",
    "教育局 监理",
    "清",
  ];
  const facets = ["", "kind=result", "region=5203", "subject=goods", "amount=1", "due=past"];
  const queries = words.flatMap((word) => facets.map((facet) => new URLSearchParams(`q=${word}&${facet}`)));
  for (const query of queries.filter((_, i) => i % 5 < 2)) {
    const wanted = await scanned(query, 50);
    const { count, next } = await find(`${query}`, 25);
    expect(count, `${query}`).toBe(wanted.count);
    if (next) expect((await find(`${query}&after=${next}`, 25)).count, `${query}`).toBe(wanted.count);
    expect(await turnPages(`${query}`, 25, 50), `${query}`).toEqual(wanted.numbers);
  }
  // A digest asks for a span of publication.
  const { publishedAt } = (await find("q=监理", 200)).notices.at(-1)!;
  const published = { after: publishedAt, until: addMinutes(publishedAt, 100) };
  const span = await asStranger(t.stage, (tx) => searchNotices(tx, { ...readFilter({ q: "监理" }), published }, 500));
  const wanted = await inOrder(
    sql`title like '%监理%' and published_at > ${published.after.toISOString()}::timestamptz and published_at <= ${published.until.toISOString()}::timestamptz`,
    500,
  );
  expect(wanted.length).toBeGreaterThan(5);
  expect(span).toMatchObject({ count: wanted.length, notices: wanted.map((number) => ({ number })) });
});
