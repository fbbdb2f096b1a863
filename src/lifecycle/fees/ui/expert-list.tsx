"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField } from "@/ui/fields";
import type { ExpertListView } from "../experts-view";
import { TRAVEL, type Travel } from "../schema";
import { Steps } from "./steps";

const TRAVELS = Object.entries(TRAVEL) as [Travel, string][];
type Payer = "tenderer" | "agency";

/** What the experts of a lot are paid, for those who run it: drawn up once after the report, then confirmed by each. */
export function ExpertList({ lotId, view, hasAgency }: { lotId: string; view: ExpertListView; hasAgency: boolean }) {
  if (!view.lines.length && !view.toPrepare.length) return null;
  return (
    <section className="card" aria-labelledby="experts-title">
      <h2 id="experts-title">评标费清单</h2>
      {view.toPrepare.length > 0 && <PrepareForm lotId={lotId} members={view.toPrepare} hasAgency={hasAgency} />}
      {view.lines.length > 0 && (
        <>
          <p className="muted">
            每位专家在本人页面确认金额、填写收款账户；账户仅本人可见。个人所得税由付款单位预扣并申报缴纳，付款按实发合计。
          </p>
          <div className="scroll-x">
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">专家</th>
                  <th scope="col">事由</th>
                  <th scope="col">应发</th>
                  <th scope="col">预扣个税</th>
                  <th scope="col">实发</th>
                  <th scope="col">状态</th>
                </tr>
              </thead>
              <tbody>
                {view.lines.map(({ id, name, work, gross, tax, net, state }) => (
                  <tr key={id}>
                    <th scope="row">{name}</th>
                    <td>{work}</td>
                    <td>{gross}</td>
                    <td>{tax}</td>
                    <td>{net}</td>
                    <td>{state}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {view.lines.map(({ id, name, work, steps }) => (
            <details key={id}>
              <summary>
                算式：{name}（{work}）
              </summary>
              <Steps steps={steps} />
            </details>
          ))}
        </>
      )}
    </section>
  );
}

function PrepareForm({
  lotId,
  members,
  hasAgency,
}: {
  lotId: string;
  members: ExpertListView["toPrepare"];
  hasAgency: boolean;
}) {
  const act = useAct();
  const [payer, setPayer] = useState<Payer>("tenderer");
  const [travel, setTravel] = useState<Readonly<Record<string, Travel>>>({});
  const payers: [Payer, string][] = [
    ["tenderer", "招标人"],
    ...(hasAgency ? [["agency", "代理机构"] as [Payer, string]] : []),
  ];
  const save = async (key: string) => {
    const travels = members.map(({ memberId }) => ({ memberId, travel: travel[memberId] ?? "local" }));
    await insist(() => trpc.experts.prepare.mutate({ key, body: { lotId, payer, travels } }));
    return "评标费清单已编制，请各位专家确认。";
  };
  return (
    <form
      aria-label="编制评标费清单"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => save(key));
      }}
    >
      <p>时间按签到和提交评标报告的时刻计算，金额按当日生效的公开标准计算；每次评标编制一次，编制后不能更改。</p>
      <div className="form-grid">
        <SelectField label="付款单位" value={payer} options={payers} onChange={(value) => setPayer(value as Payer)} />
        {members.map(({ memberId, name, work }) => (
          <SelectField
            key={memberId}
            label={`路程：${name}（${work}）`}
            value={travel[memberId] ?? "local"}
            options={TRAVELS}
            onChange={(value) => setTravel({ ...travel, [memberId]: value })}
          />
        ))}
      </div>
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        编制清单
      </button>
    </form>
  );
}
