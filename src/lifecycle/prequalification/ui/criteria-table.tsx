import type { PrequalCriterion } from "../schema";

/** The conditions of a prequalification as they are printed. */
export function CriteriaTable({ criteria }: { criteria: readonly PrequalCriterion[] }) {
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption>资格条件</caption>
        <thead>
          <tr>
            <th scope="col">序号</th>
            <th scope="col">审查因素</th>
            <th scope="col">合格标准</th>
            <th scope="col">须提供的证明材料</th>
          </tr>
        </thead>
        <tbody>
          {criteria.map(({ id, title, standard, evidence }, i) => (
            <tr key={id}>
              <td>{i + 1}</td>
              <td>{title}</td>
              <td>{standard}</td>
              <td>{evidence}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
