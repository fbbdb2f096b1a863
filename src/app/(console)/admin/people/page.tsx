import type { Metadata } from "next";
import { verificationQueue } from "@/platform/party/views";
import { asActor } from "@/server/web/context";
import { requireOperator } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "人员审核" };

export default async function PeoplePage() {
  const queue = await page(async () => {
    await requireOperator();
    return asActor((tx, _actor, { site }) => verificationQueue(tx, site.id, "people"));
  }, "/admin/people");
  return (
    <>
      <h1>人员审核</h1>
      <p className="row">
        <a href="/admin/orgs">主体审核</a>
      </p>
      <ul className="plain-list card">
        {queue.map(({ id, subject, organisation, at }) => (
          <li key={id} className="row">
            <a href={`/admin/people/${id}`}>{subject}</a>
            <span>{organisation}</span>
            <span className="small muted">{at}</span>
          </li>
        ))}
        {queue.length === 0 && <li className="muted">没有等待核验的人员。</li>}
      </ul>
    </>
  );
}
