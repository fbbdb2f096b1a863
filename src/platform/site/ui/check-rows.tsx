export interface Row {
  readonly title: string;
  readonly ok: boolean;
  readonly text: string;
  readonly fix?: string;
}

/** What was checked, what came of it, and what to do where it failed. */
export function CheckRows({ rows }: { rows: readonly Row[] }) {
  return (
    <dl className="fields">
      {rows.map(({ title, ok, text, fix }) => (
        <div key={title} style={{ display: "contents" }}>
          <dt>{title}</dt>
          <dd className={ok ? undefined : "note danger"}>
            {ok ? "✔" : "✖"} {text} {fix && <strong>{fix}</strong>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
