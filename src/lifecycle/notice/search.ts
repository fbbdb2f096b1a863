import { and, asc, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";
import { lots } from "@/lifecycle/lot/tables";
import type { NoticeFilter } from "./search-filter";
import { placesOf } from "./search-places";
import { notices, noticeWords } from "./tables";

/** Counting stops here: whoever has more results narrows the search. */
const COUNTED = 500;
export const PAGE_SIZE = 20;

export interface FoundNotice {
  readonly number: string;
  readonly title: string;
  readonly kind: string;
  readonly publishedAt: Date;
  readonly lotCode: string;
  readonly deadline: Date | null;
  readonly fields: Readonly<Record<string, string>>;
}

export interface FoundPage {
  readonly notices: readonly FoundNotice[];
  /** Value of `after` for the page that follows; absent on the last one. */
  readonly next?: string;
  readonly count: number;
  /** There are more than are counted. */
  readonly more: boolean;
}

/**
 * Published notices that a filter lets through, a page at a time. The place in the list is the last row's own published
 * time and number, so that it tells nothing but what the reader has read.
 */
export async function searchNotices(tx: Tx, filter: NoticeFilter, size = PAGE_SIZE): Promise<FoundPage> {
  const byDeadline = filter.sort === "deadline";
  const places = await placesOf(tx, filter, size, COUNTED);
  const order = byDeadline ? asc : desc;
  const sortedBy = byDeadline ? lots.bidDeadline : notices.publishedAt;
  const found = sql`select notice_id from ${noticeWords} where place = any(${`{${places.places}}`}::bigint[])
    union all select unnest(${`{${places.ids}}`}::uuid[])`;
  const rows = await tx
    .select({
      number: notices.number,
      title: notices.title,
      kind: notices.kind,
      publishedAt: notices.publishedAt,
      lotCode: lots.code,
      deadline: lots.bidDeadline,
      fields: notices.fields,
    })
    .from(notices)
    .innerJoin(lots, eq(lots.id, notices.lotId))
    .where(and(isNotNull(notices.publishedAt), sql`${notices.id} = any(array(${found}))`))
    .orderBy(order(sortedBy), order(notices.number))
    .limit(size + 1);
  const shown = rows.slice(0, size).map((row) => ({ ...row, publishedAt: row.publishedAt! }));
  const last = rows.length > size ? shown.at(-1) : undefined;
  const end = last && (byDeadline ? last.deadline! : last.publishedAt);
  return {
    notices: shown,
    ...(last && end ? { next: `${end.getTime()}~${last.number}` } : {}),
    count: Math.min(places.count, COUNTED),
    more: places.count > COUNTED,
  };
}

/** Regions in which notices have been published, for the choice of one: from each the index leaps to the next. */
export async function noticeRegions(tx: Tx): Promise<string[]> {
  const rows = await tx.execute<{ code: string }>(sql`
    with recursive regions (code) as (
      select min(region_code) from notice_words where of_site = xb_site()
      union all
      select (select min(w.region_code) from notice_words w where w.of_site = xb_site() and w.region_code > r.code)
      from regions r where r.code is not null)
    select code from regions where code is not null`);
  return rows.map(({ code }) => code);
}

/** Sitemaps hold at most 50,000 addresses (sitemaps.org); two are used for a notice and its lot. */
const MAPPED = 24_000;

/** Numbers of the newest published notices, with their lots: what may be crawled. Public. */
export async function publishedAddresses(tx: Tx): Promise<{ number: string; lotCode: string; at: Date }[]> {
  const rows = await tx
    .select({ number: notices.number, lotCode: lots.code, at: notices.publishedAt })
    .from(notices)
    .innerJoin(lots, eq(lots.id, notices.lotId))
    .where(isNotNull(notices.publishedAt))
    .orderBy(desc(notices.publishedAt), desc(notices.number))
    .limit(MAPPED);
  return rows.map((row) => ({ ...row, at: row.at! }));
}
