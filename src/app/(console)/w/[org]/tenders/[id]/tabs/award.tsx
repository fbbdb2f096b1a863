import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import { formatInstant } from "@/core/time";
import { provisionalTasks } from "@/lifecycle/award/provisional";
import { awardView } from "@/lifecycle/award/queries";
import { CandidatesPublishing } from "@/lifecycle/award/ui/candidates-publishing";
import { DecideForm } from "@/lifecycle/award/ui/decide-form";
import { LettersSending } from "@/lifecycle/award/ui/letters-sending";
import { PassOver } from "@/lifecycle/award/ui/pass-over";
import { ProvisionalTasks } from "@/lifecycle/award/ui/provisional-tasks";
import { RankingTable } from "@/lifecycle/award/ui/ranking-table";
import { hasReached } from "@/lifecycle/lot/states";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Candidates, decision, letters. */
export async function AwardTab({ room: { lot, tender, now } }: { room: Room }) {
  if (!hasReached(lot.state, "E2"))
    return <p className="card">评标报告提交后，在此公示中标候选人、定标、签发通知书。</p>;
  const { view, role, org, provisional } = await page(() =>
    asActor(async (tx, actor) => ({
      view: await awardView(tx, actor, lot.id),
      role: actor.role,
      org: actor.orgId,
      provisional: await provisionalTasks(tx, lot, tender),
    })),
  );
  const { award, letters } = view;
  const candidates = view.candidates.map(({ bidId, rank, name, priceFen, totalHundredths, isRevoked }) => ({
    bidId,
    isRevoked,
    rank,
    name,
    price: formatYuan(priceFen),
    total: formatScore(totalHundredths),
  }));
  const periodOver = Boolean(lot.candidatePeriodEndsAt && now >= lot.candidatePeriodEndsAt);
  const onlyTenderer = <p className="note warn">此事项由招标人办理：请招标人登录后在本页签章。</p>;
  const winner = candidates.find(({ bidId }) => bidId === award?.bidId);
  const next = winner?.isRevoked ? <PassOver lotId={lot.id} winner={winner.name} /> : <LettersSending lotId={lot.id} />;
  return (
    <>
      {lot.state === "E2" && (
        <section className="card" aria-labelledby="publish-title">
          <h2 id="publish-title">公示中标候选人</h2>
          <p>收到评标报告之日起三日内公示，公示期不少于三日。候选人、排名、报价直接取自评标报告。</p>
          <CandidatesPublishing lotId={lot.id} />
        </section>
      )}
      {candidates.length > 0 && (
        <section className="card" aria-labelledby="candidates-title">
          <h2 id="candidates-title">中标候选人</h2>
          <p role="status">
            公示期至 {lot.candidatePeriodEndsAt ? formatInstant(lot.candidatePeriodEndsAt) : "—"}
            {lot.state === "A1" && (periodOver ? "，已期满" : "，尚未期满")}
          </p>
          <RankingTable rows={candidates} />
        </section>
      )}
      {lot.state === "A1" && (
        <section className="card">
          {role === "tenderer" ? (
            <DecideForm lotId={lot.id} candidates={candidates} periodOver={periodOver} />
          ) : (
            onlyTenderer
          )}
        </section>
      )}
      {award && winner && lot.state !== "A1" && lot.state !== "E2" && (
        <section className="card" aria-labelledby="award-title">
          <h2 id="award-title">定标结果</h2>
          <p>
            中标人 {winner?.name}，中标价 {formatYuan(award.priceFen)}，{formatInstant(award.decidedAt)}
          </p>
          {lot.state === "A2" && (role === "tenderer" ? next : onlyTenderer)}
          <ul className="plain-list">
            {letters.map(({ kind, number, name, at }) => (
              <li key={number}>
                {kind === "award" ? "中标通知书" : "中标结果通知书"} <span className="hash">{number}</span> 致 {name}{" "}
                <span className="small muted">{formatInstant(at)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <ProvisionalTasks
        tasks={provisional}
        newHref={`/w/${org}/tenders/new?from=${lot.id}`}
        isTenderer={role === "tenderer"}
      />
    </>
  );
}
