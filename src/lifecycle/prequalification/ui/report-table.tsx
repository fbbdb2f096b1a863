import type { PrequalCriterion, ReviewReport } from "../schema";

/** What the review found of every applicant, criterion by criterion. */
export function ReportTable({ report, criteria }: { report: ReviewReport; criteria: readonly PrequalCriterion[] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption>资格审查结果</caption>
        <thead>
          <tr>
            <th scope="col">申请人</th>
            {criteria.map(({ id, title }) => (
              <th key={id} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">结果</th>
            <th scope="col">理由</th>
          </tr>
        </thead>
        <tbody>
          {report.applicants.map((applicant) => (
            <tr key={applicant.applicationId}>
              <th scope="row">{applicant.name}</th>
              {criteria.map(({ id }) => {
                const item = applicant.items.find(({ criterionId }) => criterionId === id);
                return <td key={id}>{item ? (item.passed ? "符合" : "不符合") : "—"}</td>;
              })}
              <td>{applicant.qualified ? "通过" : "未通过"}</td>
              <td>{applicant.reasons.join("；") || "—"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
