"use client";

import { useState } from "react";
import { formatClock, formatInstant, readShanghai } from "@/core/time";
import { firstSignature } from "@/lifecycle/signing/ui/first-signature";
import { type GatheringFields, gatheringFields, gatheringsOf } from "@/lifecycle/tender-document/gathering-fields";
import type { Gathering } from "@/lifecycle/tender-document/schema";
import { GatheringsEditor } from "@/lifecycle/tender-document/ui/gatherings-editor";
import type { UploadedFile } from "@/platform/file/ui/upload";
import { UploadTray } from "@/platform/file/ui/upload-tray";
import { useSignedAct } from "@/platform/identity/ui/use-signed-act";
import { trpc } from "@/trpc/client";
import { CheckField, TextArea, TextField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import type { QuestionView } from "../queries";
import type { ClarificationInput, DocumentChange } from "../schema";

interface Remark {
  readonly clause: string;
  readonly answer: string;
}

/** Writes and publishes a clarification. Questions left without an answer stay open for the next one. */
export function PublishClarificationForm({
  lotId,
  questions,
  deadline,
  proposed,
  gatherings,
}: {
  lotId: string;
  questions: readonly QuestionView[];
  deadline: string;
  /** Earliest lawful deadline when a change that affects bids is published now; undefined when the old one may stay. */
  proposed: string | undefined;
  /** Visits and meetings that the document announces. */
  gatherings: readonly Gathering[];
}) {
  const act = useSignedAct();
  const [title, setTitle] = useState("");
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const [remarks, setRemarks] = useState<readonly Remark[]>([]);
  const [changes, setChanges] = useState<readonly DocumentChange[]>([]);
  const [visits, setVisits] = useState<readonly GatheringFields[]>(() => gatheringFields(gatherings));
  const [files, setFiles] = useState<readonly UploadedFile[]>([]);
  const [affectsBids, setAffects] = useState(true);
  const [obligatory, setObligatory] = useState(false);
  const [moved, setMoved] = useState(proposed ? formatClock(new Date(proposed)).replace(" ", "T") : "");
  const must = affectsBids && proposed;

  const send = async () => {
    const done = await act.press(async () => {
      const newDeadline = moved ? readShanghai(moved) : undefined;
      if (moved && !newDeadline) throw new Error("新的投标截止时间格式不正确，请重新填写。");
      const announced = gatheringsOf(visits);
      if (typeof announced === "string") throw new Error(announced);
      const changed = JSON.stringify(visits) !== JSON.stringify(gatheringFields(gatherings));
      const body: ClarificationInput = {
        lotId,
        title,
        answers: Object.entries(answers)
          .filter(([, answer]) => answer.trim())
          .map(([questionId, answer]) => ({ questionId, answer })),
        remarks: [...remarks],
        changes: [...changes],
        ...(changed ? { gatherings: announced } : {}),
        fileIds: files.map(({ id }) => id),
        affectsBids,
        obligatory,
        ...(newDeadline ? { newDeadline: newDeadline.toISOString() } : {}),
      };
      const toSign = await trpc.clarification.toSign.query(body);
      return {
        toSign,
        ask: {
          title: `发布第 ${toSign.number} 号澄清与修改`,
          lines: [
            ["标题", title],
            ["招标文件版本", `第 ${toSign.documentVersion} 版`],
            [
              "投标截止时间",
              newDeadline ? `改为 ${formatInstant(newDeadline)}` : `不变，${formatInstant(new Date(deadline))}`,
            ],
            ["按旧版本编制的投标文件", obligatory ? "拒收" : "照常接收，并作标注"],
          ],
          consequence: "发布后不能修改或撤回；平台立即逐一通知每个获取招标文件的单位，并报送省公共服务平台。",
        },
        ...firstSignature(toSign, { lotId, title: title, body: { ...body } }),
        send: async (statement, key) => {
          await trpc.clarification.publish.mutate({ key, body: { ...body, statement } });
          return "已发布，正在通知获取招标文件的单位。";
        },
      };
    });
    if (done) {
      setTitle("");
      setAnswers({});
      setRemarks([]);
      setChanges([]);
      setFiles([]);
    }
  };

  return (
    <form
      aria-label="发布澄清与修改"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextField label="标题" value={title} hint="例如：答疑纪要第 1 号" onChange={setTitle} />
      <fieldset className="group">
        <legend>待答复的问题（按条款排列，不显示提问单位）</legend>
        {questions.length === 0 && <p className="muted">没有待答复的问题。</p>}
        {questions.map(({ id, clause, text }) => (
          <div key={id}>
            <p>
              <strong>条款 {clause}</strong>　{text}
            </p>
            <TextArea
              label={`对“${clause}”问题的答复`}
              value={answers[id] ?? ""}
              required={false}
              onChange={(answer) => setAnswers({ ...answers, [id]: answer })}
            />
          </div>
        ))}
      </fieldset>
      <RowsEditor
        title="澄清内容"
        rows={remarks}
        columns={[
          { label: "条款", name: "clause" },
          { label: "内容", name: "answer", wide: true },
        ]}
        blank={() => ({ clause: "", answer: "" })}
        onChange={setRemarks}
      />
      <RowsEditor
        title="修改对照"
        rows={changes}
        columns={[
          { label: "条款", name: "clause" },
          { label: "原内容", name: "before", wide: true },
          { label: "修改后", name: "after", wide: true },
        ]}
        blank={() => ({ clause: "", before: "", after: "" })}
        onChange={setChanges}
      />
      <GatheringsEditor rows={visits} onChange={setVisits} />
      <UploadTray label="作为招标文件组成部分的附件" files={files} onChange={setFiles} />
      <CheckField label="可能影响投标文件编制（默认为是）" checked={affectsBids} onChange={setAffects} />
      <CheckField
        label="按旧版本编制的投标文件一律拒收，投标人须按新版本重新递交"
        checked={obligatory}
        onChange={setObligatory}
      />
      {must && (
        <p className="note warn">
          现距投标截止不足 15 日，该澄清可能影响投标文件编制，须顺延截止时间，最早 {formatInstant(new Date(proposed))}
          （招标投标法第二十三条、实施条例第二十一条）。
        </p>
      )}
      <TextField
        label="新的投标截止时间（北京时间）"
        type="datetime-local"
        value={moved}
        required={Boolean(must)}
        hint={`现为 ${formatInstant(new Date(deadline))}；不改请留空`}
        onChange={setMoved}
      />
      {act.note}
      <p>
        <button type="submit" className="btn btn-seal" disabled={act.running}>
          {act.running ? "正在发布…" : "签章并发布"}
        </button>
      </p>
      <p className="small muted">
        谁能看到：全文由获取招标文件的单位看到；编号、时间和新的截止时间向社会公开。通知了哪些单位、几个单位，发布人看不到。
      </p>
    </form>
  );
}
