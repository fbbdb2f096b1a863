import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, type Outcome, roles } from "@/kit/command";
import type { HubMessage, Job } from "@/kit/outbox";
import { writeLetters } from "@/platform/inbox/letters";
import { unbindOtherCodes } from "../bind";
import { partyMessages } from "../hub-messages";
import { inForce, nameOf, partyFace } from "../own";
import { organisationOf } from "../queries";
import { refusalToVerify } from "../rules";
import type { ExpertData, RegistrationData } from "../schema";
import { memberships, organisations, personDetails, registrationDecisions, registrationRequests } from "../tables";
import { putInForce } from "../versions";

type Request = typeof registrationRequests.$inferSelect;

/**
 * A named verifier's word on a first entry, a change or a person (O20 art. 14, 59). Somebody else than who entered it
 * (SOD-04); once; a return says what is to be mended.
 */
export const decideRequest = defineCommand({
  name: "party.decide",
  input: z.object({
    requestId: z.uuid(),
    approved: z.boolean(),
    reason: z.string().trim().max(1000, "理由不超过 1000 个字").default(""),
  }),
  may: roles("operator"),
  async run(scope, { requestId, approved, reason }): Promise<Outcome<{ approved: boolean }>> {
    const { tx, actor, site, now } = scope;
    const [request] = await tx
      .select()
      .from(registrationRequests)
      .where(and(eq(registrationRequests.id, requestId), eq(registrationRequests.enteredSite, site.id)));
    if (!request) throw new Refused(refuse("not_found", "general.not_found"));
    permit(refusalToVerify(request.enteredBy, actor.personId));
    if (!approved && !reason) throw new Refused(refuse("invalid", "party.reason_missing"));
    const decided = await tx
      .insert(registrationDecisions)
      .values({
        requestId,
        orgId: request.orgId,
        approved,
        reason,
        decidedBy: actor.personId,
        decidedByName: await nameOf(tx, actor.personId),
        decidedAt: now,
      })
      .onConflictDoNothing()
      .returning({ requestId: registrationDecisions.requestId });
    if (!decided.length) throw new Refused(refuse("conflict", "party.decided_before"));
    const before = await partyFace(tx, request.orgId);
    const effect = approved ? await takeEffect(scope, request) : {};
    const letters =
      request.kind === "person"
        ? []
        : await writeLetters(tx, site.id, now, [
            {
              orgId: request.orgId,
              kind: "registration",
              subject: approved ? "注册信息已通过核验" : "注册信息被退回，请补正",
              body: approved
                ? "贵单位提交的注册信息已通过核验，现已生效。"
                : `贵单位提交的注册信息被退回，理由：${reason}。请在“企业资料”中补正后重新提交。`,
            },
          ]);
    return {
      result: { approved },
      trail: [
        {
          action: approved ? "party.verified" : "party.returned",
          subject: requestId,
          chain: "site",
          facts: { kind: request.kind, enteredBy: request.enteredByName, reason },
          changed: { before, after: await partyFace(tx, request.orgId) },
        },
      ],
      jobs: [...letters, ...(effect.jobs ?? [])],
      ...(effect.hub ? { hub: effect.hub } : {}),
    };
  },
});

interface Effect {
  readonly hub?: readonly HubMessage[];
  readonly jobs?: readonly Job[];
}

async function takeEffect(scope: CommandScope, request: Request): Promise<Effect> {
  const { tx, actor, now } = scope;
  if (request.kind === "person") return enlist(scope, request);
  const organisation = await organisationOf(tx, request.orgId);
  if (request.kind === "first") {
    await tx
      .update(organisations)
      .set({ verifiedBy: await nameOf(tx, actor.personId), verifiedAt: now })
      .where(eq(organisations.id, request.orgId));
    return { hub: partyMessages((await inForce(tx, organisation)).data) };
  }
  const before = await inForce(tx, organisation);
  const change = request.data as Partial<RegistrationData>;
  const data = { ...before.data, ...change };
  if (data.creditCode !== organisation.creditCode) {
    const [taken] = await tx.select().from(organisations).where(eq(organisations.creditCode, data.creditCode));
    if (taken)
      throw new Refused(
        refuse("conflict", "party.duplicate", {
          creditCode: data.creditCode,
          name: taken.name,
          contact: taken.contact,
        }),
      );
    await unbindOtherCodes(tx, request.orgId, data.creditCode, now);
  }
  await putInForce(
    tx,
    request.orgId,
    {
      data,
      fromHub: before.fromHub.filter((field) => !(field in change)),
      evidence: request.evidence,
    },
    { personId: request.enteredBy, name: request.enteredByName },
    now,
  );
  if (change.roles) await grantRoles(scope, request.orgId, before.data.roles, change.roles);
  return { hub: partyMessages(data) };
}

/** Administrators hold every role of their organisation; a role that it gives up ends for everybody. */
async function grantRoles(
  { tx, now }: Pick<CommandScope, "tx" | "now">,
  orgId: string,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const members = await tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.orgId, orgId), isNull(memberships.endedAt)));
  const admins = new Map(members.filter(({ admin }) => admin).map((member) => [member.personId, member.title]));
  for (const role of after.filter((each) => !before.includes(each)))
    for (const [personId, title] of admins)
      await tx
        .insert(memberships)
        .values({ personId, orgId, role, title, admin: true })
        .onConflictDoUpdate({
          target: [memberships.personId, memberships.orgId, memberships.role],
          set: { endedAt: null, admin: true },
        });
  for (const role of before.filter((each) => !after.includes(each)))
    await tx
      .update(memberships)
      .set({ endedAt: now })
      .where(and(eq(memberships.orgId, orgId), eq(memberships.role, role), isNull(memberships.endedAt)));
}

/** A verified person gets its role; an expert also its place in the library. */
async function enlist({ tx }: CommandScope, request: Request): Promise<Effect> {
  const personId = request.personId!;
  const data = request.data as ExpertData;
  await tx.insert(memberships).values({ personId, orgId: request.orgId, role: request.role!, title: data.duty });
  const { idType, idNumber, phone, email } = data;
  await tx.insert(personDetails).values({ personId, orgId: request.orgId, idType, idNumber, phone, email });
  if (request.role !== "expert") return {};
  const payload = { personId, orgId: request.orgId, speciality: data.speciality, regionCode: data.area.slice(0, 6) };
  return { jobs: [{ name: "enlist-expert", payload, key: `expert:${personId}` }] };
}
