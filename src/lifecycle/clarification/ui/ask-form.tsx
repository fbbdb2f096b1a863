"use client";

import { useState } from "react";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextArea, TextField } from "@/ui/fields";

/** Asks a question. Nobody but the asker learns who asked. */
export function AskForm({ lotId }: { lotId: string }) {
  const act = useSignedAct();
  const [clause, setClause] = useState("");
  const [text, setText] = useState("");
  const send = async () => {
    const question = { lotId, clause, text };
    const done = await act.press(async () => ({
      toSign: await trpc.clarification.questionToSign.query(question),
      ask: {
        title: "提交问题",
        lines: [
          ["条款", clause],
          ["问题", text],
        ],
        consequence: "招标人和代理机构看到问题内容，看不到提问单位；答复向所有获取招标文件的单位公布。提交后不能撤回。",
      },
      send: async (statement, key) => {
        await trpc.clarification.ask.mutate({ key, body: { ...question, statement } });
        return "问题已提交。答复将以澄清的形式公布，并通知贵单位。";
      },
    }));
    if (done) {
      setClause("");
      setText("");
    }
  };
  return (
    <form
      aria-label="对招标文件提问"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p className="small muted">
        谁能看到：问题内容由招标人和代理机构看到，不显示提问单位和时间；请勿写入单位、姓名、电话。
      </p>
      <TextField label="所问条款" value={clause} hint="例如：第二章 3.2" onChange={setClause} />
      <TextArea label="问题" value={text} rows={4} onChange={setText} />
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : "签章并提问"}
        </button>
      </p>
    </form>
  );
}
