import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { preciseInstant } from "@/lifecycle/bidding/receipt-pdf";
import { bidRoom } from "@/lifecycle/bidding/room";
import { Deliveries } from "@/lifecycle/bidding/ui/deliveries";
import { ReceiptCard } from "@/lifecycle/bidding/ui/receipt-card";
import { asActor } from "@/server/web/context";
import { idParam, oneOf, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "递交回执" };

interface Props {
  params: Promise<{ org: string; lotId: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The receipt of one delivery, or of the newest; reachable again from a bookmark. */
export default async function ReceiptPage({ params, searchParams }: Props) {
  const { org, lotId } = await params;
  const bidId = oneOf((await searchParams).bid);
  const view = await page(async () => {
    await ownOrganisation(org);
    return asActor((tx, actor) => bidRoom(tx, actor, idParam(lotId)));
  }, `/w/${org}/bids/${lotId}/receipt`);
  const all = [...view.deliveries, ...view.applications];
  const delivery = bidId ? all.find((one) => one.bidId === bidId) : all[0];
  if (!delivery) notFound();
  return (
    <>
      <h1>递交回执</h1>
      <p className="row">
        <strong>{view.lot.name}</strong>
        <span>{view.lot.code}</span>
        <a href={`/w/${org}/bids/${lotId}`}>返回投标工作间</a>
      </p>
      <ReceiptCard view={view} delivery={delivery} receivedAt={preciseInstant(delivery.payload.receivedAt)} />
      <section className="card" aria-labelledby="h-all">
        <h2 id="h-all">递交记录</h2>
        <Deliveries view={view} />
      </section>
    </>
  );
}
