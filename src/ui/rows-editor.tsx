"use client";

import { useId } from "react";

export interface RowColumn<R> {
  readonly label: string;
  readonly name: keyof R & string;
  /** Choices, instead of free text. */
  readonly options?: readonly (readonly [string, string])[];
  readonly wide?: boolean;
  readonly type?: "datetime-local" | "date";
}

/** A list of rows of short texts: changed in place, added at the end, taken out. */
export function RowsEditor<R extends object>({
  title,
  rows,
  columns,
  blank,
  least = 1,
  onChange,
}: {
  title: string;
  rows: readonly R[];
  columns: readonly RowColumn<R>[];
  blank(n: number): R;
  /** As many rows must stay. */
  least?: number;
  onChange(rows: readonly R[]): void;
}) {
  const id = useId();
  const set = (i: number, name: keyof R & string, value: string) =>
    onChange(rows.map((row, n) => (n === i ? { ...row, [name]: value } : row)));
  return (
    <fieldset className="group">
      <legend>{title}</legend>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              {columns.map(({ label }) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">操作</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              // Rows have no names of their own while they are being written.
              // biome-ignore lint/suspicious/noArrayIndexKey: the position is the identity of a row here
              <tr key={i}>
                {columns.map(({ label, name, options, wide, type }) => (
                  <td key={name} style={{ minWidth: wide ? 220 : 96 }}>
                    {options ? (
                      <select
                        id={`${id}-${i}-${name}`}
                        className="text"
                        aria-label={`${title}第 ${i + 1} 行 ${label}`}
                        value={String(row[name] ?? "")}
                        onChange={(event) => set(i, name, event.target.value)}
                      >
                        {options.map(([value, text]) => (
                          <option key={value} value={value}>
                            {text}
                          </option>
                        ))}
                      </select>
                    ) : (
                      <input
                        id={`${id}-${i}-${name}`}
                        className="text"
                        type={type}
                        aria-label={`${title}第 ${i + 1} 行 ${label}`}
                        value={String(row[name] ?? "")}
                        onChange={(event) => set(i, name, event.target.value)}
                      />
                    )}
                  </td>
                ))}
                <td>
                  <button
                    type="button"
                    className="link-button"
                    aria-label={`删除${title}第 ${i + 1} 行`}
                    disabled={rows.length <= least}
                    onClick={() => onChange(rows.filter((_, n) => n !== i))}
                  >
                    删除
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        <button type="button" className="btn" onClick={() => onChange([...rows, blank(rows.length + 1)])}>
          增加一行{title}
        </button>
      </p>
    </fieldset>
  );
}
