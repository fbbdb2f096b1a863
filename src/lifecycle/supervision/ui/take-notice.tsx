"use client";

import { useRouter } from "next/navigation";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** Puts on record that a decision was read (签收). */
export function TakeNotice({ lotId, instructionId }: { lotId: string; instructionId: string }) {
  const act = useAct();
  const router = useRouter();
  const take = () => {
    const key = actKey();
    void act.run(async () => {
      await insist(() => trpc.supervision.takeNotice.mutate({ key, body: { lotId, instructionId } }));
      router.refresh();
      return "已签收。";
    });
  };
  return (
    <p className="row">
      <button type="button" className="btn" disabled={act.running} onClick={take}>
        签收
      </button>
      <span className="small muted">签收只表示已经知悉；指令已经执行，不需要同意。</span>
      {act.note}
    </p>
  );
}
