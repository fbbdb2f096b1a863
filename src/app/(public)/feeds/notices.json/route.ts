import { jsonFeed } from "@/lifecycle/notice/feed";
import { readFilter } from "@/lifecycle/notice/search-filter";
import { asPublic } from "@/server/web/context";
import { baseOf, publicAnswer } from "@/server/web/public-answer";
import { respond } from "@/server/web/respond";
import { feedFacts } from "@/server/web/views/feeds";

/** JSON Feed of notices, with the same filters as the list. */
export const GET = (request: Request) =>
  respond(async () => {
    const filter = readFilter(new URL(request.url).searchParams);
    const base = baseOf(request.headers);
    const facts = await asPublic((tx, { site }) => feedFacts(tx, site, base, filter, "/feeds/notices.json"));
    return publicAnswer(request, JSON.stringify(jsonFeed(facts), null, 2), "application/feed+json; charset=utf-8");
  });
