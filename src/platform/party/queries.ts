import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import type { Tx } from "@/kit/db/connect";
import { refusalToBegin } from "./rules";
import { certificates, memberships, operatorRelations, organisations, people, registrationVersions } from "./tables";

export type Organisation = typeof organisations.$inferSelect;

export async function organisationOf(tx: Tx, id: string): Promise<Organisation> {
  const [row] = await tx.select().from(organisations).where(eq(organisations.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

export async function organisationOfCode(tx: Tx, creditCode: string): Promise<Organisation | undefined> {
  const [row] = await tx.select().from(organisations).where(eq(organisations.creditCode, creditCode));
  return row;
}

export async function organisationsOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Organisation>> {
  if (!ids.length) return new Map();
  const rows = await tx
    .select()
    .from(organisations)
    .where(inArray(organisations.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}

export async function personOf(tx: Tx, id: string) {
  const [row] = await tx.select().from(people).where(eq(people.id, id));
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** Verified organisations that act in a role: who may be chosen as tenderer or supervisor. */
/** Names of people by their ids. */
export async function peopleOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const rows = await tx
    .select({ id: people.id, name: people.name })
    .from(people)
    .where(inArray(people.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** People who act for an organisation today. */
export async function staffOf(tx: Tx, orgId: string): Promise<{ personId: string; name: string }[]> {
  return tx
    .selectDistinct({ personId: people.id, name: people.name })
    .from(memberships)
    .innerJoin(people, eq(people.id, memberships.personId))
    .where(and(eq(memberships.orgId, orgId), isNull(memberships.endedAt)));
}

export async function organisationsWithRole(
  tx: Tx,
  role: string,
): Promise<{ id: string; name: string; creditCode: string }[]> {
  const rows = await tx
    .selectDistinct({
      id: organisations.id,
      name: organisations.name,
      creditCode: organisations.creditCode,
      verifiedAt: organisations.verifiedAt,
    })
    .from(organisations)
    .innerJoin(memberships, eq(memberships.orgId, organisations.id))
    .where(and(eq(memberships.role, role), isNull(memberships.endedAt)));
  return rows.filter(({ verifiedAt }) => verifiedAt).map(({ id, name, creditCode }) => ({ id, name, creditCode }));
}

/** Encryption certificates of an organisation that are bound and not ended: what its packages may be sealed to. */
export async function encryptionCertificatesOf(tx: Tx, orgId: string) {
  return tx
    .select()
    .from(certificates)
    .where(and(eq(certificates.orgId, orgId), eq(certificates.use, "encrypt"), isNull(certificates.endedAt)));
}

/** Since when a bound certificate is lost or replaced; undefined while it is neither, or when it was never bound here. */
export async function certificateEnd(tx: Tx, fingerprint: string): Promise<Date | undefined> {
  const rows = await tx
    .select({ endedAt: certificates.endedAt })
    .from(certificates)
    .where(eq(certificates.fingerprint, fingerprint));
  return rows.length && rows.every(({ endedAt }) => endedAt)
    ? rows.map(({ endedAt }) => endedAt!).sort((a, b) => b.getTime() - a.getTime())[0]
    : undefined;
}

/** What may be begun now: asked in the transaction of every act that begins something. @throws Refused */
export async function requireMayBegin(tx: Tx, orgId: string): Promise<void> {
  permit(refusalToBegin(await organisationOf(tx, orgId)));
}

/** Data of an organisation as they were in a version: what a bid was made under. */
export async function registrationAt(tx: Tx, orgId: string, version: number) {
  const [row] = await tx
    .select()
    .from(registrationVersions)
    .where(and(eq(registrationVersions.orgId, orgId), eq(registrationVersions.version, version)));
  return row;
}

/** Registration data of many at once: a reader of the version of an organisation. */
export async function registrationsOf(tx: Tx, orgIds: readonly string[]) {
  const rows = orgIds.length
    ? await tx
        .select()
        .from(registrationVersions)
        .where(inArray(registrationVersions.orgId, [...orgIds]))
    : [];
  const found = new Map(rows.map((row) => [`${row.orgId} ${row.version}`, row] as const));
  return (orgId: string, version: number) => found.get(`${orgId} ${version}`);
}

/**
 * Companies that an operator has declared as related to it (O20 art. 23), as its own staff entered them, those that
 * are over included. Public: who may not bid on a platform is nobody's secret.
 */
export async function operatorRelationsOf(tx: Pick<Tx, "selectDistinct">, operatorCreditCode: string) {
  return tx
    .selectDistinct({
      id: operatorRelations.id,
      creditCode: operatorRelations.creditCode,
      name: operatorRelations.name,
      relation: operatorRelations.relation,
      enteredAt: operatorRelations.enteredAt,
      endedAt: operatorRelations.endedAt,
      endReason: operatorRelations.endReason,
    })
    .from(operatorRelations)
    .innerJoin(
      memberships,
      and(eq(memberships.personId, operatorRelations.enteredBy), eq(memberships.role, "operator")),
    )
    .innerJoin(
      organisations,
      and(eq(organisations.id, memberships.orgId), eq(organisations.creditCode, operatorCreditCode)),
    )
    .orderBy(asc(operatorRelations.name), asc(operatorRelations.enteredAt));
}
