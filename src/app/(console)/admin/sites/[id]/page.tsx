import type { Metadata } from "next";
import { Refused, refuse } from "@/core/refusal";
import { PROFILES } from "@/lifecycle/law/clauses";
import { siteFormOf } from "@/platform/site/queries";
import { SiteForm } from "@/platform/site/ui/site-form";
import { asActor } from "@/server/web/context";
import { requireStaff } from "@/server/web/operator";
import { idParam, page } from "@/server/web/page";

export const metadata: Metadata = { title: "变更站点" };

export default async function SitePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const start = await page(async () => {
    await requireStaff("system-admin");
    const found = await asActor((tx) => siteFormOf(tx, idParam(id)));
    if (!found) throw new Refused(refuse("not_found", "general.not_found"));
    return found;
  }, `/admin/sites/${id}`);
  return (
    <>
      <h1>变更站点：{start.name}</h1>
      <SiteForm
        start={start}
        targetSiteId={id}
        profiles={Object.values(PROFILES).map((profile) => [profile.id, profile.name] as const)}
      />
    </>
  );
}
