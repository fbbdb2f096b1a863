import type { Metadata } from "next";
import { ledgerBalances } from "@/lifecycle/bid-security/queries";
import { feeBalances } from "@/lifecycle/fees/balance";
import { schedulesOf } from "@/lifecycle/fees/experts-view";
import { BalanceTable } from "@/lifecycle/fees/ui/balance-table";
import { ScheduleForm } from "@/lifecycle/fees/ui/schedule-form";
import { ScheduleList } from "@/lifecycle/fees/ui/schedule-list";
import { feeDesk, rateLines } from "@/platform/billing/queries";
import { DepositRates } from "@/platform/billing/ui/rate-form";
import { asActor } from "@/server/web/context";
import { requireOperator } from "@/server/web/operator";
import { page } from "@/server/web/page";
import { DaysSection, LedgersSection, TasksSection } from "./sections";

export const metadata: Metadata = { title: "费用核对" };

/** Sections of the page, by what is done most often. */
const CONTENTS = [
  ["tasks", "核对事项"],
  ["days", "日终对账"],
  ["ledgers", "保证金账"],
  ["balances", "费用账"],
  ["schedules", "专家报酬标准"],
  ["rates", "存款利率"],
] as const;

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
  const open = tasks.filter(({ closed }) => !closed);
  return (
    <>
      <h1>费用核对</h1>
      <p className="muted">
        招标文件费归招标人或其代理机构，平台只代为核对。为保守潜在投标人的秘密，本页不显示标段、单位、金额和笔数；凭银行流水号或退款号与收款银行核对。
      </p>
      <nav className="tabs" aria-label="本页内容">
        {CONTENTS.map(([id, title]) => (
          <a key={id} href={`#${id}`}>
            {title}
            {id === "tasks" && open.length > 0 && <span className="chip warn">{open.length} 项待办</span>}
          </a>
        ))}
      </nav>
      <TasksSection open={open} closed={tasks.filter(({ closed }) => closed)} />
      <DaysSection days={days} />
      <LedgersSection ledgers={ledgers} />
      <BalanceTable balances={balances} />
      <section id="schedules" className="card" aria-labelledby="schedules-title">
        <h2 id="schedules-title">评标专家劳务报酬标准</h2>
        <p className="muted">标准按生效日期适用，已经过去的日子不能改变；登记后即在“平台信息公开”页公布。</p>
        <ScheduleList schedules={schedules} />
        <ScheduleForm />
      </section>
      <DepositRates rates={rates} />
    </>
  );
}
