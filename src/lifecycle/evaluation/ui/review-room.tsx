"use client";

import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import type { ReviewView } from "../review-view";
import { BillOfLot } from "./bill-pane";
import { Competition } from "./competition";
import { FirstEnvelope, SecondOpening } from "./first-envelope";
import { PreliminaryGrid } from "./preliminary-grid";
import { ReportSigning } from "./report-signing";
import { ResultTable } from "./result-table";
import { ScoreGrid } from "./score-grid";
import { useReview } from "./use-review";
import "./review.css";

const STEPS = [
  ["preliminary", "初步评审"],
  ["competition", "竞争认定"],
  ["detailed", "详细评审"],
  ["first-envelope", "第一信封结果"],
  ["second-opening", "第二信封开标"],
  ["report", "评标报告"],
  ["done", "完成"],
] as const;

/** Steps that a lot with one envelope does not have. */
const SECOND_STEPS: readonly string[] = ["first-envelope", "second-opening"];

/** A stop for a statement stands in the line only while it lasts: most reviews have none, and it may come after any step. */
const isShown = (step: string, view: ReviewView): boolean =>
  step === "competition" ? view.step === "competition" : (view.twoEnvelopes ?? !SECOND_STEPS.includes(step));

/** A member's seat (评标工位): the step that is open, and nothing of what the other members do. */
export function ReviewRoom({
  memberId,
  initial,
  bill,
}: {
  memberId: string;
  initial: ReviewView;
  bill: Bill | undefined;
}) {
  const { view, problem, reload } = useReview(memberId, initial);
  const steps = STEPS.filter(([step]) => isShown(step, view));
  const at = steps.findIndex(([step]) => step === view.step);
  return (
    <div className="seat-page">
      <p className="row">
        <strong>{view.lot.name}</strong>
        <span>{view.lot.code}</span>
        {view.isChair && <span className="chip">评标委员会负责人</span>}
      </p>
      <ol className="timeline" aria-label="评标步骤">
        {steps.map(([step, name], i) => (
          <li
            key={step}
            className={i < at ? "done" : i === at ? "now" : ""}
            aria-current={i === at ? "step" : undefined}
          >
            {name}
          </li>
        ))}
      </ol>
      {problem && (
        <p className="note warn" role="status">
          连接中断，正在重试。{problem}
        </p>
      )}
      <BillOfLot value={bill}>
        <Step memberId={memberId} view={view} reload={reload} />
      </BillOfLot>
    </div>
  );
}

function Step({ memberId, view, reload }: { memberId: string; view: ReviewView; reload(): Promise<void> }) {
  if (view.step === "preliminary")
    return view.signedSteps.preliminary ? (
      <Waiting step="初步评审表" />
    ) : (
      <PreliminaryGrid memberId={memberId} view={view} reload={reload} />
    );
  if (view.step === "competition") return <Competition memberId={memberId} view={view} reload={reload} />;
  if (view.step === "detailed")
    return view.signedSteps.detailed ? (
      <Waiting step="详细评审表" />
    ) : (
      <ScoreGrid key="detailed" memberId={memberId} view={view} reload={reload} />
    );
  if (view.step === "first-envelope")
    return view.signedSteps.firstEnvelope ? (
      <Waiting step="第一信封评审结果" />
    ) : (
      <FirstEnvelope memberId={memberId} view={view} reload={reload} />
    );
  if (view.step === "second-opening") return <SecondOpening view={view} />;
  return (
    <>
      <ResultTable view={view} />
      {view.step === "report" ? (
        <ReportSigning memberId={memberId} view={view} reload={reload} />
      ) : (
        <p className="note ok" role="status">
          {view.lot.state === "F2"
            ? "评标委员会否决了所有投标，评标已完成，结果已通知招标人和各投标人。"
            : "评标已完成，报告已提交招标人。"}
          感谢您的评审；评审内容请继续保密。
        </p>
      )}
    </>
  );
}

function Waiting({ step }: { step: string }) {
  return (
    <p className="note" role="status">
      您已签署{step}，等待其他评委完成。页面会自动进入下一步，请留在工位。
    </p>
  );
}
