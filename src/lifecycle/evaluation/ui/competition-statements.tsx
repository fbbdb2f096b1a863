import { formatInstant } from "@/core/time";
import type { StatementOnCompetition } from "../queries";

/** The committee's statements on competition (O12 art. 27), for those who read its report; with how many agreed, not who. */
export function CompetitionStatements({ statements }: { statements: readonly StatementOnCompetition[] }) {
  if (!statements.length) return null;
  return (
    <>
      <h3>有效投标不足三个的书面认定</h3>
      {statements.map(({ number, at, validBids, isLacking, text, signatures }) => (
        <div key={number}>
          <p>
            <strong>
              第 {number} 稿：{isLacking ? "明显缺乏竞争，否决所有投标" : "未明显缺乏竞争，继续评审"}
            </strong>
            　{formatInstant(at)}　有效投标 {validBids} 个　同意{" "}
            {signatures.filter(({ kind }) => kind === "signed").length} 人，不同意{" "}
            {signatures.filter(({ kind }) => kind === "dissented").length} 人
          </p>
          <p style={{ whiteSpace: "pre-wrap" }}>{text}</p>
        </div>
      ))}
    </>
  );
}
