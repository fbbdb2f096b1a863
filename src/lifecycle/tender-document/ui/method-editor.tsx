"use client";

import { SelectField, TextField } from "@/ui/fields";
import { RowsEditor } from "@/ui/rows-editor";
import { type EditorState, type MethodFields, totalPoints } from "../editor";

const CLASSES = [
  ["technical", "技术"],
  ["commercial", "商务"],
] as const;
const BASES = [
  ["B3", "平均价 ×（1 − K）"],
  ["B2", "去掉最高最低后的平均价"],
] as const;

/** Criteria of the detailed review and the price score: what is printed is what is computed. */
export function MethodEditor({ state, onChange }: { state: EditorState; onChange(state: EditorState): void }) {
  const { method } = state;
  const set = (name: keyof MethodFields) => (value: string) =>
    method && onChange({ ...state, method: { ...method, [name]: value } });
  const total = totalPoints(state);
  return (
    <>
      <RowsEditor<EditorState["criteria"][number]>
        title="详细评审"
        rows={state.criteria}
        columns={[
          { label: "编号", name: "id" },
          { label: "评分因素", name: "title" },
          { label: "评分标准", name: "standard", wide: true },
          { label: "条款号", name: "clause" },
          { label: "类别", name: "class", options: CLASSES },
          { label: "分值", name: "max" },
        ]}
        blank={(n) => ({ id: `score_${n}`, title: "", standard: "", clause: "", class: "technical", max: "0" })}
        onChange={(criteria) => onChange({ ...state, criteria: [...criteria] })}
      />
      <fieldset className="group">
        <legend>评标办法（综合评估法）</legend>
        {method ? (
          <div className="form-grid">
            <SelectField label="评标基准价" value={method.base} options={BASES} onChange={set("base")} />
            {method.base === "B3" && (
              <TextField label="下浮系数 K" value={method.k} inputMode="decimal" onChange={set("k")} />
            )}
            <TextField label="报价满分 F" value={method.full} inputMode="decimal" onChange={set("full")} />
            <TextField label="高于基准价每 1% 扣分 E1" value={method.e1} inputMode="decimal" onChange={set("e1")} />
            <TextField label="低于基准价每 1% 扣分 E2" value={method.e2} inputMode="decimal" onChange={set("e2")} />
          </div>
        ) : (
          <p>本文件采用其他评标办法，此处不能修改。</p>
        )}
        <p role="status">
          {total === undefined
            ? "分值中有不是数字的内容。"
            : `各评分因素与报价满分合计 ${total} 分${total === "100.00" ? "" : "，应为 100.00 分"}。`}
        </p>
      </fieldset>
    </>
  );
}
