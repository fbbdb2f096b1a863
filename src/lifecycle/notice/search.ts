import { and, asc, desc, eq, gt, gte, isNotNull, lt, lte, type SQL, sql } from "drizzle-orm";
import { addDays } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { lots } from "@/lifecycle/lot/tables";
import { AMOUNT_BANDS, type NoticeFilter } from "./search-filter";
import { notices, noticeWords } from "./tables";

/** Counting stops here: whoever has more results narrows the search. */
const COUNTED = 1000;
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

function conditions(filter: NoticeFilter, now: Date): SQL[] {
  const { kind, region, subject, amount, due, sort } = filter;
  const found: SQL[] = [isNotNull(notices.publishedAt)];
  // The index finds what has all the pairs; whether they stand side by side is looked up in the text.
  for (const word of filter.words)
    found.push(
      sql`${noticeWords.grams} @> xb_grams(${word})`,
      sql`position(xb_fold(${word}) in ${noticeWords.text}) > 0`,
    );
  if (kind) found.push(eq(notices.kind, kind));
  if (region) found.push(sql`starts_with(${noticeWords.regionCode}, ${region})`);
  if (subject) found.push(eq(noticeWords.subject, subject));
  const band = amount ? AMOUNT_BANDS[amount] : undefined;
  if (band) found.push(gte(noticeWords.ceilingFen, band.from));
  if (band?.to !== undefined) found.push(lt(noticeWords.ceilingFen, band.to));
  if (due === "past") found.push(lte(lots.bidDeadline, now));
  else if (due) found.push(gt(lots.bidDeadline, now), lte(lots.bidDeadline, addDays(now, Number(due))));
  if (filter.published)
    found.push(gt(notices.publishedAt, filter.published.after), lte(notices.publishedAt, filter.published.until));
  if (sort === "deadline") found.push(gt(lots.bidDeadline, now));
  return found;
}

/**
 * Published notices that a filter lets through, a page at a time. The place in the list is the last row's own published
 * time and number, so that it tells nothing but what the reader has read.
 */
export async function searchNotices(tx: Tx, filter: NoticeFilter, size = PAGE_SIZE): Promise<FoundPage> {
  const now = await legalNow(tx);
  const wanted = conditions(filter, now);
  const sortedBy = filter.sort === "deadline" ? lots.bidDeadline : notices.publishedAt;
  const { after } = filter;
  const place = after && [
    filter.sort === "deadline"
      ? sql`(${sortedBy}, ${notices.number}) > (${after.at.toISOString()}::timestamptz, ${after.number})`
      : sql`(${sortedBy}, ${notices.number}) < (${after.at.toISOString()}::timestamptz, ${after.number})`,
  ];
  const order = filter.sort === "deadline" ? asc : desc;
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
    .innerJoin(noticeWords, eq(noticeWords.noticeId, notices.id))
    .innerJoin(lots, eq(lots.id, notices.lotId))
    .where(and(...wanted, ...(place ?? [])))
    .orderBy(order(sortedBy), order(notices.number))
    .limit(size + 1);
  const counted = tx
    .select({ one: sql`1` })
    .from(notices)
    .innerJoin(noticeWords, eq(noticeWords.noticeId, notices.id))
    .innerJoin(lots, eq(lots.id, notices.lotId))
    .where(and(...wanted))
    .limit(COUNTED + 1)
    .as("counted");
  const [total] = await tx.select({ n: sql<number>`count(*)::int` }).from(counted);
  const shown = rows.slice(0, size).map((row) => ({ ...row, publishedAt: row.publishedAt! }));
  const last = rows.length > size ? shown.at(-1) : undefined;
  const end = last && (filter.sort === "deadline" ? last.deadline! : last.publishedAt);
  return {
    notices: shown,
    ...(last && end ? { next: `${end.getTime()}~${last.number}` } : {}),
    count: Math.min(total!.n, COUNTED),
    more: total!.n > COUNTED,
  };
}

/** Regions in which notices have been published, for the choice of one. */
export async function noticeRegions(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ code: noticeWords.regionCode })
    .from(notices)
    .innerJoin(noticeWords, eq(noticeWords.noticeId, notices.id))
    .orderBy(noticeWords.regionCode);
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
