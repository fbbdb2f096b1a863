"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { SelectField, TextArea } from "@/ui/fields";
import { type Wording, withoutOmitted } from "../rules";
import { type ObjectionOutcome, OUTCOMES } from "../schema";
import { PublishedWording } from "./objection-list";

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Answers one objection; shows what of it becomes public with the answer. */
export function AnswerObjectionForm({
  objectionId,
  number,
  published,
}: {
  objectionId: string;
  number: number;
  published?: Wording | undefined;
}) {
  const act = useSignedAct();
  const [outcome, setOutcome] = useState<ObjectionOutcome>("rejected");
  const [text, setText] = useState("");
  const [words, setWords] = useState("");
  const send = () =>
    act.press(async () => {
      const answer = { objectionId, outcome, text, omitted: linesOf(words) };
      return {
        toSign: await trpc.objection.answerToSign.query(answer),
        ask: {
          title: `答复第 ${number} 号异议`,
          lines: [
            ["结论", OUTCOMES[outcome]],
            ["答复", text],
            ...(answer.omitted.length ? [["不公开的词句", answer.omitted.join("；")] as [string, string]] : []),
          ],
          consequence:
            "签章后送达提出单位；异议内容和答复同时向社会公开（不显示提出单位），不能修改。全部按时提出的异议答复后，暂停自动解除。",
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
      style={{ marginTop: 16 }}
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
      {published && (
        <details>
          <summary>查看将公开的异议内容，略去不宜公开的词句</summary>
          <p className="small muted">答复后向社会公开以下内容；提出单位的名称、联系人和联系方式已略去。</p>
          <TextArea
            label="不公开的词句（每行一处，如商业秘密、个人信息、其他单位名称）"
            value={words}
            rows={2}
            required={false}
            onChange={setWords}
          />
          <PublishedWording wording={withoutOmitted(published, linesOf(words))} />
        </details>
      )}
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : "签章并答复"}
        </button>
      </p>
    </form>
  );
}
