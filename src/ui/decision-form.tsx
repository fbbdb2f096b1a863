"use client";

import { useState } from "react";
import { useAct } from "@/trpc/use-act";
import { TextArea } from "./fields";

/** The word of whoever decides what another proposed: approve, or return with a reason. `decide` gives the sentence to show. */
export function DecisionForm({
  title,
  approve,
  decide,
}: {
  title: string;
  /** Word on the button that approves. */
  approve: string;
  decide(approved: boolean, reason: string): Promise<string>;
}) {
  const act = useAct();
  const [reason, setReason] = useState("");
  const press = (approved: boolean) => act.run(() => decide(approved, reason));
  return (
    <section className="card" aria-label={title}>
      <TextArea label="退回理由" required={false} value={reason} onChange={setReason} />
      <p className="row">
        <button type="button" className="btn btn-primary" disabled={act.running} onClick={() => void press(true)}>
          {approve}
        </button>
        <button type="button" className="btn" disabled={act.running} onClick={() => void press(false)}>
          退回
        </button>
      </p>
      {act.note}
    </section>
  );
}
