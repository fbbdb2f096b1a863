import { addHours, formatClock, formatInstant } from "@/core/time";
import type { Tx } from "@/kit/db/connect";
import { ReviewDrawCard, type ReviewDrawShown } from "@/lifecycle/committee/ui/review-draw-card";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { WithdrawForm } from "@/lifecycle/notice/ui/withdraw-form";
import { firstPrequalification, firstStageContent } from "@/lifecycle/prequalification/defaults";
import { type PrequalPublishView, prequalPublishView } from "@/lifecycle/prequalification/publication";
import {
  drawRequestOf,
  hostsTender,
  ownReviewerOrNone,
  prequalDraftOf,
  reviewerFacts,
  reviewReportOf,
} from "@/lifecycle/prequalification/queries";
import { needsReviewCommittee } from "@/lifecycle/prequalification/rules";
import { AmendForm } from "@/lifecycle/prequalification/ui/amend-form";
import { CriteriaTable } from "@/lifecycle/prequalification/ui/criteria-table";
import { HostCard } from "@/lifecycle/prequalification/ui/host-card";
import { ItemsTable } from "@/lifecycle/prequalification/ui/items-table";
import { PrequalForm } from "@/lifecycle/prequalification/ui/prequal-form";
import { PrequalPublish } from "@/lifecycle/prequalification/ui/prequal-publish";
import { ReviewPanel } from "@/lifecycle/prequalification/ui/review-panel";
import { ReviewersCard } from "@/lifecycle/prequalification/ui/reviewers-card";
import { formShown, reportShown, reviewersShown, reviewView } from "@/lifecycle/prequalification/views";
import { staffOf } from "@/platform/party/queries";
import { asActor, requestSession } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { FirstStage } from "./first-stage";

/** Prequalification: its document before publication, afterwards who reviews, the review and its results. */
export async function PrequalificationTab({ room }: { room: Room }) {
  return room.lot.state === "D0" ? <Draft room={room} /> : <Running room={room} />;
}

async function Draft({ room: { lot, tender, now, href } }: { room: Room }) {
  const person = (await requestSession())?.view.personName ?? "";
  const { content, view } = await page(() =>
    asActor(async (tx, actor, { site }) => {
      const draft = await prequalDraftOf(tx, lot.id);
      const begin = tender.regime.twoStage ? firstStageContent : firstPrequalification;
      const first = begin(lot, tender.regime, now, person, `${site.operatorName}核验岗`);
      const shown: PrequalPublishView | undefined = draft
        ? await prequalPublishView(tx, actor, site, lot.id, now)
        : undefined;
      return { content: draft?.content ?? first, view: shown };
    }),
  );
  const { notice, document } = roundWords(tender.regime);
  return (
    <>
      <PrequalForm lotId={lot.id} content={content} />
      {view ? (
        <PrequalPublish lotId={lot.id} view={view} roomHref={href} words={{ notice, document }} />
      ) : (
        <p className="card" role="status">
          保存{document}后，在这里检查并发布。
        </p>
      )}
    </>
  );
}

/** What was asked of a draw, for its host. */
async function drawShown(tx: Tx, lotId: string): Promise<ReviewDrawShown | undefined> {
  const request = await drawRequestOf(tx, lotId);
  if (!request) return undefined;
  const { speciality, expertCount, reviewAt, drawnAt, failedAt } = request;
  return {
    ...{ speciality, expertCount, reviewAt: formatInstant(reviewAt) },
    ...(drawnAt ? { drawnAt: formatInstant(drawnAt) } : {}),
    ...(failedAt ? { failedAt: formatInstant(failedAt) } : {}),
  };
}

async function Running({ room }: { room: Room }) {
  const { lot, tender } = room;
  const { form, isHost, isTenderer, reviewers, facts, drawRequest, staff, report, review } = await page(() =>
    asActor(async (tx, actor) => {
      const document = (await prequalDraftOf(tx, lot.id))!;
      const people = [];
      for (const orgId of [tender.tendererOrgId, tender.agencyOrgId])
        if (orgId) people.push(...(await staffOf(tx, orgId)));
      return {
        form: await formShown(tx, document),
        isHost: hostsTender(actor, tender),
        isTenderer: actor.role === "tenderer",
        reviewers: await reviewersShown(tx, lot.id),
        facts: await reviewerFacts(tx, lot.id),
        drawRequest: await drawShown(tx, lot.id),
        staff: people,
        report: (await reviewReportOf(tx, lot.id))?.payload ?? (await reportShown(tx, lot.id)),
        review: (await ownReviewerOrNone(tx, actor, lot.id)) ? await reviewView(tx, actor, lot.id) : undefined,
      };
    }),
  );
  const { content } = form;
  const { regime } = tender;
  const words = roundWords(regime);
  const isCommittee = needsReviewCommittee(regime);
  return (
    <>
      <section className="card" aria-labelledby="form-title">
        <h2 id="form-title">
          {content.title}（第 {form.version} 版）
        </h2>
        <dl className="fields">
          <dt>校验值 SHA-256</dt>
          <dd className="hash">{form.digest}</dd>
          <dt>获取截止</dt>
          <dd>{formatInstant(new Date(content.saleEnd))}</dd>
          <dt>{words.deadline}</dt>
          <dd>{lot.applicationDeadline ? formatInstant(lot.applicationDeadline) : "—"}</dd>
          <dt>解密时间</dt>
          <dd>截止后 {content.decryptionWindowMinutes} 分钟</dd>
          <dt>文件</dt>
          <dd>
            {form.files.map(({ id, name }) => (
              <a key={id} href={`/api/files/${id}`}>
                {name}
              </a>
            ))}
          </dd>
        </dl>
        {content.items ? <ItemsTable items={content.items} /> : <CriteriaTable criteria={content.criteria} />}
        {lot.state === "P1" && (
          <p className="small muted">
            {words.deadline}前，谁获取了{words.document}、谁递交了{words.short}、有几家，对任何人保密。
          </p>
        )}
      </section>
      {lot.state === "P1" && (
        <AmendForm
          lotId={lot.id}
          content={{ ...content, deadline: lot.applicationDeadline?.toISOString() ?? content.deadline }}
        />
      )}
      {regime.twoStage ? (
        <FirstStage room={room} />
      ) : (
        <>
          {isHost && (
            <ReviewersCard
              lotId={lot.id}
              reviewers={reviewers}
              facts={facts}
              staff={staff}
              isCommittee={isCommittee}
              editable={lot.state === "P1" || lot.state === "P2"}
            />
          )}
          {isHost && isCommittee && (
            <ReviewDrawCard
              lotId={lot.id}
              request={drawRequest}
              reviewAt={formatClock(addHours(lot.applicationDeadline ?? room.now, 2)).replace(" ", "T")}
              editable={lot.state === "P1" || lot.state === "P2"}
            />
          )}
          {isHost && lot.applicationsOpenedAt && (
            <HostCard
              lotId={lot.id}
              lotCode={lot.code}
              state={lot.state}
              windowEndsAt={lot.applicationWindowEndsAt ? formatInstant(lot.applicationWindowEndsAt) : ""}
              signatures={{ signed: reviewers.filter(({ signed }) => signed).length, of: reviewers.length }}
              criteria={content.criteria}
              {...(report ? { report } : {})}
            />
          )}
          {review && <ReviewPanel view={review} />}
          {!isHost && !review && (
            <p className="card" role="status">
              资格预审由招标代理机构主持；申请人的名称、数量在开标前保密，只有主持人、评审人员和监督部门可以看到。
            </p>
          )}
        </>
      )}
      {isTenderer && lot.state.startsWith("P") && (
        <WithdrawForm
          lotId={lot.id}
          needsForceMajeure={regime.subject === "works" || regime.subject === "goods"}
          round={roundOf(regime)}
        />
      )}
    </>
  );
}
