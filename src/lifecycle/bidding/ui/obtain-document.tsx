"use client";

import { formatYuan } from "@/core/money";
import { formatInstant } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import { refusalToObtain } from "@/lifecycle/lot/rules";
import type { DocumentView } from "@/lifecycle/tender-document/queries";
import { securityTerms } from "@/lifecycle/tender-document/schema";
import { GatheringList } from "@/lifecycle/tender-document/ui/gathering-list";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { useServerTime } from "@/ui/server-clock";
import { sizeText } from "../draft";
import { forRules } from "../lot-times";
import type { BidRoomView } from "../room";

/** Obtains the tender document, free of charge; nobody else learns who did. */
export function ObtainDocument({ lot, now }: Pick<BidRoomView, "lot" | "now">) {
  const act = useAct();
  const time = useServerTime(now);
  const refusal = refusalToObtain(forRules(lot), time.now);
  const obtain = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.document.obtain.mutate({ key, body: { lotId: lot.id } }));
      return "已获取招标文件。";
    });
  };
  return (
    <>
      <p>招标文件免费获取{lot.saleEnd ? `，获取截止 ${formatInstant(new Date(lot.saleEnd))}` : ""}。</p>
      <p className="muted small">谁能看到：获取记录在开标前对任何人保密，包括招标人和平台运营人员。</p>
      <button
        type="button"
        className="btn btn-primary"
        disabled={act.running || refusal !== undefined}
        onClick={() => void obtain()}
        aria-describedby="obtain-why"
      >
        获取招标文件
      </button>
      <p id="obtain-why" className="small" suppressHydrationWarning>
        {refusal ? sentenceOf(refusal) : ""}
      </p>
      {act.note}
    </>
  );
}

/** The way to the order page of a document that is sold at cost. */
export function BuyDocument({ view: { lot, orgId, price } }: { view: Pick<BidRoomView, "lot" | "orgId" | "price"> }) {
  return (
    <>
      <p>
        招标文件按成本收费 {price}
        {lot.saleEnd ? `，获取截止 ${formatInstant(new Date(lot.saleEnd))}` : ""}。
      </p>
      <p className="muted small">谁能看到：购买记录在开标前对任何人保密，包括招标人和平台运营人员。</p>
      <a className="btn btn-primary" href={`/w/${orgId}/bids/${lot.id}/order`}>
        购买招标文件
      </a>
    </>
  );
}

/** The tender document that was obtained: its files, and what the platform computes with. */
export function DocumentContent({ lotId, document }: { lotId: string; document: DocumentView }) {
  const { content } = document;
  return (
    <>
      <dl className="fields">
        <dt>名称与版本</dt>
        <dd>
          {content.title}（第 {document.version} 版）
        </dd>
        <dt>文件哈希</dt>
        <dd className="hash">{document.digest}</dd>
        <dt>最高投标限价</dt>
        <dd>{formatYuan(BigInt(content.ceilingFen))}</dd>
        <dt>投标保证金</dt>
        <dd>
          {formatYuan(BigInt(content.securityFen))}（{securityTerms(content)}）
        </dd>
        {content.winnerPays && (
          <>
            <dt>招标代理服务费</dt>
            <dd>{content.winnerPays.text}</dd>
          </>
        )}
        <dt>投标有效期</dt>
        <dd>{content.validityDays} 日</dd>
        <dt>解密时间</dt>
        <dd>开标后 {content.decryptionWindowMinutes} 分钟</dd>
        <dt>联合体</dt>
        <dd>{content.consortiumAllowed ? "接受" : "不接受"}</dd>
      </dl>
      <GatheringList gatherings={content.gatherings} />
      {content.instructions && <p style={{ whiteSpace: "pre-wrap" }}>{content.instructions}</p>}
      {content.remedyClause && <p className="small muted">解密失败的补救：{content.remedyClause}</p>}
      <h3>招标文件下载</h3>
      <ul className="plain-list">
        {document.files.map((file) => (
          <li key={file.id}>
            <a href={`/api/files/${file.id}`}>{file.name}</a>（{sizeText(file.sizeBytes)}）
            <span className="hash"> SHA-256 {file.sha256}</span>
          </li>
        ))}
        <li>
          <a href={`/api/xtd/${lotId}`}>结构化招标文件（.xtd）</a>
          <span className="small muted"> 含全部文件、报价表和评标参数，可用 xinbiao verify 离线核验</span>
        </li>
      </ul>
    </>
  );
}
