"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { SelectField, TextArea } from "@/ui/fields";
import { type ObjectionOutcome, OUTCOMES } from "../schema";

/** Answers one objection. */
export function AnswerObjectionForm({ objectionId, number }: { objectionId: string; number: number }) {
  const act = useSignedAct();
  const [outcome, setOutcome] = useState<ObjectionOutcome>("rejected");
  const [text, setText] = useState("");
  const send = () =>
    act.press(async () => {
      const answer = { objectionId, outcome, text };
      return {
        toSign: await trpc.objection.answerToSign.query(answer),
        ask: {
          title: `答复第 ${number} 号异议`,
          lines: [
            ["结论", OUTCOMES[outcome]],
            ["答复", text],
          ],
          consequence:
            "签章后送达提出单位，并向社会公开（不显示提出单位），不能修改。全部按时提出的异议答复后，暂停自动解除。",
        },
        send: async (statement, key) => {
          const { lifted } = await trpc.objection.answer.mutate({ key, body: { ...answer, statement } });
          return lifted ? "已答复，暂停已解除。" : "已答复。";
        },
      };
    });
  return (
    <form
      aria-label={`答复第 ${number} 号异议`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <SelectField<ObjectionOutcome>
        label="结论"
        value={outcome}
        options={Object.entries(OUTCOMES) as [ObjectionOutcome, string][]}
        onChange={setOutcome}
      />
      <TextArea label={`对第 ${number} 号异议的答复`} value={text} rows={4} onChange={setText} />
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : "签章并答复"}
        </button>
      </p>
    </form>
  );
}
