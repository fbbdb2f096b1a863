import { and, asc, eq, gte, lt, notInArray, notLike, sql } from "drizzle-orm";
import { endOfShanghaiDay, formatDate, shanghai, startOfShanghaiDay } from "@/core/time";
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

/** The five figures of the home page, counted from what is published and from nothing else. Public. */
export async function portalFigures(tx: Tx, now: Date): Promise<PortalFigures> {
  const day = formatDate(now);
  const month = shanghai(`${day.slice(0, 7)}-01`).toISOString();
  const year = shanghai(`${day.slice(0, 4)}-01-01`).toISOString();
  const [published] = await tx
    .select({
      notices: sql<number>`(count(*) filter (where ${notices.publishedAt} >= ${month}::timestamptz))::int`,
      results: sql<number>`(count(*) filter (where ${notices.kind} = 'result' and ${notices.publishedAt} >= ${month}::timestamptz))::int`,
      // The twin of a result carries its price as the page prints it.
      awarded: sql<string>`coalesce(sum(nullif(regexp_replace(${notices.fields} ->> 'winningPrice', '[^0-9.]', '', 'g'), '')::numeric * 100)
        filter (where ${notices.kind} = 'result'), 0)::bigint::text`,
    })
    .from(notices)
    .where(gte(notices.publishedAt, sql`${year}::timestamptz`));
  const [selling] = await tx
    .select({ n: sql<number>`count(*)::int` })
    .from(lots)
    .where(
      and(
        eq(lots.state, "T1"),
        sql`${lots.flags} = '[]'::jsonb`,
        sql`${lots.saleStart} <= ${now.toISOString()}::timestamptz and ${lots.saleEnd} > ${now.toISOString()}::timestamptz`,
      ),
    );
  const [opening] = await tx.select({ n: sql<number>`count(*)::int` }).from(lots).where(openingOn(now));
  return {
    noticesThisMonth: published!.notices,
    lotsOnSale: selling!.n,
    openingsToday: opening!.n,
    resultsThisMonth: published!.results,
    awardedFen: BigInt(published!.awarded),
  };
}
