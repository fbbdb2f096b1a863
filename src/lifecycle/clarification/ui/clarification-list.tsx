import { formatInstant } from "@/core/time";
import type { ClarificationView } from "../queries";
import { ConfirmReading } from "./confirm-reading";

/** Clarifications as a dated stack, newest first: what was asked, answered and changed, old beside new. */
export function ClarificationList({
  clarifications,
  confirms = false,
}: {
  clarifications: readonly ClarificationView[];
  /** Whether each one waits for a confirmation of reading. */
  confirms?: boolean;
}) {
  if (!clarifications.length)
    return <p className="muted">还没有澄清与修改。发布后会在这里置顶显示，并通知每个获取招标文件的单位。</p>;
  return (
    <ol className="plain-list">
      {clarifications.map((c) => (
        <li key={c.id} id={`clarification-${c.number}`}>
          <article aria-label={`第 ${c.number} 号`}>
            <h3>
              第 {c.number} 号　{c.title}
            </h3>
            <p className="small muted">
              {formatInstant(new Date(c.publishedAt))} · 招标文件现为第 {c.documentVersion} 版 ·{" "}
              {c.affectsBids ? "可能影响投标文件编制" : "不影响投标文件编制"}
              {c.obligatory && " · 按旧版本编制的投标文件将被拒收"}
            </p>
            {c.newDeadline && (
              <p className="note warn">
                投标截止时间由 <del>{formatInstant(new Date(c.oldDeadline!))}</del> 改为{" "}
                <strong>{formatInstant(new Date(c.newDeadline))}</strong>
              </p>
            )}
            {c.changes.length > 0 && <Changes changes={c.changes} />}
            {c.items.map(({ clause, question, answer }) => (
              <dl className="fields" key={`${clause}${question ?? ""}${answer}`}>
                <dt>条款 {clause}</dt>
                <dd>
                  {question && <p className="muted">问：{question}</p>}
                  <p>
                    {question ? "答：" : ""}
                    {answer}
                  </p>
                </dd>
              </dl>
            ))}
            <p className="small hash">内容哈希 SHA-256 {c.contentHash}</p>
            {confirms && <ConfirmReading clarificationId={c.id} number={c.number} readAt={c.readAt} />}
          </article>
        </li>
      ))}
    </ol>
  );
}

function Changes({ changes }: { changes: ClarificationView["changes"] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption className="visually-hidden">修改对照</caption>
        <thead>
          <tr>
            <th scope="col">条款</th>
            <th scope="col">原内容</th>
            <th scope="col">修改后</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ clause, before, after }) => (
            <tr key={`${clause}${before}`}>
              <th scope="row">{clause}</th>
              <td>
                <del>{before}</del>
              </td>
              <td>
                <ins>{after}</ins>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
