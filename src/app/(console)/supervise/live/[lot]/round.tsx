import { ReplyList } from "@/lifecycle/invitation/ui/reply-list";
import { wordsOf } from "@/lifecycle/law/rounds";
import { ApplicationFacts } from "@/lifecycle/prequalification/ui/application-facts";
import { ProposalList } from "@/lifecycle/prequalification/ui/proposal-list";
import { ReportTable } from "@/lifecycle/prequalification/ui/report-table";
import type { RoundView } from "@/server/web/views/supervision-round";

/** A first round, read-only: who handed in, who reviews or reads, what was found, and who takes part in what follows. */
export function FirstRound({ view }: { view: RoundView }) {
  const { round, senders, reviewers, applications, report, criteria, invitees } = view;
  const words = wordsOf(round);
  return (
    <>
      <section className="card" aria-labelledby="round-title">
        <h2 id="round-title">{words.round}</h2>
        <p className="small muted">
          {words.sender}的名称、数量在开标前对其他任何人保密；谁已解密在解密结束、开始{words.states.P3}前不显示。
        </p>
        <dl className="fields">
          <dt>
            递交{words.short}的{words.sender}
          </dt>
          <dd>
            {senders.length} 家：{senders.map(({ name }) => name).join("、")}
          </dd>
          <dt>{round === "proposal" ? "阅读人员" : "评审人员"}</dt>
          <dd>
            {reviewers.length
              ? reviewers
                  .map(
                    ({ name, kind, declared, signed }) =>
                      `${name}（${kind === "expert" ? "专家" : "招标人、代理机构人员"}，声明${declared ? "已" : "未"}签署${
                        round === "proposal" ? "" : `，报告${signed ? "已" : "未"}签署`
                      }）`,
                  )
                  .join("；")
              : "尚未确定"}
          </dd>
        </dl>
        {report && <ReportTable report={report} criteria={criteria} />}
      </section>
      {round === "proposal" ? (
        <ProposalList proposals={applications} />
      ) : (
        applications.map((application) => (
          <section key={application.applicationId} className="card" aria-label={`申请人 ${application.name}`}>
            <h3>{application.name}</h3>
            <p className="small muted hash">{application.creditCode}</p>
            {!application.opened && <p className="note warn">申请文件未开启，不评审，视为未通过。</p>}
            <ApplicationFacts application={application} round={round} />
          </section>
        ))
      )}
      {invitees.length > 0 && <ReplyList invitees={invitees} round={round} isTendering={view.isTendering} />}
    </>
  );
}
