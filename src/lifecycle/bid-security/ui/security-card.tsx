"use client";

import { useState } from "react";
import { formatYuan } from "@/core/money";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import type { OwnSecurity } from "../queries";

/** The transfer of the own security: its account, what arrived, what goes back. */
export function TransferPart({
  lotId,
  requiredFen,
  security,
  open,
  bank,
}: {
  lotId: string;
  requiredFen: bigint;
  security: OwnSecurity;
  /** May an account still be asked for? */
  open: boolean;
  /** The demonstration's bank. */
  bank?: string;
}) {
  const act = useAct();
  const [asked, setAsked] = useState<{ account: string; bankName: string }>();
  const account = security.account ?? (asked && { number: asked.account, bank: asked.bankName });
  const press = () => {
    const key = actKey();
    return act.run(async () => {
      setAsked(await insist(() => trpc.security.openAccount.mutate({ key, body: { lotId } })));
      return "已取得保证金账号。";
    });
  };
  return (
    <>
      {account ? (
        <dl className="fields">
          <dt>收款账号</dt>
          <dd>{account.number}（本单位在本标段专用）</dd>
          <dt>开户银行</dt>
          <dd>{account.bank}</dd>
          <dt>应缴金额</dt>
          <dd>{formatYuan(requiredFen)}</dd>
          <dt>已到账</dt>
          <dd>{formatYuan(BigInt(security.heldFen))}</dd>
        </dl>
      ) : open ? (
        <p>
          <button type="button" className="btn" disabled={act.running} onClick={() => void press()}>
            取得保证金账号
          </button>
        </p>
      ) : (
        <p>没有取得保证金账号。</p>
      )}
      {act.note}
      {account && open && (
        <p className="small">
          请在投标截止时间前从本单位基本账户转账，到账时间以银行记录为准；不足的补足到同一账号，多付的退回。银行只知道一个随机编号，不知道标段和用途。
        </p>
      )}
      {account && open && bank && (
        <p>
          <a href={`${bank}/transfer?account=${account.number}`} target="_blank" rel="noreferrer">
            到演示银行转账
          </a>
          <span className="small muted">（演示环境，不涉及真实资金；到账后刷新本页）</span>
        </p>
      )}
      {security.arrived.length > 0 && (
        <ul className="plain-list">
          {security.arrived.map(({ at, amount, payer, note }) => (
            <li key={`${at} ${amount} ${payer}`}>
              {at} 到账 {amount}，付款人 {payer}
              {note && <span className="chip warn">{note}</span>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What of the own security goes back or was kept. */
export function BackPart({ security: { back, keeping } }: { security: OwnSecurity }) {
  if (!back.length && !keeping) return null;
  return (
    <>
      <h3>退还</h3>
      {keeping && <p className="note warn">{keeping}</p>}
      <ul className="plain-list">
        {back.map(({ what, amount, when }) => (
          <li key={`${what} ${amount} ${when}`}>
            {what}：{amount}，{when}
          </li>
        ))}
      </ul>
    </>
  );
}
