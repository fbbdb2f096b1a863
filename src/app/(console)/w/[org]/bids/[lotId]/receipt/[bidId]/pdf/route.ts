import { Refused, refuse } from "@/core/refusal";
import { receiptPdf } from "@/lifecycle/bidding/receipt-pdf";
import { requestRuntime, requestSession } from "@/server/web/context";
import { idParam, isDemo } from "@/server/web/page";
import { respond } from "@/server/web/respond";

/** The receipt of an own delivery as PDF, signed by the platform; for everybody else it does not exist. */
export const GET = (_request: Request, { params }: { params: Promise<{ bidId: string }> }) =>
  respond(async () => {
    const session = await requestSession();
    if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
    const { pdf, name } = await receiptPdf(
      await requestRuntime(),
      session.actor,
      idParam((await params).bidId),
      isDemo(),
    );
    return new Response(pdf, {
      headers: {
        "content-type": "application/pdf",
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "private, no-store",
      },
    });
  });
