export interface LintAnswerShown {
  readonly id: string;
  readonly rule: string;
  readonly place: string;
  readonly sentence: string;
  readonly reason: string;
  readonly at: string;
}

/** What the publisher said about wording that often restricts bidders; read by the supervisor. */
export function LintAnswers({ answers }: { answers: readonly LintAnswerShown[] }) {
  if (!answers.length) return null;
  return (
    <section className="card" aria-labelledby="lint-title">
      <h2 id="lint-title">疑似限制、排斥投标人的表述及发布人说明</h2>
      <ul className="plain-list">
        {answers.map(({ id, rule, place, sentence, reason, at }) => (
          <li key={id}>
            <strong>{place}</strong>：“{sentence}”<div>说明：{reason}</div>
            <div className="small muted">
              {rule} · {at}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
