import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { LOT_STATES, STATE_NAMES } from "@/lifecycle/lot/states";
import { LotTable } from "@/lifecycle/lot/ui/lot-table";
import { lotsSupervisedBy } from "@/lifecycle/tender-project/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import { lotRow } from "@/server/web/views/lot-rows";

export const metadata: Metadata = { title: "监督首页" };

export default async function SupervisePage() {
  const { lots, now } = await page(
    () =>
      asActor(async (tx, actor) => {
        if (actor.role !== "supervisor") throw new Refused(refuse("not_found", "general.not_found"));
        return { lots: await lotsSupervisedBy(tx, actor), now: await legalNow(tx) };
      }),
    "/supervise",
  );
  const states = LOT_STATES.filter((state) => lots.some(({ lot }) => lot.state === state));
  return (
    <>
      <h1>监督首页</h1>
      <p className="muted">
        本部门管辖范围内的标段，只读。密封内容在法定时间前对监督人员同样不显示。检查时间 {formatInstant(now)}
      </p>
      {states.length === 0 && <p className="card">管辖范围内还没有发布的标段。</p>}
      {states.map((state) => (
        <section key={state} className="card" aria-label={STATE_NAMES[state]}>
          <h2>{STATE_NAMES[state]}</h2>
          <LotTable
            caption={STATE_NAMES[state]}
            empty="没有。"
            rows={lots
              .filter(({ lot }) => lot.state === state)
              .map((each) => lotRow(each, `/supervise/live/${each.lot.id}`, "在线监督"))}
          />
        </section>
      ))}
    </>
  );
}
