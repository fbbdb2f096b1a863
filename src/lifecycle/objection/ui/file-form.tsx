"use client";

import { useState } from "react";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { TextArea, TextField } from "@/ui/fields";
import { type FiledKind, objectedTo } from "../schema";

/** Files an objection; says beforehand whether it stops the procedure. */
export function FileObjectionForm({
  lotId,
  kind,
  window,
  round,
}: {
  lotId: string;
  kind: FiledKind;
  window: string;
  round?: RoundKind | undefined;
}) {
  const act = useSignedAct();
  // Asking for a correction accuses nobody, and stops nothing.
  const what = kind === "notice" ? "更正请求" : "异议";
  const against = objectedTo(kind, round);
  const [clause, setClause] = useState("");
  const [text, setText] = useState("");
  const [demand, setDemand] = useState("");
  const send = async () => {
    const objection = { lotId, kind, clause, text, demand };
    const done = await act.press(async () => ({
      toSign: await trpc.objection.toSign.query(objection),
      ask: {
        title: `提出对${against}的${what}`,
        lines: [
          ["所涉条款或事项", clause],
          ["请求", demand],
        ],
        consequence:
          "签章后送达招标人和代理机构，须在三日内答复；提出后不能撤回。答复时所提内容和答复一并向社会公开，不显示提出单位。",
      },
      send: async (statement, key) => {
        const { number } = await trpc.objection.file.mutate({ key, body: { ...objection, statement } });
        return `${what}已提交，编号第 ${number} 号。答复将送达贵单位。`;
      },
    }));
    if (done) {
      setClause("");
      setText("");
      setDemand("");
    }
  };
  return (
    <form
      aria-label={`提出对${against}的${what}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p className="small muted">
        {window}{" "}
        谁能看到：招标人、代理机构和监督部门；其他单位永远看不到提出单位。答复时所提内容和答复一并公开，其中的提出单位名称、联系人和联系方式自动略去。
      </p>
      <TextField label={`${what}所涉条款或事项`} value={clause} onChange={setClause} />
      <TextArea label="事实和理由" value={text} rows={5} onChange={setText} />
      <TextArea label="请求事项" value={demand} rows={2} onChange={setDemand} />
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在提交…" : `签章并提出${what}`}
        </button>
      </p>
    </form>
  );
}
