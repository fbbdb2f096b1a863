"use client";

import { useState } from "react";
import { formatClock, readShanghai } from "@/core/time";
import { type RoundKind, wordsOf } from "@/lifecycle/law/rounds";
import { actKey, insist, trpc } from "@/trpc/client";
import { useAct } from "@/trpc/use-act";
import { CheckField, TextArea, TextField } from "@/ui/fields";
import type { PrequalContentInput, PrequalCriterion, ProposalItem } from "../schema";
import { CriteriaRows, ItemRows } from "./row-fields";

const local = (iso: string): string => formatClock(new Date(iso)).replace(" ", "T");
const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** Rows keep their id as long as their words stay; new ones get the next free one. */
function withIds<R extends { readonly id: string }>(
  texts: readonly string[],
  old: readonly R[],
  textOf: (row: R) => string,
  prefix: string,
): { id: string; text: string; before?: R }[] {
  const taken = new Set(old.map(({ id }) => id));
  let next = 1;
  const fresh = () => {
    while (taken.has(`${prefix}${next}`)) next++;
    taken.add(`${prefix}${next}`);
    return `${prefix}${next}`;
  };
  return texts.map((text) => {
    const before = old.find((row) => textOf(row) === text);
    return before ? { id: before.id, text, before } : { id: fresh(), text };
  });
}

const NUMBER_MARK = "（数字）";

/** What people type: amounts of days and times as text, rows one a line. */
export function usePrequalForm(content: PrequalContentInput) {
  const words = wordsOf(content.items ? "proposal" : "application");
  const [form, setForm] = useState({
    title: content.title,
    instructions: content.instructions ?? "",
    fields: content.form.map(({ label, kind }) => `${label}${kind === "integer" ? NUMBER_MARK : ""}`).join("\n"),
    files: content.requiredFiles.map(({ title }) => title).join("\n"),
    saleEnd: local(content.saleEnd),
    deadline: local(content.deadline),
    window: String(content.decryptionWindowMinutes),
  });
  const isProposal = content.items !== undefined;
  const [criteria, setCriteria] = useState<readonly PrequalCriterion[]>(content.criteria);
  const [items, setItems] = useState<readonly ProposalItem[]>(content.items ?? []);
  const [notice, setNotice] = useState({ quantity: "", other: "", qualification: "", ...content.notice });
  const [consortium, setConsortium] = useState(content.consortiumAllowed);
  const read = (): PrequalContentInput => {
    const saleEnd = readShanghai(form.saleEnd);
    const deadline = readShanghai(form.deadline);
    if (!saleEnd || !deadline) throw new Error(`请填写获取截止时间和${words.deadline}时间。`);
    return {
      title: form.title,
      instructions: form.instructions,
      criteria: [...criteria],
      ...(isProposal ? { items: [...items] } : {}),
      form: withIds(
        lines(form.fields).map((line) => line.replace(NUMBER_MARK, "")),
        content.form,
        ({ label }) => label,
        "field",
      ).map(({ id, text, before }, i) => ({
        id,
        label: text,
        kind: lines(form.fields)[i]!.endsWith(NUMBER_MARK) ? "integer" : "text",
        required: before?.required ?? true,
      })),
      requiredFiles: withIds(lines(form.files), content.requiredFiles, ({ title }) => title, "file").map(
        ({ id, text }) => ({ id, title: text }),
      ),
      consortiumAllowed: consortium,
      saleEnd: saleEnd.toISOString(),
      deadline: deadline.toISOString(),
      decryptionWindowMinutes: Number(form.window),
      notice: isProposal ? notice : { ...notice, qualification: undefined },
    };
  };
  return {
    ...{ words, isProposal, form, setForm, criteria, setCriteria, items, setItems },
    ...{ notice, setNotice, consortium, setConsortium, read },
  };
}

const RULES: Readonly<Record<RoundKind, string>> = {
  application:
    "资格审查办法为合格制：符合全部资格条件的申请人均通过；有限数量制不提供。资格预审文件免费获取。公告、PDF、申请表和评审表由以下内容生成，评审只依据这里载明的标准（《招标投标法实施条例》第十八条）。",
  proposal:
    "第一阶段提交不带报价的技术建议，不要求投标保证金；技术建议不评审，由招标人据此确定技术标准和要求，编制招标文件（《招标投标法实施条例》第三十条）。第一阶段文件免费获取。公告、PDF 和技术建议表由以下内容生成。",
};

/** Writes the document of a first round (资格预审文件、第一阶段文件) and its notice: one form, from which both are made. */
export function PrequalForm({ lotId, content }: { lotId: string; content: PrequalContentInput }) {
  const act = useAct();
  const handle = usePrequalForm(content);
  const { words, isProposal } = handle;
  const save = (key: string) =>
    act.run(async () => {
      await insist(() => trpc.prequalification.save.mutate({ key, body: { lotId, content: handle.read() } }));
      return `已保存${words.document}，并生成 PDF。`;
    });
  return (
    <form
      className="card"
      aria-label={words.document}
      onSubmit={(event) => {
        event.preventDefault();
        void save(actKey());
      }}
    >
      <h2>{words.document}与公告</h2>
      <p className="small muted">{RULES[isProposal ? "proposal" : "application"]}</p>
      <PrequalFields handle={handle} />
      {act.note}
      <p>
        <button type="submit" className="btn btn-primary" disabled={act.running}>
          {act.running ? "正在保存…" : `保存${words.document}`}
        </button>
      </p>
    </form>
  );
}

/** All fields of the document, in the order in which it prints them. */
export function PrequalFields({ handle }: { handle: ReturnType<typeof usePrequalForm> }) {
  const { words, isProposal, form, setForm, notice, setNotice, consortium, setConsortium } = handle;
  const text = (name: keyof typeof form, label: string, more: { hint?: string; type?: string } = {}) => (
    <TextField label={label} value={form[name]} {...more} onChange={(value) => setForm({ ...form, [name]: value })} />
  );
  const said = (name: keyof typeof notice, label: string, required = true) => (
    <TextField
      label={label}
      required={required}
      value={notice[name]}
      onChange={(value) => setNotice({ ...notice, [name]: value })}
    />
  );
  return (
    <>
      <div className="form-grid">
        {text("title", `${words.document}名称`)}
        {text("window", "解密时间（分钟）", { hint: `截止后，${words.sender}在此时间内解密` })}
        {text("saleEnd", `获取${words.document}的截止时间`, { type: "datetime-local", hint: "自发布起不少于 5 日" })}
        {text("deadline", `${words.deadline}时间`, {
          type: "datetime-local",
          hint: isProposal ? "不早于获取截止时间" : "依法必须招标的，停止获取后不少于 5 日",
        })}
      </div>
      <TextArea
        label={`${words.sender}须知`}
        required={false}
        value={form.instructions}
        onChange={(instructions) => setForm({ ...form, instructions })}
      />
      {isProposal ? (
        <ItemRows rows={handle.items} onChange={handle.setItems} />
      ) : (
        <CriteriaRows rows={handle.criteria} onChange={handle.setCriteria} />
      )}
      <div className="form-grid">
        <TextArea
          label={`${isProposal ? "技术建议表" : "申请表"}栏目（每行一个；只填数字的在行末写“${NUMBER_MARK}”）`}
          value={form.fields}
          onChange={(fields) => setForm({ ...form, fields })}
        />
        <TextArea
          label="须提交的文件（PDF，每行一份）"
          value={form.files}
          onChange={(files) => setForm({ ...form, files })}
        />
      </div>
      <CheckField label={isProposal ? "接受联合体" : "接受联合体申请"} checked={consortium} onChange={setConsortium} />
      <fieldset className="group">
        <legend>{words.notice}</legend>
        <div className="form-grid">
          {said("quantity", "数量", false)}
          {said("performancePlace", "实施地点")}
          {said("performanceTime", "工期（交货期、服务期）")}
          {said("contactPerson", "联系人")}
          {said("contactPhone", "联系电话")}
          {said("responsiblePublisher", "发布责任人")}
          {said("responsibleVerifier", "平台验证责任人")}
        </div>
        {isProposal && (
          <TextArea
            label="投标人资格能力要求"
            rows={2}
            value={notice.qualification}
            onChange={(qualification) => setNotice({ ...notice, qualification })}
          />
        )}
        <TextArea
          label="其他依法应当载明的内容"
          required={false}
          value={notice.other}
          onChange={(other) => setNotice({ ...notice, other })}
        />
      </fieldset>
    </>
  );
}
