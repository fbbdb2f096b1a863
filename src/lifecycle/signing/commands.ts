import { and, eq, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { formatDate, formatInstant } from "@/core/time";
import { type Actor, defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lockOwnLot, runsTender, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { digestOf, requireAct } from "@/platform/identity/act";
import { organisationOf, personOf, staffOf } from "@/platform/party/queries";
import { requireLead, requirePersonal } from "./pair";
import { chiefOf } from "./queries";
import {
  ALL_TENDERS,
  type Authorisation,
  AuthoriseLead,
  authorisationContent,
  oneTender,
  RevokeLead,
  SignFirst,
} from "./schema";
import { leadAuthorisations, waitingSeals } from "./tables";

/** Longest authorisation: whoever leads projects is authorised anew with time. */
const MAX_DAYS = 3 * 366;
const DAY_MS = 86_400_000;

/** What the chief person signs to authorise a lead, with the names it will be kept under. @throws Refused */
export async function authorisationToSign(tx: Tx, actor: Actor, { personId, tenderProjectId, until }: Authorisation) {
  const lead = (await staffOf(tx, actor.orgId)).find((one) => one.personId === personId);
  const tender = tenderProjectId ? await tenderProjectOf(tx, tenderProjectId) : undefined;
  if (!lead || (tender && !runsTender(actor, tender))) throw new Refused(refuse("not_found", "general.not_found"));
  const { creditCode } = await organisationOf(tx, actor.orgId);
  const scope = tender ? oneTender(tender.code) : ALL_TENDERS;
  const digest = await digestOf(authorisationContent({ organisation: creditCode, lead: lead.name, scope, until }));
  return { act: "signing.authorise", subject: creditCode, digest, lead: lead.name, scope };
}

/** Only the chief person gives and takes back this word. @throws Refused */
async function requireChief(tx: Tx, actor: Actor): Promise<string> {
  const chief = await chiefOf(tx, actor.orgId);
  const { name } = await personOf(tx, actor.personId);
  if (name !== chief) throw new Refused(refuse("forbidden", "signing.chief_only", { chief, person: name }));
  await requirePersonal(tx, actor);
  return name;
}

/** The chief person authorises a project lead to sign notices and publicities (O10 art. 10). */
export const authoriseLead = defineCommand({
  name: "signing.authorise",
  input: AuthoriseLead,
  may: roles("tenderer", "agency"),
  async run(scope, { statement, ...authorisation }) {
    const { tx, actor, site, now } = scope;
    const chiefName = await requireChief(tx, actor);
    const { lead, scope: reach, ...expected } = await authorisationToSign(tx, actor, authorisation);
    const { personId, tenderProjectId, until } = authorisation;
    if (until <= now || until.getTime() > now.getTime() + MAX_DAYS * DAY_MS)
      throw new Refused(refuse("invalid", "signing.bad_end", { until: formatDate(until), now: formatInstant(now) }));
    await requireAct(scope, statement, expected);
    const [row] = await tx
      .insert(leadAuthorisations)
      .values({
        ...{ siteId: site.id, orgId: actor.orgId, personId, personName: lead, scope: reach, endsAt: until },
        ...{ chiefPersonId: actor.personId, chiefName, statement, signedAt: now },
        ...(tenderProjectId ? { tenderProjectId } : {}),
      })
      .returning({ id: leadAuthorisations.id });
    return {
      result: { authorisationId: row!.id },
      trail: [
        {
          action: "lead.authorised",
          subject: row!.id,
          chain: `org:${actor.orgId}`,
          facts: { lead, scope: reach, until: until.toISOString() },
        },
      ],
    };
  },
});

/** The chief person takes an authorisation back: from now on; what was published stays. */
export const revokeLead = defineCommand({
  name: "signing.revoke",
  input: RevokeLead,
  may: roles("tenderer", "agency"),
  async run(scope, { authorisationId, statement }) {
    const { tx, actor, now } = scope;
    await requireChief(tx, actor);
    const { creditCode } = await organisationOf(tx, actor.orgId);
    const digest = await digestOf({ authorisation: authorisationId });
    await requireAct(scope, statement, { act: "signing.revoke", subject: creditCode, digest });
    const [row] = await tx
      .update(leadAuthorisations)
      .set({ revokedAt: now, revocation: statement })
      .where(
        and(
          eq(leadAuthorisations.id, authorisationId),
          eq(leadAuthorisations.orgId, actor.orgId),
          isNull(leadAuthorisations.revokedAt),
        ),
      )
      .returning({ lead: leadAuthorisations.personName });
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    return {
      result: { authorisationId },
      trail: [
        {
          action: "lead.authorisation-revoked",
          subject: authorisationId,
          chain: `org:${actor.orgId}`,
          facts: { lead: row.lead },
        },
      ],
    };
  },
});

/** The person signs a publication whose seal another keeps: nothing is published until that one seals the same bytes. */
export const signFirst = defineCommand({
  name: "signing.sign-first",
  input: SignFirst,
  may: roles("tenderer", "agency"),
  async run(scope, { lotId, act, digest, title, body, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    await requireAct(scope, statement, { act, subject: lot.code, digest });
    await requirePersonal(tx, actor);
    await requireLead(scope, tender.id);
    // The newest signature counts: one lot has one publication of a kind on its way.
    await tx
      .update(waitingSeals)
      .set({ doneAt: now })
      .where(
        and(
          eq(waitingSeals.orgId, actor.orgId),
          eq(waitingSeals.lotId, lotId),
          eq(waitingSeals.act, act),
          isNull(waitingSeals.doneAt),
        ),
      );
    const { payload, cms } = statement;
    const { name } = await personOf(tx, actor.personId);
    await tx.insert(waitingSeals).values({
      ...{ siteId: site.id, orgId: actor.orgId, lotId, act, title, digest, body },
      ...{ personId: actor.personId, personName: name, statement: { payload, cms }, signedAt: now },
    });
    return {
      result: { waiting: true },
      // What is about to be published is nobody else's business yet: the organisation's own chain.
      trail: [
        { action: "publication.signed-first", subject: lot.code, chain: `org:${actor.orgId}`, facts: { act, digest } },
      ],
    };
  },
});
