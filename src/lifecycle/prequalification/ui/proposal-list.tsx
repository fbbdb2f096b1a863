import type { ApplicationShown } from "../views";
import { ApplicationFacts } from "./application-facts";

/** The opened technical proposals, as those who may read them do: nothing of them is judged here. */
export function ProposalList({ proposals }: { proposals: readonly ApplicationShown[] }) {
  if (!proposals.length) return null;
  return (
    <section className="card" aria-labelledby="proposals-title">
      <h2 id="proposals-title">技术建议（{proposals.length} 份）</h2>
      <p className="small muted">投标人的名称、数量和技术建议的内容在开标前保密，请勿透露。</p>
      {proposals.map((proposal) => (
        <section key={proposal.applicationId} aria-label={`技术建议 ${proposal.name}`}>
          <h3>{proposal.name}</h3>
          <p className="small muted hash">{proposal.creditCode}</p>
          {!proposal.opened && <p className="note warn">技术建议未开启，不参加第二阶段。</p>}
          <ApplicationFacts application={proposal} round="proposal" />
        </section>
      ))}
    </section>
  );
}
