import type { Metadata } from "next";
import { legalNow } from "@/kit/db/context";
import { hallView } from "@/lifecycle/opening/hall-view";
import { Hall } from "@/lifecycle/opening/ui/hall";
import { asActor } from "@/server/web/context";
import { idParam, oneOf, page } from "@/server/web/page";

export const metadata: Metadata = { title: "开标大厅" };

interface Props {
  params: Promise<{ lot: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function HallPage({ params, searchParams }: Props) {
  const { lot } = await params;
  const board = oneOf((await searchParams).board) === "1";
  const { view, now, orgId } = await page(
    () =>
      asActor(async (tx, actor) => ({
        view: await hallView(tx, actor, idParam(lot)),
        now: (await legalNow(tx)).toISOString(),
        orgId: actor.orgId,
      })),
    `/hall/${lot}`,
  );
  return (
    <main id="main" className={board ? "page board" : "page"} tabIndex={-1}>
      <h1>开标大厅</h1>
      <Hall
        initial={view}
        now={now}
        board={board}
        {...(view.as === "host" ? { recordHref: `/w/${orgId}/tenders/${lot}?tab=opening` } : {})}
      />
    </main>
  );
}
