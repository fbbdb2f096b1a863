import { and, gt, gte, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type HitBlock, hitsAmong, marked, placesIn, readPlaces, without } from "./posting-bits";
import { AMOUNT_BANDS, type NoticeFilter } from "./search-filter";
import { noticeWords } from "./tables";

/**
 * Which notices a filter lets through, among a million of them. Of each gram the postings say which notices hold it: the
 * bits of all that is asked for, laid over one another, are the hits of a block, counted as a whole and read from the
 * newest. What the bits do not tell is read from the notice: whether a long word stands there in one piece, and its
 * deadline. The few notices that have no place yet are looked at one by one.
 */
export interface Places {
  /** Places, and notices without one: together no less than a page and one more, when there are so many. */
  readonly places: readonly number[];
  readonly ids: readonly string[];
  /** How many there are in all; what is beyond `most` may be left out. */
  readonly count: number;
}

interface Question {
  readonly tx: Tx;
  /** Grams that a notice must have, as the database cuts them. */
  readonly grams: SQL;
  /** What the text tells and the bits do not; absent when they tell all. */
  readonly rest: SQL | undefined;
  /** Notices that are not wanted for their deadline, and the only ones that are. */
  readonly open: readonly SQL[] | undefined;
  readonly window: SQL | undefined;
  /** Everything, read from the row itself. */
  readonly matches: SQL;
  readonly published: NoticeFilter["published"];
  /** Where the page begins, and the order in which it goes on. */
  readonly before: SQL | undefined;
  readonly order: SQL;
  readonly size: number;
  readonly most: number;
}

const ours = sql`${noticeWords.ofSite} = (select xb_site())`;
const newest = sql`order by ${noticeWords.publishedAt} desc, ${noticeWords.number} desc`;
/** Characters of the longest gram. */
const GRAM = 4;

/** @param size - notices of a page  @param most - how far they are counted */
export async function placesOf(tx: Tx, filter: NoticeFilter, size: number, most: number): Promise<Places> {
  const { words, kind, region, subject, amount, published, due, sort, after } = filter;
  const facets = [kind, region, subject, amount && `band${amount}`].filter(Boolean).map((facet) => ` ${facet}`);
  const now = due || sort === "deadline" ? await legalNow(tx) : undefined;
  const { deadline, publishedAt, number } = noticeWords;
  const bounds = [
    ...(due === "past" ? [lte(deadline, now!)] : []),
    ...(due && due !== "past" ? [gt(deadline, now!), lte(deadline, addDays(now!, Number(due)))] : []),
    ...(sort === "deadline" ? [gt(deadline, now!)] : []),
    ...(published ? [gt(publishedAt, published.after), lte(publishedAt, published.until)] : []),
  ];
  const says = (word: string) => sql`position(xb_fold(${word}) in ${noticeWords.text}) > 0`;
  const at = after && sql`(${after.at.toISOString()}::timestamptz, ${after.number})`;
  const long = words.filter((word) => [...word.normalize("NFKC").toLowerCase()].length > GRAM);
  const question: Question = {
    tx,
    grams: sql.join([...words.map((word) => sql`xb_word_grams(${word})`), sql`${pgArray(facets)}::text[]`], sql` || `),
    rest: and(...long.map(says)),
    open: due === "past" ? [gt(deadline, now!), isNull(deadline)] : undefined,
    window: sort === "deadline" || (due && due !== "past") ? and(...bounds) : undefined,
    matches: sql`${and(sql`true`, ...words.map(says), ...facetsItself(filter), ...bounds)}`,
    published,
    before:
      at && (sort === "deadline" ? sql`(${deadline}, ${number}) > ${at}` : sql`(${publishedAt}, ${number}) < ${at}`),
    order: sort === "deadline" ? sql`order by deadline, number` : newest,
    size,
    most,
  };
  return sort === "deadline" ? byDeadline(question) : byGrams(question);
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
  const { rest, open, window, published, size, most } = question;
  const skipped =
    open && marked((await Promise.all(open.map((is) => placesWhere(question, is)))).flatMap((of) => of.places));
  const only = window && (await placesWhere(question, window)).places;
  const beyond = skipped?.count ?? 0;
  const told = !rest && !open && !window && !published;
  const { blocks, ids, unplaced, from, until, below } = await hits(question, {
    size: size + beyond,
    most: rest || published || window ? undefined : most + beyond,
    ofEvery: !told,
    above: least(only),
  });
  const wanted = only && [...only].sort((a, b) => b - a);
  const first = (many: number, last: number) =>
    kept(
      question,
      wanted
        ? hitsAmong(
            wanted.filter((place) => place <= last),
            blocks,
          )
        : placesIn(skipped ? without(blocks, skipped) : blocks, from, last),
      many,
    );
  const places = await first(size + 1, Math.min(until, below));
  const counted = told ? blocks.reduce((sum, { hits }) => sum + hits, 0) : (await first(most + 1, until)).length;
  return { places, ids, count: unplaced + counted };
}

/** Those whose deadline lies ahead, the nearest first: they are few, and among the newest. */
async function byDeadline(question: Question): Promise<Places> {
  const { size, most, window, before } = question;
  const { places: ahead, passed } = await placesWhere(question, window!, before);
  const { blocks, ids, unplaced } = await hits(
    { ...question, published: undefined },
    { size: 0, most: undefined, ofEvery: true, above: least(ahead) },
  );
  const places = await kept(question, hitsAmong(ahead.slice(passed), blocks), size + 1);
  const counted = (await kept(question, hitsAmong(ahead, blocks), most + 1)).length;
  return { places, ids, count: unplaced + counted };
}

/** The oldest of some places, before which nothing is asked for. */
const least = (places: readonly number[] | undefined): number =>
  places ? places.reduce((low, place) => Math.min(low, place), LAST) : 0;

const LAST = Number.MAX_SAFE_INTEGER;

interface Hits {
  /** Newest first. */
  readonly blocks: readonly HitBlock[];
  /** Notices without a place: those of the page, and how many there are. */
  readonly ids: readonly string[];
  readonly unplaced: number;
  /** First and last place of the span that is asked for, and the last one of the page. */
  readonly from: number;
  readonly until: number;
  readonly below: number;
}

/** One statement tells all, so that no notice gets its place in between. */
async function hits(
  { tx, grams, matches, published, before, order, size: page }: Question,
  { size, most, ofEvery, above }: { size: number; most: number | undefined; ofEvery: boolean; above: number },
): Promise<Hits> {
  const place = (condition: SQL, order: SQL, otherwise: number) => sql`coalesce((select place from ${noticeWords}
    where ${ours} and place is not null and ${condition} ${order} limit 1), ${otherwise}::bigint)`;
  const oldest = sql`order by ${noticeWords.publishedAt}, ${noticeWords.number}`;
  const rows = await tx.execute<Record<string, unknown>>(sql`
    with unplaced as materialized (
      select notice_id, published_at, deadline, number from ${noticeWords} where ${ours} and place is null and ${matches}),
    known as materialized (select
      ${published ? place(gt(noticeWords.publishedAt, published.after), oldest, LAST) : sql`0`} as "from",
      ${published ? place(lte(noticeWords.publishedAt, published.until), newest, -1) : sql`${LAST}::bigint`} as until,
      ${before && order === newest ? place(before, newest, -1) : sql`${LAST}::bigint`} as below,
      (select count(*)::int from unplaced) as unplaced,
      array(select notice_id from unplaced as notice_words where ${before ?? sql`true`} ${order} limit ${page + 1}) as ids)
    select known.*, h.* from known left join lateral xb_hits(${grams}, ${most ?? null}::integer, ${size}, ${above}::bigint, below, ${ofEvery}) h on true`);
  const known = rows[0]!;
  return {
    blocks: rows.filter(({ block }) => block !== null) as unknown as HitBlock[],
    ids: known.ids as string[],
    unplaced: known.unplaced as number,
    from: Number(known.from),
    until: Number(known.until),
    below: Number(known.below),
  };
}

/**
 * Places of notices by their deadline, in its order, read from the index alone; how many of them come before a page begins.
 */
async function placesWhere(
  { tx }: Question,
  condition: SQL,
  from?: SQL,
): Promise<{ places: readonly number[]; passed: number }> {
  const [row] = await tx.execute<{ places: Uint8Array | null; passed: number }>(sql`
    select string_agg(int8send(place), '' order by deadline, number) as places,
      count(*) filter (where ${from ? sql`not ${from}` : sql`false`})::int as passed
    from ${noticeWords} where ${ours} and place is not null and ${condition}`);
  return { places: readPlaces(row!.places ?? new Uint8Array()), passed: row!.passed };
}

/** The first `wanted` of places whose notices fulfil what the bits do not tell: nearly all do. */
async function kept({ tx, rest }: Question, places: Iterable<number>, wanted: number): Promise<number[]> {
  const found: number[] = [];
  let some: number[] = [];
  let many = rest ? wanted + (wanted >> 3) : wanted;
  const look = async () => {
    found.push(...(rest && some.length ? await fulfilling(tx, some, rest) : some));
    some = [];
    many *= 2;
  };
  for (const place of places) {
    some.push(place);
    if (some.length < many) continue;
    await look();
    if (found.length >= wanted) return found.slice(0, wanted);
  }
  await look();
  return found.slice(0, wanted);
}

async function fulfilling(tx: Tx, places: readonly number[], rest: SQL): Promise<number[]> {
  const [row] = await tx.execute<{ places: string | null }>(sql`
    select string_agg(place::text, ',' order by place desc) as places from ${noticeWords}
    where place = any(${`{${places}}`}::bigint[]) and ${rest}`);
  return row!.places?.split(",").map(Number) ?? [];
}

/** A text array as the database reads it; facets hold letters, digits and hyphens only. */
const pgArray = (texts: readonly string[]): string => `{${texts.map((text) => `"${text}"`).join(",")}}`;
