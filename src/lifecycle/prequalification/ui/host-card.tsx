"use client";

import type { LotState } from "@/lifecycle/lot/states";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import type { PrequalCriterion, ReviewReport } from "../schema";
import { ReportTable } from "./report-table";

/** What the host of a prequalification does after the deadline: begins the review, and sends the results. */
export function HostCard({
  lotId,
  lotCode,
  state,
  windowEndsAt,
  signatures,
  report,
  criteria,
}: {
  lotId: string;
  lotCode: string;
  state: LotState;
  windowEndsAt: string;
  signatures: { readonly signed: number; readonly of: number };
  report?: ReviewReport;
  criteria: readonly PrequalCriterion[];
}) {
  const act = useAct();
  const signed = useSignedAct();
  const start = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.startReview.mutate({ key, body: { lotId } }));
      return "资格评审已开始。";
    });
  };
  const qualified = report?.applicants.filter((one) => one.qualified).length ?? 0;
  const send = () =>
    signed.press(async () => ({
      toSign: await trpc.prequalification.resultsToSign.query({ lotId }),
      ask: {
        title: "签章并发出资格预审结果",
        lines: [
          ["标段", lotCode],
          ["申请人", `${report?.applicants.length ?? 0} 家，其中通过 ${qualified} 家`],
        ],
        consequence:
          qualified < 3
            ? "通过的申请人少于三个：签章后各申请人同时收到各自的结果，本次资格预审失败，应当依法重新招标。"
            : "签章后各申请人同时收到各自的结果和理由，互不知晓；通过的申请人将收到招标文件。结果不能再改。",
      },
      send: async (statement, key) => {
        await trpc.prequalification.sendResults.mutate({ key, body: { lotId, statement } });
        return "资格预审结果已发给各申请人。";
      },
    }));
  return (
    <section className="card" aria-labelledby="host-title">
      <h2 id="host-title">资格评审</h2>
      {state === "P2" && (
        <>
          <p>申请人正在解密，{windowEndsAt} 结束。全部解密或者解密时间结束后可以开始评审；此前谁已解密不显示。</p>
          <button type="button" className="btn btn-primary" disabled={act.running} onClick={() => void start()}>
            开始资格评审
          </button>
          {act.note}
        </>
      )}
      {state === "P3" && (
        <p role="status">
          {report
            ? `评审意见已齐，${signatures.signed} / ${signatures.of} 人已签署资格审查报告。`
            : "评审人员正在逐项评审，全部完成后生成资格审查报告。"}
        </p>
      )}
      {report && <ReportTable report={report} criteria={criteria} />}
      {state === "P3" && report && (
        <>
          <p>
            <button
              type="button"
              className="btn btn-seal"
              disabled={signed.running || signatures.signed < signatures.of}
              onClick={() => void send()}
            >
              签章并发出资格预审结果
            </button>
          </p>
          {signed.note}
        </>
      )}
      {state === "P4" && (
        <p className="note ok">
          结果已发出。请编制招标文件、日程与公告，通过发布检查后向通过资格预审的申请人发出投标邀请书（代资格预审通过通知书）。
        </p>
      )}
      <p className="small muted">
        谁能看到：主持资格预审的招标代理机构（自行招标的为招标人）、评审人员和监督部门；申请人的名称和数量在开标前对其他任何人保密。
      </p>
    </section>
  );
}
