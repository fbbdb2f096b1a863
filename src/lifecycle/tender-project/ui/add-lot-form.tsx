"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { parseYuan } from "@/core/money";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { TextArea, TextField } from "@/ui/fields";

/** Adds a lot to the tender project of this one. */
export function AddLotForm({ lotId, base }: { lotId: string; base: string }) {
  const router = useRouter();
  const act = useAct();
  const [name, setName] = useState("");
  const [content, setContent] = useState("");
  const [estimate, setEstimate] = useState("");
  const add = (key: string) =>
    act.run(async () => {
      const estimateFen = parseYuan(estimate);
      if (estimateFen === undefined) throw new Error("标段估算价须为金额，例如 12,800,000.00。");
      const body = { lotId, lot: { name, content, estimateFen: String(estimateFen) } };
      const made = await insist(() => trpc.tender.addLot.mutate({ key, body }));
      router.push(`${base}/${made.lotId}?tab=documents`);
      return `已增加标段 ${made.lotCode}。`;
    });
  return (
    <form
      aria-label="增加标段"
      onSubmit={(event) => {
        event.preventDefault();
        void add(actKey());
      }}
    >
      <div className="form-grid">
        <TextField label="新标段名称" value={name} onChange={setName} />
        <TextField label="新标段估算价（元）" value={estimate} inputMode="decimal" onChange={setEstimate} />
      </div>
      <TextArea label="新标段内容" value={content} onChange={setContent} />
      {act.note}
      <p>
        <button type="submit" className="btn" disabled={act.running}>
          增加标段
        </button>
      </p>
    </form>
  );
}
