import { feesView } from "@/lifecycle/fees/queries";
import { ClaimList } from "@/lifecycle/fees/ui/claim-list";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Fees of the lot that the reader owes or raised. */
export async function FeesTab({ room: { lot } }: { room: Room }) {
  const { view, org } = await page(() =>
    asActor(async (tx, actor) => ({ view: await feesView(tx, actor, lot.id), org: actor.orgId })),
  );
  return <ClaimList view={view} org={org} />;
}
