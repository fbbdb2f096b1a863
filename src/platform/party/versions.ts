import { and, eq } from "drizzle-orm";
import type { Tx } from "@/kit/db/connect";
import type { Evidence, RegistrationData } from "./schema";
import { organisations, registrationVersions } from "./tables";

export interface Entry {
  readonly data: RegistrationData;
  readonly fromHub: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** What other modules read of an organisation, out of its registration data. */
export const organisationFields = (data: RegistrationData) => ({
  creditCode: data.creditCode,
  name: data.legalName,
  codeType: data.codeType,
  regionCode: data.regionCode,
  address: data.address,
  contact: data.contact,
  phone: data.contactPhone,
  email: data.email,
});

/** Puts a version into force. Earlier ones stay as they were. The organisation's row is the lock. */
export async function putInForce(
  tx: Tx,
  orgId: string,
  entry: Entry,
  by: { personId: string; name: string },
  now: Date,
): Promise<number> {
  const [row] = await tx
    .select({ version: organisations.version })
    .from(organisations)
    .where(eq(organisations.id, orgId))
    .for("update");
  const version = row!.version + 1;
  await insertVersion(tx, orgId, version, entry, by, now);
  await tx
    .update(organisations)
    .set({ ...organisationFields(entry.data), version })
    .where(eq(organisations.id, orgId));
  return version;
}

export async function insertVersion(
  tx: Pick<Tx, "insert">,
  orgId: string,
  version: number,
  { data, fromHub, evidence }: Entry,
  by: { personId: string; name: string },
  now: Date,
): Promise<void> {
  await tx.insert(registrationVersions).values({
    orgId,
    version,
    data,
    fromHub: [...fromHub],
    evidence: [...evidence],
    enteredBy: by.personId,
    enteredByName: by.name,
    enteredAt: now,
  });
}

/** A version of an organisation's data; undefined for organisations entered before there were versions. */
export async function versionOf(tx: Tx, orgId: string, version: number) {
  const [row] = await tx
    .select()
    .from(registrationVersions)
    .where(and(eq(registrationVersions.orgId, orgId), eq(registrationVersions.version, version)));
  return row;
}
