import type { FeeBalance } from "../balance";

const settledText = (settled: boolean | null): string =>
  settled === null ? "没有开标，不显示" : settled ? "已结平" : "尚有未了款项";

/** The fee ledger of lots that are over, for the operator: sums of the claims, and nobody's name. */
export function BalanceTable({ balances }: { balances: readonly FeeBalance[] }) {
  return (
    <section id="balances" className="card scroll-x" aria-labelledby="balances-title">
      <h2 id="balances-title">费用账</h2>
      <p className="muted">
        招标文件费、代理服务费、评标费由银行代收后全部转给收款人，标段结束后在这里查看是否结平。招标文件费不显示金额：金额会透露有几家购买。
      </p>
      {balances.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">标段</th>
              <th scope="col">结平</th>
              <th scope="col">应付服务费、评标费（元）</th>
              <th scope="col">已付（元）</th>
              <th scope="col">已转付（元）</th>
            </tr>
          </thead>
          <tbody>
            {balances.map(({ lotId, code, name, settled, claimed, paid, passedOn }) => (
              <tr key={lotId}>
                <th scope="row">
                  {name} <span className="hash">{code}</span>
                </th>
                <td>{settledText(settled)}</td>
                <td>{claimed}</td>
                <td>{paid}</td>
                <td>{passedOn}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
