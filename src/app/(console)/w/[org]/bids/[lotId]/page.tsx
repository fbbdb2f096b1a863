import type { Metadata } from "next";
import { rulesOf } from "@/lifecycle/bidding/purpose";
import { bidRoom, consortiumTrust } from "@/lifecycle/bidding/room";
import { BidRoom } from "@/lifecycle/bidding/ui/bid-room";
import { DeadlineBar } from "@/lifecycle/bidding/ui/deadline-bar";
import "@/lifecycle/bidding/ui/seal.css";
import { wordsOf } from "@/lifecycle/law/rounds";
import { FLAG_NAMES, stoppedBy } from "@/lifecycle/lot/states";
import { StateChip } from "@/lifecycle/lot/ui/state-chip";
import { OpenApplication } from "@/lifecycle/opening/ui/open-application";
import { ownApplicationView } from "@/lifecycle/prequalification/views";
import { instructionsOf } from "@/lifecycle/supervision/queries";
import { InstructionList } from "@/lifecycle/supervision/ui/instruction-list";
import { asActor, requestRuntime } from "@/server/web/context";
import { idParam, isDemo, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "投标工作间" };

export default async function BidRoomPage({ params }: { params: Promise<{ org: string; lotId: string }> }) {
  const { org, lotId } = await params;
  const view = await page(async () => {
    await ownOrganisation(org);
    const read = await asActor(async (tx, actor) => ({
      ...(await bidRoom(tx, actor, idParam(lotId))),
      instructions: await instructionsOf(tx, idParam(lotId)),
      application: await ownApplicationView(tx, actor, idParam(lotId)),
    }));
    const runtime = await requestRuntime();
    // Where the demonstration's own bank takes transfers; a real bidder uses whatever bank it has.
    const bank = isDemo() ? runtime.site.bankUrl : null;
    return { ...read, trust: await consortiumTrust(runtime, read), bank };
  }, `/w/${org}/bids/${lotId}`);
  const { trust, bank, application, ...room } = view;
  const isBid = view.purpose === "bid";
  const deadline = isBid ? view.lot.bidDeadline : view.lot.applicationDeadline;
  const { lot, now } = view;
  const stopped = stoppedBy(lot.flags);
  return (
    <>
      <h1>{rulesOf(view).room}</h1>
      <p className="row">
        <strong>{lot.name}</strong>
        <span>{lot.code}</span>
        <StateChip state={lot.state} flags={lot.flags} round={view.round} />
        <a href={`/tenders/${lot.code}`}>项目主页</a>
        {isBid && <a href={`/hall/${lot.id}`}>开标大厅</a>}
      </p>
      {lot.state === "P1" && lot.flags.includes("SUSPENDED_OBJECTION") && (
        <p className="note warn" role="status">
          因收到对{rulesOf(view).document}的异议，届时仍未答复的，{rulesOf(view).deadline}时间顺延。获取
          {rulesOf(view).document}和递交{rulesOf(view).name}照常进行。
        </p>
      )}
      {lot.state === "T1" && lot.flags.includes("SUSPENDED_OBJECTION") && (
        <p className="note warn" role="status">
          因收到对招标文件的异议，答复前不截标、不开标，届时仍未答复的，投标截止时间顺延。获取招标文件和递交投标文件照常进行。
        </p>
      )}
      {lot.state === "F1" && !isBid && (
        <p className="note danger" role="status">
          {wordsOf(view.round ?? "application").round}失败，招标人将依法重新招标。{rulesOf(view).sender}
          的名称和数量不公开；原因见发给本单位的通知。
        </p>
      )}
      {lot.state === "F1" && isBid && (
        <p className="note danger" role="status">
          流标：投标人少于三个，依法不得开标。本单位递交的投标文件保持加密，不会开启；投标人名称和数量不公开。请留意招标人重新招标的公告。
        </p>
      )}
      {lot.state === "F3" && !isBid && (
        <p className="note danger" role="status">
          终止招标：原因见终止公告。尚未开启的{rulesOf(view).name}不再开启；{rulesOf(view).sender}的名称和数量不公开。
        </p>
      )}
      {lot.state === "F3" && isBid && (
        <p className="note danger" role="status">
          终止招标：招标人已撤回公告，原因见撤回公告。本单位递交的投标文件保持加密，不会开启；招标文件费用、投标保证金及利息依法退还。
        </p>
      )}
      {stopped && (
        <p className="note warn" role="status">
          {FLAG_NAMES[stopped]}
          ：各项期限停止计算，暂停接收{rulesOf(view).name}；可以继续编制，也可以撤回已递交的{rulesOf(view).name}
          。恢复后另行通知新的截止时间。
        </p>
      )}
      {deadline && lot.state !== "F3" && !stopped && (
        <DeadlineBar deadline={deadline} initial={now} title={rulesOf(view).deadline} />
      )}
      {application && <OpenApplication view={application} />}
      <InstructionList instructions={view.instructions} />
      <BidRoom view={room} trust={trust} {...(bank ? { bank } : {})} />
    </>
  );
}
