import type { Metadata } from "next";
import { feeDesk } from "@/platform/billing/queries";
import { FeeTaskForm } from "@/platform/billing/ui/task-form";
import { asActor } from "@/server/web/context";
import { requireOperator } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "费用核对" };

export default async function FeesPage() {
  const { tasks, days } = await page(async () => {
    await requireOperator();
    return asActor((tx) => feeDesk(tx));
  }, "/admin/fees");
  return (
    <>
      <h1>费用核对</h1>
      <p className="muted">
        招标文件费归招标人或其代理机构，平台只代为核对。为保守潜在投标人的秘密，本页不显示标段、单位、金额和笔数；凭银行流水号或退款号与收款银行核对。
      </p>
      <section className="card" aria-labelledby="tasks-title">
        <h2 id="tasks-title">核对事项</h2>
        {tasks.length === 0 && <p className="muted">没有需要人工核对的事项。</p>}
        <ul className="plain-list">
          {tasks.map(({ id, number, name, step, reference, byHand, opened, closed, note }) => (
            <li key={id}>
              <p className="row">
                <strong>{name}</strong>
                <span className={`chip ${closed ? "ok" : "warn"}`}>{closed ? "已办结" : "待办"}</span>
              </p>
              <dl className="fields">
                <dt>核对编号</dt>
                <dd className="hash">{number}</dd>
                {reference && (
                  <>
                    <dt>银行流水号（退款号）</dt>
                    <dd className="hash">{reference}</dd>
                  </>
                )}
                <dt>提出时间</dt>
                <dd>{opened}</dd>
                {closed && (
                  <>
                    <dt>办结</dt>
                    <dd>
                      {closed}，{note}
                    </dd>
                  </>
                )}
              </dl>
              {!closed && <p>{step}</p>}
              {!closed && <FeeTaskForm taskId={id} number={number} byHand={byHand} />}
            </li>
          ))}
        </ul>
      </section>
      <section className="card scroll-x" aria-labelledby="days-title">
        <h2 id="days-title">日终对账</h2>
        {days.length === 0 && <p className="muted">还没有对账。每日零时后取回银行签名的前一日对账单，逐笔核对。</p>}
        {days.length > 0 && (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">日期</th>
                <th scope="col">结果</th>
                <th scope="col">核对时间</th>
              </tr>
            </thead>
            <tbody>
              {days.map(({ day, agrees, checked }) => (
                <tr key={day}>
                  <th scope="row">{day}</th>
                  <td>{agrees ? "一致" : "有差异，已列入核对事项"}</td>
                  <td>{checked}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
