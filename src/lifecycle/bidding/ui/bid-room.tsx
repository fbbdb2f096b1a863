"use client";

import Link from "next/link";
import { sentenceOf } from "@/i18n/refusals";
import { ExtensionCard } from "@/lifecycle/bid-security/ui/extension-forms";
import { AskForm } from "@/lifecycle/clarification/ui/ask-form";
import { ClarificationList } from "@/lifecycle/clarification/ui/clarification-list";
import { shutOutCode } from "@/lifecycle/invitation/rules";
import { ReplyForm } from "@/lifecycle/invitation/ui/reply-form";
import type { LotState } from "@/lifecycle/lot/states";
import { FileObjectionForm } from "@/lifecycle/objection/ui/file-form";
import { ObjectionList } from "@/lifecycle/objection/ui/objection-list";
import type { TrustMaterial } from "@/platform/site/ui/verify/check";
import { useServerTime } from "@/ui/server-clock";
import { billSums } from "../bill/prices";
import { asksDeclaration } from "../declaration/typed";
import { bidFiles, declarationProblems, draftProblems } from "../draft";
import { forRules } from "../lot-times";
import { draftKeyOf, rulesOf } from "../purpose";
import type { BidRoomView } from "../room";
import { guaranteeNeeds, SECURITY_TASK, securityProblems, securityStatus } from "../secured";
import { BidFiles } from "./bid-files";
import { BillPrices } from "./bill-prices";
import { CircumstanceForm } from "./circumstance-form";
import { ConsortiumCard } from "./consortium-card";
import { DeclarationForm } from "./declaration-form";
import { Deliveries, Withdraw } from "./deliveries";
import { DraftCopyCard } from "./draft-copy-card";
import { BuyDocument, DocumentContent, ObtainDocument } from "./obtain-document";
import { FormContent, ObtainForm } from "./obtain-form";
import { OpeningForm } from "./opening-form";
import { SecuritySection } from "./security-section";
import { useConsortium } from "./use-consortium";
import { useDraft } from "./use-draft";
import { usePriceWarnings } from "./use-price-warnings";

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
  const left = (of: string) => problems.filter(({ control }) => control.startsWith(of)).length;
  const [formLeft, filesLeft] = [left("field-"), left("slot-")];
  const billLeft = bill ? billSums(bill, draft.prices ?? {}).left : 0;
  const secured = securityStatus(view, draft);
  const required = document?.content.requiredFiles.length ?? 0;
  const standing = view.deliveries.find(({ state }) => state === "standing");
  const tasks: readonly (readonly [id: string, title: string, status: string, done: boolean])[] = [
    ["task-document", `获取${words.document}`, document ? "已完成" : "待处理", document !== undefined],
    ...(bill ? [["task-bill", "报价清单", billLeft ? `还有 ${billLeft} 项` : "已完成", !billLeft] as const] : []),
    [
      "task-form",
      words.form,
      !document ? "未开始" : formLeft || billLeft ? `还有 ${formLeft || 1} 项` : "已完成",
      document !== undefined && !formLeft && !billLeft,
    ],
    [
      "task-files",
      words.name,
      !document ? "未开始" : `必备 ${required} 个，已添加 ${bidFiles(draft).length} 个`,
      document !== undefined && !filesLeft,
    ],
    ...(document && guaranteeNeeds(view) ? [[SECURITY_TASK, "投标保证金", secured.status, secured.done] as const] : []),
    ...(document && (document.content.consortiumAllowed || draft.consortium)
      ? [
          [
            "task-consortium",
            "联合体（选填）",
            !draft.consortium
              ? isBid
                ? "单独投标"
                : view.round === "proposal"
                  ? "单独提交"
                  : "单独申请"
              : consortium.problems.length
                ? `${consortium.problems.length} 项问题`
                : "已完成",
            !consortium.problems.length,
          ] as const,
        ]
      : []),
    ...(document && asksDeclaration(document.content)
      ? [
          [
            "task-declaration",
            "利害关系声明",
            left("declaration-") ? "待处理" : "已完成",
            !left("declaration-"),
          ] as const,
        ]
      : []),
    [
      "task-check",
      "整体检查",
      !document ? "未开始" : problems.length ? `${problems.length} 项问题` : "已完成",
      document !== undefined && !problems.length,
    ],
    [
      "task-seal",
      "签章、加密、递交",
      standing ? "已递交" : problems.length || !document ? "尚不能开始" : "待处理",
      standing !== undefined,
    ],
  ];
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
          {isBid && <Clarifications view={view} />}
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
      <Objections view={view} />
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

/** What is objected to in a state, and until when. */
const OBJECTED: Partial<Record<LotState, keyof typeof WINDOWS>> = {
  P1: "prequalification_document",
  T1: "tender_document",
  A1: "result",
};
const WINDOWS = {
  prequalification_document: "异议应在递交截止时间二日前提出（实施条例第二十二条）；逾期提出的按意见答复，不暂停活动。",
  tender_document:
    "对招标文件的异议应在投标截止时间十日前提出（实施条例第二十二条）；逾期提出的按意见答复，不暂停活动。",
  result: "对评标结果的异议应在中标候选人公示期间提出（实施条例第五十四条）。",
} as const;

/** Own objections, and the form while one can be filed. Interested parties object without holding the document. */
function Objections({ view: { lot, objections, round } }: { view: BidRoomView }) {
  const kind = OBJECTED[lot.state];
  if (!kind && !objections.length) return null;
  return (
    <section className="card" id="objections" aria-labelledby="h-objections">
      <h2 id="h-objections">异议</h2>
      <ObjectionList objections={objections} round={round} unanswered={() => <p className="chip">等待答复</p>} />
      {kind && (
        <details>
          <summary>提出异议</summary>
          <FileObjectionForm lotId={lot.id} kind={kind} window={WINDOWS[kind]} round={round} />
        </details>
      )}
      {(lot.state === "T1" || lot.state === "P1") && (
        <details id="notice-defect">
          <summary>公告有误？请求更正</summary>
          <FileObjectionForm
            lotId={lot.id}
            kind="notice"
            window="公告内容不符合规定、遗漏或者与招标文件不一致的，可以要求更正（《招标公告和公示信息发布管理办法》第十六条）。不暂停活动；答复公开，需要更正的同时发布更正公告。"
          />
        </details>
      )}
    </section>
  );
}

/** What changed since the document was obtained comes first; a bid of an older version is told so before it is sealed. */
function Clarifications({ view: { clarifications, questions, lot } }: { view: BidRoomView }) {
  const unread = clarifications.filter(({ readAt }) => !readAt);
  return (
    <section className="card" id="clarifications" aria-labelledby="h-clarifications">
      <h2 id="h-clarifications">澄清与答疑</h2>
      {unread.length > 0 && (
        <p className="note warn" role="status">
          有 {unread.length} 份新的澄清与修改未确认阅读，请阅读全文并核对投标文件。
        </p>
      )}
      <ClarificationList clarifications={clarifications} confirms />
      {questions.length > 0 && (
        <>
          <h3>本单位的提问（仅本单位可见）</h3>
          <ul className="plain-list">
            {questions.map(({ id, clause, text, answeredIn }) => (
              <li key={id}>
                条款 {clause}　{text}　
                {answeredIn ? (
                  <a href={`#clarification-${answeredIn}`}>见第 {answeredIn} 号</a>
                ) : (
                  <span className="chip">待答复</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {lot.state === "T1" && (
        <details>
          <summary>对招标文件提问</summary>
          <AskForm lotId={lot.id} />
        </details>
      )}
    </section>
  );
}

function DraftNote({ handle }: { handle: ReturnType<typeof useDraft> }) {
  return (
    <div className="note warn">
      <p>草稿保存在这台电脑的这个浏览器里，不会自动上传。换电脑、清除浏览器数据或使用无痕窗口时草稿不会跟随。</p>
      {handle.problem ? (
        <div role="alert" className="note danger">
          <p>{handle.problem}</p>
          {handle.movedOn && (
            <button type="button" className="btn" onClick={handle.renew}>
              读取最新草稿
            </button>
          )}
        </div>
      ) : (
        <p role="status">
          {
            {
              "": handle.loaded ? "草稿已就绪。" : "正在读取草稿…",
              saving: "正在保存…",
              saved: "已保存到本机。",
              renewed: "草稿刚在另一个标签页中更改，本页现在显示最新内容。",
            }[handle.status]
          }
        </p>
      )}
    </div>
  );
}

/** Everything that is still wrong, at once; each line leads to the control that mends it. */
export function WholeCheck({ problems, base = "" }: { problems: ReturnType<typeof draftProblems>; base?: string }) {
  if (!problems.length) return <p className="note ok">全部检查通过，可以加密递交。</p>;
  return (
    <section className="note danger" aria-label="检查发现的问题">
      <p>共 {problems.length} 项问题，全部解决后才能加密：</p>
      <ul className="problems">
        {problems.map(({ control, sentence }) => (
          <li key={sentence}>
            <a href={`${base}#${control}`}>{sentence}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The way to the sealing page, greyed by the rule that the gate asks. */
function SealEntry({ view, blocked, replaces }: { view: BidRoomView; blocked: boolean; replaces: boolean }) {
  const { now } = useServerTime(view.now);
  const refusal = rulesOf(view).refusalToSubmit(forRules(view.lot), now);
  const why = refusal ? sentenceOf(refusal) : blocked ? "尚不能开始：请先解决整体检查列出的问题。" : "";
  const label = replaces ? "加密并替换上一次递交" : "进入签章与加密";
  return (
    <>
      {replaces && <p>已有有效的递交。截止时间前可以替换：新的一份收到后，旧的一份自动失效。</p>}
      {why ? (
        <button type="button" className="btn" disabled aria-describedby="seal-why">
          {label}
        </button>
      ) : (
        <Link className="btn btn-primary" href={`/w/${view.orgId}/bids/${view.lot.id}/seal`} prefetch={false}>
          {label}
        </Link>
      )}
      <p id="seal-why" className="small" suppressHydrationWarning>
        {why}
      </p>
    </>
  );
}
