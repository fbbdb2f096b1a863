import { inContext } from "@/kit/db/context";
import { holderOfCalendar } from "@/platform/inbox/calendar-links";
import { requestRuntime } from "@/server/web/context";
import { idParam } from "@/server/web/page";
import { baseOf, publicAnswer } from "@/server/web/public-answer";
import { respond } from "@/server/web/respond";
import { calendarLots, lotCalendar } from "@/server/web/views/feeds";

/** Dates of the lots in which the holder of this address takes part. The key in the address is the only credential. */
export const GET = (request: Request, { params }: { params: Promise<{ org: string }> }) =>
  respond(async () => {
    const { org } = await params;
    const { db, site } = await requestRuntime();
    const token = new URL(request.url).searchParams.get("key") ?? "";
    const holder = await holderOfCalendar(db, site.id, idParam(org), token);
    const text = await inContext(db, holder, async (tx) =>
      lotCalendar(tx, `${site.name}日程`, baseOf(request.headers), await calendarLots(tx, holder)),
    );
    return publicAnswer(request, text, "text/calendar; charset=utf-8", false);
  });
