"use client";

import { useState } from "react";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { CheckField, TextArea } from "@/ui/fields";

/** Withdraws the notice of a lot that receives bids, which ends the tendering. */
export function WithdrawForm({ lotId, needsForceMajeure }: { lotId: string; needsForceMajeure: boolean }) {
  const act = useSignedAct();
  const [reason, setReason] = useState("");
  const [isForceMajeure, setForceMajeure] = useState(false);
  const send = () =>
    act.press(async () => {
      const withdrawal = { lotId, reason, isForceMajeure };
      const view = await trpc.tender.withdrawalToSign.query(withdrawal);
      return {
        toSign: view,
        ask: {
          title: "撤回公告、终止招标",
          lines: [
            ["公告", view.title],
            ["编号", view.number],
            ["原因", view.fields.reason ?? ""],
            ["签署内容校验值", view.digest],
          ],
          consequence:
            "签章后撤回公告立即公布并报送省平台，通知全部已获取招标文件的单位；本标段终止，不能恢复，已递交的投标文件不开启。",
        },
        ...firstSignature(view, { lotId, title: view.title, body: withdrawal }),
        send: async (statement, key) => {
          const { number } = await trpc.tender.withdraw.mutate({ key, body: { ...withdrawal, statement } });
          return `公告已撤回，撤回公告编号 ${number}。`;
        },
      };
    });
  return (
    <details className="card">
      <summary>撤回公告（终止招标）</summary>
      <form
        aria-label="撤回公告"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="small muted">
          只能在投标截止前由招标人撤回。
          {needsForceMajeure && "工程和货物招标发布公告后，除不可抗力外不得终止。"}
          没有正当理由终止的，依法承担责任（实施条例第三十一条、第七十三条）。
        </p>
        <TextArea label="撤回原因（将公布）" value={reason} rows={3} onChange={setReason} />
        <CheckField label="因不可抗力" checked={isForceMajeure} onChange={setForceMajeure} />
        {act.note}
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在撤回…" : "签章并撤回公告"}
        </button>
      </form>
    </details>
  );
}
