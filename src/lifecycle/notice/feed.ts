import { xmlText } from "@/core/markup";
import { noticeBody } from "./fields";
import type { FoundNotice } from "./search";
import { NOTICE_KINDS } from "./search-filter";

export interface FeedFacts {
  readonly title: string;
  readonly siteName: string;
  /** `https://host`, without a slash at the end. */
  readonly base: string;
  /** Addresses of the list and of the feed itself, from the root. */
  readonly listPath: string;
  readonly feedPath: string;
  readonly notices: readonly FoundNotice[];
}

/** Instant of a feed without entries: a feed is the same until something is published. */
const NEVER = new Date(0);

const newest = (notices: readonly FoundNotice[]): Date =>
  notices.reduce((latest, { publishedAt }) => (publishedAt > latest ? publishedAt : latest), NEVER);

/** Atom feed (RFC 4287). An entry carries the whole text of its notice. */
export function atomFeed({ title, siteName, base, listPath, feedPath, notices }: FeedFacts): string {
  const entries = notices.map((notice) => {
    const address = xmlText(`${base}/notices/${notice.number}`);
    const at = notice.publishedAt.toISOString();
    return [
      "<entry>",
      `<id>${address}</id>`,
      `<title>${xmlText(notice.title)}</title>`,
      `<link rel="alternate" type="text/html" href="${address}"/>`,
      `<link rel="related" type="application/json" href="${address}/data"/>`,
      `<published>${at}</published><updated>${at}</updated>`,
      `<category term="${xmlText(notice.kind)}" label="${xmlText(NOTICE_KINDS[notice.kind] ?? notice.kind)}"/>`,
      `<content type="text">${xmlText(noticeBody(notice.fields))}</content>`,
      "</entry>",
    ].join("\n");
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
    `<id>${xmlText(base + feedPath)}</id>`,
    `<title>${xmlText(title)}</title>`,
    `<updated>${newest(notices).toISOString()}</updated>`,
    `<author><name>${xmlText(siteName)}</name></author>`,
    `<link rel="self" type="application/atom+xml" href="${xmlText(base + feedPath)}"/>`,
    `<link rel="alternate" type="text/html" href="${xmlText(base + listPath)}"/>`,
    ...entries,
    "</feed>",
    "",
  ].join("\n");
}

/** JSON Feed 1.1 of the same notices. */
export function jsonFeed({ title, siteName, base, listPath, feedPath, notices }: FeedFacts) {
  return {
    version: "https://jsonfeed.org/version/1.1",
    title,
    language: "zh-CN",
    home_page_url: base + listPath,
    feed_url: base + feedPath,
    authors: [{ name: siteName, url: base }],
    items: notices.map((notice) => ({
      id: `${base}/notices/${notice.number}`,
      url: `${base}/notices/${notice.number}`,
      title: notice.title,
      content_text: noticeBody(notice.fields),
      date_published: notice.publishedAt.toISOString(),
      tags: [NOTICE_KINDS[notice.kind] ?? notice.kind, notice.lotCode],
      attachments: [{ url: `${base}/notices/${notice.number}/data`, mime_type: "application/json" }],
    })),
  };
}

/** Sitemap (sitemaps.org 0.9): addresses from the root, with the instant of the last publication that concerns them. */
export function sitemap(base: string, entries: readonly { readonly path: string; readonly at?: Date }[]): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...entries.map(
      ({ path, at }) =>
        `<url><loc>${xmlText(base + path)}</loc>${at ? `<lastmod>${at.toISOString()}</lastmod>` : ""}</url>`,
    ),
    "</urlset>",
    "",
  ].join("\n");
}
