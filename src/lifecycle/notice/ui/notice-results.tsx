import { formatClock, formatInstant } from "@/core/time";
import type { FoundPage } from "../search";
import { filterQuery, type NoticeFilter, narrows, withQuery } from "../search-filter";
import { NoticeList } from "./notice-list";

/** One page of what was found, with the way on, and hints when nothing was. */
export function NoticeResults({
  filter,
  found,
  saveAt,
}: {
  filter: NoticeFilter;
  found: FoundPage;
  /** Where the reader may save the search; undefined for who is not signed in. */
  saveAt: string | undefined;
}) {
  const query = filterQuery(filter);
  const next = found.next && withQuery("/notices", [query, `after=${found.next}`].filter(Boolean).join("&"));
  return (
    <>
      <p role="status" className="muted">
        {narrows(filter) ? "符合条件的公告" : "全部公告"}：{found.count} 条{found.more && "以上，请增加条件缩小范围"}
      </p>
      <div className="card">
        {found.count > 0 ? (
          <NoticeList
            empty="后面没有更多公告。"
            notices={found.notices.map(({ publishedAt, deadline, kind, ...notice }) => ({
              ...notice,
              kind,
              publishedAt: formatInstant(publishedAt),
              ...(deadline && kind === "tender" ? { deadline: formatClock(deadline) } : {}),
            }))}
          />
        ) : narrows(filter) ? (
          <NothingFound words={filter.words} />
        ) : (
          <p className="muted">还没有公告。</p>
        )}
        <nav aria-label="翻页" className="row">
          {filter.after && <a href={withQuery("/notices", query)}>回到第一页</a>}
          {next && (
            <a className="btn" rel="next" href={next}>
              下一页
            </a>
          )}
        </nav>
      </div>
      <p className="small muted">
        订阅本条件下的新公告：<a href={withQuery("/feeds/notices.atom", query)}>Atom</a>{" "}
        <a href={withQuery("/feeds/notices.json", query)}>JSON Feed</a>{" "}
        {saveAt ? (
          <a href={`${saveAt}?save=${encodeURIComponent(query)}`}>保存为邮件订阅</a>
        ) : (
          "登录后可以保存为邮件订阅。"
        )}
      </p>
    </>
  );
}

function NothingFound({ words }: { words: readonly string[] }) {
  return (
    <>
      <p>没有符合条件的公告。可以试试：</p>
      <ul>
        {words.length > 1 && <li>减少关键词：现在要求同时出现“{words.join("”“")}”。</li>}
        {words.length > 0 && <li>换一个更短的词，例如只写“学校”；编号可以只写后几位。</li>}
        <li>放宽类型、地区、限价或截止时间。</li>
        <li>
          <a href="/notices">查看全部公告</a>
        </li>
      </ul>
    </>
  );
}
