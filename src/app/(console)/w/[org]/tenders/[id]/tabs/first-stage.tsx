import { formatInstant } from "@/core/time";
import { hostsTender, ownReviewerOrNone, prequalDraftOf } from "@/lifecycle/prequalification/queries";
import { ProposalList } from "@/lifecycle/prequalification/ui/proposal-list";
import { ReaderDeclaration, ReadersCard } from "@/lifecycle/prequalification/ui/readers-card";
import { StudyCard } from "@/lifecycle/prequalification/ui/study-card";
import { proposalsShown, reviewersShown } from "@/lifecycle/prequalification/views";
import { staffOf } from "@/platform/party/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** The first of two stages once its document is published: who reads the proposals, the proposals, and its end. */
export async function FirstStage({ room: { lot, tender } }: { room: Room }) {
  const { isHost, readers, staff, reader, proposals } = await page(() =>
    asActor(async (tx, actor) => {
      const people = [];
      for (const orgId of [tender.tendererOrgId, tender.agencyOrgId])
        if (orgId) people.push(...(await staffOf(tx, orgId)));
      return {
        isHost: hostsTender(actor, tender),
        readers: await reviewersShown(tx, lot.id),
        staff: people,
        reader: await ownReviewerOrNone(tx, actor, lot.id),
        // The database answers whoever may not read them with none.
        proposals: await proposalsShown(tx, lot.id, (await prequalDraftOf(tx, lot.id))!.content),
      };
    }),
  );
  const opened = proposals.filter((one) => one.opened).length;
  return (
    <>
      {isHost && (
        <ReadersCard
          lotId={lot.id}
          readers={readers}
          staff={staff}
          editable={lot.state === "P1" || lot.state === "P2" || lot.state === "P3"}
        />
      )}
      {isHost && lot.applicationsOpenedAt && (
        <StudyCard
          lotId={lot.id}
          lotCode={lot.code}
          state={lot.state}
          windowEndsAt={lot.applicationWindowEndsAt ? formatInstant(lot.applicationWindowEndsAt) : ""}
          proposals={{ sent: proposals.length, opened }}
        />
      )}
      {reader && !reader.declaredAt && <ReaderDeclaration lotId={lot.id} lotCode={lot.code} />}
      {lot.reviewStartedAt && <ProposalList proposals={proposals} />}
      {!isHost && !reader && (
        <p className="card" role="status">
          第一阶段由招标代理机构主持；投标人的名称、数量在开标前保密，只有主持人、已签署声明的人员和监督部门可以看到。
        </p>
      )}
    </>
  );
}
