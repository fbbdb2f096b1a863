import type { Metadata } from "next";
import { PROFILES } from "@/lifecycle/law/clauses";
import { siteFormOf } from "@/platform/site/queries";
import { SiteForm } from "@/platform/site/ui/site-form";
import { asActor } from "@/server/web/context";
import { requireStaff } from "@/server/web/operator";
import { page } from "@/server/web/page";

export const metadata: Metadata = { title: "开通站点" };

/** A new site begins with what this one trusts and discloses. */
export default async function NewSitePage() {
  const start = await page(async () => {
    await requireStaff("system-admin");
    return asActor((tx, _actor, { site }) => siteFormOf(tx, site.id));
  }, "/admin/sites/new");
  return (
    <>
      <h1>开通站点</h1>
      <p className="muted">信任的认证机构、对接地址和公开事项已按本站填好，可以修改。</p>
      <SiteForm
        start={{ ...start!, host: "", name: "", platformCode: "" }}
        profiles={Object.values(PROFILES).map(({ id, name }) => [id, name] as const)}
      />
    </>
  );
}
