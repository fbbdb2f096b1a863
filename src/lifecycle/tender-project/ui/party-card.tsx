export interface Party {
  readonly role: string;
  readonly name: string;
  readonly contact?: string;
}

/** Key facts and parties of a tender. */
export function PartyCard({
  parties,
  facts,
}: {
  parties: readonly Party[];
  facts: readonly (readonly [string, string])[];
}) {
  return (
    <section className="card" aria-labelledby="facts-title">
      <h2 id="facts-title">关键信息</h2>
      <dl className="fields">
        {parties.map(({ role, name, contact }) => (
          <div key={role} style={{ display: "contents" }}>
            <dt>{role}</dt>
            <dd>
              {name}
              {contact && <span className="small muted">　{contact}</span>}
            </dd>
          </div>
        ))}
        {facts.map(([label, value]) => (
          <div key={label} style={{ display: "contents" }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
