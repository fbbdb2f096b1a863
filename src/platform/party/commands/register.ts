import { and, eq, isNull, sql } from "drizzle-orm";
import type { z } from "zod";
import { masked } from "@/core/mask";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { creditCodeOf } from "@/crypto/certificate";
import type { Runtime } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { appendTrail } from "@/kit/trail";
import { signerOfAct } from "@/platform/identity/act";
import { bindPair } from "../bind";
import { encryptionCertificate, holderOf, requireOrganisation } from "../certificate-check";
import { registrationDigest } from "../digest";
import { fieldsFromHub } from "../rules";
import { actOfRegistration, type RegisterOrganisation, type RegisterPerson, type RegistrationData } from "../schema";
import {
  certificates,
  memberships,
  operatorRelations,
  organisations,
  people,
  personDetails,
  registrationDecisions,
  registrationRequests,
} from "../tables";
import { insertVersion, organisationFields } from "../versions";

/** SOD-01: is this credit code the operator's own, or on the list of its relations? */
export async function isRelatedToOperator(
  tx: Tx,
  site: { operatorCreditCode: string },
  creditCode: string,
): Promise<boolean> {
  if (creditCode === site.operatorCreditCode) return true;
  const rows = await tx
    .select()
    .from(operatorRelations)
    .where(and(eq(operatorRelations.creditCode, creditCode), isNull(operatorRelations.endedAt)));
  return rows.length > 0;
}

/**
 * Registers an organisation with the person who enters it. Nobody is signed in yet: the signed act proves possession of
 * the certificate, and the authority has written name and credit code into it. Free of charge (O20 art. 9, 55).
 *
 * @param shared what the public service platform says of this credit code, asked by the server
 */
export async function registerOrganisation(
  runtime: Runtime,
  input: z.output<typeof RegisterOrganisation>,
  shared: Partial<RegistrationData> | undefined,
  address?: string,
): Promise<{ orgId: string }> {
  const { db, site, ports } = runtime;
  const { data, person, encryptionCertificate: sealTo, statement } = input;
  const ids = { org: crypto.randomUUID(), person: crypto.randomUUID() };
  const who = { siteId: site.id, orgId: ids.org, personId: ids.person, role: data.roles[0]! };
  return inContext(db, who, async (tx) => {
    const now = await legalNow(tx);
    const scope = { tx, site, ports, now };
    const signer = await signerOfAct(scope, statement, {
      act: actOfRegistration,
      subject: data.creditCode,
      digest: await registrationDigest({ data, person, encryptionCertificate: sealTo }),
    });
    requireOrganisation(signer, data.creditCode);
    const encryption = await encryptionCertificate(scope, sealTo, data.creditCode);
    // Two who register one organisation at the same moment: the second is told about the first.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${data.creditCode}))`);
    await refuseDuplicate(tx, data.creditCode);
    const related = await isRelatedToOperator(tx, site, data.creditCode);
    if (related && data.roles.includes("bidder")) throw new Refused(refuse("forbidden", "party.operator_cannot_bid"));
    const name = holderOf(signer);
    await tx.insert(people).values({ id: ids.person, name, createdAt: now });
    await tx.insert(organisations).values({ id: ids.org, ...organisationFields(data), relatedToOperator: related });
    const fromHub = fieldsFromHub(data, shared);
    await insertVersion(tx, ids.org, 1, { data, fromHub, evidence: [] }, { personId: ids.person, name }, now);
    await tx.insert(personDetails).values({ personId: ids.person, orgId: ids.org, ...person });
    for (const role of data.roles)
      await tx.insert(memberships).values({ personId: ids.person, orgId: ids.org, role, title: "经办人", admin: true });
    await bindPair(
      tx,
      { orgId: ids.org, personId: ids.person },
      { sign: signer, encrypt: encryption.certificate },
      now,
    );
    await appendTrail(tx, { ...who, ...(address ? { address } : {}) }, now, [
      {
        action: "party.registered",
        subject: data.creditCode,
        chain: "site",
        facts: { roles: data.roles.join(","), certificate: signer.fingerprint, fromHub: fromHub.length },
        changed: { after: { data, fromHub } },
      },
    ]);
    return { orgId: ids.org };
  });
}

async function refuseDuplicate(tx: Tx, creditCode: string): Promise<void> {
  const [known] = await tx.select().from(organisations).where(eq(organisations.creditCode, creditCode));
  if (!known) return;
  const contact = [known.contact, masked(known.phone)].filter(Boolean).join(" ");
  throw new Refused(
    refuse("conflict", "party.duplicate", { creditCode, name: known.name, contact: contact || "见该单位公开信息" }),
  );
}

/** Registers a person under an organisation that is known: an expert, a supervising official, staff of the operator. */
export async function registerPerson(
  runtime: Runtime,
  input: z.output<typeof RegisterPerson>,
  address?: string,
): Promise<{ requestId: string }> {
  const { db, site, ports } = runtime;
  const { role, data, encryptionCertificate: sealTo, statement } = input;
  const personId = crypto.randomUUID();
  // The organisation is known from the certificate only: it is read from the statement before anything is written.
  return inContext(db, { siteId: site.id, personId, role: "public" }, async (tx) => {
    const now = await legalNow(tx);
    const scope = { tx, site, ports, now };
    const signer = await signerOfAct(scope, statement, {
      act: actOfRegistration,
      subject: data.idNumber,
      digest: await registrationDigest({ role, data, encryptionCertificate: sealTo }),
    });
    const creditCode = creditCodeOf(signer) ?? "";
    if (role === "operator" && creditCode !== site.operatorCreditCode)
      throw new Refused(refuse("forbidden", "party.operator_only"));
    const [organisation] = await tx.select().from(organisations).where(eq(organisations.creditCode, creditCode));
    if (!organisation?.verifiedAt)
      throw new Refused(refuse("not_found", "party.organisation_unknown", { creditCode: creditCode || "未载明" }));
    const encryption = await encryptionCertificate(scope, sealTo, creditCode);
    const orgId = organisation.id;
    const name = holderOf(signer);
    const again = await returnedBefore(tx, signer.fingerprint);
    const who = again ?? personId;
    if (again) await refuseWaiting(tx, again, orgId);
    if (!again) {
      await tx.insert(people).values({ id: personId, name, createdAt: now });
      await bindPair(tx, { orgId, personId }, { sign: signer, encrypt: encryption.certificate }, now);
    }
    const requestId = crypto.randomUUID();
    await tx.insert(registrationRequests).values({
      id: requestId,
      orgId,
      kind: "person",
      personId: who,
      role,
      data,
      enteredBy: who,
      enteredByName: name,
      enteredAt: now,
      enteredSite: site.id,
    });
    await appendTrail(
      tx,
      { siteId: site.id, orgId, personId: who, role: "public", ...(address ? { address } : {}) },
      now,
      [
        {
          action: "party.person-entered",
          subject: requestId,
          chain: "site",
          facts: { role, organisation: creditCode },
        },
      ],
    );
    return { requestId };
  });
}

/** One request at a time: the verifier decides on what was sent last. */
async function refuseWaiting(tx: Tx, personId: string, orgId: string): Promise<void> {
  // The context knew a newcomer only; here it is the person of the certificate, in its organisation.
  await tx.execute(sql`select set_config('xb.person', ${personId}, true), set_config('xb.org', ${orgId}, true)`);
  const [waiting] = await tx
    .select({ at: registrationRequests.enteredAt })
    .from(registrationRequests)
    .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
    .where(and(eq(registrationRequests.personId, personId), isNull(registrationDecisions.requestId)));
  if (waiting) throw new Refused(refuse("conflict", "party.person_pending", { since: formatInstant(waiting.at) }));
}

/** Somebody whose registration was returned comes back with the same certificate. */
async function returnedBefore(tx: Tx, fingerprint: string): Promise<string | undefined> {
  const [bound] = await tx
    .select({ personId: certificates.personId, membership: memberships.id })
    .from(certificates)
    .leftJoin(memberships, and(eq(memberships.personId, certificates.personId), isNull(memberships.endedAt)))
    .where(eq(certificates.fingerprint, fingerprint));
  return bound && !bound.membership ? bound.personId : undefined;
}
