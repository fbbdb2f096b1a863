import { Refused } from "@/core/refusal";
import { READING_ROW } from "@/lifecycle/law/publish-check-files";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { isDrafting } from "@/lifecycle/lot/states";
import { publishView } from "@/lifecycle/notice/queries";
import { NoticePreview } from "@/lifecycle/notice/ui/notice-preview";
import { PublishCheck } from "@/lifecycle/notice/ui/publish-check";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";
import { AutoRefresh } from "@/ui/auto-refresh";

/** The check before publication, with the preview of what everybody will see. */
export async function PublishTab({ room: { lot, tender, now, href } }: { room: Room }) {
  const round = roundOf(tender.regime);
  const isPre = round !== undefined;
  const words = roundWords(tender.regime);
  if (isPre && isDrafting(lot.state) && lot.state !== "P4")
    return (
      <p className="card" role="status">
        本标段采用{round === "proposal" ? "两阶段招标" : words.round}：{words.notice}在
        <a href={`${href}?tab=prequalification`}>{words.title}</a>
        中检查、发布；{words.title}
        {round === "proposal" ? "结束" : "结果发出"}后，在这里检查并发出投标邀请书和招标文件。
      </p>
    );
  if (lot.state !== (isPre ? "P4" : "D0")) {
    return (
      <p className="card" role="status">
        已发布。公告见 <a href={`${href}?tab=schedule`}>日程与公告</a>。
      </p>
    );
  }
  const view = await page(() =>
    asActor(async (tx, actor, { site }) => {
      try {
        return await publishView(tx, actor, site, lot.id, now);
      } catch (error) {
        if (error instanceof Refused && error.refusal.code === "tender.draft_incomplete")
          return String(error.refusal.facts.missing);
        throw error;
      }
    }),
  );
  if (typeof view === "string") {
    return (
      <p className="card note warn" role="status">
        还没有保存{view}，不能检查。请先填写{" "}
        <a href={`${href}?tab=${view === "招标文件" ? "documents" : "schedule"}`}>{view}</a>。
      </p>
    );
  }
  return (
    <>
      {view.rows.some(({ id }) => id === READING_ROW) && <AutoRefresh seconds={2} />}
      <PublishCheck
        lotId={lot.id}
        lotCode={lot.code}
        title={view.title}
        rows={view.rows}
        roomHref={href}
        invited={isPre || tender.regime.tenderMode === "invited"}
      />
      <NoticePreview
        title={view.title}
        fields={view.fields}
        documentDigest={view.documentDigest}
        twin={view.twin}
        digest={view.toSign.digest}
      />
    </>
  );
}
