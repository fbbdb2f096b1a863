import { formatInstant } from "@/core/time";
import { profileOf } from "@/lifecycle/law/clauses";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { suggestedSchedule } from "@/lifecycle/law/schedule";
import { taskPlan } from "@/lifecycle/law/task-plan";
import { TaskPlan } from "@/lifecycle/law/ui/task-plan";
import { draftNoticeOf, noticesOfLot, shownKind } from "@/lifecycle/notice/queries";
import { NoticeDraft, type NoticeDraftInput } from "@/lifecycle/notice/schema";
import { NoticeForm } from "@/lifecycle/notice/ui/notice-form";
import { NoticeList } from "@/lifecycle/notice/ui/notice-list";
import { WithdrawForm } from "@/lifecycle/notice/ui/withdraw-form";
import { firstContent } from "@/lifecycle/tender-document/defaults";
import { draftOf } from "@/lifecycle/tender-document/queries";
import { asActor, requestSession } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { PrintHead } from "@/ui/print-head";

/** Notice and schedule: written in D0, the published notices afterwards. */
export async function ScheduleTab({ room: { lot, tender, now, href } }: { room: Room }) {
  const { draft, notices, profile, operator, content, address } = await page(() =>
    asActor(async (tx, _actor, { site }) => ({
      draft: await draftNoticeOf(tx, lot.id),
      notices: await noticesOfLot(tx, lot.id),
      profile: profileOf(site.profile),
      operator: site.operatorName,
      content: (await draftOf(tx, lot.id))?.content ?? firstContent(lot, tender.regime),
      address: `https://${site.host}${href}?tab=schedule`,
    })),
  );
  const session = (await requestSession())?.view;
  const round = roundOf(tender.regime);
  const isPre = round !== undefined;
  const words = roundWords(tender.regime);
  if (isPre && lot.state === "D0")
    return (
      <p className="card" role="status">
        本标段采用{round === "proposal" ? "两阶段招标" : words.round}：先在
        <a href={`${href}?tab=prequalification`}>{words.title}</a>
        中编制、发布{words.notice}；{words.title}
        {round === "proposal" ? "结束" : "结果发出"}后，再在这里编制招标日程和投标邀请书。
      </p>
    );
  if (lot.state !== (isPre ? "P4" : "D0")) {
    return (
      <>
        <section className="card" aria-label="公告">
          <h2>公告</h2>
          <NoticeList
            notices={notices.map((notice) => ({
              number: notice.number,
              title: notice.title,
              kind: shownKind(notice),
              publishedAt: formatInstant(notice.publishedAt!),
            }))}
            empty="没有已发布的公告。"
          />
        </section>
        {lot.state === "T1" && session?.role === "tenderer" && (
          <WithdrawForm
            lotId={lot.id}
            needsForceMajeure={tender.regime.subject === "works" || tender.regime.subject === "goods"}
          />
        )}
      </>
    );
  }
  const isInvited = isPre || tender.regime.tenderMode === "invited";
  const person = session?.personName ?? "";
  const schedule = suggestedSchedule(profile, now);
  const empty: NoticeDraftInput = {
    qualification: "",
    quantity: "",
    performancePlace: "",
    performanceTime: "",
    contactPerson: person,
    contactPhone: "",
    responsiblePublisher: person,
    responsibleVerifier: `${operator}核验岗`,
    other: "",
    saleStart: schedule.saleStart.toISOString(),
    saleEnd: schedule.saleEnd.toISOString(),
    bidDeadline: schedule.bidDeadline.toISOString(),
    ...(isInvited ? { replyBy: schedule.saleEnd.toISOString() } : {}),
  };
  const plan = {
    profile,
    regime: tender.regime,
    publishAt: now,
    validityDays: content.validityDays,
    windowMinutes: content.decryptionWindowMinutes,
  };
  return (
    <>
      <PrintHead number={lot.code} address={address} />
      <div className="no-print">
        <NoticeForm
          lotId={lot.id}
          draft={draft ? { ...(isInvited ? { replyBy: empty.replyBy } : {}), ...written(draft.fields) } : empty}
          nextHref={`${href}?tab=check`}
        />
      </div>
      <TaskPlan
        today={taskPlan(plan)}
        {...(draft ? { saved: taskPlan({ ...plan, chosen: NoticeDraft.parse(draft.fields) }) } : {})}
      />
    </>
  );
}

function written(fields: Record<string, string>): NoticeDraftInput {
  const { replyBy, ...parsed } = NoticeDraft.parse(fields);
  return {
    ...parsed,
    ...(replyBy ? { replyBy: replyBy.toISOString() } : {}),
    saleStart: parsed.saleStart.toISOString(),
    saleEnd: parsed.saleEnd.toISOString(),
    bidDeadline: parsed.bidDeadline.toISOString(),
  };
}
