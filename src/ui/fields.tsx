"use client";

import { useId, useLayoutEffect, useRef } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly required?: boolean;
  onChange(value: string): void;
}

/**
 * What was typed or chosen before the page came alive is taken over: on a slow line the first letters would be lost, and
 * the form would say that nothing was filled in.
 */
function useTypedBefore<E extends HTMLElement>(take: (element: E) => void) {
  const ref = useRef<E>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page comes alive.
  useLayoutEffect(() => {
    if (ref.current) take(ref.current);
  }, []);
  return ref;
}

/** One line of text. */
export function TextField({
  label,
  value,
  hint,
  required = true,
  onChange,
  type = "text",
  inputMode,
}: FieldProps & { readonly type?: string; readonly inputMode?: "decimal" | "numeric" }) {
  const id = useId();
  const ref = useTypedBefore<HTMLInputElement>((input) => {
    // The browser writes a time in its own way, which is no typing.
    if (type !== "datetime-local" && input.value !== value) onChange(input.value);
  });
  return (
    <div className="field-box">
      <label className="field" htmlFor={id} style={{ marginBottom: hint ? 0 : undefined }}>
        <span>
          {label}
          {!required && "（选填）"}
        </span>
        <input
          ref={ref}
          id={id}
          className="text"
          type={type}
          step={type === "datetime-local" ? 1 : undefined}
          inputMode={inputMode}
          value={value}
          required={required}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {hint && (
        <p id={`${id}-hint`} className="small muted" style={{ margin: "0 0 12px" }}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  value,
  required = true,
  onChange,
  rows = 3,
}: FieldProps & { readonly rows?: number }) {
  const id = useId();
  const ref = useTypedBefore<HTMLTextAreaElement>((area) => {
    // A browser counts a line break as one character, however it was sent.
    if (area.value !== value.replaceAll("\r\n", "\n")) onChange(area.value);
  });
  return (
    <label className="field" htmlFor={id}>
      <span>
        {label}
        {!required && "（选填）"}
      </span>
      <textarea
        ref={ref}
        id={id}
        className="text"
        rows={rows}
        value={value}
        required={required}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

/** One of few. */
export function SelectField<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: V;
  options: readonly (readonly [V, string])[];
  onChange(value: V): void;
}) {
  const id = useId();
  const ref = useTypedBefore<HTMLSelectElement>((select) => {
    if (select.value !== value && options.some(([key]) => key === value)) onChange(select.value as V);
  });
  return (
    <label className="field" htmlFor={id}>
      <span>{label}</span>
      <select ref={ref} id={id} className="text" value={value} onChange={(event) => onChange(event.target.value as V)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Yes or no. */
export function CheckField({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange(checked: boolean): void;
}) {
  const id = useId();
  const ref = useTypedBefore<HTMLInputElement>((box) => {
    if (box.checked !== checked) onChange(box.checked);
  });
  return (
    <p style={{ margin: "0 0 12px" }}>
      <label htmlFor={id} className="row" style={{ gap: 8 }}>
        <input
          ref={ref}
          id={id}
          type="checkbox"
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
    </p>
  );
}
