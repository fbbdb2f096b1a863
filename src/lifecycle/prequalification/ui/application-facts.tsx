import { type RoundKind, wordsOf } from "@/lifecycle/law/rounds";
import type { ApplicationShown } from "../views";

/** What somebody handed in and what the machine found of it, for those who may read it; nothing before it is opened. */
export function ApplicationFacts({
  application: { opened, missing, findings, form, parties, files },
  round,
}: {
  application: Omit<ApplicationShown, "marks">;
  round: RoundKind;
}) {
  if (!opened) return null;
  const rows = [...form, ...(parties.length ? [["联合体", parties.join("、")] as const] : [])];
  return (
    <>
      {missing && (
        <p className="note warn">
          {wordsOf(round).form}不完整：{missing}。
        </p>
      )}
      {findings.map((finding) => (
        <p key={finding} className="note warn">
          {finding}
        </p>
      ))}
      <dl className="fields">
        {rows.map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value || "未填写"}</dd>
          </div>
        ))}
      </dl>
      <ul className="plain-list">
        {files
          .filter(({ name }) => /\.pdf$/i.test(name))
          .map(({ name, fileId }) => (
            <li key={fileId}>
              <a href={`/api/files/${fileId}`}>{name}</a>
            </li>
          ))}
      </ul>
    </>
  );
}
