"use client";

import { TextArea, TextField } from "@/ui/fields";
import type { PrequalCriterion, ProposalItem } from "../schema";

interface RowsOf<R> {
  readonly rows: readonly R[];
  readonly onChange: (rows: readonly R[]) => void;
}

/** The next free id of rows whose ids begin with `prefix`. */
function freshId(rows: readonly { readonly id: string }[], prefix: string): string {
  const taken = new Set(rows.map(({ id }) => id));
  let n = rows.length + 1;
  while (taken.has(`${prefix}${n}`)) n++;
  return `${prefix}${n}`;
}

const changed = <R,>(rows: readonly R[], i: number, more: Partial<R>): R[] =>
  rows.map((row, at) => (at === i ? { ...row, ...more } : row));

/** Conditions by which applications are judged. */
export function CriteriaRows({ rows, onChange }: RowsOf<PrequalCriterion>) {
  const change = (i: number, more: Partial<PrequalCriterion>) => onChange(changed(rows, i, more));
  const add = () => onChange([...rows, { id: freshId(rows, "criterion"), title: "", standard: "", evidence: "" }]);
  return (
    <>
      {rows.map((row, i) => (
        <fieldset key={row.id} className="group">
          <legend>资格条件 {i + 1}</legend>
          <div className="form-grid">
            <TextField label={`条件 ${i + 1}：审查因素`} value={row.title} onChange={(title) => change(i, { title })} />
            <TextField
              label={`条件 ${i + 1}：须提供的证明材料`}
              value={row.evidence}
              onChange={(evidence) => change(i, { evidence })}
            />
          </div>
          <TextArea
            label={`条件 ${i + 1}：合格标准`}
            rows={2}
            value={row.standard}
            onChange={(standard) => change(i, { standard })}
          />
          <button
            type="button"
            className="btn"
            disabled={rows.length === 1}
            onClick={() => onChange(rows.filter((_, at) => at !== i))}
          >
            删除条件 {i + 1}
          </button>
        </fieldset>
      ))}
      <p>
        <button type="button" className="btn" onClick={add}>
          增加资格条件
        </button>
      </p>
    </>
  );
}

/** What a technical proposal has to treat (IR30). */
export function ItemRows({ rows, onChange }: RowsOf<ProposalItem>) {
  const change = (i: number, more: Partial<ProposalItem>) => onChange(changed(rows, i, more));
  return (
    <>
      {rows.map((row, i) => (
        <fieldset key={row.id} className="group">
          <legend>技术建议的内容 {i + 1}</legend>
          <TextField label={`内容 ${i + 1}：标题`} value={row.title} onChange={(title) => change(i, { title })} />
          <TextArea label={`内容 ${i + 1}：要求`} rows={2} value={row.text} onChange={(text) => change(i, { text })} />
          <button
            type="button"
            className="btn"
            disabled={rows.length === 1}
            onClick={() => onChange(rows.filter((_, at) => at !== i))}
          >
            删除内容 {i + 1}
          </button>
        </fieldset>
      ))}
      <p>
        <button
          type="button"
          className="btn"
          onClick={() => onChange([...rows, { id: freshId(rows, "item"), title: "", text: "" }])}
        >
          增加技术建议的内容
        </button>
      </p>
    </>
  );
}
