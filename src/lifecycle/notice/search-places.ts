import { and, gt, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { frequencyOf, gramsOfWord } from "./gram-statistics";
import { AMOUNT_BANDS, type NoticeFilter } from "./search-filter";
import { noticeWords } from "./tables";

/**
 * Where the notices stand that a filter lets through, among a million of them. What is rare is looked up in the index of
 * grams as a whole and sorted; what is common is met soon by who walks through the list from its newest; what is neither,
 * or was common long ago, is looked up month by month. The planner takes all words for the same, so the way is chosen
 * here, by how often their grams occur. A condition in `is true` is hidden from the indexes.
 */
export interface Places {
  /** Those of a page, one more than it shows when there is one. */
  readonly ids: readonly string[];
  /** How many there are in all; one more than `most` when there are more. */
  readonly count: number;
}

/** What may be in so many notices is looked up as a whole. */
const RARE = 5_000;
/** What is likely to be in this share of all fills a page soon for who walks; what is in that one, a count of a few months. */
const WALKABLE = 1 / 20;
const COMMON = 1 / 100;
const WALKED = 1_000;
const COUNTED_MONTHS = 6;

interface Question {
  readonly tx: Tx;
  /** Grams that a notice must have: of each word and facet, and all as the database cuts them. */
  readonly grams: readonly (readonly string[])[];
  readonly cut: SQL;
  /** What else it must fulfil. */
  readonly rest: SQL;
  /** Everything, read from the row itself: cheaper than its grams for who walks. */
  readonly matches: SQL;
  readonly place: SQL;
  readonly size: number;
  readonly most: number;
}
type Ids = Promise<string[]>;

const ours = sql`${noticeWords.ofSite} = xb_site()`;
const newest = sql`order by ${noticeWords.publishedAt} desc, ${noticeWords.number} desc`;

/** @param size - notices of a page  @param most - how far they are counted */
export async function placesOf(tx: Tx, filter: NoticeFilter, size: number, most: number): Promise<Places> {
  const { words, kind, region, subject, amount, published, due, sort, after } = filter;
  const facets = [kind, region, subject, amount && `band${amount}`].filter(Boolean).map((facet) => `=${facet}=`);
  const now = due || sort === "deadline" ? await legalNow(tx) : undefined;
  const { deadline, publishedAt, number } = noticeWords;
  const bounds = [
    ...(due === "past" ? [lte(deadline, now!)] : []),
    ...(due && due !== "past" ? [gt(deadline, now!), lte(deadline, addDays(now!, Number(due)))] : []),
    ...(sort === "deadline" ? [gt(deadline, now!)] : []),
    ...(published ? [gt(publishedAt, published.after), lte(publishedAt, published.until)] : []),
  ];
  const says = (word: string) => sql`position(xb_fold(${word}) in ${noticeWords.text}) > 0`;
  const itself = [...words.map(says), ...facetsItself(filter)];
  const at = after && sql`(${after.at.toISOString()}::timestamptz, ${after.number})`;
  const question: Question = {
    tx,
    grams: [...words.map(gramsOfWord), ...facets.map((facet) => [facet])],
    cut: sql`(${sql.join([...words.map((word) => sql`xb_word_grams(${word})`), sql`${pgArray(facets)}::text[]`], sql` || `)})`,
    // The index finds what has all grams; whether more than one stand side by side is looked up in the text.
    rest: sql`${and(sql`true`, ...words.filter((word) => gramsOfWord(word).length > 1).map(says), ...bounds)}`,
    matches: sql`(${and(sql`true`, ...itself)}) is true`,
    place: at ? sql`(${publishedAt}, ${number}) < ${at}` : sql`true`,
    size,
    most,
  };
  const windowed = sort === "deadline" || (due && due !== "past");
  if (windowed) return inWindow(question, and(...bounds)!, sort === "deadline", at);
  if (question.grams.length && !published) return byGrams(question);
  const within = sql`${and(sql`true`, ...bounds)}`;
  const [ids, count] = await Promise.all([walk(question, within), walkedCount(question, within)]);
  return { ids, count };
}

function facetsItself({ kind, region, subject, amount }: NoticeFilter): SQL[] {
  const band = amount ? AMOUNT_BANDS[amount] : undefined;
  return [
    ...(kind ? [sql`${noticeWords.kind} = ${kind}`] : []),
    ...(region ? [sql`starts_with(${noticeWords.regionCode}, ${region})`] : []),
    ...(subject ? [sql`${noticeWords.subject} = ${subject}`] : []),
    ...(band ? [gte(noticeWords.ceilingFen, band.from)] : []),
    ...(band?.to !== undefined ? [lt(noticeWords.ceilingFen, band.to)] : []),
  ];
}

async function byGrams(question: Question): Promise<Places> {
  const { tx, grams, cut, rest, most, size } = question;
  const { rows, most: atMost, likely } = await frequencyOf(tx, grams);
  const rare = atMost <= RARE;
  // Whoever needs a few rows only would read the table from its beginning, the planner thinks: from the oldest.
  const planned = rare ? undefined : tx.execute(sql`select set_config('enable_seqscan', 'off', true)`).then(() => {});
  if (!rare && likely >= rows * COMMON) {
    // One connection answers one after another; asked together, nobody waits for the way in between.
    const [recent, met] = await Promise.all([
      held(question, byMonth(question, { months: COUNTED_MONTHS, limit: most + 1 })),
      likely >= rows * WALKABLE ? walk(question, rest, WALKED) : [],
      planned,
    ]);
    if (recent.count > most) return { ids: met.length > size ? met : await monthly(question), count: recent.count };
  }
  await planned;
  const all = await held(
    question,
    sql`select notice_id, published_at, number from ${noticeWords} where grams @> ${cut} and ${rest} and (${ours}) is true
      ${rare ? sql`` : sql`limit ${most + 1}`}`,
  );
  return rare || all.count <= most ? all : { ids: await monthly(question), count: all.count };
}

/** The page among what a query finds: the right one when it finds all. */
async function held({ tx, place, size }: Question, found: SQL): Promise<Places> {
  const [row] = await tx.execute<{ count: number; ids: string[] }>(sql`
    with held as materialized (${found})
    select (select count(*)::int from held) as count,
      array(select notice_id from held as notice_words where ${place} ${newest} limit ${size + 1}) as ids`);
  return row!;
}

/** Looks months up one after another, the newest first, until there are enough. */
const byMonth = (
  { cut, rest }: Question,
  { limit, months, from = sql`true`, sorted = sql`` }: { limit: number; months?: number; from?: SQL; sorted?: SQL },
): SQL => sql`
  select found.* from (select
      (select date_trunc('month', min(published_at) at time zone 'Asia/Shanghai') from ${noticeWords} where ${ours}) as first,
      (select date_trunc('month', max(published_at) at time zone 'Asia/Shanghai') from ${noticeWords} where ${ours} and ${from}) as last) as span
    cross join lateral generate_series(last, ${months ? sql`greatest(first, last - ${months - 1} * interval '1 month')` : sql`first`}, interval '-1 month') as month
    cross join lateral (select notice_id, published_at, number from ${noticeWords}
      where grams @> (${cut} || to_char(month, '"="YYYY-MM"="')) and ${rest} and (${ours} and ${from}) is true ${sorted}) as found
  limit ${limit}`;

async function monthly(question: Question): Ids {
  const limit = question.size + 1;
  const sorted = sql`${newest} limit ${limit}`;
  return idsOf(await question.tx.execute(byMonth(question, { limit, from: question.place, sorted })));
}

const idsOf = (rows: readonly Record<string, unknown>[]): string[] => rows.map((row) => row.notice_id as string);

/** Walks through the list from the newest, through `rows` at most. */
async function walk({ tx, matches, place, size }: Question, within: SQL, rows?: number): Ids {
  const list = sql`from ${noticeWords} where ${ours} and ${within} and ${place}`;
  return idsOf(
    await tx.execute(
      rows
        ? sql`select notice_id from (select notice_id, ${matches} as hit ${list} ${newest} limit ${rows}) as walked where hit limit ${size + 1}`
        : sql`select notice_id ${list} and ${matches} ${newest} limit ${size + 1}`,
    ),
  );
}

async function walkedCount({ tx, matches, most }: Question, within: SQL): Promise<number> {
  const [counted] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from (select 1 from ${noticeWords} where ${ours} and ${within} and ${matches} ${newest} limit ${most + 1}) as counted`);
  return counted!.n;
}

/** Those whose deadline lies ahead are few: all are looked at. */
async function inWindow(question: Question, window: SQL, byDeadline: boolean, at: SQL | undefined): Promise<Places> {
  const { tx, matches, place, size, most } = question;
  const order = byDeadline ? sql`order by deadline, number` : newest;
  const from = byDeadline ? (at ? sql`(deadline, number) > ${at}` : sql`true`) : place;
  const [held] = await tx.execute<{ n: number; ids: string[] }>(sql`
    with held as materialized (
      select notice_id, published_at, deadline, number from ${noticeWords} where ${ours} and ${window} and ${matches})
    select (select count(*)::int from (select 1 from held limit ${most + 1}) as counted) as n,
      array(select notice_id from held as notice_words where ${from} ${order} limit ${size + 1}) as ids`);
  return { ids: held!.ids, count: held!.n };
}

/** A text array as the database reads it; facets hold letters, digits and hyphens only. */
const pgArray = (texts: readonly string[]): string => `{${texts.map((text) => `"${text}"`).join(",")}}`;
