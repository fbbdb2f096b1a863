import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { DocumentContent } from "@/lifecycle/bidding/ui/obtain-document";
import { orderView } from "@/lifecycle/tender-document/order-view";
import { DownloadList } from "@/lifecycle/tender-document/ui/download-list";
import { OrderPanel } from "@/lifecycle/tender-document/ui/order-panel";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "购买招标文件" };

export default async function OrderPage({ params }: { params: Promise<{ org: string; lotId: string }> }) {
  const { org, lotId } = await params;
  const view = await page(async () => {
    await ownOrganisation(org);
    return asActor((tx, actor) => orderView(tx, actor, idParam(lotId)));
  }, `/w/${org}/bids/${lotId}/order`);
  // A free document is one press in the bid room.
  if (!view.price && !view.document) redirect(view.room);
  return (
    <>
      <h1>{view.price ? "购买招标文件" : "招标文件与下载记录"}</h1>
      <p className="row">
        <strong>{view.lot.name}</strong>
        <span>{view.lot.code}</span>
        <a href={view.room}>返回投标工作间</a>
      </p>
      {view.price && <OrderPanel view={view} />}
      {view.document && (
        <>
          <section className="card" aria-label="招标文件">
            <DocumentContent lotId={view.lot.id} document={view.document} />
          </section>
          <DownloadList downloads={view.downloads} />
        </>
      )}
    </>
  );
}
