import { Refused, refuse } from "@/core/refusal";
import { invoiceOf } from "@/platform/billing/queries";
import { requestRuntime, requestSession } from "@/server/web/context";
import { idParam, isDemo } from "@/server/web/page";
import { respond } from "@/server/web/respond";

/** The invoice of an own order as PDF; for everybody else it does not exist. */
export const GET = (request: Request) =>
  respond(async () => {
    const session = await requestSession();
    if (!session) throw new Refused(refuse("forbidden", "general.signed_out"));
    const orderId = idParam(new URL(request.url).searchParams.get("order") ?? "");
    const { pdf, name } = await invoiceOf(await requestRuntime(), session.actor, orderId, isDemo());
    return new Response(pdf, {
      headers: {
        "content-type": "application/pdf",
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "private, no-store",
      },
    });
  });
