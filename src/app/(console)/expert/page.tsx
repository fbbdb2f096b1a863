import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { ownSessions } from "@/lifecycle/committee/queries";
import { ownExpertFees } from "@/lifecycle/fees/experts-view";
import { OwnFees } from "@/lifecycle/fees/ui/own-fees";
import { ownReviews } from "@/lifecycle/prequalification/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import "@/lifecycle/evaluation/ui/review.css";

export const metadata: Metadata = { title: "我的评审" };

/** An expert's own sessions: time, place and seat; the project is told at the seat. */
export default async function ExpertPage() {
  const { sessions, reviews, fees } = await page(
    () =>
      asActor(async (tx, actor) => {
        if (actor.role !== "expert") throw new Refused(refuse("not_found", "general.not_found"));
        return {
          sessions: await ownSessions(tx, actor),
          reviews: await ownReviews(tx, actor),
          fees: await ownExpertFees(tx, actor),
        };
      }),
    "/expert",
  );
  return (
    <div className="seat-page">
      <h1>我的评审</h1>
      {reviews.length > 0 && (
        <section className="card" aria-labelledby="h-reviews">
          <h2 id="h-reviews">资格预审评审</h2>
          <ul className="plain-list">
            {reviews.map(({ lotId, declaredAt }) => (
              <li key={lotId} className="row">
                <a href={`/expert/p/${lotId}`}>进入资格评审</a>
                <span className="chip">{declaredAt ? "已签署声明" : "待签署声明"}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {sessions.length === 0 && reviews.length === 0 && <p>目前没有需要您参加的评审。抽中后会在这里显示时间和地点。</p>}
      <div className="cards">
        {sessions.map((session) => (
          <section key={session.memberId} className="card">
            <h2>{formatInstant(new Date(session.evaluationAt))}</h2>
            <dl className="fields">
              <dt>场所</dt>
              <dd>{session.venue || "待定"}</dd>
              <dt>工位</dt>
              <dd>{session.seat || "待定"}</dd>
              <dt>专业</dt>
              <dd>{session.speciality}</dd>
              <dt>项目</dt>
              <dd>{session.lotId ? "已在工位公布" : "签到后公布"}</dd>
              <dt>状态</dt>
              <dd>{session.declaredAt ? "已签署承诺" : session.signedInAt ? "已签到" : "待签到"}</dd>
            </dl>
            <p>
              <a className="btn btn-primary" href={`/expert/s/${session.memberId}`}>
                {session.signedInAt ? "进入评审" : "去签到"}
              </a>
            </p>
          </section>
        ))}
      </div>
      <OwnFees fees={fees} />
    </div>
  );
}
