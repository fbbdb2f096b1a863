"use client";

import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** Starts the evaluation when all members sit at their seats and have declared. */
export function StartEvaluation({ lotId, ready }: { lotId: string; ready: boolean }) {
  const act = useAct();
  const start = () => {
    const key = actKey();
    void act.run(async () => {
      await insist(() => trpc.evaluation.start.mutate({ key, body: { lotId } }));
      return "评标已开始。";
    });
  };
  return (
    <>
      {act.note}
      <p className="row">
        <button type="button" className="btn btn-primary" disabled={!ready || act.running} onClick={start}>
          {act.running ? "正在开始…" : "开始评标"}
        </button>
        {!ready && <span className="muted">全部成员签到并声明后才能开始。</span>}
      </p>
    </>
  );
}
