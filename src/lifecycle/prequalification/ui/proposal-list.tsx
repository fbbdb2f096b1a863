import type { ApplicationShown } from "../views";

/** The opened technical proposals, as those who may read them do: nothing of them is judged here. */
export function ProposalList({ proposals }: { proposals: readonly ApplicationShown[] }) {
  return proposals.map(({ applicationId, name, creditCode, opened, missing, findings, form, parties, files }) => (
    <section key={applicationId} className="card" aria-label={`技术建议 ${name}`}>
      <h3>{name}</h3>
      <p className="small muted hash">{creditCode}</p>
      {!opened && <p className="note warn">技术建议未开启，不参加第二阶段。</p>}
      {missing && <p className="note warn">技术建议表不完整：{missing}。</p>}
      {findings.map((finding) => (
        <p key={finding} className="note warn">
          {finding}
        </p>
      ))}
      {opened && (
        <>
          <dl className="fields">
            {form.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value || "未填写"}</dd>
              </div>
            ))}
            {parties.length > 0 && (
              <div>
                <dt>联合体</dt>
                <dd>{parties.join("、")}</dd>
              </div>
            )}
          </dl>
          <ul className="plain-list">
            {files
              .filter((file) => /\.pdf$/i.test(file.name))
              .map((file) => (
                <li key={file.fileId}>
                  <a href={`/api/files/${file.fileId}`}>{file.name}</a>
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  ));
}
