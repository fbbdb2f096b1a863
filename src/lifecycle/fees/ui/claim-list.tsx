"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { AutoRefresh } from "@/ui/auto-refresh";
import { TextField } from "@/ui/fields";
import type { ClaimOrder, ClaimView, FeesView } from "../queries";
import { Steps } from "./steps";

/** Goes to the bank's page for an order. One key a press: pressed twice it acts once. */
async function goToBank(orderId: string): Promise<string> {
  const key = actKey();
  const { payUrl } = await insist(() => trpc.claims.pay.mutate({ key, body: { orderId } }));
  window.location.assign(payUrl);
  return "正在前往收款银行…";
}

/** What an organisation owes and is owed in its lots: how it is counted, paid, sent back and on. */
export function ClaimList({ view, org }: { view: FeesView; org: string }) {
  if (!view.claims.length)
    return (
      <p className="card">没有应付、应收款项。中标通知书发出后，按委托代理合同和招标文件计算的代理服务费会列在这里。</p>
    );
  return view.claims.map((claim) => <ClaimCard key={claim.id} claim={claim} head={view.head} org={org} />);
}

const CHIPS = { open: "warn", paid: "ok", cancelled: "" } as const;

function ClaimCard({ claim, head, org }: { claim: ClaimView; head: FeesView["head"]; org: string }) {
  const [newest] = claim.orders;
  const isOpen = newest && (newest.state === "created" || newest.state === "paying" || newest.state === "paid");
  return (
    <section className="card" aria-label={`${claim.kind} ${claim.lot.code}`}>
      <h2>
        {claim.kind} <span className={`chip ${CHIPS[claim.state]}`}>{claim.owes ? "应付" : "应收"}</span>
      </h2>
      <dl className="fields">
        <dt>标段</dt>
        <dd>
          {claim.lot.name} <span className="hash">{claim.lot.code}</span>
        </dd>
        <dt>付款单位</dt>
        <dd>{claim.payer}</dd>
        <dt>收款人</dt>
        <dd>{claim.payee}</dd>
        <dt>金额</dt>
        <dd>
          <strong>{claim.amount}</strong>
        </dd>
        <dt>列出时间</dt>
        <dd>{claim.since}</dd>
        <dt>状态</dt>
        <dd>{claim.stateText}</dd>
        {claim.passedOn && (
          <>
            <dt>转付</dt>
            <dd>{claim.passedOn} 已转入本单位账户</dd>
          </>
        )}
      </dl>
      <details open={claim.state === "open"}>
        <summary>算式</summary>
        <Steps steps={claim.steps} />
      </details>
      {claim.owes && claim.state === "open" && !isOpen && <PayForm claimId={claim.id} head={head} />}
      {claim.orders.map((order) => (
        <OrderLine key={order.id} order={order} invoice={`/w/${org}/fees/invoice?order=${order.id}`} />
      ))}
    </section>
  );
}

function PayForm({ claimId, head }: { claimId: string; head: FeesView["head"] }) {
  const act = useAct();
  const [title, setTitle] = useState(head.title);
  const [taxNumber, setTaxNumber] = useState(head.taxNumber);
  const pay = async () => {
    const key = actKey();
    const body = { claimId, invoiceTitle: title, invoiceTaxNumber: taxNumber };
    const { orderId } = await insist(() => trpc.claims.order.mutate({ key, body }));
    return goToBank(orderId);
  };
  return (
    <form
      aria-label="付款"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run(pay);
      }}
    >
      <div className="form-grid">
        <TextField label="发票抬头" value={title} onChange={setTitle} />
        <TextField label="纳税人识别号" value={taxNumber} onChange={setTaxNumber} />
      </div>
      <button type="submit" className="btn btn-primary" disabled={act.running}>
        去银行付款
      </button>
      {act.note}
    </form>
  );
}

function OrderLine({ order, invoice }: { order: ClaimOrder; invoice: string }) {
  const act = useAct();
  const isUnknown = order.state === "created" || order.state === "paying" || order.state === "paid";
  return (
    <section aria-label={`订单 ${order.orderNo}`}>
      <p className="row">
        <span>订单</span> <span className="hash">{order.orderNo}</span> <span className="chip">{order.stateName}</span>
        <span>
          {order.amount} {order.at}
        </span>
        {order.hasInvoice && <a href={invoice}>下载电子发票记录</a>}
      </p>
      {isUnknown && <AutoRefresh seconds={2} />}
      {order.state === "paying" && !order.mayPay && (
        <p className="note warn" role="status">
          正在向银行确认，请勿重复付款。银行确认后本页自动更新；可以离开本页，结果会写入收件箱。
        </p>
      )}
      {order.mayPay && (
        <p>
          <button
            type="button"
            className="btn btn-primary"
            disabled={act.running}
            onClick={() => void act.run(() => goToBank(order.id))}
          >
            继续支付
          </button>
        </p>
      )}
      {order.refunds.map((line) => (
        <p key={line} className="note warn">
          {line}
        </p>
      ))}
      {act.note}
    </section>
  );
}
