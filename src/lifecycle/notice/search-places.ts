import { and, gt, gte, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { type HitBlock, type Marked, marked, placesIn, without } from "./posting-bits";
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
  /** Notices that are not wanted for their deadline. */
  readonly open: SQL | undefined;
  /** Everything, read from the row itself. */
  readonly matches: SQL;
  readonly published: NoticeFilter["published"];
  /** Where the page begins. */
  readonly before: SQL | undefined;
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
  const matches = sql`${and(sql`true`, ...words.map(says), ...facetsItself(filter), ...bounds)}`;
  const at = after && sql`(${after.at.toISOString()}::timestamptz, ${after.number})`;
  const before = at && sql`(${publishedAt}, ${number}) < ${at}`;
  if (sort === "deadline" || (due && due !== "past"))
    return inWindow({ tx, matches, before, size, most }, and(...bounds)!, sort === "deadline", at);
  const long = words.filter((word) => [...word.normalize("NFKC").toLowerCase()].length > GRAM);
  return byGrams({
    tx,
    grams: sql.join([...words.map((word) => sql`xb_word_grams(${word})`), sql`${pgArray(facets)}::text[]`], sql` || `),
    rest: and(...long.map(says)),
    open: due === "past" ? sql`(${gt(deadline, now!)} or ${isNull(deadline)})` : undefined,
    matches,
    published,
    before,
    size,
    most,
  });
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
  const { rest, open, published, size, most } = question;
  const skipped = open && (await placesOfOpen(question, open));
  const beyond = skipped?.count ?? 0;
  const told = !rest && !open && !published;
  const { blocks, ids, unplaced, from, until, below } = await hits(question, {
    size: size + beyond,
    most: rest || published ? undefined : most + beyond,
    ofEvery: !told,
  });
  const first = (wanted: number, last: number) =>
    kept(question, placesIn(skipped ? without(blocks, skipped) : blocks, from, last), wanted);
  const places = await first(size + 1, Math.min(until, below));
  const counted = told ? blocks.reduce((sum, { hits }) => sum + hits, 0) : (await first(most + 1, until)).length;
  return { places, ids, count: unplaced + counted };
}

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
  { tx, grams, matches, published, before }: Question,
  { size, most, ofEvery }: { size: number; most: number | undefined; ofEvery: boolean },
): Promise<Hits> {
  const place = (condition: SQL, order: SQL, otherwise: number) => sql`coalesce((select place from ${noticeWords}
    where ${ours} and place is not null and ${condition} ${order} limit 1), ${otherwise}::bigint)`;
  const oldest = sql`order by ${noticeWords.publishedAt}, ${noticeWords.number}`;
  const rows = await tx.execute<Record<string, unknown>>(sql`
    with unplaced as materialized (
      select notice_id, published_at, number from ${noticeWords} where ${ours} and place is null and ${matches}),
    known as materialized (select
      ${published ? place(gt(noticeWords.publishedAt, published.after), oldest, LAST) : sql`0`} as "from",
      ${published ? place(lte(noticeWords.publishedAt, published.until), newest, -1) : sql`${LAST}::bigint`} as until,
      ${before ? place(before, newest, -1) : sql`${LAST}::bigint`} as below,
      (select count(*)::int from unplaced) as unplaced,
      array(select notice_id from unplaced as notice_words where ${before ?? sql`true`} ${newest} limit ${size + 1}) as ids)
    select known.*, h.* from known left join lateral xb_hits(${grams}, ${most ?? null}::integer, ${size}, below, ${ofEvery}) h on true`);
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

/** Notices whose deadline is not past are few, and among the newest. */
async function placesOfOpen({ tx }: Question, open: SQL): Promise<Marked> {
  const [row] = await tx.execute<{ places: Uint8Array | null }>(
    sql`select string_agg(int8send(place), '') as places from ${noticeWords} where ${ours} and ${open}`,
  );
  return marked(row!.places ?? new Uint8Array());
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

/** Those whose deadline lies ahead are few: all are looked at. */
async function inWindow(
  { tx, matches, before, size, most }: Pick<Question, "tx" | "matches" | "before" | "size" | "most">,
  window: SQL,
  byDeadline: boolean,
  at: SQL | undefined,
): Promise<Places> {
  const order = byDeadline ? sql`order by deadline, number` : newest;
  const from = byDeadline ? at && sql`(deadline, number) > ${at}` : before;
  const [held] = await tx.execute<{ n: number; ids: string[] }>(sql`
    with held as materialized (
      select notice_id, published_at, deadline, number from ${noticeWords} where ${ours} and ${window} and ${matches})
    select (select count(*)::int from (select 1 from held limit ${most + 1}) as counted) as n,
      array(select notice_id from held as notice_words where ${from ?? sql`true`} ${order} limit ${size + 1}) as ids`);
  return { places: [], ids: held!.ids, count: held!.n };
}

/** A text array as the database reads it; facets hold letters, digits and hyphens only. */
const pgArray = (texts: readonly string[]): string => `{${texts.map((text) => `"${text}"`).join(",")}}`;
