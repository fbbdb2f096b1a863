"use client";

import { useEffect, useState } from "react";
import type { UploadedFile } from "@/platform/file/ui/upload";
import { UploadTray } from "@/platform/file/ui/upload-tray";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { SelectField, TextArea, TextField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import { contentOf, EditorProblem, type EditorState, type LevelFields, stateOf } from "../editor";
import { hasTwoEnvelopes } from "../envelopes";
import { LEVELS } from "../levels";
import type { TenderDocumentContent } from "../schema";
import { BillEditor } from "./bill-editor";
import { GatheringsEditor } from "./gatherings-editor";
import { MethodEditor } from "./method-editor";
import { StandardEditor } from "./standard-editor";

const KINDS = [
  ["money", "金额"],
  ["integer", "整数"],
  ["text", "文字"],
] as const;
const AT_RECEIPT = [
  ["committee", "照常接收，由评标委员会认定"],
  ["refused", "不予接收（RF-14）"],
] as const;
const ON_FAILURE = [
  ["back", "退还保证金"],
  ["kept", "可以不予退还保证金"],
] as const;
const PAYEES = [
  ["agency", "招标代理机构"],
  ["tenderer", "招标人"],
] as const;
const GROUPS = [
  ["form", "形式评审"],
  ["qualification", "资格评审"],
  ["responsiveness", "响应性评审"],
] as const;

/** Left open, an amount lies in the second envelope and everything else in the first. */
const ENVELOPES = [
  ["", "按类型（金额在第二信封）"],
  ["1", "第一信封"],
  ["2", "第二信封"],
] as const;

/** A row with its envelope as the document has it: the editor's texts are no numbers. */
function inEnvelope<R extends { readonly envelope?: 1 | 2 | undefined }>(row: R): R {
  const { envelope, ...rest } = row;
  const chosen = Number(envelope);
  return (chosen === 1 || chosen === 2 ? { ...rest, envelope: chosen } : rest) as R;
}

/** Writes the tender document of a lot in preparation; the bidder's form and the evaluation follow from it. */
export function DocumentForm({
  lotId,
  content,
  files,
  nextHref,
  onTyped,
}: {
  lotId: string;
  content: TenderDocumentContent;
  files: readonly UploadedFile[];
  nextHref: string;
  /** Told after every change what the form says now, or why it cannot be read. */
  onTyped?(typed: { readonly content: TenderDocumentContent } | { readonly problem: string }): void;
}) {
  const act = useAct();
  const [state, setState] = useState<EditorState>(() => stateOf(content));
  const [chosen, setChosen] = useState(files);
  useEffect(() => {
    try {
      onTyped?.({ content: contentOf(state, content) });
    } catch (problem) {
      if (!(problem instanceof EditorProblem)) throw problem;
      onTyped?.({ problem: problem.message });
    }
  }, [state, content, onTyped]);
  const set =
    <K extends keyof EditorState>(name: K) =>
    (value: EditorState[K]) =>
      setState({ ...state, [name]: value });
  const save = async (key: string) => {
    if (!chosen.length) throw new Error("请至少上传一个招标文件 PDF。");
    const body = { lotId, content: contentOf(state, content), fileIds: chosen.map(({ id }) => id) };
    await insist(() => trpc.tender.saveDocument.mutate({ key, body }));
    return "招标文件已保存。";
  };
  const composeFile = async (key: string) => {
    const body = { lotId, content: contentOf(state, content), fileIds: chosen.map(({ id }) => id) };
    const { file } = await insist(() => trpc.tender.composeDocument.mutate({ key, body }));
    setChosen([file, ...chosen.filter(({ name }) => name !== file.name)]);
    return `招标文件已保存，并生成“${file.name}”。`;
  };
  return (
    <form
      aria-label="招标文件"
      onSubmit={(event) => {
        event.preventDefault();
        const key = actKey();
        void act.run(() => save(key));
      }}
    >
      <fieldset className="group">
        <legend>文件</legend>
        <TextField label="招标文件名称" value={state.title} onChange={set("title")} />
        <UploadTray label="招标文件" files={chosen} onChange={setChosen} />
        <TextArea
          label="投标人须知摘要"
          value={state.instructions}
          required={false}
          rows={4}
          onChange={set("instructions")}
        />
      </fieldset>
      <StandardEditor standard={state.standard} onChange={set("standard")} />
      <fieldset className="group">
        <legend>价格与期限</legend>
        <div className="form-grid">
          <TextField label="最高投标限价（元）" value={state.ceiling} inputMode="decimal" onChange={set("ceiling")} />
          <TextField
            label="投标保证金（元）"
            value={state.security}
            inputMode="decimal"
            hint="不超过估算价的 2%"
            onChange={set("security")}
          />
          <TextField label="保证金形式" value={state.securityForms} hint="用顿号分开" onChange={set("securityForms")} />
          <SelectField
            label="没有保证金的投标文件"
            value={state.securityAtReceipt}
            options={AT_RECEIPT}
            onChange={set("securityAtReceipt")}
          />
          <SelectField
            label="因投标人原因未能解密"
            value={state.securityOnFailure}
            options={ON_FAILURE}
            onChange={set("securityOnFailure")}
          />
          <TextField
            label="投标有效期（天）"
            value={state.validityDays}
            inputMode="numeric"
            onChange={set("validityDays")}
          />
          <TextField
            label="解密时间（分钟）"
            value={state.windowMinutes}
            inputMode="numeric"
            onChange={set("windowMinutes")}
          />
        </div>
        <div className="form-grid">
          <TextField
            label="招标文件售价（元）"
            value={state.price}
            inputMode="decimal"
            hint="免费填 0；只补偿成本"
            onChange={set("price")}
          />
          <SelectField
            label="收款单位"
            value={state.payee}
            options={PAYEES}
            onChange={(value) => set("payee")(value === "tenderer" ? "tenderer" : "agency")}
          />
          <TextField label="开户银行" value={state.payeeBank} required={false} onChange={set("payeeBank")} />
          <TextField
            label="收款账号"
            value={state.payeeAccount}
            required={false}
            inputMode="numeric"
            onChange={set("payeeAccount")}
          />
        </div>
        <TextArea
          label="解密失败的补救方案"
          value={state.remedyClause}
          required={false}
          rows={2}
          onChange={set("remedyClause")}
        />
      </fieldset>
      <GatheringsEditor rows={state.gatherings} onChange={set("gatherings")} />
      <BillEditor bill={state.bill} onChange={set("bill")} />
      <RowsEditor<EditorState["form"][number]>
        title="开标一览表"
        rows={state.form}
        columns={[
          { label: "编号", name: "id" },
          { label: "名称", name: "label", wide: true },
          { label: "类型", name: "kind", options: KINDS },
          { label: "单位", name: "unit" },
          ...(hasTwoEnvelopes(content) ? [{ label: "信封", name: "envelope", options: ENVELOPES } as const] : []),
        ]}
        blank={(n) => ({ id: `field_${n}`, label: "", kind: "text", required: true, unit: "" })}
        onChange={(rows) => set("form")(rows.map(inEnvelope))}
      />
      <RowsEditor<EditorState["requiredFiles"][number]>
        title="必须提交的文件"
        rows={state.requiredFiles}
        columns={[
          { label: "编号", name: "id" },
          { label: "名称", name: "title", wide: true },
          ...(hasTwoEnvelopes(content) ? [{ label: "信封", name: "envelope", options: ENVELOPES } as const] : []),
        ]}
        blank={(n) => ({ id: `file_${n}`, title: "" })}
        onChange={(rows) => set("requiredFiles")(rows.map(inEnvelope))}
      />
      <RowsEditor<EditorState["reviewItems"][number]>
        title="初步评审"
        rows={state.reviewItems}
        columns={[
          { label: "编号", name: "id" },
          { label: "评审因素", name: "title" },
          { label: "评审标准", name: "standard", wide: true },
          { label: "条款号", name: "clause" },
          { label: "类别", name: "group", options: GROUPS },
        ]}
        blank={(n) => ({ id: `item_${n}`, title: "", standard: "", clause: "", group: "responsiveness" })}
        onChange={(rows) => set("reviewItems")([...rows])}
      />
      <RowsEditor<LevelFields>
        title="资质要求（按专业和等级；联合体按等级较低的单位计算，选填）"
        rows={state.levels}
        columns={[
          { label: "编号", name: "id" },
          { label: "专业", name: "speciality", wide: true },
          { label: "最低等级", name: "level", options: LEVELS.map((name, level) => [String(level), name] as const) },
        ]}
        least={0}
        blank={(n) => ({ id: `level_${n}`, speciality: "", level: "2" })}
        onChange={(rows) => set("levels")([...rows])}
      />
      <MethodEditor state={state} onChange={setState} />
      {act.note}
      <p className="row">
        <button type="submit" className="btn btn-primary" disabled={act.running}>
          {act.running ? "正在保存…" : "保存招标文件"}
        </button>
        {state.standard && (
          <button
            type="button"
            className="btn"
            disabled={act.running}
            onClick={() => {
              const key = actKey();
              void act.run(() => composeFile(key));
            }}
          >
            按示范文本生成 PDF 并保存
          </button>
        )}
        <a href={nextHref}>下一步：日程与公告</a>
      </p>
    </form>
  );
}
