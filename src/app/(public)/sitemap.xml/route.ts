import { sitemap } from "@/lifecycle/notice/feed";
import { asPublic } from "@/server/web/context";
import { baseOf, publicAnswer } from "@/server/web/public-answer";
import { respond } from "@/server/web/respond";
import { sitemapEntries } from "@/server/web/views/feeds";

/** Addresses that may be crawled. */
export const GET = (request: Request) =>
  respond(async () => {
    const entries = await asPublic((tx) => sitemapEntries(tx));
    return publicAnswer(request, sitemap(baseOf(request.headers), entries), "application/xml; charset=utf-8");
  });
