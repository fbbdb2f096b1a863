import { takeBankNotice } from "@/server/web/bank-notice";
import { webProcess } from "@/server/web/context";
import { respond } from "@/server/web/respond";

/** Where the bank tells that an order was paid. */
export const POST = (request: Request) =>
  respond(async () => {
    await takeBankNotice(webProcess(), await request.text());
    return Response.json({ ok: true });
  });
