import type { Metadata } from "next";
import { feesView } from "@/lifecycle/fees/queries";
import { ClaimList } from "@/lifecycle/fees/ui/claim-list";
import { asActor } from "@/server/web/context";
import { idParam, ownOrganisation, page } from "@/server/web/page";

export const metadata: Metadata = { title: "费用" };

/** What the organisation owes and is owed: agency fees and experts' fees of its own lots. */
export default async function FeesPage({ params }: { params: Promise<{ org: string }> }) {
  const { org } = await params;
  const view = await page(async () => {
    await ownOrganisation(idParam(org));
    return asActor((tx, actor) => feesView(tx, actor));
  }, `/w/${org}/fees`);
  return (
    <>
      <h1>费用</h1>
      <p className="muted">
        应付和应收的代理服务费、评标费。谁能看到：付款单位和提出款项的单位；平台只代收转付，不收费、不提成。
      </p>
      <ClaimList view={view} org={org} />
    </>
  );
}
