import { NOTICE_KINDS } from "../search-filter";

export interface ListedNotice {
  readonly number: string;
  readonly title: string;
  readonly kind: string;
  /** As it is shown. */
  readonly publishedAt: string;
  /** Deadline as it is shown, where the reader may still act on it. */
  readonly deadline?: string;
}

/** What a notice is called: one that goes to invitees alone is a letter. */
const KIND_NAMES: Readonly<Record<string, string>> = { ...NOTICE_KINDS, invitation: "投标邀请书" };

export function NoticeList({ notices, empty }: { notices: readonly ListedNotice[]; empty: string }) {
  if (!notices.length) return <p className="muted">{empty}</p>;
  return (
    <ul className="plain-list">
      {notices.map(({ number, title, kind, publishedAt, deadline }) => (
        <li key={number}>
          <a href={`/notices/${number}`}>{title}</a>
          <div className="small muted">
            {KIND_NAMES[kind] ?? kind} · {publishedAt} · <span className="hash">{number}</span>
            {deadline && <> · 投标截止 {deadline}</>}
          </div>
        </li>
      ))}
    </ul>
  );
}

export const NoticeKind = ({ kind }: { kind: string }) => <span className="chip">{KIND_NAMES[kind] ?? kind}</span>;
