"use client";

import { sentenceOf } from "@/i18n/refusals";
import { ExtensionCard } from "@/lifecycle/bid-security/ui/extension-forms";
import { shutOutCode } from "@/lifecycle/invitation/rules";
import { ReplyForm } from "@/lifecycle/invitation/ui/reply-form";
import type { TrustMaterial } from "@/platform/site/ui/verify/check";
import { useServerTime } from "@/ui/server-clock";
import { asksDeclaration } from "../declaration/typed";
import { declarationProblems, draftProblems } from "../draft";
import { draftKeyOf, rulesOf } from "../purpose";
import type { BidRoomView } from "../room";
import { SECURITY_TASK, securityProblems } from "../secured";
import { bidTasks } from "../tasks";
import { BidFiles } from "./bid-files";
import { BillPrices } from "./bill-prices";
import { CircumstanceForm } from "./circumstance-form";
import { ClarificationsCard } from "./clarifications-card";
import { ConsortiumCard } from "./consortium-card";
import { DeclarationForm } from "./declaration-form";
import { Deliveries, Withdraw } from "./deliveries";
import { DraftCopyCard } from "./draft-copy-card";
import { DraftNote } from "./draft-note";
import { ObjectionsCard } from "./objections-card";
import { BuyDocument, DocumentContent, ObtainDocument } from "./obtain-document";
import { FormContent, ObtainForm } from "./obtain-form";
import { OpeningForm } from "./opening-form";
import { SealEntry } from "./seal-entry";
import { SecuritySection } from "./security-section";
import { useConsortium } from "./use-consortium";
import { useDraft } from "./use-draft";
import { usePriceWarnings } from "./use-price-warnings";
import { WholeCheck } from "./whole-check";

/** The bid room (投标工作间): one list of tasks in free order, from the document to the receipt. */
export function BidRoom({
  view,
  trust,
  bank,
}: {
  view: BidRoomView;
  trust?: TrustMaterial | undefined;
  /** The demonstration's bank. */
  bank?: string;
}) {
  const { lot, orgId, document } = view;
  const words = rulesOf(view);
  const isBid = view.purpose === "bid";
  const handle = useDraft(orgId, draftKeyOf(view));
  const { draft } = handle;
  const consortium = useConsortium(view, trust, draft);
  const problems = document
    ? [
        ...draftProblems(document.content, draft),
        ...consortium.problems,
        ...declarationProblems(document.content, view.bidder, draft),
        ...securityProblems(view, draft),
      ]
    : [];
  const warnings = usePriceWarnings(orgId, lot.id, document?.content, draft);
  const bill = document?.content.bill;
  const standing = view.deliveries.find(({ state }) => state === "standing");
  const tasks = bidTasks(view, draft, {
    problems,
    ofConsortium: consortium.problems.length,
    isHandedIn: standing !== undefined,
  });
  // A first round that is over is no longer written for; what was handed in stays in sight.
  const isOver = !isBid && lot.state !== "P1";
  const numbered = (id: string): string => {
    const index = tasks.findIndex(([task]) => task === id);
    return `${index + 1} ${tasks[index]![1]}`;
  };
  return (
    <>
      <nav className="card" aria-label="任务清单">
        <ol className="plain-list">
          {(isOver ? tasks.slice(0, 1) : tasks).map(([id, , status, done]) => (
            <li key={id} className="row">
              <a href={`#${id}`}>{numbered(id)}</a>
              <span className={`chip push ${done ? "ok" : ""}`}>{status}</span>
            </li>
          ))}
          <li>
            <a href="#deliveries">递交记录</a>
          </li>
        </ol>
        <p className="small muted">仅本单位可见；任何人在{isBid ? "开标" : words.deadline}前不能解密、提取。</p>
      </nav>
      <Extensions view={view} />
      {view.invitation && <ReplyForm lotId={lot.id} lotCode={lot.code} invitation={view.invitation} now={view.now} />}
      <section className="card" id="task-document" aria-labelledby="h-document">
        <h2 id="h-document">{numbered("task-document")}</h2>
        {view.notAmongQualified ? (
          <p className="note warn">{sentenceOf({ code: shutOutCode(view.round), facts: {} })}</p>
        ) : document && !isBid ? (
          <FormContent document={document} conditions={view.conditions ?? []} items={view.items} />
        ) : !document && !isBid ? (
          <ObtainForm lot={lot} now={view.now} round={view.round} />
        ) : document ? (
          <DocumentContent lotId={lot.id} document={document} />
        ) : view.invitation && view.invitation.reply !== "accepted" ? (
          <p>接受邀请后，在这里获取招标文件。</p>
        ) : view.price ? (
          <BuyDocument view={view} />
        ) : (
          <ObtainDocument lot={lot} now={view.now} />
        )}
        {document && isBid && (
          <p>
            <a href={`/w/${orgId}/bids/${lot.id}/order`}>{view.price ? "订单、发票与下载记录" : "下载记录"}</a>
          </p>
        )}
      </section>
      {document && !isOver && (
        <>
          {isBid && <ClarificationsCard view={view} />}
          <DraftNote handle={handle} />
          {isBid && <DraftCopyCard view={view} handle={handle} />}
          {bill && (
            <section className="card" id="task-bill" aria-labelledby="h-bill">
              <h2 id="h-bill">{numbered("task-bill")}</h2>
              {handle.loaded ? <BillPrices bill={bill} lotCode={lot.code} handle={handle} /> : <p>正在读取草稿…</p>}
            </section>
          )}
          <section className="card" id="task-form" aria-labelledby="h-form">
            <h2 id="h-form">{numbered("task-form")}</h2>
            {handle.loaded ? (
              <OpeningForm content={document.content} draft={draft} setField={handle.setField} isPublic={isBid} />
            ) : (
              <p>正在读取草稿…</p>
            )}
          </section>
          <section className="card" id="task-files" aria-labelledby="h-files">
            <h2 id="h-files">{numbered("task-files")}</h2>
            <BidFiles content={document.content} handle={handle} />
          </section>
          {tasks.some(([id]) => id === SECURITY_TASK) && (
            <section className="card" id={SECURITY_TASK} aria-labelledby="h-security">
              <h2 id="h-security">{numbered(SECURITY_TASK)}</h2>
              <SecuritySection view={view} handle={handle} {...(bank ? { bank } : {})} />
            </section>
          )}
          {tasks.some(([id]) => id === "task-consortium") && (
            <section className="card" id="task-consortium" aria-labelledby="h-consortium">
              <h2 id="h-consortium">{numbered("task-consortium")}</h2>
              <ConsortiumCard view={view} handle={handle} prepared={consortium} />
            </section>
          )}
          {asksDeclaration(document.content) && (
            <section className="card" id="task-declaration" aria-labelledby="h-declaration">
              <h2 id="h-declaration">{numbered("task-declaration")}</h2>
              <DeclarationForm content={document.content} bidder={view.bidder} handle={handle} />
            </section>
          )}
          <section className="card" id="task-check" aria-labelledby="h-check">
            <h2 id="h-check">{numbered("task-check")}</h2>
            <WholeCheck problems={problems} />
            {warnings.map((sentence) => (
              <p key={sentence} className="note warn" role="status">
                {sentence}
              </p>
            ))}
          </section>
          <section className="card" id="task-seal" aria-labelledby="h-seal">
            <h2 id="h-seal">{numbered("task-seal")}</h2>
            <SealEntry view={view} blocked={problems.length > 0 || !handle.loaded} replaces={standing !== undefined} />
          </section>
        </>
      )}
      <ObjectionsCard view={view} />
      <section className="card" id="deliveries" aria-labelledby="h-deliveries">
        <h2 id="h-deliveries">递交记录</h2>
        {standing?.damaged && (
          <p className="note danger" role="alert">
            平台复核发现这份{words.name}的存储数据损坏。这是平台的责任，原回执仍然有效；平台正在用副本恢复。
            {!isOver && "请在截止前重新递交（替换）。"}
          </p>
        )}
        <Deliveries view={view} />
        {view.applications.length > 0 && (
          <>
            <h3>{rulesOf({ ...view, purpose: "application" }).name}</h3>
            <Deliveries view={{ ...view, deliveries: view.applications }} />
          </>
        )}
        {standing && !isOver && (
          <div className="row">
            <Withdraw view={view} delivery={standing} />
          </div>
        )}
        {isBid && standing && <CircumstanceForm lotId={lot.id} told={view.circumstances} />}
        <p className="small muted">
          {isBid
            ? "谁能看到：开标前仅本单位；招标人、代理、平台和监督都看不到是否有人递交、递交了几份。"
            : `谁能看到：${words.deadline}前仅本单位；截止后仅招标代理机构（自行招标的为招标人）、${view.round === "proposal" ? "已签署声明的招标人人员" : "评审人员"}和监督部门，其他任何人到开标前都看不到谁递交、有几家。`}
        </p>
      </section>
    </>
  );
}

/** Requests to extend the own bid; there are some after the opening alone. */
function Extensions({ view: { extensions, now: initial } }: { view: BidRoomView }) {
  const { now } = useServerTime(initial);
  if (!extensions.length) return null;
  return (
    <section className="card" id="extensions" aria-labelledby="h-extensions">
      <h2 id="h-extensions">延长投标有效期</h2>
      {extensions.map((extension) => (
        <ExtensionCard key={extension.id} extension={extension} now={now} />
      ))}
    </section>
  );
}
