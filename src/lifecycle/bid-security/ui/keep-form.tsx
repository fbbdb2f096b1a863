"use client";

import { useState } from "react";
import { signAct } from "@/platform/identity/ui/key-ring";
import { useSigning } from "@/platform/identity/ui/sign-dialog";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextArea } from "@/ui/fields";
import { KeepDecision } from "../schema";

const DECISIONS = [
  ["return", "退还"],
  ["keep", "不予退还"],
] as const;

/** The tenderer decides of a security that the law lets it keep (IR35), signed and once. */
export function KeepForm({ keepingId, bidder, ground }: { keepingId: string; bidder: string; ground: string }) {
  const ask = useSigning();
  const act = useAct();
  const [decision, setDecision] = useState<string>("return");
  const [reason, setReason] = useState("");
  const decide = async (press: string) => {
    const read = KeepDecision.safeParse({ keepingId, decision, reason });
    if (!read.success) throw new Error(`${read.error.issues[0]!.message}。`);
    const toSign = await trpc.security.decisionToSign.query(read.data);
    const key = await ask({
      title: decision === "keep" ? "不予退还投标保证金" : "退还投标保证金",
      lines: [
        ["标段编号", toSign.subject],
        ["投标人", bidder],
        ["事由", ground],
        ["理由", read.data.reason],
      ],
      consequence:
        decision === "keep"
          ? "保证金划转贵单位登记的基本账户，投标人会收到决定和理由。决定后不能更改。"
          : "保证金及利息退回付款账户。决定后不能更改。",
    });
    if (!key) return undefined;
    const statement = await signAct(key, toSign);
    await insist(() => trpc.security.decide.mutate({ key: press, body: { ...read.data, statement } }));
    return "已决定，平台正在办理。";
  };
  return (
    <form
      noValidate
      className="group"
      aria-label={`决定${bidder}的保证金`}
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => decide(key));
      }}
    >
      <h3>
        {bidder}：{ground}
      </h3>
      <SelectField label="决定" value={decision} options={DECISIONS} onChange={setDecision} />
      <TextArea label="理由" value={reason} rows={3} onChange={setReason} />
      {act.note}
      <button type="submit" className="btn btn-seal" disabled={act.running}>
        签章决定
      </button>
    </form>
  );
}
