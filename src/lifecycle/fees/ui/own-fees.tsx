"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import type { OwnFee } from "../experts-view";
import { Steps } from "./steps";

/** An expert's own fees: how each is counted, where it is paid, and whether it has been. */
export function OwnFees({ fees }: { fees: readonly OwnFee[] }) {
  if (!fees.length) return null;
  return (
    <section className="card" aria-labelledby="own-fees-title">
      <h2 id="own-fees-title">评标费</h2>
      <p className="muted">仅本人可见本人的评标费和收款账户；个人所得税由付款单位预扣并申报。</p>
      <ul className="plain-list">
        {fees.map((fee) => (
          <li key={fee.id}>
            <p className="row">
              <strong>{fee.net}</strong>
              <span>{fee.lot}</span>
              <span>{fee.work}</span>
              <span className="chip">{fee.state}</span>
            </p>
            {fee.account && <p className="small">收款账户：{fee.account}</p>}
            <details open={!fee.isConfirmed}>
              <summary>算式</summary>
              <Steps steps={fee.steps} />
            </details>
            {!fee.isConfirmed && <ConfirmForm feeId={fee.id} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ConfirmForm({ feeId }: { feeId: string }) {
  const act = useAct();
  const [bank, setBank] = useState("");
  const [account, setAccount] = useState("");
  const confirm = async (key: string) => {
    await insist(() => trpc.experts.confirm.mutate({ key, body: { feeId, bank, account } }));
    return "已确认。付款后本页显示到账时间。";
  };
  return (
    <form
      noValidate
      aria-label="确认评标费"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => confirm(key));
      }}
    >
      <div className="form-grid">
        <TextField label="开户银行" value={bank} onChange={setBank} />
        <TextField label="本人收款账号" inputMode="numeric" value={account} onChange={setAccount} />
      </div>
      {act.note}
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        确认金额和账户
      </button>
    </form>
  );
}
