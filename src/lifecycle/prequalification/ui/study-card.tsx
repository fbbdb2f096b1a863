"use client";

import type { LotState } from "@/lifecycle/lot/states";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** What the host of a first stage does after the deadline: begins to read the technical proposals, and ends the stage. */
export function StudyCard({
  lotId,
  lotCode,
  state,
  windowEndsAt,
  proposals,
}: {
  lotId: string;
  lotCode: string;
  state: LotState;
  windowEndsAt: string;
  /** How many were handed in, and how many were opened; known from the study on. */
  proposals: { readonly sent: number; readonly opened: number };
}) {
  const act = useAct();
  const signed = useSignedAct();
  const start = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.startReview.mutate({ key, body: { lotId } }));
      return "可以阅读技术建议。";
    });
  };
  const end = () =>
    signed.press(async () => ({
      toSign: await trpc.prequalification.studyToSign.query({ lotId }),
      ask: {
        title: "签章结束第一阶段",
        lines: [
          ["标段", lotCode],
          ["技术建议", `${proposals.sent} 份，其中已开启 ${proposals.opened} 份`],
        ],
        consequence:
          proposals.opened < 3
            ? "技术建议已开启的投标人少于三个：签章后各投标人同时收到通知，本次招标失败，应当依法重新招标。"
            : "签章后各投标人同时收到通知，互不知晓；技术建议已开启的投标人均可参加第二阶段。不能再改。",
      },
      send: async (statement, key) => {
        await trpc.prequalification.endStudy.mutate({ key, body: { lotId, statement } });
        return "第一阶段已结束，已通知提交技术建议的投标人。";
      },
    }));
  return (
    <section className="card" aria-labelledby="study-title">
      <h2 id="study-title">研究技术建议</h2>
      {state === "P2" && (
        <>
          <p>投标人正在解密，{windowEndsAt} 结束。全部解密或者解密时间结束后可以阅读技术建议；此前谁已解密不显示。</p>
          <button type="button" className="btn btn-primary" disabled={act.running} onClick={() => void start()}>
            开始研究技术建议
          </button>
          {act.note}
        </>
      )}
      {state === "P3" && (
        <>
          <p>
            技术建议不评审，不评定是否通过。招标人据此确定技术标准和要求后，签章结束第一阶段，再编制招标文件（《招标投标法实施条例》第三十条）。
          </p>
          <p>
            <button type="button" className="btn btn-seal" disabled={signed.running} onClick={() => void end()}>
              签章结束第一阶段
            </button>
          </p>
          {signed.note}
        </>
      )}
      {state === "P4" && (
        <p className="note ok">
          第一阶段已结束。请编制招标文件、日程与公告，通过发布检查后向第一阶段的投标人发出第二阶段投标邀请书。投标保证金如有要求，在招标文件中提出。
        </p>
      )}
      <p className="small muted">
        谁能看到：主持招标的招标代理机构（自行招标的为招标人）、已签署声明的招标人人员和监督部门；投标人的名称和数量在开标前对其他任何人保密。
      </p>
    </section>
  );
}
