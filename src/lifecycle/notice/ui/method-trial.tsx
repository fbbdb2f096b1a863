"use client";

import { useState } from "react";
import { parseYuan } from "@/core/money";
import { sentenceFor, trpc } from "@/trpc/client";
import { SelectField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import type { Typed } from "./live-check";

type Tried = Awaited<ReturnType<typeof trpc.tender.tryMethod.mutate>>;
type Done = Extract<Tried, { ok: true }>;

interface MadeUp {
  readonly name: string;
  readonly price: string;
  readonly percent: string;
}

const FIRST: readonly MadeUp[] = [1, 2, 3].map((n) => ({ name: `假设${n}`, price: "", percent: "80" }));

/** Tries the method on made-up prices with the engine that will evaluate the real ones; nothing of it is kept. */
export function MethodTrial({ lotId, typed }: { lotId: string; typed: Typed }) {
  const [bids, setBids] = useState(FIRST);
  const [drawn, setDrawn] = useState<Readonly<Record<string, string>>>({});
  const [done, setDone] = useState<Done>();
  const [trouble, setTrouble] = useState("");
  const [running, setRunning] = useState(false);
  const compute = async () => {
    setRunning(true);
    setTrouble("");
    setDone(undefined);
    try {
      if (!("content" in typed)) throw new Error("problem" in typed ? typed.problem : "请先填写招标文件。");
      const answer = await trpc.tender.tryMethod.mutate({ lotId, content: typed.content, bids: read(bids), drawn });
      if (answer.ok) setDone(answer);
      else setTrouble(answer.problem);
    } catch (error) {
      setTrouble(sentenceFor(error));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section className="card" aria-labelledby="trial-title">
      <h2 id="trial-title">评标办法试算</h2>
      <p className="muted">
        填写假设的报价，按正在填写的评标办法计算得分和排序，与正式评标使用同一计算程序。不保存，不影响任何标段。
      </p>
      <form
        aria-label="评标办法试算"
        onSubmit={(event) => {
          event.preventDefault();
          void compute();
        }}
      >
        <RowsEditor<MadeUp>
          title="假设报价"
          rows={bids}
          columns={[
            { label: "名称", name: "name" },
            { label: "报价（元）", name: "price" },
            { label: "报价以外各项得分率（%）", name: "percent" },
          ]}
          blank={(n) => ({ name: `假设${n}`, price: "", percent: "80" })}
          onChange={setBids}
        />
        {done?.draws.map(({ label, items, value }) => (
          <SelectField
            key={label}
            label={`假设开标时抽取的 ${label}`}
            value={value}
            options={items.map((item) => [item, item] as const)}
            onChange={(chosen) => setDrawn({ ...drawn, [label]: chosen })}
          />
        ))}
        {trouble && (
          <p className="note danger" role="alert">
            {trouble}
          </p>
        )}
        <button type="submit" className="btn" disabled={running}>
          {running ? "正在试算…" : "试算"}
        </button>
      </form>
      {done && <TrialResult done={done} />}
    </section>
  );
}

/** @throws Error naming the first row that cannot be read. */
const read = (bids: readonly MadeUp[]) =>
  bids.map(({ name, price, percent }) => {
    const fen = parseYuan(price);
    if (!fen) throw new Error(`“${name}”的报价须为大于零的金额，例如 12,800,000.00。`);
    if (!/^\d{1,3}$/.test(percent.trim())) throw new Error(`“${name}”的得分率须为 0 至 100 的整数。`);
    return { name, priceFen: String(fen), percent: Number(percent) };
  });

function TrialResult({ done: { result } }: { done: Done }) {
  const { base, rows, openTies, steps } = result;
  const scored = rows.some(({ total }) => total !== undefined);
  return (
    <div role="status">
      {base && <p>评标基准价 {base} 元</p>}
      <div className="scroll-x">
        <table className="plain">
          <caption className="visually-hidden">试算结果</caption>
          <thead>
            <tr>
              <th scope="col">投标人</th>
              <th scope="col">报价（元）</th>
              {scored && <th scope="col">偏差（%）</th>}
              {scored && <th scope="col">报价得分</th>}
              {scored && <th scope="col">其他得分</th>}
              {scored && <th scope="col">总分</th>}
              <th scope="col">排序</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.bid}>
                <th scope="row">{row.bid}</th>
                <td>{row.quoted}</td>
                {scored && <td>{row.deviationPct ?? "—"}</td>}
                {scored && <td>{row.priceScore ?? "—"}</td>}
                {scored && <td>{row.otherScore ?? "—"}</td>}
                {scored && <td>{row.total ?? "—"}</td>}
                <td>{row.rejected ? "超过最高投标限价，否决" : (row.rank ?? "并列，抽签决定")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {openTies.map(({ rank, bids }) => (
        <p key={rank} className="note warn">
          第 {rank} 名并列：{bids.join("、")}，正式评标时按招标文件抽签决定。
        </p>
      ))}
      <details>
        <summary>逐步计算（{steps.length} 步）</summary>
        <ol>
          {steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps stand in their order
            <li key={i} className="small">
              {step.bid && `${step.bid} `}
              {step.what} = {step.formula} = {step.value}（{step.rounding}）
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}
