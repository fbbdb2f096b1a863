"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { AutoRefresh } from "@/ui/auto-refresh";
import { TextField } from "@/ui/fields";
import type { OrderView, OwnOrder } from "../order-view";

/** Goes to the bank's page for an order. One key a press: pressed twice it acts once. */
async function goToBank(orderId: string): Promise<string> {
  const key = actKey();
  const { payUrl } = await insist(() => trpc.document.pay.mutate({ key, body: { orderId } }));
  window.location.assign(payUrl);
  return "正在前往收款银行…";
}

/** Buys the tender document at cost: price, invoice, the way to the bank, and what the bank said. */
export function OrderPanel({ view }: { view: OrderView }) {
  const [newest] = view.orders;
  const isOpen = newest && (newest.state === "created" || newest.state === "paying" || newest.state === "paid");
  return (
    <>
      <section className="card" aria-labelledby="h-price">
        <h2 id="h-price">价格与收款单位</h2>
        <dl className="fields">
          <dt>招标文件售价</dt>
          <dd>
            <strong>{view.price}</strong>（仅补偿成本，平台不收费、不提成）
          </dd>
          <dt>收款单位</dt>
          <dd>{view.payee}</dd>
          <dt>收款账户</dt>
          <dd>{view.account}</dd>
          <dt>获取截止时间</dt>
          <dd>{view.saleEnd || "—"}</dd>
        </dl>
        <p className="muted small">
          谁能看到：订单、付款和发票仅本单位可见，开标前招标人、代理机构和平台运营人员都看不到谁购买、有几家。
        </p>
        {!view.document && !isOpen && <BuyForm view={view} />}
      </section>
      {view.orders.map((order) => (
        <OrderCard key={order.id} order={order} view={view} />
      ))}
    </>
  );
}

function BuyForm({ view }: { view: OrderView }) {
  const act = useAct();
  const [title, setTitle] = useState(view.head.title);
  const [taxNumber, setTaxNumber] = useState(view.head.taxNumber);
  const buy = async () => {
    const key = actKey();
    const body = { lotId: view.lot.id, invoiceTitle: title, invoiceTaxNumber: taxNumber };
    const { orderId } = await insist(() => trpc.document.order.mutate({ key, body }));
    return goToBank(orderId);
  };
  return (
    <form
      aria-label="购买招标文件"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run(buy);
      }}
    >
      <div className="form-grid">
        <TextField label="发票抬头" value={title} onChange={setTitle} />
        <TextField label="纳税人识别号" value={taxNumber} onChange={setTaxNumber} />
      </div>
      <button
        type="submit"
        className="btn btn-primary"
        disabled={act.running || view.refusal !== ""}
        aria-describedby="buy-why"
      >
        支付并下载
      </button>
      <p id="buy-why" className="small">
        {view.refusal}
      </p>
      {act.note}
    </form>
  );
}

function OrderCard({ order, view }: { order: OwnOrder; view: OrderView }) {
  const act = useAct();
  const isUnknown = order.state === "created" || order.state === "paying" || order.state === "paid";
  return (
    <section className="card" aria-label={`订单 ${order.orderNo}`}>
      <h2>
        订单 <span className="hash">{order.orderNo}</span> <span className="chip">{order.stateName}</span>
      </h2>
      <p>
        {order.amount}　{order.at}
      </p>
      {isUnknown && <AutoRefresh seconds={2} />}
      {order.state === "paying" && !order.mayPay && (
        <p className="note warn" role="status">
          正在向银行确认，请勿重复付款。银行确认后本页自动更新；可以离开本页，结果会写入收件箱。
        </p>
      )}
      {order.mayPay && (
        <>
          <p role="status">
            {order.state === "created" ? "订单已建立，尚未付款。" : "银行确认该订单尚未付款，可以继续支付同一订单。"}
          </p>
          <button
            type="button"
            className="btn btn-primary"
            disabled={act.running || view.refusal !== ""}
            onClick={() => void act.run(() => goToBank(order.id))}
          >
            继续支付
          </button>
          <p className="small">{view.refusal}</p>
        </>
      )}
      {order.state === "expired" && <p>获取截止时间前没有收到付款，订单已过期，没有扣款。</p>}
      {order.refunds.map((line) => (
        <p key={line} className="note warn">
          {line}
        </p>
      ))}
      {order.state === "delivered" && (
        <p>
          <a href={`${view.room}/order/invoice?order=${order.id}`}>下载电子发票记录</a>
        </p>
      )}
      {act.note}
    </section>
  );
}
