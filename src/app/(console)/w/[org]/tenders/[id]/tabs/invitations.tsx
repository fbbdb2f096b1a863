import { inviteesShown } from "@/lifecycle/invitation/queries";
import { InviteeList } from "@/lifecycle/invitation/ui/invitee-list";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Whom an invited tender goes to: chosen before it is published, their answers afterwards. */
export async function InvitationsTab({ room: { lot } }: { room: Room }) {
  const invitees = await page(() => asActor((tx) => inviteesShown(tx, lot.id)));
  return <InviteeList lotId={lot.id} invitees={invitees} editable={lot.state === "D0"} />;
}
