import { ownDelivery } from "@/lifecycle/bidding/queries";
import { asActor } from "@/server/web/context";
import { idParam } from "@/server/web/page";
import { respond } from "@/server/web/respond";

/** The signed receipt as data: payload, signature, and the time stamp when there is one. Own deliveries only. */
export const GET = (_request: Request, { params }: { params: Promise<{ bidId: string }> }) =>
  respond(async () => {
    const bidId = idParam((await params).bidId);
    const { delivery: bid } = await asActor((tx, actor) => ownDelivery(tx, actor, bidId));
    return new Response(JSON.stringify(bid.receipt, null, 2), {
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="${bid.receiptNumber}.json"`,
        "cache-control": "private, no-store",
      },
    });
  });
