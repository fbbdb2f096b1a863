"use client";

import { formatInstant } from "@/core/time";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";

/** One button: 已阅读. Its time is kept for the bidder, and for nobody else before the opening. */
export function ConfirmReading({
  clarificationId,
  number,
  readAt,
}: {
  clarificationId: string;
  number: number;
  readAt: string | undefined;
}) {
  const act = useAct();
  if (readAt) return <p className="small note ok">本单位已于 {formatInstant(new Date(readAt))} 确认阅读</p>;
  const confirm = () => {
    const key = actKey();
    return act.run(async () => {
      await insist(() => trpc.clarification.read.mutate({ key, body: { clarificationId } }));
      return "已确认阅读。";
    });
  };
  return (
    <>
      {act.note}
      <p>
        <button type="button" className="btn btn-primary" disabled={act.running} onClick={() => void confirm()}>
          确认已阅读第 {number} 号
        </button>
      </p>
    </>
  );
}
