import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { defineCommand, roles } from "@/kit/command";
import { lockLot } from "@/lifecycle/lot/queries";
import { lockOwnLot, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { organisationOf, organisationsWithRole } from "@/platform/party/queries";
import { invitationOf, inviteesOf, replyDigest } from "./queries";
import { refusalToInvite, refusalToReply } from "./rules";
import { Invitee, REPLIES, ReplyToInvitation } from "./schema";
import { lotInvitees } from "./tables";

/** Lines that name an invitee lie in the chain that nobody reads: the list itself is for those who run the tender. */
const chainOf = (lotId: string) => `holders:${lotId}` as const;

/** Puts an organisation on the list of an invited tender (邀请名单), before it goes out. */
export const addInvitee = defineCommand({
  name: "invitation.add",
  input: Invitee,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, creditCode }) {
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const org = (await organisationsWithRole(tx, "bidder")).find((each) => each.creditCode === creditCode);
    const listed = (await inviteesOf(tx, lotId)).map(({ orgId }) => orgId);
    const facts = {
      state: lot.state,
      isInvited: tender.regime.tenderMode === "invited",
      parties: [tender.tendererOrgId, tender.agencyOrgId],
      isBidder: org !== undefined && (await organisationOf(tx, org.id)).standing === "active",
      listed,
    };
    permit(refusalToInvite(org?.id ?? "", facts));
    const row = { addedBy: actor.personId, addedAt: now, removedAt: null };
    await tx
      .insert(lotInvitees)
      .values({ siteId: site.id, lotId, orgId: org!.id, ...row })
      .onConflictDoUpdate({ target: [lotInvitees.lotId, lotInvitees.orgId], set: row });
    return {
      result: { name: org!.name },
      trail: [
        { action: "invitee.listed", subject: lot.code, lotId, chain: chainOf(lotId), facts: { invitee: creditCode } },
      ],
    };
  },
});

/** Takes an organisation from the list before it goes out. */
export const removeInvitee = defineCommand({
  name: "invitation.remove",
  input: z.object({ lotId: z.uuid(), orgId: z.uuid() }),
  may: roles("tenderer", "agency"),
  async run({ tx, actor, now }, { lotId, orgId }) {
    const { lot } = await lockOwnLot(tx, actor, lotId);
    if (lot.state !== "D0") throw new Refused(refuse("conflict", "invitation.already_sent"));
    const [row] = await tx
      .update(lotInvitees)
      .set({ removedAt: now })
      .where(and(eq(lotInvitees.lotId, lotId), eq(lotInvitees.orgId, orgId), isNull(lotInvitees.removedAt)))
      .returning();
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    const { creditCode } = await organisationOf(tx, orgId);
    return {
      result: { lotId },
      trail: [
        { action: "invitee.unlisted", subject: lot.code, lotId, chain: chainOf(lotId), facts: { invitee: creditCode } },
      ],
    };
  },
});

/** Accepts or declines an invitation, signed (邀请回执). Who runs the tender is written to; nobody else learns of it. */
export const replyToInvitation = defineCommand({
  name: "invitation.reply",
  input: ReplyToInvitation,
  may: roles("bidder"),
  async run(scope, { statement, ...answer }) {
    const { tx, actor, site, clock } = scope;
    const { lotId, reply, reason } = answer;
    const lot = await lockLot(tx, lotId, "share");
    const now = await clock();
    const invitation = await invitationOf(tx, actor.orgId, lotId);
    if (!invitation) throw new Refused(refuse("not_found", "general.not_found"));
    if (lot.state !== "T1") throw new Refused(refuse("conflict", "lot.not_open_for_bids", { rf: "RF-13" }));
    permit(refusalToReply(invitation, now));
    await requireAct(scope, statement, {
      act: "invitation.reply",
      subject: lot.code,
      digest: await replyDigest(answer),
    });
    const answered = await tx
      .update(lotInvitees)
      .set({ reply, reason, statement, repliedAt: now })
      .where(and(eq(lotInvitees.id, invitation.id), isNull(lotInvitees.reply)))
      .returning();
    if (!answered.length) throw new Refused(refuse("conflict", "invitation.replied_already"));
    const { tendererOrgId, agencyOrgId } = await tenderProjectOf(tx, lot.tenderProjectId);
    const { name } = await organisationOf(tx, actor.orgId);
    const jobs = await writeLetters(tx, site.id, now, [
      {
        orgId: agencyOrgId ?? tendererOrgId,
        lotId,
        kind: "invitation-reply",
        subject: `邀请回执：标段 ${lot.code}`,
        body: `${name}于 ${formatInstant(now)} ${REPLIES[reply]}。${reason ? `原因：${reason}。` : ""}回执和邀请名单见标段工作间“邀请”页；名单依法保密，请勿透露。`,
      },
    ]);
    return {
      result: { reply, at: now.toISOString() },
      trail: [{ action: "invitation.answered", subject: lot.code, lotId, chain: chainOf(lotId), facts: { reply } }],
      jobs,
    };
  },
});
