import type { DraftProblem } from "../draft";

/** Everything that is still wrong, at once; each line leads to the control that mends it. */
export function WholeCheck({ problems, base = "" }: { problems: readonly DraftProblem[]; base?: string }) {
  if (!problems.length) return <p className="note ok">全部检查通过，可以加密递交。</p>;
  return (
    <section className="note danger" aria-label="检查发现的问题">
      <p>共 {problems.length} 项问题，全部解决后才能加密：</p>
      <ul className="problems">
        {problems.map(({ control, sentence }) => (
          <li key={sentence}>
            <a href={`${base}#${control}`}>{sentence}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
