import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { masked } from "@/core/mask";
import { formatDate, formatInstant } from "@/core/time";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inForce } from "./own";
import { organisationOf } from "./queries";
import { changedFields, evidenceMissing, evidenceNeeded, shownValue } from "./rules";
import { EVIDENCE_KINDS, LABELS, PERSONAL_FIELDS, type RegistrationData } from "./schema";
import {
  certificates,
  invitations,
  memberships,
  organisations,
  people,
  personDetails,
  registrationDecisions,
  registrationRequests,
  registrationVersions,
  standingActs,
} from "./tables";

export type Line = readonly [label: string, value: string, fromHub: boolean];

/** Registration data as a table shows them. */
export const linesOf = (data: Readonly<Record<string, unknown>>, fromHub: readonly string[] = []): Line[] =>
  Object.keys(LABELS)
    .filter((field) => field in data && data[field] !== "" && !(Array.isArray(data[field]) && !data[field].length))
    .map((field) => [LABELS[field]!, shownValue(field, data[field]), fromHub.includes(field)]);

const requestsOf = (tx: Tx, orgId: string) =>
  tx
    .select({ request: registrationRequests, decision: registrationDecisions })
    .from(registrationRequests)
    .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
    .where(eq(registrationRequests.orgId, orgId))
    .orderBy(desc(registrationRequests.enteredAt));

/** The organisation's own page: data in force, papers, what waits, what is still to be done. */
export async function companyView(tx: Tx, actor: Actor) {
  const organisation = await organisationOf(tx, actor.orgId);
  const version = await inForce(tx, organisation);
  const requests = (await requestsOf(tx, actor.orgId)).filter(({ request }) => request.kind !== "person");
  const [membership] = await tx
    .select()
    .from(memberships)
    .where(
      and(
        eq(memberships.personId, actor.personId),
        eq(memberships.orgId, actor.orgId),
        eq(memberships.admin, true),
        isNull(memberships.endedAt),
      ),
    );
  const tested = await tx
    .select({ testedAt: certificates.testedAt })
    .from(certificates)
    .where(
      and(
        eq(certificates.personId, actor.personId),
        eq(certificates.orgId, actor.orgId),
        eq(certificates.use, "encrypt"),
        isNull(certificates.endedAt),
      ),
    );
  const pending = requests.find(({ decision }) => !decision);
  const returned = requests[0]?.decision && !requests[0].decision.approved ? requests[0].decision : undefined;
  const missing = evidenceMissing(evidenceNeeded(version.data, version.fromHub), version.evidence);
  return {
    name: organisation.name,
    verified: organisation.verifiedAt ? formatInstant(organisation.verifiedAt) : undefined,
    verifiedBy: organisation.verifiedBy ?? undefined,
    standing: organisation.standing,
    admin: membership !== undefined,
    version: version.version,
    data: version.data,
    fromHub: version.fromHub,
    evidence: version.evidence,
    lines: linesOf(version.data, version.fromHub),
    missing: missing.map((kind) => EVIDENCE_KINDS[kind as keyof typeof EVIDENCE_KINDS]),
    pending: pending ? formatInstant(pending.request.enteredAt) : undefined,
    returned: returned?.reason,
    tested: tested.some(({ testedAt }) => testedAt),
  };
}

/** All versions with their differences, and what verifiers said. */
export async function historyView(tx: Tx, actor: Actor) {
  const versions = await tx
    .select()
    .from(registrationVersions)
    .where(eq(registrationVersions.orgId, actor.orgId))
    .orderBy(asc(registrationVersions.version));
  const requests = await requestsOf(tx, actor.orgId);
  return {
    versions: versions
      .map((row, i) => {
        const before: Partial<RegistrationData> = versions[i - 1]?.data ?? {};
        return {
          version: row.version,
          by: row.enteredByName,
          at: formatInstant(row.enteredAt),
          changes:
            i === 0
              ? []
              : changedFields(before, row.data).map((field) => ({
                  label: LABELS[field]!,
                  from: shownValue(field, before[field as keyof RegistrationData]),
                  to: shownValue(field, row.data[field as keyof RegistrationData]),
                })),
        };
      })
      .reverse(),
    requests: requests.map(({ request, decision }) => ({
      id: request.id,
      kind: request.kind,
      by: request.enteredByName,
      at: formatInstant(request.enteredAt),
      fields: Object.keys(request.kind === "change" ? request.data : {}).map((field) => LABELS[field] ?? field),
      decision: decision
        ? `${decision.decidedByName} ${formatInstant(decision.decidedAt)} ${decision.approved ? "通过" : `退回：${decision.reason}`}`
        : "等待核验",
    })),
  };
}

/** Members with masked personal data, and open invitations; for administrators. */
export async function teamView(tx: Tx, actor: Actor) {
  const rows = await tx
    .select({ membership: memberships, person: people, details: personDetails })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .leftJoin(personDetails, eq(personDetails.personId, memberships.personId))
    .where(and(eq(memberships.orgId, actor.orgId), isNull(memberships.endedAt)))
    .orderBy(asc(people.name));
  const members = new Map<
    string,
    { personId: string; name: string; title: string; roles: string[]; admin: boolean; phone: string; idNumber: string }
  >();
  for (const { membership, person, details } of rows) {
    const known = members.get(person.id);
    if (known) {
      known.roles.push(membership.role);
      known.admin ||= membership.admin;
      continue;
    }
    members.set(person.id, {
      personId: person.id,
      name: person.name,
      title: membership.title,
      roles: [membership.role],
      admin: membership.admin,
      phone: masked(details?.phone ?? ""),
      idNumber: masked(details?.idNumber ?? ""),
    });
  }
  const me = members.get(actor.personId);
  const open = await tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.orgId, actor.orgId), isNull(invitations.acceptedAt)));
  return {
    admin: me?.admin ?? false,
    // Whoever administers nothing sees itself.
    members: me?.admin ? [...members.values()] : me ? [me] : [],
    roles: [...new Set(rows.map(({ membership }) => membership.role))],
    invitations: me?.admin
      ? open.map(({ id, name, email, expiresAt }) => ({
          id,
          name,
          email: masked(email),
          until: formatInstant(expiresAt),
        }))
      : [],
  };
}

/** The person's own certificates. */
export async function ownCertificates(tx: Tx, actor: Actor) {
  return tx
    .select()
    .from(certificates)
    .where(and(eq(certificates.orgId, actor.orgId), eq(certificates.personId, actor.personId)))
    .orderBy(desc(certificates.boundAt), asc(certificates.use));
}

export interface QueueLine {
  readonly id: string;
  readonly organisation: string;
  readonly kind: string;
  readonly subject: string;
  readonly by: string;
  readonly at: string;
}

/** What waits for a verifier at this site; oldest first. Nothing of any lot. */
export async function verificationQueue(tx: Tx, siteId: string, of: "organisations" | "people"): Promise<QueueLine[]> {
  const rows = await tx
    .select({ request: registrationRequests, name: organisations.name })
    .from(registrationRequests)
    .innerJoin(organisations, eq(organisations.id, registrationRequests.orgId))
    .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
    .where(and(eq(registrationRequests.enteredSite, siteId), isNull(registrationDecisions.requestId)))
    .orderBy(asc(registrationRequests.enteredAt));
  return rows
    .filter(({ request }) => (request.kind === "person") === (of === "people"))
    .map(({ request, name }) => ({
      id: request.id,
      organisation: name,
      kind: request.kind,
      subject: request.kind === "person" ? request.enteredByName : name,
      by: request.enteredByName,
      at: formatInstant(request.enteredAt),
    }));
}

/** One request beside its papers. */
export async function requestView(tx: Tx, siteId: string, id: string) {
  const [row] = await tx
    .select({ request: registrationRequests, organisation: organisations, decision: registrationDecisions })
    .from(registrationRequests)
    .innerJoin(organisations, eq(organisations.id, registrationRequests.orgId))
    .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
    .where(and(eq(registrationRequests.enteredSite, siteId), eq(registrationRequests.id, id)));
  if (!row) return undefined;
  const { request, organisation, decision } = row;
  const version = request.kind === "person" ? undefined : await inForce(tx, organisation);
  return {
    id,
    kind: request.kind,
    role: request.role,
    name: organisation.name,
    creditCode: organisation.creditCode,
    enteredBy: request.enteredBy,
    by: request.enteredByName,
    at: formatInstant(request.enteredAt),
    // The verifier compares with the papers: here, and nowhere in a list, numbers stand in full.
    lines: linesOf(request.data, version?.fromHub ?? []).map(([label, value, shared]): Line => {
      const field = Object.keys(LABELS).find((name) => LABELS[name] === label && PERSONAL_FIELDS.has(name));
      return [label, field ? String(request.data[field]) : value, shared];
    }),
    before: request.kind === "change" && version ? linesOf(version.data) : [],
    evidence: request.evidence.map((each) => ({ ...each, label: EVIDENCE_KINDS[each.kind] })),
    data: request.data,
    decision: decision
      ? `${decision.decidedByName} ${formatInstant(decision.decidedAt)} ${decision.approved ? "通过" : `退回：${decision.reason}`}`
      : undefined,
  };
}

/** Organisations of the installation for the operator: what is public of them, and their standing. */
export async function organisationList(tx: Tx) {
  const rows = await tx.select().from(organisations).orderBy(asc(organisations.name));
  const acts = await tx.select().from(standingActs).orderBy(desc(standingActs.at));
  const confirmed = new Set(acts.map(({ confirms }) => confirms));
  return rows.map((row) => {
    const proposal = acts.find((act) => act.orgId === row.id && !act.confirms && !confirmed.has(act.id));
    return {
      id: row.id,
      name: row.name,
      creditCode: row.creditCode,
      phone: masked(row.phone),
      verified: row.verifiedAt ? `${formatDate(row.verifiedAt)} ${row.verifiedBy ?? ""}` : "",
      standing: row.standing,
      related: row.relatedToOperator,
      proposal: proposal
        ? { id: proposal.id, act: proposal.act, reason: proposal.reason, by: proposal.by, byName: proposal.byName }
        : undefined,
    };
  });
}
