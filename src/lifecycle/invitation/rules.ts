import { type Refusal, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { RoundKind } from "@/lifecycle/law/rounds";
import { MAX_INVITEES } from "./schema";

/** An invitation as its answer is judged. */
export interface InvitationFacts {
  readonly replyBy: Date | null;
  readonly reply: string | null;
}

/**
 * May an organisation be put on the list of an invited tender? Those who can bid: registered and verified bidders, and
 * nobody who runs the tender (BL17).
 *
 * @param listed - ids that stand on the list
 */
export function refusalToInvite(
  orgId: string,
  facts: {
    readonly state: string;
    readonly isInvited: boolean;
    readonly parties: readonly (string | null)[];
    readonly isBidder: boolean;
    readonly listed: readonly string[];
  },
): Refusal | undefined {
  if (!facts.isInvited) return refuse("conflict", "invitation.open_tender");
  if (facts.state !== "D0") return refuse("conflict", "invitation.already_sent");
  if (facts.parties.includes(orgId)) return refuse("conflict", "invitation.own_party");
  if (!facts.isBidder) return refuse("conflict", "invitation.cannot_bid");
  if (facts.listed.includes(orgId)) return refuse("conflict", "invitation.listed_already");
  return facts.listed.length >= MAX_INVITEES
    ? refuse("conflict", "invitation.too_many", { max: MAX_INVITEES })
    : undefined;
}

/** May this invitation be answered? Once, and until the time that it names. */
export function refusalToReply({ replyBy, reply }: InvitationFacts, now: Date): Refusal | undefined {
  if (reply) return refuse("conflict", "invitation.replied_already");
  return replyBy && now >= replyBy
    ? refuse("too_late", "invitation.reply_too_late", { at: formatInstant(replyBy) })
    : undefined;
}

/**
 * May an invitee have the document, and hand in a bid? Who accepted may; who has not answered answers first, and who
 * declined is not among those invited any more (RF-11).
 */
export function refusalOfInvitee({ reply }: InvitationFacts): Refusal | undefined {
  if (reply === "accepted") return undefined;
  return refuse("conflict", reply === "declined" ? "invitation.declined" : "invitation.not_replied", { rf: "RF-11" });
}

/** What somebody hears who did not come through the first round. */
export const shutOutCode = (round: RoundKind | undefined) =>
  round === "proposal" ? "proposal.not_among_participants" : "prequalification.not_among_qualified";
