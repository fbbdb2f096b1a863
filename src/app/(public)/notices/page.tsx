import type { Metadata } from "next";
import { formatInstant } from "@/core/time";
import { publishedNotices } from "@/lifecycle/notice/queries";
import { NoticeList } from "@/lifecycle/notice/ui/notice-list";
import { asPublic } from "@/server/web/context";
import { oneOf, page } from "@/server/web/page";

export const metadata: Metadata = { title: "公告大厅" };

export default async function NoticesPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const search = (oneOf((await searchParams).q) ?? "").trim().slice(0, 100);
  const notices = await page(() => asPublic((tx) => publishedNotices(tx, { search, limit: 500 })));
  return (
    <>
      <h1>公告大厅</h1>
      <search>
        <form className="card row" action="/notices">
          <label className="field" style={{ flex: 1, minWidth: 200, margin: 0 }}>
            <span>项目名称、编号或公告内容</span>
            <input className="text" type="search" name="q" maxLength={100} defaultValue={search} />
          </label>
          <button className="btn btn-primary" type="submit">
            搜索公告
          </button>
        </form>
      </search>
      <p role="status" className="muted">
        {search ? `“${search}”的搜索结果：${notices.length} 条` : `共 ${notices.length} 条公告`}
      </p>
      <div className="card">
        <NoticeList
          empty={search ? "没有符合的公告。请减少关键词，或查看全部公告。" : "还没有公告。"}
          notices={notices.map(({ number, title, kind, publishedAt }) => ({
            number,
            title,
            kind,
            publishedAt: formatInstant(publishedAt!),
          }))}
        />
        {search && (
          <p>
            <a href="/notices">查看全部公告</a>
          </p>
        )}
      </div>
    </>
  );
}
