import { saleView } from "@/lifecycle/tender-document/sale-view";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { LockIcon } from "@/ui/lock-icon";

/** The sale of the document: its terms, and the settlement once the opening has begun. */
export async function SalesTab({ room: { lot, href } }: { room: Room }) {
  const view = await page(() => asActor((tx, _actor, { site }) => saleView(tx, lot, site.profile)));
  return (
    <>
      <section className="card" aria-labelledby="sale-title">
        <h2 id="sale-title">发售</h2>
        <dl className="fields">
          <dt>招标文件售价</dt>
          <dd>{view.price}</dd>
          <dt>本站上限</dt>
          <dd>{view.cap}（实施条例第十六条：限于补偿成本，不得以营利为目的）</dd>
          <dt>收款单位</dt>
          <dd>{view.payee}</dd>
          <dt>收款账户</dt>
          <dd>{view.account}</dd>
          <dt>获取时间</dt>
          <dd>{view.window}</dd>
        </dl>
        {lot.state === "D0" && (
          <p>
            售价和收款账户在 <a href={`${href}?tab=documents`}>文件</a> 中填写。
          </p>
        )}
      </section>
      <section className="card" aria-labelledby="settlement-title">
        <h2 id="settlement-title">
          {view.locked && <LockIcon />}
          结算
        </h2>
        {view.locked ? (
          <p role="status">{view.locked}</p>
        ) : (
          <>
            <table>
              <thead>
                <tr>
                  <th>单位</th>
                  <th>金额（元）</th>
                </tr>
              </thead>
              <tbody>
                {view.lines.map(({ name, amount }) => (
                  <tr key={name}>
                    <td>{name}</td>
                    <td>{amount}</td>
                  </tr>
                ))}
                <tr>
                  <td>合计</td>
                  <td>{view.total}</td>
                </tr>
              </tbody>
            </table>
            <p>
              <a href={`${href}/settlement`}>导出结算</a>
            </p>
          </>
        )}
      </section>
    </>
  );
}
