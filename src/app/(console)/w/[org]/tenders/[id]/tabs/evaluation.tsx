import { formatYuan } from "@/core/money";
import { formatScore } from "@/core/score";
import { RankingTable } from "@/lifecycle/award/ui/ranking-table";
import { rankingOf } from "@/lifecycle/evaluation/case-file";
import { competitionOf, computedAtIn, evaluatedBids, evaluationOf, reportOf } from "@/lifecycle/evaluation/queries";
import { STEP_NAMES } from "@/lifecycle/evaluation/steps";
import { CompetitionStatements } from "@/lifecycle/evaluation/ui/competition-statements";
import { hasReached } from "@/lifecycle/lot/states";
import { revocationsOf } from "@/lifecycle/opening/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";
import { LockIcon } from "@/ui/lock-icon";

/** How far the committee is; what it found, once the report is signed. */
export async function EvaluationTab({ room: { lot } }: { room: Room }) {
  if (!hasReached(lot.state, "E1") && lot.state !== "F2")
    return <p className="card">评标委员会全部签到、声明后开始评标。</p>;
  const finished = hasReached(lot.state, "E2");
  const { step, report, ranking, statements } = await page(() =>
    asActor(async (tx) => {
      const evaluation = await evaluationOf(tx, lot.id);
      const statements = await competitionOf(tx, lot.id, evaluation.version);
      if (!finished) return { step: evaluation.step, report: undefined, ranking: [], statements };
      const names = new Map(
        (await evaluatedBids(tx, lot.id, computedAtIn(evaluation.result))).map(({ bidId, name }) => [bidId, name]),
      );
      const revoked = await revocationsOf(tx, lot.id);
      return {
        step: evaluation.step,
        statements,
        report: await reportOf(tx, lot.id, evaluation.version),
        ranking: rankingOf(evaluation.result).map(({ bidId, rank, priceFen, totalHundredths }) => ({
          rank,
          name: `${names.get(bidId) ?? ""}${revoked.has(bidId) ? "（评标后撤销投标文件）" : ""}`,
          price: formatYuan(priceFen),
          total: formatScore(totalHundredths),
        })),
      };
    }),
  );
  return (
    <section className="card" aria-labelledby="evaluation-title">
      <h2 id="evaluation-title">评标</h2>
      <p role="status">进度：{STEP_NAMES[step]}</p>
      {(lot.state === "E1" || lot.state === "E1b") && <AutoRefresh seconds={5} />}
      {!finished && lot.state !== "F2" && (
        <p className="muted">
          <LockIcon />
          评审意见和打分在评标报告签署前对评标委员会以外的人保密。
        </p>
      )}
      {report && (
        <p>
          <a className="btn btn-primary" href={`/api/files/${report.pdfFileId}`}>
            下载评标报告（PDF）
          </a>
        </p>
      )}
      {finished && <RankingTable rows={ranking} />}
      <CompetitionStatements statements={statements} />
    </section>
  );
}
