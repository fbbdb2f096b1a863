import type { Metadata } from "next";
import { noticeRegions, searchNotices } from "@/lifecycle/notice/search";
import { filterQuery, readFilter, withQuery } from "@/lifecycle/notice/search-filter";
import { NoticeResults } from "@/lifecycle/notice/ui/notice-results";
import { NoticeSearchForm } from "@/lifecycle/notice/ui/notice-search-form";
import { asPublic, requestSession } from "@/server/web/context";
import { page } from "@/server/web/page";

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const query = filterQuery(readFilter(await searchParams));
  return {
    title: "公告大厅",
    alternates: {
      canonical: withQuery("/notices", query),
      types: {
        "application/atom+xml": withQuery("/feeds/notices.atom", query),
        "application/feed+json": withQuery("/feeds/notices.json", query),
      },
    },
  };
}

export default async function NoticesPage({ searchParams }: Props) {
  const filter = readFilter(await searchParams);
  const { found, regions } = await page(() =>
    asPublic(async (tx) => ({ found: await searchNotices(tx, filter), regions: await noticeRegions(tx) })),
  );
  const session = (await requestSession())?.view;
  const saves = session && ["tenderer", "agency", "bidder"].includes(session.role);
  return (
    <>
      <h1>公告大厅</h1>
      <NoticeSearchForm filter={filter} regions={regions} />
      <NoticeResults filter={filter} found={found} saveAt={saves ? `/w/${session.orgId}/inbox` : undefined} />
    </>
  );
}
