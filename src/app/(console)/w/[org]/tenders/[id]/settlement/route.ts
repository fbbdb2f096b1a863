import { Refused, refuse } from "@/core/refusal";
import { saleView, settlementCsv } from "@/lifecycle/tender-document/sale-view";
import { asActor } from "@/server/web/context";
import { idParam } from "@/server/web/page";
import { respond } from "@/server/web/respond";
import { roomOf } from "@/server/web/views/room";

/** The settlement of document fees as CSV, for those who run the lot; before the opening it does not exist. */
export const GET = (_request: Request, { params }: { params: Promise<{ id: string }> }) =>
  respond(async () => {
    const id = idParam((await params).id);
    const { code, csv } = await asActor(async (tx, actor, { site }) => {
      const { lot } = await roomOf(tx, actor, id);
      const view = await saleView(tx, lot, site.profile);
      if (view.locked) throw new Refused(refuse("not_found", "general.not_found"));
      return { code: lot.code, csv: settlementCsv(view) };
    });
    // Spreadsheet programs read UTF-8 only when it begins with a byte order mark.
    return new Response(`\uFEFF${csv}`, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="settlement-${code}.csv"`,
        "cache-control": "private, no-store",
      },
    });
  });
