import type { ledgerBalances } from "@/lifecycle/bid-security/queries";
import type { feeDesk } from "@/platform/billing/queries";
import { FeeTaskForm } from "@/platform/billing/ui/task-form";

type Desk = Awaited<ReturnType<typeof feeDesk>>;
type Tasks = readonly Desk["tasks"][number][];

/** What the operator has to do by hand; what is done lies folded below it. */
export function TasksSection({ open, closed }: { open: Tasks; closed: Tasks }) {
  return (
    <section id="tasks" className="card" aria-labelledby="tasks-title">
      <h2 id="tasks-title">核对事项</h2>
      {open.length === 0 && <p className="muted">没有需要人工核对的事项。</p>}
      <TaskList tasks={open} />
      {closed.length > 0 && (
        <details>
          <summary>已办结 {closed.length} 项</summary>
          <TaskList tasks={closed} />
        </details>
      )}
    </section>
  );
}

function TaskList({ tasks }: { tasks: Tasks }) {
  return (
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
  );
}

/** Securities of lots that are over: settled or not, and sums. */
export function LedgersSection({ ledgers }: { ledgers: Awaited<ReturnType<typeof ledgerBalances>> }) {
  return (
    <section id="ledgers" className="card scroll-x" aria-labelledby="ledgers-title">
      <h2 id="ledgers-title">保证金账</h2>
      <p className="muted">
        保证金存放在银行专户，只能退还或者由招标人依法不予退还；平台和运营人员不能动用。标段结束后在这里查看是否结平；没有开标的标段，有没有人缴纳永久保密，未办成的退还列入核对事项。
      </p>
      {ledgers.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">标段</th>
              <th scope="col">结平</th>
              <th scope="col">到账（元）</th>
              <th scope="col">退还（元）</th>
              <th scope="col">利息（元）</th>
              <th scope="col">不予退还（元）</th>
            </tr>
          </thead>
          <tbody>
            {ledgers.map(({ lotId, code, name, settled, paidIn, back, interest, kept }) => (
              <tr key={lotId}>
                <th scope="row">
                  {name} <span className="hash">{code}</span>
                </th>
                <td>{settled === null ? "没有开标，不显示" : settled ? "已结平" : "尚有未退"}</td>
                <td>{paidIn}</td>
                <td>{back}</td>
                <td>{interest}</td>
                <td>{kept}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Whether the bank's statement of each day agrees. */
export function DaysSection({ days }: Pick<Desk, "days">) {
  return (
    <section id="days" className="card scroll-x" aria-labelledby="days-title">
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
  );
}
