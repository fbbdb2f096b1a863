import { and, asc, eq, gte, lt, notInArray, notLike, sql } from "drizzle-orm";
import { addHours, endOfShanghaiDay, formatDate, shanghai, startOfShanghaiDay } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { lots } from "@/lifecycle/lot/tables";
import { tenderProjects } from "@/lifecycle/tender-project/tables";
import { notices } from "./tables";

/** Ended by the tenderer or declared void: there is nothing to open. */
const CALLED_OFF = ["F3", "F4"];

export interface OpeningToday {
  readonly code: string;
  readonly name: string;
  readonly at: Date;
}

const openingOn = (now: Date) =>
  and(
    notLike(lots.state, "D%"),
    notInArray(lots.state, CALLED_OFF),
    gte(lots.bidDeadline, startOfShanghaiDay(now)),
    lt(lots.bidDeadline, endOfShanghaiDay(now)),
  );

/** Lots whose published opening is today, in the order of time. Whether bids came plays no part. Public. */
export async function openingsToday(tx: Tx, now: Date): Promise<OpeningToday[]> {
  const rows = await tx
    .select({ code: lots.code, lot: lots.name, tender: tenderProjects.name, at: lots.bidDeadline })
    .from(lots)
    .innerJoin(tenderProjects, eq(tenderProjects.id, lots.tenderProjectId))
    .where(openingOn(now))
    .orderBy(asc(lots.bidDeadline), asc(lots.code))
    .limit(200);
  return rows.map(({ code, lot, tender, at }) => ({ code, name: `${tender} ${lot}`, at: at! }));
}

export interface PortalFigures {
  readonly noticesThisMonth: number;
  readonly lotsOnSale: number;
  readonly openingsToday: number;
  readonly resultsThisMonth: number;
  /** Sum of the winning prices in this year's published results. */
  readonly awardedFen: bigint;
}

interface Published {
  readonly noticesThisMonth: number;
  readonly resultsThisMonth: number;
  readonly awardedFen: bigint;
}

/** What was published from an instant on, up to another; `now` tells which month counts. */
async function publishedIn(tx: Tx, now: Date, from: Date, to?: Date): Promise<Published> {
  const month = shanghai(`${formatDate(now).slice(0, 7)}-01`).toISOString();
  const [sums] = await tx
    .select({
      notices: sql<number>`(count(*) filter (where ${notices.publishedAt} >= ${month}::timestamptz))::int`,
      results: sql<number>`(count(*) filter (where ${notices.kind} = 'result' and ${notices.publishedAt} >= ${month}::timestamptz))::int`,
      // The twin of a result carries its price as the page prints it.
      awarded: sql<string>`coalesce(sum(nullif(regexp_replace(${notices.fields} ->> 'winningPrice', '[^0-9.]', '', 'g'), '')::numeric * 100)
        filter (where ${notices.kind} = 'result'), 0)::bigint::text`,
    })
    .from(notices)
    .where(and(gte(notices.publishedAt, from), to && lt(notices.publishedAt, to)));
  return { noticesThisMonth: sums!.notices, resultsThisMonth: sums!.results, awardedFen: BigInt(sums!.awarded) };
}

/** What lies so far back is counted once an hour. No act takes so long to commit: nothing joins it later. */
const SETTLED_HOURS = 1;
const settled = new Map<string, { readonly until: number; readonly sums: Published }>();

/** What was published this year: what is settled is kept, and what came since is counted. */
async function publishedThisYear(tx: Tx, siteId: string, now: Date): Promise<Published> {
  const year = shanghai(`${formatDate(now).slice(0, 4)}-01-01`);
  const hour = new Date(now.getTime() - (now.getTime() % 3_600_000));
  const until = new Date(Math.max(year.getTime(), addHours(hour, -SETTLED_HOURS).getTime()));
  const kept = settled.get(siteId);
  const before = kept?.until === until.getTime() ? kept.sums : await publishedIn(tx, now, year, until);
  settled.set(siteId, { until: until.getTime(), sums: before });
  const since = await publishedIn(tx, now, until);
  return {
    noticesThisMonth: before.noticesThisMonth + since.noticesThisMonth,
    resultsThisMonth: before.resultsThisMonth + since.resultsThisMonth,
    awardedFen: before.awardedFen + since.awardedFen,
  };
}

/** The five figures of the home page of a site, counted from what is published and from nothing else. Public. */
export async function portalFigures(tx: Tx, siteId: string, now: Date): Promise<PortalFigures> {
  const selling = tx
    .select({ n: sql<number>`count(*)::int` })
    .from(lots)
    .where(
      and(
        eq(lots.state, "T1"),
        sql`${lots.flags} = '[]'::jsonb`,
        sql`${lots.saleStart} <= ${now.toISOString()}::timestamptz and ${lots.saleEnd} > ${now.toISOString()}::timestamptz`,
      ),
    );
  const opening = tx.select({ n: sql<number>`count(*)::int` }).from(lots).where(openingOn(now));
  const [published, [onSale], [today]] = await Promise.all([publishedThisYear(tx, siteId, now), selling, opening]);
  return { ...published, lotsOnSale: onSale!.n, openingsToday: today!.n };
}
