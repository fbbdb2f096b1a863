/** Data items as a table; what came from the public service platform is marked. */
export function LineTable({
  caption,
  lines,
}: {
  caption: string;
  lines: readonly (readonly [label: string, value: string, fromHub: boolean])[];
}) {
  return (
    <dl className="fields" aria-label={caption}>
      {lines.map(([label, value, fromHub]) => (
        <div key={label} style={{ display: "contents" }}>
          <dt>{label}</dt>
          <dd>
            {value} {fromHub && <span className="chip ok">来自公共服务平台</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Papers beside the form: images shown, PDFs opened. */
export function PaperList({
  papers,
}: {
  papers: readonly { fileId: string; label: string; name: string; validUntil: string }[];
}) {
  if (!papers.length) return <p className="muted">没有材料。公共服务平台已提供的信息不要求上传材料。</p>;
  return (
    <ul className="plain-list">
      {papers.map(({ fileId, label, name, validUntil }) => (
        <li key={fileId}>
          <p>
            <a href={`/api/files/${fileId}?view`} target="_blank" rel="noreferrer">
              {label}：{name}
            </a>{" "}
            {validUntil && <span className="small muted">有效至 {validUntil}</span>}
          </p>
          {/\.(png|jpe?g)$/i.test(name) && (
            // biome-ignore lint/performance/noImgElement: private paper, not to be processed by an image service
            <img src={`/api/files/${fileId}`} alt={`${label} ${name}`} style={{ maxWidth: "100%" }} />
          )}
        </li>
      ))}
    </ul>
  );
}
