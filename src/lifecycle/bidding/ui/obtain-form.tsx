"use client";

import { formatInstant } from "@/core/time";
import { sentenceOf } from "@/i18n/refusals";
import { wordsOf } from "@/lifecycle/law/rounds";
import { refusalToObtainForm } from "@/lifecycle/lot/rules";
import type { PrequalCriterion, ProposalItem } from "@/lifecycle/prequalification/schema";
import { CriteriaTable } from "@/lifecycle/prequalification/ui/criteria-table";
import { ItemsTable } from "@/lifecycle/prequalification/ui/items-table";
import type { DocumentView } from "@/lifecycle/tender-document/queries";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { useServerTime } from "@/ui/server-clock";
import { sizeText } from "../draft";
import { forRules } from "../lot-times";
import type { BidRoomView } from "../room";

/** Obtains the prequalification document, free of charge; nobody else learns who did. */
export function ObtainForm({ lot, now, round }: Pick<BidRoomView, "lot" | "now" | "round">) {
  const { document } = wordsOf(round ?? "application");
  const act = useAct();
  const time = useServerTime(now);
  const refusal = refusalToObtainForm(forRules(lot), time.now);
  const obtain = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.obtain.mutate({ key, body: { lotId: lot.id } }));
      return `已获取${document}。`;
    });
  };
  return (
    <>
      <p>
        {document}免费获取{lot.saleEnd ? `，获取截止 ${formatInstant(new Date(lot.saleEnd))}` : ""}。
      </p>
      <p className="muted small">谁能看到：获取记录对任何人保密，包括招标人和平台运营人员。</p>
      <button
        type="button"
        className="btn btn-primary"
        disabled={act.running || refusal !== undefined}
        onClick={() => void obtain()}
        aria-describedby="obtain-why"
      >
        获取{document}
      </button>
      <p id="obtain-why" className="small" suppressHydrationWarning>
        {refusal ? sentenceOf(refusal) : ""}
      </p>
      {act.note}
    </>
  );
}

/** The prequalification document that was obtained: its file, and the conditions by which applications are reviewed. */
export function FormContent({
  document,
  conditions,
  items,
}: {
  document: DocumentView;
  conditions: readonly PrequalCriterion[];
  /** Of a first stage, in place of conditions. */
  items?: readonly ProposalItem[] | undefined;
}) {
  const words = wordsOf(items ? "proposal" : "application");
  const { content, files } = document;
  return (
    <>
      <dl className="fields">
        <dt>名称与版本</dt>
        <dd>
          {content.title}（第 {document.version} 版）
        </dd>
        <dt>校验值 SHA-256</dt>
        <dd className="hash">{document.digest}</dd>
        {items ? (
          <>
            <dt>招标阶段</dt>
            <dd>{words.rule}；第一阶段不要求投标保证金</dd>
          </>
        ) : (
          <>
            <dt>资格审查办法</dt>
            <dd>合格制：符合全部资格条件的通过，数量不限</dd>
          </>
        )}
        <dt>解密时间</dt>
        <dd>
          {items ? "提交" : "申请"}截止后 {content.decryptionWindowMinutes} 分钟
        </dd>
        <dt>联合体</dt>
        <dd>{content.consortiumAllowed ? words.consortium : "不接受"}</dd>
      </dl>
      {content.instructions && <p style={{ whiteSpace: "pre-wrap" }}>{content.instructions}</p>}
      {items ? <ItemsTable items={items} /> : <CriteriaTable criteria={conditions} />}
      <ul className="plain-list">
        {files.map((file) => (
          <li key={file.id}>
            <a href={`/api/files/${file.id}`}>{file.name}</a>（{sizeText(file.sizeBytes)}）
            <span className="hash"> SHA-256 {file.sha256}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
