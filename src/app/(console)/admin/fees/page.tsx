import type { Metadata } from "next";
import { ledgerBalances } from "@/lifecycle/bid-security/queries";
import { feeBalances } from "@/lifecycle/fees/balance";
import { schedulesOf } from "@/lifecycle/fees/experts-view";
import { BalanceTable } from "@/lifecycle/fees/ui/balance-table";
import { ScheduleForm } from "@/lifecycle/fees/ui/schedule-form";
import { ScheduleList } from "@/lifecycle/fees/ui/schedule-list";
import { feeDesk, rateLines } from "@/platform/billing/queries";
import { DepositRates } from "@/platform/billing/ui/rate-form";
import { FeeTaskForm } from "@/platform/billing/ui/task-form";
import { asActor } from "@/server/web/context";
import { requireOperator } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "费用核对" };

export default async function FeesPage() {
  const { tasks, days, ledgers, balances, schedules, rates } = await page(async () => {
    await requireOperator();
    return asActor(async (tx) => ({
      ...(await feeDesk(tx)),
      ledgers: await ledgerBalances(tx),
      balances: await feeBalances(tx),
      schedules: await schedulesOf(tx),
      rates: await rateLines(tx),
    }));
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
      <section className="card scroll-x" aria-labelledby="ledgers-title">
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
      <BalanceTable balances={balances} />
      <section className="card" aria-labelledby="schedules-title">
        <h2 id="schedules-title">评标专家劳务报酬标准</h2>
        <p className="muted">标准按生效日期适用，已经过去的日子不能改变；登记后即在“平台信息公开”页公布。</p>
        <ScheduleList schedules={schedules} />
        <ScheduleForm />
      </section>
      <DepositRates rates={rates} />
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
