import type { Metadata } from "next";
import { StateChip } from "@/lifecycle/lot/ui/state-chip";
import { ReviewPanel } from "@/lifecycle/prequalification/ui/review-panel";
import { reviewView } from "@/lifecycle/prequalification/views";
import { asActor } from "@/server/web/context";
import { idParam, page } from "@/server/web/page";
import "@/lifecycle/evaluation/ui/review.css";

export const metadata: Metadata = { title: "资格评审" };

/** An expert's review of applications for prequalification. */
export default async function ReviewPage({ params }: { params: Promise<{ lotId: string }> }) {
  const { lotId } = await params;
  const view = await page(() => asActor((tx, actor) => reviewView(tx, actor, idParam(lotId))), `/expert/p/${lotId}`);
  return (
    <div className="seat-page">
      <h1>资格评审</h1>
      <p className="row">
        <strong>{view.lotName}</strong>
        <span className="hash">{view.lotCode}</span>
        <StateChip state={view.state} />
        <a href="/expert">返回我的评审</a>
      </p>
      <ReviewPanel view={view} />
    </div>
  );
}
