import { and, asc, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { base64url, hex, utf8 } from "@/core/bytes";
import { permit, Refused, refuse } from "@/core/refusal";
import { addDays, formatInstant } from "@/core/time";
import { defineCommand, type Runtime, whoeverIsSignedIn } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { appendTrail } from "@/kit/trail";
import { signerOfAct } from "@/platform/identity/act";
import { ROLE_NAMES } from "@/platform/identity/home";
import { ROLES, StatementInput } from "@/platform/identity/schema";
import { endSessions } from "@/platform/identity/session";
import { bindPair } from "../bind";
import { encryptionCertificate, holderOf, requireOrganisation } from "../certificate-check";
import { registrationDigest } from "../digest";
import { requireAdmin } from "../own";
import { organisationOf } from "../queries";
import { refusalOfRolesTogether } from "../rules";
import { PersonData } from "../schema";
import { certificates, invitations, memberships, people, personDetails } from "../tables";

/** Days for which the link of an invitation is good. */
const INVITATION_DAYS = 7;
const Roles = z.array(z.enum(ROLES)).min(1, "至少选择一种角色");
const tokenHash = async (token: string) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(token))));

/** Roles that an organisation can give to its members: those that a member holds now. @throws Refused */
async function requireRolesHeld(tx: Tx, orgId: string, wanted: readonly string[]): Promise<void> {
  permit(refusalOfRolesTogether(wanted));
  const rows = await tx
    .selectDistinct({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.orgId, orgId), isNull(memberships.endedAt)));
  const missing = wanted.find((role) => !rows.some((row) => row.role === role));
  if (missing)
    throw new Refused(
      refuse("invalid", "party.role_not_held", { role: ROLE_NAMES[missing as keyof typeof ROLE_NAMES] ?? missing }),
    );
}

/** Invites by a mailed link. The link alone opens nothing: whoever comes must hold a certificate of this organisation. */
export const inviteMember = defineCommand({
  name: "party.invite",
  input: z.object({
    email: z.email("电子邮箱格式不正确").max(100, "电子邮箱不超过 100 个字"),
    name: z.string().trim().min(1, "姓名必填").max(20, "姓名不超过 20 个字"),
    roles: Roles,
    admin: z.boolean().default(false),
  }),
  may: whoeverIsSignedIn,
  async run({ tx, actor, now }, { email, name, roles, admin }) {
    await requireAdmin(tx, actor);
    const organisation = await organisationOf(tx, actor.orgId);
    await requireRolesHeld(tx, actor.orgId, roles);
    const token = base64url(crypto.getRandomValues(new Uint8Array(24)));
    const id = crypto.randomUUID();
    await tx.insert(invitations).values({
      id,
      orgId: actor.orgId,
      email,
      name,
      roles,
      admin,
      tokenHash: await tokenHash(token),
      invitedBy: actor.personId,
      invitedAt: now,
      expiresAt: addDays(now, INVITATION_DAYS),
    });
    return {
      result: { invitationId: id },
      trail: [{ action: "party.member-invited", subject: id, chain: "site", facts: { roles: roles.join(",") } }],
      // The token travels in the job alone: the table keeps its hash.
      jobs: [
        {
          name: "mail-invitation",
          payload: {
            to: email,
            name,
            organisation: organisation.name,
            token,
            until: formatInstant(addDays(now, INVITATION_DAYS)),
          },
          key: `invite:${id}`,
        },
      ],
    };
  },
});

export const JoinInput = z.object({
  token: z.string().min(20, "邀请链接不完整").max(100, "邀请链接不完整"),
  person: PersonData,
  encryptionCertificate: z.string().max(20_000, "加密证书过大"),
  statement: StatementInput,
});

/** What an invitation says, for whoever holds its link. @throws Refused `party.invitation_unknown` */
export async function invitationOf(runtime: Pick<Runtime, "db" | "site">, token: string) {
  const service = { siteId: runtime.site.id, role: "public" };
  const orgId = await organisationOfInvitation(runtime, token);
  return inContext(runtime.db, { ...service, orgId }, async (tx) => {
    const invitation = await openInvitation(tx, token);
    const organisation = await organisationOf(tx, orgId);
    return {
      name: invitation.name,
      roles: invitation.roles,
      organisation: organisation.name,
      creditCode: organisation.creditCode,
    };
  });
}

/** An invitation's organisation by its token: rows of others stay hidden, so the database is asked for this one alone. */
async function organisationOfInvitation({ db }: Pick<Runtime, "db">, token: string): Promise<string> {
  const [row] = await db.execute<{ org: string | null }>(
    sql`select xb_invitation_org(${await tokenHash(token)}) as org`,
  );
  if (!row?.org) throw new Refused(refuse("not_found", "party.invitation_unknown"));
  return row.org;
}

async function openInvitation(tx: Tx, token: string) {
  const [row] = await tx
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.tokenHash, await tokenHash(token)),
        isNull(invitations.acceptedAt),
        gt(invitations.expiresAt, await legalNow(tx)),
      ),
    )
    .for("update");
  if (!row) throw new Refused(refuse("not_found", "party.invitation_unknown"));
  return row;
}

/** Joins by an invitation, with a certificate of that organisation. */
export async function acceptInvitation(
  runtime: Runtime,
  { token, person, encryptionCertificate: sealTo, statement }: z.output<typeof JoinInput>,
  address?: string,
): Promise<{ orgId: string }> {
  const { db, site, ports } = runtime;
  const orgId = await organisationOfInvitation(runtime, token);
  const personId = crypto.randomUUID();
  return inContext(db, { siteId: site.id, orgId, personId, role: "public" }, async (tx) => {
    const now = await legalNow(tx);
    const scope = { tx, site, ports, now };
    const invitation = await openInvitation(tx, token);
    const { creditCode } = await organisationOf(tx, orgId);
    const signer = await signerOfAct(scope, statement, {
      act: "party.join",
      subject: creditCode,
      digest: await registrationDigest({ token, person, encryptionCertificate: sealTo }),
    });
    requireOrganisation(signer, creditCode);
    const encryption = await encryptionCertificate(scope, sealTo, creditCode);
    await tx.insert(people).values({ id: personId, name: holderOf(signer), createdAt: now });
    await tx.insert(personDetails).values({ personId, orgId, ...person });
    for (const role of invitation.roles)
      await tx.insert(memberships).values({ personId, orgId, role, title: "成员", admin: invitation.admin });
    await bindPair(tx, { orgId, personId }, { sign: signer, encrypt: encryption.certificate }, now);
    await tx
      .update(invitations)
      .set({ acceptedAt: now, acceptedBy: personId })
      .where(eq(invitations.id, invitation.id));
    const who = { siteId: site.id, orgId, personId, role: invitation.roles[0]!, ...(address ? { address } : {}) };
    await appendTrail(tx, who, now, [
      {
        action: "party.member-joined",
        subject: invitation.id,
        chain: "site",
        facts: { roles: invitation.roles.join(","), certificate: signer.fingerprint },
      },
    ]);
    return { orgId };
  });
}

const member = (orgId: string, personId: string) =>
  and(eq(memberships.orgId, orgId), eq(memberships.personId, personId), isNull(memberships.endedAt));

const heldBy = (tx: Tx, orgId: string, personId: string) =>
  tx.select().from(memberships).where(member(orgId, personId)).orderBy(asc(memberships.role));

/** At least one administrator stays. @throws Refused */
async function requireAnotherAdmin(tx: Tx, orgId: string, except: string): Promise<void> {
  // Two administrators who take each other out at the same moment: the second finds nobody left.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`admins:${orgId}`}))`);
  const rows = await tx
    .select({ personId: memberships.personId })
    .from(memberships)
    .where(and(eq(memberships.orgId, orgId), eq(memberships.admin, true), isNull(memberships.endedAt)));
  if (!rows.some(({ personId }) => personId !== except)) throw new Refused(refuse("conflict", "party.last_admin"));
}

/** Sets a member's roles and whether it administers. */
export const changeMember = defineCommand({
  name: "party.change-member",
  input: z.object({ personId: z.uuid(), roles: Roles, admin: z.boolean() }),
  may: whoeverIsSignedIn,
  async run({ tx, actor, now }, { personId, roles, admin }) {
    await requireAdmin(tx, actor);
    const held = await heldBy(tx, actor.orgId, personId);
    if (!held.length) throw new Refused(refuse("not_found", "general.not_found"));
    await requireRolesHeld(tx, actor.orgId, roles);
    if (!admin) await requireAnotherAdmin(tx, actor.orgId, personId);
    for (const role of roles)
      await tx
        .insert(memberships)
        .values({ personId, orgId: actor.orgId, role, title: held[0]!.title, admin })
        .onConflictDoUpdate({
          target: [memberships.personId, memberships.orgId, memberships.role],
          set: { endedAt: null, admin },
        });
    for (const { id, role } of held)
      if (!roles.includes(role as (typeof roles)[number]))
        await tx.update(memberships).set({ endedAt: now }).where(eq(memberships.id, id));
    // Rights change now, not at the next sign-in.
    await endSessions(tx, { personId, orgId: actor.orgId });
    return {
      result: { roles },
      trail: [
        {
          action: "party.member-changed",
          subject: personId,
          chain: "site",
          facts: { roles: roles.join(","), admin },
          changed: { before: { members: held }, after: { members: await heldBy(tx, actor.orgId, personId) } },
        },
      ],
    };
  },
});

/** Takes a member out: roles, certificates and sessions end; what it did stays. */
export const removeMember = defineCommand({
  name: "party.remove-member",
  input: z.object({ personId: z.uuid() }),
  may: whoeverIsSignedIn,
  async run({ tx, actor, now }, { personId }) {
    await requireAdmin(tx, actor);
    await requireAnotherAdmin(tx, actor.orgId, personId);
    const held = await heldBy(tx, actor.orgId, personId);
    const ended = await tx
      .update(memberships)
      .set({ endedAt: now })
      .where(member(actor.orgId, personId))
      .returning({ role: memberships.role });
    if (!ended.length) throw new Refused(refuse("not_found", "general.not_found"));
    await tx
      .update(certificates)
      .set({ endedAt: now, endedReason: "member-removed" })
      .where(
        and(
          eq(certificates.orgId, actor.orgId),
          eq(certificates.personId, personId),
          // The seal is the organisation's: whoever keeps it next registers it again.
          eq(certificates.seal, false),
          isNull(certificates.endedAt),
        ),
      );
    await endSessions(tx, { personId, orgId: actor.orgId });
    return {
      result: { ended: ended.length },
      trail: [
        {
          action: "party.member-removed",
          subject: personId,
          chain: "site",
          facts: { roles: ended.length },
          changed: { before: { members: held }, after: { members: [] } },
        },
      ],
    };
  },
});
