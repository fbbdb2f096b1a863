"use client";
import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextField } from "@/ui/fields";

/** What the operator does about one task: ask the bank again, or write down what was found. */
export function FeeTaskForm({ taskId, number, byHand }: { taskId: string; number: string; byHand: boolean }) {
  const act = useAct();
  const [note, setNote] = useState("");
  const press = () => {
    const key = actKey();
    return act.run(async () => {
      if (byHand) await insist(() => trpc.fees.close.mutate({ key, body: { taskId, note } }));
      else await insist(() => trpc.fees.retry.mutate({ key, body: { taskId } }));
      return byHand ? "已登记。" : "已再次联系银行，请稍后刷新本页。";
    });
  };
  return (
    <form
      noValidate
      aria-label={`办理 ${number}`}
      onSubmit={(event) => {
        event.preventDefault();
        void press();
      }}
    >
      {byHand && <TextField label="核对结果" value={note} onChange={setNote} />}
      {act.note}
      <button type="submit" className="btn" disabled={act.running}>
        {byHand ? "登记核对结果" : "立即再联系银行"}
      </button>
    </form>
  );
}
