import type { LotBalance } from "../balance";

/** Whether the money of a lot is settled, or what is open: who owes what and since when. */
export function BalanceCard({ balance: { settled, items } }: { balance: LotBalance }) {
  return (
    <section className="card" aria-labelledby="balance-title">
      <h2 id="balance-title">结平</h2>
      <p role="status">
        {settled === null
          ? "开标后、标段结束时在这里查看费用账和保证金账是否结平。"
          : settled
            ? "费用账、保证金账均已结平，没有未了款项。"
            : "尚未结平。"}
      </p>
      {items.length > 0 && (
        <div className="scroll-x">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">款项</th>
                <th scope="col">由谁办理</th>
                <th scope="col">金额</th>
                <th scope="col">自何时起</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ what, who, amount, since }) => (
                <tr key={`${what} ${who} ${since} ${amount}`}>
                  <th scope="row">{what}</th>
                  <td>{who}</td>
                  <td>{amount}</td>
                  <td>{since}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="small muted">只列出本单位有权看到的款项。</p>
    </section>
  );
}
