import { lotByCode } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { asReader } from "@/server/web/context";
import { baseOf, publicAnswer } from "@/server/web/public-answer";
import { respond } from "@/server/web/respond";
import { lotCalendar } from "@/server/web/views/feeds";

/** Published dates of a lot, for calendar programs. */
export const GET = (request: Request, { params }: { params: Promise<{ code: string }> }) =>
  respond(async () => {
    const { code } = await params;
    const { text, restricted } = await asReader(async (tx) => {
      const lot = await lotByCode(tx, code);
      const tender = await tenderProjectOf(tx, lot.tenderProjectId);
      const text = await lotCalendar(tx, `${tender.name} ${lot.name}`, baseOf(request.headers), [{ lot, tender }]);
      return { text, restricted: lot.restricted };
    });
    return publicAnswer(request, text, "text/calendar; charset=utf-8", !restricted);
  });
