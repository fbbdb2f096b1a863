import type { EvaluationResult } from "../engine/evaluate";
import type { ReviewView } from "../review-view";
import { REJECTION_GROUNDS, type RejectionGround } from "../rules";

/** What the engine computed from the printed parameters: nobody types or edits a result. */
export function ResultTable({ view }: { view: ReviewView }) {
  const outcome = (view.result as { outcome?: EvaluationResult } | null)?.outcome;
  if (!outcome) return <p>评审结果尚未计算。</p>;
  const nameOf = new Map(view.bids.map(({ bidId, name }) => [bidId, name]));
  const named = (bidId: string) =>
    `${nameOf.get(bidId) ?? bidId}${view.revoked.includes(bidId) ? "（评标后撤销投标文件）" : ""}`;
  const rows = [...outcome.rows].sort((a, b) => (a.rank ?? 1000) - (b.rank ?? 1000));
  return (
    <section className="card" aria-labelledby="h-result">
      <h2 id="h-result">评审结果</h2>
      <p>{outcome.base ? `评标基准价 ${outcome.base} 元。` : ""}价格、得分和排名由系统按招标文件规定的公式计算。</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroll-x" aria-label="评审结果表" tabIndex={0}>
        <table className="plain">
          <caption className="visually-hidden">评审结果</caption>
          <thead>
            <tr>
              <th scope="col">名次</th>
              <th scope="col">投标人</th>
              <th scope="col">报价（元）</th>
              <th scope="col">偏差率 %</th>
              <th scope="col">报价得分</th>
              <th scope="col">其他得分</th>
              <th scope="col">总分</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.bid}>
                <td>{row.rank ?? "—"}</td>
                <th scope="row">
                  {named(row.bid) ?? row.bid}
                  {row.rejected && (
                    <span className="small">
                      　否决：{row.rejected} {REJECTION_GROUNDS[row.rejected as RejectionGround] ?? ""}
                    </span>
                  )}
                </th>
                <td className="num">{row.quoted}</td>
                <td className="num">{row.deviationPct ?? "—"}</td>
                <td className="num">{row.priceScore ?? "—"}</td>
                <td className="num">{row.otherScore ?? "—"}</td>
                <td className="num">{row.total ?? "—"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {outcome.alarms.length > 0 && <p className="note warn">价格预警 {outcome.alarms.length} 项，请在报告中核对。</p>}
      <details>
        <summary>逐步计算（{outcome.steps.length} 步）</summary>
        <ol className="small">
          {outcome.steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps stand in their order
            <li key={i}>
              {step.what}
              {step.bid ? `（${nameOf.get(step.bid) ?? step.bid}）` : ""}：{step.formula} = {step.value}（
              {step.rounding}）
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
