import { icalendar } from "@/core/ical";
import type { Actor, SiteFacts } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { ownLotIds } from "@/lifecycle/bidding/own-lots";
import type { FeedFacts } from "@/lifecycle/notice/feed";
import { noticesOfLot } from "@/lifecycle/notice/queries";
import { publishedAddresses, searchNotices } from "@/lifecycle/notice/search";
import { filterQuery, type NoticeFilter, withQuery } from "@/lifecycle/notice/search-filter";
import { type LotOfTender, lotsRunBy, lotsWithTender } from "@/lifecycle/tender-project/queries";
import { lotEvents } from "./lot-events";

const FEED_SIZE = 50;

/** The newest notices that a filter lets through, for feeds. A feed is always in the order of publication. */
export async function feedFacts(tx: Tx, site: SiteFacts, base: string, filter: NoticeFilter, path: string) {
  const { after: _place, ...asked } = filter;
  const { notices } = await searchNotices(tx, { ...asked, sort: "newest" }, FEED_SIZE);
  const query = filterQuery({ ...asked, sort: "newest" });
  const facts: FeedFacts = {
    title: `${site.name}公告${asked.words.length ? `：${asked.words.join(" ")}` : ""}`,
    siteName: site.name,
    base,
    listPath: withQuery("/notices", query),
    feedPath: withQuery(path, query),
    notices,
  };
  return facts;
}

const STANDING_PAGES = ["/", "/notices", "/verify", "/about", "/help", "/help/check", "/status"];

/** Everything that may be crawled: the standing pages, and what has been published. */
export async function sitemapEntries(tx: Tx): Promise<{ path: string; at?: Date }[]> {
  const published = await publishedAddresses(tx);
  // Newest first: the first notice of a lot is its latest publication.
  const byLot = new Map<string, Date>();
  for (const { lotCode, at } of published) if (!byLot.has(lotCode)) byLot.set(lotCode, at);
  return [
    ...STANDING_PAGES.map((path) => ({ path })),
    ...[...byLot].map(([code, at]) => ({ path: `/tenders/${code}`, at })),
    ...published.map(({ number, at }) => ({ path: `/notices/${number}`, at })),
  ];
}

/** Calendar of published dates of lots. */
export async function lotCalendar(tx: Tx, name: string, base: string, lots: readonly LotOfTender[]): Promise<string> {
  const events = [];
  for (const each of lots) events.push(...lotEvents(each, await noticesOfLot(tx, each.lot.id), base));
  return icalendar(name, events);
}

/** Published lots in which the actor's organisation takes part itself. */
export async function calendarLots(tx: Tx, actor: Actor): Promise<LotOfTender[]> {
  if (actor.role === "bidder") return lotsWithTender(tx, await ownLotIds(tx, actor));
  return (await lotsRunBy(tx, actor)).filter(({ lot }) => lot.noticePublishedAt);
}
