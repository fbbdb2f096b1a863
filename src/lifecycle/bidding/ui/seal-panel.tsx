"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { formatInstant } from "@/core/time";
import { formatRecoveryCode } from "@/crypto/recovery-code";
import { sentenceOf } from "@/i18n/refusals";
import {
  envelopeOfFile,
  envelopeText,
  fieldsOf,
  hasTwoEnvelopes,
  type Round,
} from "@/lifecycle/tender-document/envelopes";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import type { TrustMaterial } from "@/platform/site/ui/verify/check";
import { sentenceFor } from "@/trpc/client";
import { RecoveryCodeCard } from "@/ui/recovery-code-card";
import { serverNow, useServerTime } from "@/ui/server-clock";
import { estimate } from "../client/estimate";
import { bidderTitle } from "../consortium/part";
import {
  bidFiles,
  type Draft,
  declarationProblems,
  draftProblems,
  formOf,
  moneyInWords,
  sealedName,
  sizeText,
  totalBytes,
} from "../draft";
import { forRules } from "../lot-times";
import { draftKeyOf, rulesOf } from "../purpose";
import type { BidRoomView } from "../room";
import { securityProblems } from "../secured";
import { receiptPath } from "./deliveries";
import { DeviceNotice } from "./device-notice";
import { SealCertificate, useSealCertificate } from "./seal-certificate";
import { jobOf } from "./seal-job";
import { Margin, SealProgress } from "./seal-progress";
import { markOwnGuarantee } from "./sealed-security";
import { useConsortium } from "./use-consortium";
import { useDraft } from "./use-draft";
import { usePriceWarnings } from "./use-price-warnings";
import { useSealing } from "./use-sealing";
import { WholeCheck } from "./whole-check";
import "./seal.css";

/** Seals, rehearses, uploads and hands in (签章与加密): nothing counts as submitted before the receipt. */
export function SealPanel({
  view,
  trust,
}: {
  view: BidRoomView & { document: NonNullable<BidRoomView["document"]> };
  trust?: TrustMaterial | undefined;
}) {
  const { lot, orgId, document, deliveries } = view;
  const { content } = document;
  const { purpose } = view;
  const words = rulesOf(view);
  const deadline = (purpose === "bid" ? lot.bidDeadline : lot.applicationDeadline) ?? view.now;
  const router = useRouter();
  const ask = useSigning();
  const { draft: written, loaded } = useDraft(orgId, draftKeyOf(view));
  // What was sealed is what is signed, whatever another tab writes meanwhile.
  const [taken, setTaken] = useState<Draft>();
  const draft = taken ?? written;
  const certificate = useSealCertificate(view);
  const sealing = useSealing();
  const { state } = sealing;
  const [code, setCode] = useState("");
  const [kept, setKept] = useState(false);
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState("");
  const { now } = useServerTime(view.now);
  const refusal = words.refusalToSubmit(forRules(lot), now);
  const consortium = useConsortium(view, trust, draft);
  const problems = loaded
    ? [
        ...draftProblems(content, draft),
        ...consortium.problems,
        ...declarationProblems(content, view.bidder, draft),
        ...securityProblems(view, draft),
      ]
    : [];
  const title = consortium.declared && bidderTitle(view.bidder.name, consortium.declared.terms.parties.slice(1));
  const warnings = usePriceWarnings(orgId, lot.id, content, draft);
  const files = bidFiles(draft);
  const seq = (deliveries[0]?.payload.seq ?? 0) + 1;

  useEffect(() => {
    if (state.receipt) router.push(`${receiptPath(orgId, lot.id)}?bid=${state.receipt.bidId}`);
  }, [state.receipt, router, orgId, lot.id]);

  const start = async () => {
    if (!certificate.key || starting) return;
    setStarting(true);
    setError("");
    try {
      const secret = crypto.getRandomValues(new Uint8Array(32));
      if (content.security?.receiptCondition) await markOwnGuarantee(view, draft);
      const job = await jobOf(view, draft, certificate.key, secret, trust);
      setCode(formatRecoveryCode(secret));
      setKept(false);
      setTaken(draft);
      sealing.begin(job);
    } catch (problem) {
      setError(sentenceFor(problem));
    } finally {
      setStarting(false);
    }
  };
  const submit = async () => {
    const price = content.form.find(({ kind }) => kind === "money");
    const key = await ask({
      title: "签章并递交",
      lines: [
        ["标段", `${lot.code} ${lot.name}`],
        ...(price ? ([[price.label, moneyInWords(formOf(content, draft)[price.id] ?? "")]] as const) : []),
        ...(title ? ([[words.sender, title]] as const) : []),
        ["文件", `${files.length} 个，${sizeText(totalBytes(draft))}`],
        [
          "递交次序",
          deliveries.some((one) => one.state === "standing") ? `第 ${seq} 次（替换上一次）` : `第 ${seq} 次`,
        ],
        [words.deadline, formatInstant(new Date(deadline))],
      ],
      consequence: "对密文清单签章并递交。收到回执才算递交成功；截止时间前可替换或撤回。",
    });
    if (key) sealing.submit(serverNow(view.now).toISOString());
  };

  const labels = (round: Round) =>
    fieldsOf(content, round)
      .map(({ label }) => label)
      .join("、") || "无";

  const again = () => {
    sealing.reset();
    setTaken(undefined);
    setCode("");
  };

  if (!loaded) return <p>正在读取草稿…</p>;
  if (problems.length && state.phase === "idle") {
    return (
      <section className="card">
        <WholeCheck problems={problems} base={`/w/${orgId}/bids/${lot.id}`} />
      </section>
    );
  }
  const idle = state.phase === "idle";
  const before = estimate({
    totalBytes: totalBytes(draft),
    sentBytes: 0,
    speed: undefined,
    leftMs: new Date(deadline).getTime() - now.getTime(),
  });
  const why = refusal
    ? sentenceOf(refusal)
    : !state.rehearsed
      ? "请先完成加密与演练。"
      : state.phase === "uploading"
        ? "正在上传密文，传完后即可递交。"
        : !kept
          ? "请先确认已保存应急解密码。"
          : "";
  return (
    <>
      <section className="card" aria-labelledby="h-content">
        <h2 id="h-content">将要封装的内容</h2>
        <p>
          文件 {files.length} 个，{sizeText(totalBytes(draft))}；检查全部通过。{words.document}第 {document.version}{" "}
          版。
        </p>
        <ul className="plain-list">
          {files.map((file) => (
            <li key={file.id}>
              {sealedName(content, file)}（{sizeText(file.sizeBytes)}）
              {hasTwoEnvelopes(content) && (
                <span className="chip">
                  {envelopeText(content, envelopeOfFile(content, file.slot, sealedName(content, file)))}
                </span>
              )}
            </li>
          ))}
          {title && <li>{title}：协议与各成员签章齐全</li>}
          {content.bill && (
            <li>
              已标价工程量清单（{content.bill.items.length} 项）
              {hasTwoEnvelopes(content) && <span className="chip">{envelopeText(content, 2)}</span>}
            </li>
          )}
        </ul>
        {hasTwoEnvelopes(content) && (
          <p>
            开标一览表：第一信封含{labels(1)}；第二信封含{labels(2)}
            。两个信封用不同的密钥加密，分两次开启；演练逐一试开。
          </p>
        )}
        {warnings.map((sentence) => (
          <p key={sentence} className="note warn" role="status">
            {sentence}
          </p>
        ))}
      </section>
      <DeviceNotice />
      <section className="card" aria-labelledby="h-cert">
        <h2 id="h-cert">证书</h2>
        <SealCertificate certificate={certificate} locked={!idle} />
      </section>
      {code && state.phase !== "done" && (
        <RecoveryCodeCard
          key={code}
          code={code}
          opens="本次递交的文件"
          fileName={`应急解密码-${lot.code}-第${seq}次.txt`}
          kept={kept}
          onKept={() => setKept(true)}
        />
      )}
      <section className="card" aria-labelledby="h-go">
        <h2 id="h-go">加密、上传、递交</h2>
        {idle ? (
          <>
            {before.tone !== "ok" && !refusal && <Margin tone={before.tone} marginMs={before.marginMs} />}
            <button
              type="button"
              className="btn btn-primary"
              disabled={starting || refusal !== undefined || certificate.problem !== ""}
              onClick={() => void start()}
            >
              开始加密
            </button>
            {refusal && <p className="small">{sentenceOf(refusal)}</p>}
          </>
        ) : (
          <>
            <SealProgress state={state} deadline={deadline} initial={view.now} />
            <p className="small muted">断线会自动续传，不会重复递交。请不要关闭本页：加密用的密钥只在本页中。</p>
            <button
              type="button"
              className="btn btn-seal"
              disabled={why !== "" || state.phase !== "uploaded"}
              onClick={() => void submit()}
              aria-describedby="submit-why"
            >
              签章并递交
            </button>
            <p id="submit-why" className="small" role="status">
              {state.phase === "submitting"
                ? "正在递交，等待回执…"
                : state.phase === "done"
                  ? "已递交，正在打开回执…"
                  : why}
            </p>
          </>
        )}
        <Failure
          state={state}
          error={error}
          onResume={() => sealing.resume(serverNow(view.now).toISOString())}
          onAgain={again}
        />
      </section>
    </>
  );
}

function Failure({
  state,
  error,
  onResume,
  onAgain,
}: {
  state: ReturnType<typeof useSealing>["state"];
  error: string;
  onResume(): void;
  onAgain(): void;
}) {
  const note = useRef<HTMLDivElement>(null);
  const sentence = state.failure?.sentence ?? error;
  useEffect(() => {
    if (sentence) note.current?.focus();
  }, [sentence]);
  if (!sentence) return null;
  return (
    <div className="note danger" role="alert" tabIndex={-1} ref={note}>
      <p>{sentence}</p>
      {state.failure && (
        <p className="row">
          {state.failure.canResume && (
            <button type="button" className="btn" onClick={onResume}>
              继续
            </button>
          )}
          <button type="button" className="btn" onClick={onAgain}>
            重新加密
          </button>
        </p>
      )}
    </div>
  );
}
