export interface ListedNotice {
  readonly number: string;
  readonly title: string;
  readonly kind: string;
  /** As it is shown. */
  readonly publishedAt: string;
}

export const NOTICE_KINDS: Record<string, string> = {
  tender: "招标公告",
  correction: "更正公告",
  candidates: "中标候选人公示",
  result: "中标结果公告",
  exception: "异常公告",
  "opening-record": "开标记录",
};

export function NoticeList({ notices, empty }: { notices: readonly ListedNotice[]; empty: string }) {
  if (!notices.length) return <p className="muted">{empty}</p>;
  return (
    <ul className="plain-list">
      {notices.map(({ number, title, kind, publishedAt }) => (
        <li key={number}>
          <a href={`/notices/${number}`}>{title}</a>
          <div className="small muted">
            {NOTICE_KINDS[kind] ?? kind} · {publishedAt} · <span className="hash">{number}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}
