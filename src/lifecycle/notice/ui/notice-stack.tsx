import type { ListedNotice } from "./notice-list";
import { NoticeKind } from "./notice-list";

/** All publications of a lot in the order of time, with the one that is being read marked: what changed is never hidden. */
export function NoticeStack({ notices, current }: { notices: readonly ListedNotice[]; current: string }) {
  const later = notices.slice(notices.findIndex(({ number }) => number === current) + 1);
  const corrected = later.some(({ kind }) => kind === "correction");
  return (
    <section className="card" aria-labelledby="stack-title">
      <h2 id="stack-title">本标段全部公告</h2>
      {corrected && <p className="note warn">本公告发布后有更正，请同时阅读下面日期更晚的公告。</p>}
      <ol className="dated-stack">
        {notices.map(({ number, title, kind, publishedAt }) => (
          <li key={number} aria-current={number === current ? "page" : undefined}>
            {publishedAt} <NoticeKind kind={kind} />{" "}
            {number === current ? <span>{title}（本页）</span> : <a href={`/notices/${number}`}>{title}</a>}
          </li>
        ))}
      </ol>
    </section>
  );
}
