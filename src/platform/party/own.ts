import { and, desc, eq, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Actor } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { files } from "@/platform/file/tables";
import { organisationOf, personOf } from "./queries";
import type { Evidence } from "./schema";
import { memberships, registrationDecisions, registrationRequests } from "./tables";
import { versionOf } from "./versions";

/** Only who administers the organisation in a membership that still holds. @throws Refused `party.not_admin` */
export async function requireAdmin(tx: Tx, actor: Actor): Promise<void> {
  const rows = await tx
    .select({ admin: memberships.admin })
    .from(memberships)
    .where(
      and(
        eq(memberships.personId, actor.personId),
        eq(memberships.orgId, actor.orgId),
        eq(memberships.admin, true),
        isNull(memberships.endedAt),
      ),
    );
  if (!rows.length) throw new Refused(refuse("forbidden", "party.not_admin"));
}

export const nameOf = async (tx: Tx, personId: string): Promise<string> => (await personOf(tx, personId)).name;

/** The version in force. @throws Refused `not_found` for an organisation without registration data. */
export async function inForce(tx: Tx, organisation: { id: string; version: number }) {
  const version = await versionOf(tx, organisation.id, organisation.version);
  if (!version) throw new Refused(refuse("not_found", "general.not_found"));
  return version;
}

/** An organisation as lines of trail digest it: its row, and its registration data in force where it has any. */
export async function partyFace(tx: Tx, orgId: string): Promise<object> {
  const organisation = await organisationOf(tx, orgId);
  const entry = await versionOf(tx, orgId, organisation.version);
  return { organisation, ...(entry ? { data: entry.data, evidence: entry.evidence } : {}) };
}

/** The newest request of a kind, with its decision if there is one. */
export async function newestRequest(tx: Tx, orgId: string, kind: "first" | "change") {
  const [row] = await tx
    .select({ request: registrationRequests, decision: registrationDecisions })
    .from(registrationRequests)
    .leftJoin(registrationDecisions, eq(registrationDecisions.requestId, registrationRequests.id))
    .where(and(eq(registrationRequests.orgId, orgId), eq(registrationRequests.kind, kind)))
    .orderBy(desc(registrationRequests.enteredAt))
    .limit(1);
  return row;
}

/** The credit code that an organisation will have when the change it waits for is approved. */
export async function pendingCreditCode(tx: Tx, orgId: string): Promise<string | undefined> {
  const newest = await newestRequest(tx, orgId, "change");
  return newest && !newest.decision ? (newest.request.data as { creditCode?: string }).creditCode : undefined;
}

/** Every paper must be an uploaded one of this organisation. @throws Refused */
export async function requireOwnEvidence(tx: Tx, actor: Actor, evidence: readonly Evidence[]): Promise<void> {
  for (const { fileId } of evidence) {
    const [file] = await tx.select().from(files).where(eq(files.id, fileId));
    if (file?.kind !== "evidence" || file.ownerOrgId !== actor.orgId)
      throw new Refused(refuse("invalid", "party.evidence_unknown"));
  }
}
