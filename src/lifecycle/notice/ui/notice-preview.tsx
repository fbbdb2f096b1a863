import { NoticeFields } from "./notice-fields";

/** A notice before it is signed: the page, its structured twin, and the hash that the signature will be over. */
export function NoticePreview({
  title,
  fields,
  documentDigest,
  twin,
  digest,
}: {
  title: string;
  fields: Readonly<Record<string, string>>;
  documentDigest: string;
  twin: object;
  digest: string;
}) {
  return (
    <details className="card">
      <summary>预览公告（发布后看到的内容）</summary>
      <h2>{title}</h2>
      <NoticeFields fields={fields} />
      <dl className="fields">
        <dt>招标文件校验值</dt>
        <dd className="hash">{documentDigest}</dd>
        <dt>将要签署的校验值 SHA-256</dt>
        <dd className="hash">{digest}</dd>
      </dl>
      <details>
        <summary>结构化数据（与页面同一内容）</summary>
        <pre className="scroll-x small" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {JSON.stringify(twin, null, 2)}
        </pre>
      </details>
    </details>
  );
}
