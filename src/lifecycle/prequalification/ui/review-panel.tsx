"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";
import { REVIEW_DECLARATION } from "../schema";
import type { ApplicationShown, ReviewView } from "../views";
import { ApplicationFacts } from "./application-facts";
import { CriteriaTable } from "./criteria-table";
import { ReportTable } from "./report-table";

/** The seat of a reviewer: declaration, applications one by one, the report that all sign. */
export function ReviewPanel({ view }: { view: ReviewView }) {
  const { state, declared, applications, criteria, report } = view;
  return (
    <>
      <section className="card" aria-labelledby="criteria-title">
        <h2 id="criteria-title">资格审查标准（合格制）</h2>
        <CriteriaTable criteria={criteria} />
        <p className="row">
          {view.files.map(({ id, name }) => (
            <a key={id} href={`/api/files/${id}`}>
              {name}
            </a>
          ))}
        </p>
      </section>
      {view.mayRecuse && <Recusal lotId={view.lotId} />}
      {!declared ? (
        <Declaration view={view} />
      ) : state === "P1" || state === "P2" ? (
        <p className="card note" role="status">
          声明已签署。申请文件解密结束、主持人开始评审后，在这里逐家评审。
        </p>
      ) : (
        applications.map((one) => <ApplicationCard key={one.applicationId} view={view} application={one} />)
      )}
      {report && (
        <section className="card" aria-labelledby="report-title">
          <h2 id="report-title">资格审查报告</h2>
          <ReportTable report={report} criteria={criteria} />
          {state === "P3" && <SignReport view={view} />}
        </section>
      )}
      {state === "P3" && declared && !report && (
        <p className="card" role="status">
          全部评审人员完成全部申请文件的评审后，在这里签署资格审查报告。此前只能看到本人的评审意见。
        </p>
      )}
      <p className="small muted">申请人的名称、数量和评审情况依法保密，直至开标（《招标投标法》第二十二条）。</p>
    </>
  );
}

function Declaration({ view: { lotId, lotCode } }: { view: ReviewView }) {
  const act = useSignedAct();
  const declare = () =>
    act.press(async () => ({
      toSign: await trpc.prequalification.declarationToSign.query({ lotId }),
      ask: { title: "签署回避和保密声明", lines: [["标段", lotCode]], consequence: REVIEW_DECLARATION },
      send: async (statement, key) => {
        await trpc.prequalification.declare.mutate({ key, body: { lotId, statement } });
        return "声明已签署。";
      },
    }));
  return (
    <section className="card" aria-labelledby="declare-title">
      <h2 id="declare-title">回避和保密声明</h2>
      <p>{REVIEW_DECLARATION}</p>
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void declare()}>
        签署声明
      </button>
      {act.note}
    </section>
  );
}

/** A drawn expert leaves for a conflict; the next on standby is called. */
function Recusal({ lotId }: { lotId: string }) {
  const act = useAct();
  const [reason, setReason] = useState("");
  const recuse = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.prequalification.recuse.mutate({ key, body: { lotId, reason } }));
      return "已回避，由备选专家递补。";
    });
  };
  return (
    <details className="card">
      <summary>有利害关系，申请回避</summary>
      <form
        aria-label="申请回避"
        onSubmit={(event) => {
          event.preventDefault();
          void recuse();
        }}
      >
        <TextField label="回避事由" value={reason} onChange={setReason} />
        {act.note}
        <button type="submit" className="btn" disabled={act.running}>
          申请回避
        </button>
      </form>
    </details>
  );
}

/** One application: what it says, and the reviewer's own marks. */
function ApplicationCard({ view, application }: { view: ReviewView; application: ApplicationShown }) {
  const act = useAct();
  const { lotId, criteria, report, state } = view;
  const [marks, setMarks] = useState<Readonly<Record<string, { passed?: boolean; reason: string }>>>(
    Object.fromEntries(application.marks.map(({ criterionId, passed, reason }) => [criterionId, { passed, reason }])),
  );
  const locked = state !== "P3" || view.signed;
  const save = () => {
    const key = actKey();
    return act.run(async () => {
      const body = {
        lotId,
        applicationId: application.applicationId,
        marks: criteria.map(({ id, title }) => {
          const { passed, reason = "" } = marks[id] ?? {};
          if (passed === undefined) throw new Error(`请对“${title}”选择符合或者不符合。`);
          return { criterionId: id, passed, reason };
        }),
      };
      await insist(() => trpc.prequalification.mark.mutate({ key, body }));
      return "评审意见已保存。";
    });
  };
  return (
    <section className="card" aria-label={`申请人 ${application.name}`}>
      <h2>{application.name}</h2>
      <p className="small muted hash">{application.creditCode}</p>
      {!application.opened && <p className="note warn">申请文件未开启，不评审，视为未通过。</p>}
      {application.opened && (
        <>
          <ApplicationFacts application={application} round="application" />
          {criteria.map(({ id, title, standard }) => {
            const mark = marks[id];
            const set = (passed: boolean) => setMarks({ ...marks, [id]: { reason: "", ...mark, passed } });
            return (
              <fieldset key={id} className="group" disabled={locked}>
                <legend>
                  {title}：{standard}
                </legend>
                <p className="row">
                  {[true, false].map((passed) => (
                    <label key={String(passed)} className="row">
                      <input
                        type="radio"
                        name={`${application.applicationId}-${id}`}
                        checked={mark?.passed === passed}
                        onChange={() => set(passed)}
                      />
                      {passed ? "符合" : "不符合"}
                    </label>
                  ))}
                </p>
                {mark?.passed === false && (
                  <TextField
                    label={`${title}不符合的理由（申请人会收到）`}
                    value={mark.reason}
                    onChange={(reason) => setMarks({ ...marks, [id]: { passed: false, reason } })}
                  />
                )}
              </fieldset>
            );
          })}
          {!locked && (
            <button type="button" className="btn btn-primary" disabled={act.running} onClick={() => void save()}>
              保存对 {application.name} 的评审意见
            </button>
          )}
          {act.note}
          {report && !locked && <p className="small muted">报告签署前可以更改评审意见。</p>}
        </>
      )}
    </section>
  );
}

function SignReport({ view: { lotId, lotCode, signed } }: { view: ReviewView }) {
  const act = useSignedAct();
  const sign = () =>
    act.press(async () => ({
      toSign: await trpc.prequalification.reportToSign.query({ lotId }),
      ask: {
        title: "签署资格审查报告",
        lines: [["标段", lotCode]],
        consequence: "第一人签署后，评审意见不能再改；全部评审人员签署后，由主持人向各申请人发出结果。",
      },
      send: async (statement, key) => {
        await trpc.prequalification.signReport.mutate({ key, body: { lotId, statement } });
        return "资格审查报告已签署。";
      },
    }));
  if (signed) return <p className="note ok">本人已签署。</p>;
  return (
    <>
      <button type="button" className="btn btn-seal" disabled={act.running} onClick={() => void sign()}>
        签署资格审查报告
      </button>
      {act.note}
    </>
  );
}
