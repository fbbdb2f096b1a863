import type { Metadata } from "next";
import { DECLARATION } from "@/lifecycle/committee/declaration";
import { seatView } from "@/lifecycle/evaluation/seat-view";
import { AwaitStart } from "@/lifecycle/evaluation/ui/await-start";
import { CheckIn } from "@/lifecycle/evaluation/ui/check-in";
import { Declare } from "@/lifecycle/evaluation/ui/declare";
import { ReviewRoom } from "@/lifecycle/evaluation/ui/review-room";
import "@/lifecycle/evaluation/ui/review.css";
import { asActor } from "@/server/web/context";
import { idParam, page } from "@/server/web/page";

export const metadata: Metadata = { title: "评审" };

const TITLES = {
  "check-in": "签到",
  declare: "回避与承诺",
  "await-start": "等待评标开始",
  review: "评审",
  left: "已退出评审",
} as const;

/** One member's seat, stage by stage. */
export default async function SeatPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const seat = await page(() => asActor((tx, actor) => seatView(tx, actor, idParam(id))), `/expert/s/${id}`);
  return (
    <div className="seat-page">
      <h1>{TITLES[seat.stage]}</h1>
      {seat.stage === "check-in" && <CheckIn memberId={id} again={seat.again} />}
      {seat.stage === "declare" && (
        <Declare
          memberId={id}
          lot={seat.lot}
          tenderer={seat.tenderer}
          bidders={seat.bidders}
          declaration={DECLARATION}
        />
      )}
      {seat.stage === "await-start" && <AwaitStart />}
      {seat.stage === "review" && <ReviewRoom memberId={id} initial={seat.view} bill={seat.bill} />}
      {seat.stage === "left" && <p>您已退出这次评审，无需再办理。</p>}
      <p>
        <a href="/expert">返回我的评审</a>
      </p>
    </div>
  );
}
