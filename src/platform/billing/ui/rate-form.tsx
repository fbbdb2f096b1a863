"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import type { RateLine } from "../queries";

/** Rates of demand deposits by which interest goes back, and the form that enters the next one. */
export function DepositRates({ rates }: { rates: readonly RateLine[] }) {
  const act = useAct();
  const [form, setForm] = useState({ validFrom: "", percent: "", source: "" });
  const set = (name: keyof typeof form) => (value: string) => setForm({ ...form, [name]: value });
  return (
    <section id="rates" className="card" aria-labelledby="rates-title">
      <h2 id="rates-title">活期存款利率</h2>
      <p className="muted">
        退还保证金、终止招标退还费用时按各日生效的利率计息。请按收款银行公布的利率登记；每一利率适用到下一利率生效，已经过去的日子不能改变。
      </p>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">生效日期</th>
              <th scope="col">年利率</th>
              <th scope="col">来源</th>
            </tr>
          </thead>
          <tbody>
            {rates.map(({ from, percent, source }) => (
              <tr key={from}>
                <th scope="row">{from}</th>
                <td>{percent}</td>
                <td>{source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <form
        noValidate
        aria-label="登记活期存款利率"
        onSubmit={(event) => {
          event.preventDefault();
          const key = actKey();
          void act.run(async () => {
            await insist(() => trpc.fees.enterRate.mutate({ key, body: form }));
            return "利率已登记。";
          });
        }}
      >
        <div className="form-grid">
          <TextField label="利率生效日期" type="date" value={form.validFrom} onChange={set("validFrom")} />
          <TextField label="年利率（%）" inputMode="decimal" value={form.percent} onChange={set("percent")} />
          <TextField label="来源（银行、公告日期）" value={form.source} onChange={set("source")} />
        </div>
        {act.note}
        <button type="submit" className="btn" disabled={act.running}>
          登记利率
        </button>
      </form>
    </section>
  );
}
