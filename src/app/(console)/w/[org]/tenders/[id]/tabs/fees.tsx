import { lotBalance } from "@/lifecycle/fees/balance";
import { expertListView } from "@/lifecycle/fees/experts-view";
import { feesView } from "@/lifecycle/fees/queries";
import { BalanceCard } from "@/lifecycle/fees/ui/balance-card";
import { ClaimList } from "@/lifecycle/fees/ui/claim-list";
import { ExpertList } from "@/lifecycle/fees/ui/expert-list";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Fees of the lot: what the reader owes or raised, what its experts are paid, and whether everything is settled. */
export async function FeesTab({ room: { lot, tender } }: { room: Room }) {
  const { view, org, experts, balance } = await page(() =>
    asActor(async (tx, actor) => ({
      view: await feesView(tx, actor, lot.id),
      org: actor.orgId,
      experts: await expertListView(tx, lot.id),
      balance: await lotBalance(tx, actor, lot.id),
    })),
  );
  return (
    <>
      <ClaimList view={view} org={org} />
      <ExpertList lotId={lot.id} view={experts} hasAgency={tender.agencyOrgId !== null} />
      <BalanceCard balance={balance} />
    </>
  );
}
