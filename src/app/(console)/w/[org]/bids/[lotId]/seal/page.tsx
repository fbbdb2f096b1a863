import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { rulesOf } from "@/lifecycle/bidding/purpose";
import { bidRoom, consortiumTrust } from "@/lifecycle/bidding/room";
import { DeadlineBar } from "@/lifecycle/bidding/ui/deadline-bar";
import { SealPanel } from "@/lifecycle/bidding/ui/seal-panel";
import { asActor, requestRuntime } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "签章与加密" };

export default async function SealPage({ params }: { params: Promise<{ org: string; lotId: string }> }) {
  const { org, lotId } = await params;
  const room = `/w/${org}/bids/${lotId}`;
  const view = await page(async () => {
    await ownOrganisation(org);
    const read = await asActor((tx, actor) => bidRoom(tx, actor, idParam(lotId)));
    return { ...read, trust: await consortiumTrust(await requestRuntime(), read) };
  }, `${room}/seal`);
  const { trust, ...read } = view;
  const { document, lot, now } = view;
  if (!document) redirect(room);
  const words = rulesOf(view);
  const deadline = view.purpose === "bid" ? lot.bidDeadline : lot.applicationDeadline;
  return (
    <>
      <h1>签章与加密</h1>
      <p className="row">
        <strong>{lot.name}</strong>
        <span>{lot.code}</span>
        <a href={room}>返回{words.room}</a>
      </p>
      {deadline && <DeadlineBar deadline={deadline} initial={now} title={words.deadline} />}
      <SealPanel view={{ ...read, document }} trust={trust} />
    </>
  );
}
