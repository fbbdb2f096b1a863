import type { Metadata } from "next";
import { LEFT_OUT } from "@/core/naming";
import { hasReached, stoppedBy } from "@/lifecycle/lot/states";
import { StateChip } from "@/lifecycle/lot/ui/state-chip";
import { LotTimeline } from "@/lifecycle/lot/ui/timeline";
import { NoticeList } from "@/lifecycle/notice/ui/notice-list";
import { AnswerList } from "@/lifecycle/objection/ui/objection-list";
import { PartyCard } from "@/lifecycle/tender-project/ui/party-card";
import { asReader, requestSession } from "@/server/web/context";
import { addressOf, page } from "@/server/web/page";
import { type PublicTender, publicTender } from "@/server/web/views/public-tender";
import { Countdown } from "@/ui/countdown";
import { DataBlock } from "@/ui/data-block";
import { LockIcon } from "@/ui/lock-icon";
import { PrintHead } from "@/ui/print-head";

interface Props {
  readonly params: Promise<{ code: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: "项目主页", alternates: { canonical: `/tenders/${encodeURIComponent((await params).code)}` } };
}

export default async function TenderPage({ params }: Props) {
  const { code } = await params;
  const tender = await page(() => asReader((tx, { site }) => publicTender(tx, code, site.profile)));
  const { lot } = tender;
  const address = await addressOf(`/tenders/${lot.code}`);
  return (
    <>
      <PrintHead number={lot.code} hash={tender.documentDigest} address={address} />
      {lot.deadline && (
        <DataBlock
          value={{
            "@type": "Event",
            name: `${tender.title} 开标`,
            identifier: lot.code,
            startDate: lot.deadline,
            eventAttendanceMode: "https://schema.org/OnlineEventAttendanceMode",
            location: { "@type": "VirtualLocation", url: `${address}/opening` },
            organizer: { "@type": "Organization", name: tender.parties[0]!.name },
            url: address,
          }}
        />
      )}
      <h1>{tender.title}</h1>
      <p className="row">
        <StateChip state={lot.state} flags={lot.flags} round={lot.round} />
        <span>
          编号 <span className="hash">{lot.code}</span>
        </span>
        <a className="no-print" href={`/tenders/${lot.code}/calendar.ics`}>
          加入日历
        </a>
        {lot.state === "P1" && lot.applicationDeadline && (
          <span>
            距{lot.words.deadline}{" "}
            {stoppedBy(lot.flags) ? (
              "期限停止计算，恢复后另行公告"
            ) : (
              <Countdown until={lot.applicationDeadline} initial={tender.now} ended="已截止" />
            )}
          </span>
        )}
        {lot.state === "T1" && lot.deadline && (
          <span>
            距投标截止{" "}
            {stoppedBy(lot.flags) ? (
              "期限停止计算，恢复后另行公告"
            ) : (
              <Countdown until={lot.deadline} initial={tender.now} ended="已截止" />
            )}
          </span>
        )}
      </p>
      {tender.clarification && (
        <p className="note warn">
          招标文件已发布第 {tender.clarification.number} 号澄清与修改（{tender.clarification.at}），现为第{" "}
          {tender.clarification.documentVersion} 版。
          {tender.clarification.newDeadline && <strong>投标截止时间改为 {tender.clarification.newDeadline}。</strong>}
          获取招标文件的单位请到投标工作间阅读全文。
        </p>
      )}
      <LotTimeline
        state={lot.state}
        times={tender.times}
        minimums={tender.minimums}
        firstRound={lot.prequalified ? lot.words.title : undefined}
      />
      <Standing tender={tender} />
      <div className="cards-wide">
        <PartyCard parties={tender.parties} facts={tender.facts} />
        <section className="card" aria-labelledby="notices-title">
          <h2 id="notices-title">公告与变更</h2>
          <NoticeList notices={tender.notices} empty="还没有公告。" />
        </section>
      </div>
      <section className="card" aria-labelledby="complain-title">
        <h2 id="complain-title">异议与投诉</h2>
        {lot.flags.includes("SUSPENDED_OBJECTION") && (
          <p className="note warn">
            {lot.state === "P1"
              ? `因收到对${lot.words.document}的异议，招标投标活动暂停：届时仍未答复的，${lot.words.deadline}时间顺延。获取${lot.words.document}和递交${lot.words.short}照常进行。`
              : lot.state === "T1"
                ? "因收到对招标文件的异议，招标投标活动暂停：答复前不截标、不开标，届时仍未答复的，投标截止时间顺延。获取招标文件和递交投标文件照常进行。"
                : "因收到异议，招标投标活动暂停，答复后继续。"}
            异议内容和答复在答复时于此公开，不显示提出单位。
          </p>
        )}
        <AnswerList answers={tender.objectionAnswers} round={lot.round} />
        {tender.objectionAnswers.length > 0 && (
          <p className="small muted">提出单位的名称和联系方式依法不公开；“{LEFT_OUT}”处为略去的内容。</p>
        )}
        <p>
          对{lot.prequalified && `${lot.words.document}、`}
          招标文件、开标、评标结果有异议的，在法定期限内向招标人或招标代理机构提出；对答复不满的，可向监督部门投诉。联系方式见“关键信息”。
        </p>
      </section>
    </>
  );
}

/** What can be done or read now. */
async function Standing({ tender: { lot, candidates } }: { tender: PublicTender }) {
  if (lot.state === "F1" && lot.failure)
    return (
      <p className="note danger">
        {lot.words.round}失败：{lot.failure}。招标人将依法重新招标。
      </p>
    );
  if (lot.state === "F1")
    return <p className="note danger">流标：投标人少于三个，依法不得开标。招标人将依法重新招标。</p>;
  if (lot.state === "F3" && lot.prequalified && !lot.deadline)
    return (
      <p className="note danger">
        终止招标：原因见终止公告。尚未开启的{lot.words.short}不再开启；参加单位的名称和数量不公开。
      </p>
    );
  if (lot.state === "F3")
    return <p className="note danger">终止招标：招标人已撤回公告，原因见撤回公告。已递交的投标文件不开启。</p>;
  const session = (await requestSession())?.view;
  const room =
    session?.role === "bidder"
      ? `/w/${session.orgId}/bids/${lot.id}`
      : `/login?next=${encodeURIComponent(`/tenders/${lot.code}`)}`;
  return (
    <div className="card row">
      {!lot.opened && (
        <span>
          <LockIcon />
          {lot.prequalified
            ? lot.round === "proposal"
              ? "开标前不公布提交技术建议的投标人、投标人的名称和数量（法定）"
              : "开标前不公布资格预审申请人、投标人的名称和数量（法定）"
            : "开标前不公布投标人信息（法定）"}
        </span>
      )}
      {lot.state === "P1" && (!session || session.role === "bidder") && (
        <a className="btn btn-primary push" href={room}>
          {lot.words.join}
        </a>
      )}
      {lot.state === "T1" && (!session || session.role === "bidder") && (
        <a className="btn btn-primary push" href={room}>
          参与投标
        </a>
      )}
      {(lot.state === "T1" || lot.state === "T2" || lot.state === "O1") && (
        <a href={`/tenders/${lot.code}/opening`}>开标时间与记录</a>
      )}
      {(hasReached(lot.state, "O2") || lot.state === "F2") && (
        <a className="btn" href={`/tenders/${lot.code}/opening`}>
          查看开标记录
        </a>
      )}
      {candidates && (
        <a className="btn" href={`/notices/${candidates}`}>
          查看中标候选人公示
        </a>
      )}
    </div>
  );
}
