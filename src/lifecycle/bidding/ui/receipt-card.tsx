"use client";

import Link from "next/link";
import { formatInstant } from "@/core/time";
import { sizeText } from "../draft";
import { rulesOf } from "../purpose";
import type { BidRoomView, DeliveryView } from "../room";
import { ReceiptLinks, Withdraw } from "./deliveries";

/** The receipt (递交回执): what proves the delivery, and what comes next. */
export function ReceiptCard({
  view,
  delivery,
  receivedAt,
}: {
  view: BidRoomView;
  delivery: DeliveryView;
  receivedAt: string;
}) {
  const { payload, state, endedAt } = delivery;
  const { lot, orgId } = view;
  // An application's receipt is read at any time, also when bids are handed in.
  const isApplication =
    view.purpose === "application" || view.applications.some(({ bidId }) => bidId === delivery.bidId);
  const words = rulesOf({ ...view, purpose: isApplication ? "application" : "bid" });
  return (
    <section className="card" aria-labelledby="h-receipt">
      <h2 id="h-receipt">{state === "standing" ? "✔ 已递交" : state === "withdrawn" ? "已撤回" : "已被替换"}</h2>
      {endedAt && (
        <p className="note warn">
          这份{words.name}于 {formatInstant(new Date(endedAt))} {state === "withdrawn" ? "撤回" : "被新的一份替换"}
          ，不再有效；密文不会被开启。
        </p>
      )}
      <dl className="fields">
        <dt>回执号</dt>
        <dd>
          <strong>{payload.number}</strong>
        </dd>
        <dt>服务器收到时间</dt>
        <dd>{receivedAt}</dd>
        <dt>{words.deadline}时间</dt>
        <dd>{formatInstant(new Date(payload.deadline))}</dd>
        <dt>递交次序</dt>
        <dd>
          第 {payload.seq} 次{payload.seq > 1 ? "（此前的版本不再有效）" : ""}
        </dd>
        <dt>封装清单哈希</dt>
        <dd className="hash">SHA-256 {payload.sealHash}</dd>
        <dt>密文</dt>
        <dd>
          {payload.parts} 段，{sizeText(payload.bytes)}
        </dd>
        <dt>{words.document}版本</dt>
        <dd>第 {payload.documentVersion} 版</dd>
        <dt>签名证书指纹</dt>
        <dd className="hash">{delivery.signerFingerprint}</dd>
        <dt>平台签名</dt>
        <dd>
          已签名，回执数据哈希 <span className="hash">{delivery.receiptHash}</span>
        </dd>
        <dt>时间戳</dt>
        <dd>{delivery.receipt.tst ? "已附可信时间戳" : "时间戳服务尚未答复，附上后重新下载即可；回执本身已有效"}</dd>
        <dt>标记</dt>
        <dd>{payload.flags.join("、") || "无"}</dd>
        <dt>结果</dt>
        <dd>{payload.text}</dd>
      </dl>
      <ReceiptLinks orgId={orgId} lotId={lot.id} delivery={delivery} />
      {state === "standing" && isApplication && (
        <>
          <h3>接下来</h3>
          <p>
            {formatInstant(new Date(payload.deadline))} {words.deadline}。截止后请在解密时间内回到
            <a href={`/w/${orgId}/bids/${lot.id}`}>投标工作间</a>
            ，用证书或应急解密码解密本单位的{view.round === "proposal" ? "技术建议" : "申请文件"}
            ；未在规定时间内解密的，不予开启。
          </p>
          {view.purpose === "application" && (
            <div className="row">
              <Link className="btn" href={`/w/${orgId}/bids/${lot.id}`} prefetch={false}>
                替换（回到工作间）
              </Link>
              <Withdraw view={view} delivery={delivery} />
            </div>
          )}
        </>
      )}
      {state === "standing" && !isApplication && (
        <>
          <h3>接下来</h3>
          <p>
            {formatInstant(new Date(payload.deadline))} 自动开标。开标后请在解密时间内进入
            <a href={`/hall/${lot.id}`}>开标大厅</a>，用证书或应急解密码解密。
          </p>
          <div className="row">
            <Link className="btn" href={`/w/${orgId}/bids/${lot.id}`} prefetch={false}>
              替换（回到投标工作间）
            </Link>
            <Withdraw view={view} delivery={delivery} />
          </div>
        </>
      )}
      <p className="small muted">谁能看到：{isApplication ? "申请截止" : "开标"}前仅本单位。请保存回执 JSON 和 PDF。</p>
    </section>
  );
}
