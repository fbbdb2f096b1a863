"use client";

import { useState } from "react";
import { type RoundKind, type RoundWords, wordsOf } from "@/lifecycle/law/rounds";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { CheckField, TextArea } from "@/ui/fields";

const OF_NOTICE = {
  summary: "撤回公告（终止招标）",
  form: "撤回公告",
  title: "撤回公告、终止招标",
  when: "只能在投标截止前由招标人撤回。",
  reason: "撤回原因（将公布）",
  button: "签章并撤回公告",
  done: "公告已撤回，撤回公告编号",
  consequence:
    "签章后撤回公告立即公布并报送省平台，通知全部已获取招标文件的单位；本标段终止，不能恢复，已递交的投标文件不开启。",
};

const ofRound = ({ document, package: sent, sender }: RoundWords): typeof OF_NOTICE => ({
  summary: "终止招标",
  form: "终止招标",
  title: "终止招标",
  when: "只能由招标人终止。",
  reason: "终止原因（将公布）",
  button: "签章并终止招标",
  done: "招标已终止，终止公告编号",
  consequence: `签章后终止公告立即公布并报送省平台，平台通知全部获取${document}的单位；本标段终止，不能恢复，尚未开启的${sent}不再开启，${sender}的名称和数量不公开。`,
});

/** Withdraws the notice of a lot that receives bids, or ends a lot in its first round: either ends the tendering. */
export function WithdrawForm({
  lotId,
  needsForceMajeure,
  round,
}: {
  lotId: string;
  needsForceMajeure: boolean;
  /** The first round in which it is ended. */
  round?: RoundKind | undefined;
}) {
  const say = round ? ofRound(wordsOf(round)) : OF_NOTICE;
  const act = useSignedAct();
  const [reason, setReason] = useState("");
  const [isForceMajeure, setForceMajeure] = useState(false);
  const send = () =>
    act.press(async () => {
      const withdrawal = { lotId, reason, isForceMajeure };
      const view = round
        ? await trpc.prequalification.terminationToSign.query(withdrawal)
        : await trpc.tender.withdrawalToSign.query(withdrawal);
      return {
        toSign: view,
        ask: {
          title: say.title,
          lines: [
            ["公告", view.title],
            ["编号", view.number],
            ["原因", view.fields.reason ?? ""],
            ["签署内容校验值", view.digest],
          ],
          consequence: say.consequence,
        },
        ...firstSignature(view, { lotId, title: view.title, body: withdrawal }),
        send: async (statement, key) => {
          const body = { key, body: { ...withdrawal, statement } };
          const { number } = round
            ? await trpc.prequalification.terminate.mutate(body)
            : await trpc.tender.withdraw.mutate(body);
          return `${say.done} ${number}。`;
        },
      };
    });
  return (
    <details className="card">
      <summary>{say.summary}</summary>
      <form
        aria-label={say.form}
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="small muted">
          {say.when}
          {needsForceMajeure && "工程和货物招标发布公告后，除不可抗力外不得终止。"}
          没有正当理由终止的，依法承担责任（实施条例第三十一条、第七十三条）。
        </p>
        <TextArea label={say.reason} value={reason} rows={3} onChange={setReason} />
        <CheckField label="因不可抗力" checked={isForceMajeure} onChange={setForceMajeure} />
        {act.note}
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : say.button}
        </button>
      </form>
    </details>
  );
}
