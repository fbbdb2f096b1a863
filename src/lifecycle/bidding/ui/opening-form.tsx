"use client";

import { useState } from "react";
import { formatYuan } from "@/core/money";
import { PRICE_FIELD } from "@/lifecycle/tender-document/bill/rules";
import { envelopeOfField, envelopeText, hasTwoEnvelopes } from "@/lifecycle/tender-document/envelopes";
import type { TenderDocumentContent } from "@/lifecycle/tender-document/schema";
import { controlOfField, type Draft, formOf, moneyInWords, problemOfField } from "../draft";

/** The opening form (开标一览表), generated from the tender document's own structure: nobody can leave its format. */
export function OpeningForm({
  content,
  draft,
  setField,
  isPublic = true,
}: {
  content: TenderDocumentContent;
  draft: Draft;
  setField(id: string, typed: string): void;
  /** Read out at the opening; what an application says is not. */
  isPublic?: boolean;
}) {
  const form = formOf(content, draft);
  return (
    <>
      {!isPublic && <p className="muted small">以下内容随文件加密，开启后供有权阅读的人员使用，不公开。</p>}
      <p className="muted small" hidden={!isPublic}>
        {hasTwoEnvelopes(content)
          ? "第一信封的内容在第一次开标时公开唱标；第二信封的内容仅在通过第一信封评审后、第二信封开标时唱标。金额以元填写。"
          : "以下内容开标时公开唱标。金额以元填写。"}
        最高投标限价 {formatYuan(BigInt(content.ceilingFen))}。
      </p>
      <div className="form-grid">
        {content.form.map((field) => (
          <FormField
            key={field.id}
            field={field}
            typed={form[field.id] ?? ""}
            envelope={envelopeText(content, envelopeOfField(content, field))}
            fromBill={content.bill !== undefined && field.id === PRICE_FIELD}
            ceiling={content.ceilingFen}
            onChange={(typed) => setField(field.id, typed)}
          />
        ))}
      </div>
    </>
  );
}

type Field = TenderDocumentContent["form"][number];

function FormField({
  field,
  typed,
  envelope,
  fromBill,
  ceiling,
  onChange,
}: {
  field: Field;
  typed: string;
  /** Which envelope it lies in; empty where there is but one. */
  envelope: string;
  /** The sum of the bill of quantities: shown, not typed. */
  fromBill: boolean;
  ceiling: string;
  onChange(typed: string): void;
}) {
  const [left, setLeft] = useState(false);
  const control = controlOfField(field.id);
  // Told when the person has left the field: nobody is told off in the middle of a figure.
  const problem = left || typed ? problemOfField(field, typed, BigInt(ceiling)) : undefined;
  const shown = left ? problem : undefined;
  const words = field.kind === "money" ? moneyInWords(typed) : "";
  const unit = field.kind === "money" ? "元" : field.unit;
  return (
    <div className="field-block">
      <label className="field" htmlFor={control}>
        <span>
          {field.label}
          {unit ? `（${unit}）` : ""}
          {field.required ? "" : "（选填）"}
          {envelope && (
            <>
              {" "}
              <span className="chip">{envelope}</span>
            </>
          )}
        </span>
        <input
          id={control}
          className="text"
          value={typed}
          required={field.required}
          readOnly={fromBill}
          inputMode={field.kind === "money" ? "decimal" : field.kind === "integer" ? "numeric" : "text"}
          autoComplete="off"
          maxLength={400}
          aria-invalid={shown ? true : undefined}
          aria-describedby={`${control}-note`}
          onChange={(event) => onChange(event.target.value)}
          onBlur={() => setLeft(true)}
        />
      </label>
      <p id={`${control}-note`} className={shown ? "small danger note" : "small muted"}>
        {fromBill
          ? typed
            ? `由报价清单得出：${problem ?? words}`
            : "由报价清单得出；清单尚未填完。"
          : (shown ?? words)}
      </p>
    </div>
  );
}
