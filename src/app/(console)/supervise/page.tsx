import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { legalNow } from "@/kit/db/context";
import { LotTable } from "@/lifecycle/lot/ui/lot-table";
import { lotsSupervisedBy } from "@/lifecycle/tender-project/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import { lanesOf, lotRow } from "@/server/web/views/lot-rows";

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
  const lanes = lanesOf(lots, (each) => lotRow(each, `/supervise/live/${each.lot.id}`, "在线监督"));
  return (
    <>
      <h1>监督首页</h1>
      <p className="muted">
        本部门管辖范围内的标段，只读。密封内容在法定时间前对监督人员同样不显示。检查时间 {formatInstant(now)}
      </p>
      {lanes.length === 0 && <p className="card">管辖范围内还没有发布的标段。</p>}
      {lanes.map(({ title, rows }) => (
        <section key={title} className="card" aria-label={title}>
          <h2>{title}</h2>
          <LotTable caption={title} empty="没有。" rows={rows} />
        </section>
      ))}
    </>
  );
}
