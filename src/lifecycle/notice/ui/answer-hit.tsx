"use client";

import { useState } from "react";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextArea } from "@/ui/fields";

/** Gives the reason for a finding in the wording, or a better one. */
export function AnswerHit({ lotId, hitKey, reason }: { lotId: string; hitKey: string; reason?: string }) {
  const act = useAct();
  const [text, setText] = useState(reason ?? "");
  return (
    <details>
      <summary>{reason === undefined ? "保留该表述并说明理由" : "修改理由"}</summary>
      <form
        aria-label="说明理由"
        onSubmit={(event) => {
          event.preventDefault();
          const key = actKey();
          void act.run(async () => {
            await insist(() => trpc.tender.answerLint.mutate({ key, body: { lotId, key: hitKey, reason: text } }));
            return "理由已保存，监督部门可以看到。";
          });
        }}
      >
        <TextArea label="理由（依据和必要性，不少于 10 字）" value={text} rows={2} onChange={setText} />
        {act.note}
        <button type="submit" className="btn" disabled={act.running}>
          {act.running ? "正在保存…" : "保存理由"}
        </button>
      </form>
    </details>
  );
}
