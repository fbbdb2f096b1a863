"use client";

import type { GuaranteeField } from "../guarantee/faults";
import { GUARANTEE_KINDS, GUARANTEE_LIMITS } from "../guarantee/part";
import { GUARANTEE_LABELS, type TypedGuarantee } from "../guarantee/typed";

const TEXTS: readonly Exclude<GuaranteeField, "kind">[] = [
  "guarantor",
  "number",
  "amount",
  "beneficiary",
  "validUntil",
];

/** What a guarantee says, as it is typed. Ids of the controls begin with `security-`. */
export function GuaranteeFields({ typed, onChange }: { typed: TypedGuarantee; onChange(typed: TypedGuarantee): void }) {
  return (
    <>
      <label className="field" htmlFor="security-kind">
        <span>{GUARANTEE_LABELS.kind}</span>
        <select
          id="security-kind"
          className="text"
          value={typed.kind}
          onChange={(event) => onChange({ ...typed, kind: event.target.value })}
        >
          {Object.entries(GUARANTEE_KINDS).map(([kind, { name }]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {TEXTS.map((field) => (
        <label key={field} className="field" htmlFor={`security-${field}`}>
          <span>{GUARANTEE_LABELS[field]}</span>
          <input
            id={`security-${field}`}
            className="text"
            type={field === "validUntil" ? "date" : "text"}
            inputMode={field === "amount" ? "decimal" : undefined}
            maxLength={GUARANTEE_LIMITS.textLength}
            autoComplete="off"
            value={typed[field]}
            onChange={(event) => onChange({ ...typed, [field]: event.target.value })}
          />
        </label>
      ))}
    </>
  );
}
