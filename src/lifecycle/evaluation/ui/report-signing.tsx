"use client";

import { TRPCClientError } from "@trpc/client";
import { useState } from "react";
import { fromBase64url } from "@/core/bytes";
import { type OpenKey, signPdfDigest } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import type { ReviewView } from "../review-view";

/** Tries when other members sign in the same moment: at most as many as a large committee has members. */
const TRIES = 12;

const codeOf = (error: unknown): string | undefined =>
  error instanceof TRPCClientError
    ? (error.data as { answer?: { code?: string } } | null | undefined)?.answer?.code
    : undefined;

/**
 * Signs the report as it is now. Members sign the same file one after another: when another one was faster the file has
 * grown, and the digest of the grown file is signed instead.
 */
async function signOnTop(
  memberId: string,
  key: OpenKey,
  dissent: string,
): Promise<{ signed: number; of: number; finished: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const { digest, signingTime } = await trpc.evaluation.reportToSign.query({ memberId });
    const cms = await signPdfDigest(key, fromBase64url(digest));
    const press = actKey();
    try {
      return await insist(() =>
        trpc.evaluation.signReport.mutate({ key: press, body: { memberId, pdf: { cms, signingTime }, dissent } }),
      );
    } catch (error) {
      // Seen before or during the check of the signature, the same thing has two names.
      const grew = codeOf(error) === "evaluation.report_grew" || codeOf(error) === "identity.signature_broken";
      if (!grew || attempt >= TRIES) throw error;
    }
  }
}

/** Signs the evaluation report (评标报告), with a dissent on record where there is one. */
export function ReportSigning({
  memberId,
  view,
  reload,
}: {
  memberId: string;
  view: ReviewView;
  reload(): Promise<void>;
}) {
  const ask = useSigning();
  const act = useAct();
  const [dissents, setDissents] = useState(false);
  const [dissent, setDissent] = useState("");
  const { report } = view;
  if (!report) return <p role="status">正在生成评标报告，请稍候…</p>;
  const text = dissents ? dissent.trim() : "";
  const sign = () =>
    act.run(async () => {
      const key = await ask({
        title: "签署评标报告",
        lines: [
          ["标段", `${view.lot.code} ${view.lot.name}`],
          ["意见", text ? "签署并附不同意见" : "同意评标结论"],
        ],
        consequence: "签名写入评标报告 PDF。全体成员签署后报告提交招标人，不能再更改。",
      });
      if (!key) return undefined;
      const answer = await signOnTop(memberId, key, text);
      await reload();
      return answer.finished ? "全体成员已签署，评标报告已提交招标人。" : `已签署（${answer.signed}/${answer.of}）。`;
    });
  return (
    <section className="card" aria-labelledby="h-report">
      <h2 id="h-report">评标报告</h2>
      <p>
        <a href={`/api/files/${report.pdfFileId}?view=1`} target="_blank" rel="noreferrer">
          查看评标报告 PDF
        </a>
        　已签署 {report.signed} 人
      </p>
      {report.mine ? (
        <p className="note ok" role="status">
          您已签署评标报告，等待其他成员签署。
        </p>
      ) : (
        <>
          <p className="choices">
            <label>
              <input type="checkbox" checked={dissents} onChange={(event) => setDissents(event.target.checked)} />
              对评标结论持有异议，附书面意见
            </label>
          </p>
          {dissents && (
            <label className="field">
              <span>不同意见和理由（写入留痕并随报告提交）</span>
              <textarea
                className="text"
                rows={4}
                maxLength={4000}
                value={dissent}
                onChange={(event) => setDissent(event.target.value)}
              />
            </label>
          )}
          <button
            type="button"
            className="btn btn-seal"
            disabled={act.running || (dissents && !text)}
            onClick={() => void sign()}
          >
            签署评标报告
          </button>
        </>
      )}
      {act.note}
    </section>
  );
}
