import type { Metadata } from "next";
import { StateChip } from "@/lifecycle/lot/ui/state-chip";
import { LintAnswers } from "@/lifecycle/notice/ui/lint-answers";
import { openingName } from "@/lifecycle/opening/rounds";
import { HallEvents } from "@/lifecycle/opening/ui/hall-events";
import { RecordTable } from "@/lifecycle/opening/ui/record-table";
import { SecurityList } from "@/lifecycle/opening/ui/security-list";
import { InstructionList } from "@/lifecycle/supervision/ui/instruction-list";
import { PointList } from "@/lifecycle/supervision/ui/point-list";
import { TrailViewer } from "@/lifecycle/supervision/ui/trail-viewer";
import { asActor } from "@/server/web/context";
import { idParam, page } from "@/server/web/page";
import { supervisionView } from "@/server/web/views/supervision";
import { AutoRefresh } from "@/ui/auto-refresh";
import { LockIcon } from "@/ui/lock-icon";
import { FirstRound } from "./round";

export const metadata: Metadata = { title: "在线监督" };

export default async function LivePage({ params }: { params: Promise<{ lot: string }> }) {
  const { lot: id } = await params;
  const view = await page(
    () => asActor((tx, actor) => supervisionView(tx, actor, idParam(id))),
    `/supervise/live/${id}`,
  );
  const { lot, hall, committee } = view;
  return (
    <>
      <h1>在线监督（只读）</h1>
      <AutoRefresh seconds={5} />
      <p className="row">
        <strong>{view.title}</strong> <StateChip state={lot.state} flags={lot.flags} round={view.round} />{" "}
        <span className="hash">{lot.code}</span>
        {view.step && <span role="status">评标进度：{view.step}</span>}
      </p>
      <div className="cards-wide">
        <section className="card" aria-labelledby="timetable-title">
          <h2 id="timetable-title">时间表</h2>
          <dl className="fields">
            {view.timetable.map(([title, at]) => (
              <div key={title} style={{ display: "contents" }}>
                <dt>{title}</dt>
                <dd>{at}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section className="card" aria-labelledby="hall-title">
          <h2 id="hall-title">开标现场</h2>
          {hall ? (
            <HallEvents events={hall.events} />
          ) : (
            <p>
              <LockIcon />
              {view.sealed}
            </p>
          )}
          {hall && (lot.state === "O1" || lot.state === "E1b") && <a href={`/hall/${lot.id}`}>进入开标大厅</a>}
        </section>
        <section className="card" aria-labelledby="committee-title">
          <h2 id="committee-title">评标委员会</h2>
          {committee ? (
            <>
              <p role="status">
                已签到 {committee.present.length}/{committee.asked}
              </p>
              <ul className="plain-list">
                {committee.present.map(({ id: memberId, name, declared }) => (
                  <li key={memberId}>
                    {name} {declared ? "已声明" : "等待声明"}
                  </li>
                ))}
              </ul>
            </>
          ) : (
            <p className="muted">尚未申请组建。</p>
          )}
        </section>
      </div>
      {[hall?.record?.payload, view.firstRecord].map(
        (payload) =>
          payload && (
            <section key={payload.openedAt} className="card" aria-label={`${openingName(payload.envelope)}记录`}>
              <h2>{openingName(payload.envelope)}记录</h2>
              <RecordTable payload={payload} />
            </section>
          ),
      )}
      {hall && <SecurityList lines={view.securities} isOpened failed={false} decides={false} />}
      <PointList points={view.points} now={new Date(view.now)} />
      <InstructionList instructions={view.instructions} />
      <LintAnswers answers={view.lint} />
      {view.firstRound && <FirstRound view={view.firstRound} />}
      <TrailViewer title="项目留痕" lines={view.trail} round={view.round} />
    </>
  );
}
