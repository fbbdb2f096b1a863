import { inviteesShown } from "@/lifecycle/invitation/queries";
import { InviteeList } from "@/lifecycle/invitation/ui/invitee-list";
import { ReplyList } from "@/lifecycle/invitation/ui/reply-list";
import { roundOf, roundWords } from "@/lifecycle/law/rounds";
import { hostsTender } from "@/lifecycle/prequalification/queries";
import { asActor } from "@/server/web/context";
import { page } from "@/server/web/page";
import type { Room } from "@/server/web/views/room";

/** Whom a tender goes to: of an invited one chosen before it is published, of one with a first round who came through it. */
export async function InvitationsTab({ room: { lot, tender } }: { room: Room }) {
  const round = roundOf(tender.regime);
  const { invitees, isHost } = await page(() =>
    asActor(async (tx, actor) => ({
      invitees: await inviteesShown(tx, lot.id),
      isHost: hostsTender(actor, tender),
    })),
  );
  if (!round) return <InviteeList lotId={lot.id} invitees={invitees} editable={lot.state === "D0"} />;
  if (!isHost)
    return (
      <p className="card" role="status">
        {roundWords(tender.regime).chosen}及其回复在开标前保密，只有主持招标的招标代理机构和监督部门可以看到。
      </p>
    );
  return <ReplyList invitees={invitees} round={round} isTendering={lot.state === "T1"} />;
}
