import { and, asc, eq, isNotNull, isNull } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { roundOf } from "@/lifecycle/law/rounds";
import type { Lot } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf } from "@/platform/identity/act";
import { organisationsOf } from "@/platform/party/queries";
import { refusalOfInvitee, shutOutCode } from "./rules";
import type { InvitationReply } from "./schema";
import { lotInvitees } from "./tables";

export type LotInvitee = typeof lotInvitees.$inferSelect;

/** Who stands on the list, in the order in which they were put there. Row-level security shows it to the parties and the supervisor. */
export async function inviteesOf(tx: Tx, lotId: string): Promise<LotInvitee[]> {
  return tx
    .select()
    .from(lotInvitees)
    .where(and(eq(lotInvitees.lotId, lotId), isNull(lotInvitees.removedAt)))
    .orderBy(asc(lotInvitees.addedAt));
}

export interface InviteeShown {
  readonly orgId: string;
  readonly name: string;
  readonly creditCode: string;
  readonly reply?: "accepted" | "declined";
  readonly repliedAt?: string;
  readonly reason?: string;
}

/** The list with names, for those who run or supervise the tender. */
export async function inviteesShown(tx: Tx, lotId: string): Promise<InviteeShown[]> {
  const rows = await inviteesOf(tx, lotId);
  const names = await organisationsOf(
    tx,
    rows.map(({ orgId }) => orgId),
  );
  return rows.map(({ orgId, reply, repliedAt, reason }) => ({
    orgId,
    name: names.get(orgId)!.name,
    creditCode: names.get(orgId)!.creditCode,
    ...(reply ? { reply: reply as "accepted" | "declined" } : {}),
    ...(repliedAt ? { repliedAt: formatInstant(repliedAt) } : {}),
    ...(reason ? { reason } : {}),
  }));
}

/** The invitation of one organisation; undefined when the lot is open to all or it is not invited. */
export async function invitationOf(tx: Tx, orgId: string, lotId: string): Promise<LotInvitee | undefined> {
  const [row] = await tx
    .select()
    .from(lotInvitees)
    .where(
      and(
        eq(lotInvitees.lotId, lotId),
        eq(lotInvitees.orgId, orgId),
        isNull(lotInvitees.removedAt),
        isNotNull(lotInvitees.invitedAt),
      ),
    );
  return row;
}

/**
 * Asked by every act that makes a bidder take part: in an invited tender only who accepted does, and with prequalification
 * who was found qualified (IR36). For who is not invited the lot does not exist; of a prequalified one everybody knows, and
 * how many are qualified nobody. @throws Refused
 */
export async function requireInvited(
  tx: Tx,
  actor: Pick<Actor, "orgId">,
  lot: Pick<Lot, "id" | "restricted" | "prequalified" | "tenderProjectId">,
) {
  if (!lot.restricted && !lot.prequalified) return;
  const invitation = await invitationOf(tx, actor.orgId, lot.id);
  if (!invitation && lot.restricted) throw new Refused(refuse("not_found", "general.not_found"));
  if (!invitation) {
    const { regime } = await tenderProjectOf(tx, lot.tenderProjectId);
    throw new Refused(refuse("conflict", shutOutCode(roundOf(regime)), { rf: "RF-11" }));
  }
  permit(refusalOfInvitee(invitation));
}

/** What an invitee signs. */
export const replyDigest = ({ lotId, reply, reason }: InvitationReply): Promise<string> =>
  digestOf({ lotId, reply, reason });
