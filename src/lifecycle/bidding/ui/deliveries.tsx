"use client";

import { formatInstant } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import { signPayload } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { useServerTime } from "@/ui/server-clock";
import { forRules } from "../lot-times";
import { rulesOf } from "../purpose";
import type { BidRoomView, DeliveryView } from "../room";

const STATES = { standing: "有效", replaced: "已被替换", withdrawn: "已撤回" } as const;

export const receiptPath = (orgId: string, lotId: string): string => `/w/${orgId}/bids/${lotId}/receipt`;

/** Every delivery of this organisation (递交记录): what was replaced or withdrawn stays listed. */
export function Deliveries({ view }: { view: BidRoomView }) {
  const { deliveries, lot, orgId } = view;
  if (!deliveries.length) return <p>尚未递交。递交成功后这里会列出回执。</p>;
  return (
    <div className="scroll-x">
      <table className="plain">
        <caption className="visually-hidden">递交记录</caption>
        <thead>
          <tr>
            <th scope="col">次序</th>
            <th scope="col">回执号</th>
            <th scope="col">服务器收到时间</th>
            <th scope="col">状态</th>
            <th scope="col">回执</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <tr key={delivery.bidId}>
              <td>第 {delivery.payload.seq} 次</td>
              <td>
                <a href={`${receiptPath(orgId, lot.id)}?bid=${delivery.bidId}`}>{delivery.payload.number}</a>
              </td>
              <td>{formatInstant(new Date(delivery.payload.receivedAt))}</td>
              <td>
                <span className={`chip ${delivery.state === "standing" ? "ok" : ""}`}>{STATES[delivery.state]}</span>
                {delivery.endedAt && <span className="small"> {formatInstant(new Date(delivery.endedAt))}</span>}
              </td>
              <td>
                <ReceiptLinks orgId={orgId} lotId={lot.id} delivery={delivery} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ReceiptLinks({ orgId, lotId, delivery }: { orgId: string; lotId: string; delivery: DeliveryView }) {
  const base = `${receiptPath(orgId, lotId)}/${delivery.bidId}`;
  return (
    <span className="row">
      <a href={`${base}/data`} download={`${delivery.payload.number}.json`}>
        下载回执 JSON
      </a>
      <a href={`${base}/pdf`}>下载回执 PDF</a>
      <a href="/verify">核验</a>
    </span>
  );
}

/** Takes the standing delivery back (撤回): signed, until the deadline, and the package is never opened. */
export function Withdraw({
  view,
  delivery,
}: {
  view: Pick<BidRoomView, "lot" | "now" | "purpose" | "round">;
  delivery: DeliveryView;
}) {
  const ask = useSigning();
  const act = useAct();
  const { now } = useServerTime(view.now);
  const words = rulesOf(view);
  const refusal = words.refusalToWithdraw(forRules(view.lot), now);
  const withdraw = () => {
    const press = actKey();
    return act.run(async () => {
      const toSign = await trpc.bid.withdrawalToSign.query({ bidId: delivery.bidId });
      const key = await ask({
        title: `撤回${words.name}`,
        lines: [
          ["标段", view.lot.code],
          ["回执号", delivery.payload.number],
          ["递交次序", `第 ${delivery.payload.seq} 次`],
          ["封装哈希", delivery.payload.sealHash],
        ],
        consequence: `撤回后本单位在该标段没有有效的${words.name}；密文不会被开启。截止时间前可以重新递交。`,
      });
      if (!key) return undefined;
      const statement = await signPayload(key, toSign);
      await insist(() => trpc.bid.withdraw.mutate({ key: press, body: { bidId: delivery.bidId, statement } }));
      return "已撤回。密文未开启，撤回回执已保存。";
    });
  };
  return (
    <>
      <button
        type="button"
        className="btn btn-seal"
        disabled={act.running || refusal !== undefined}
        onClick={() => void withdraw()}
        aria-describedby="withdraw-why"
      >
        撤回
      </button>
      <span id="withdraw-why" className="small muted" suppressHydrationWarning>
        {refusal ? sentenceOf(refusal) : ""}
      </span>
      {act.note}
    </>
  );
}
