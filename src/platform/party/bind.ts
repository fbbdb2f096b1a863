import { and, eq, inArray, isNull } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { type Certificate, creditCodeOf, parseCertificate } from "@/crypto/certificate";
import type { Tx } from "@/kit/db/connect";
import { endSessions } from "@/platform/identity/session";
import { certificates } from "./tables";

/** Binds a pair of certificates to a person of an organisation. @throws Refused when one of them is bound already. */
export async function bindPair(
  tx: Tx,
  who: { orgId: string; personId: string },
  pair: { sign: Certificate; encrypt: Certificate },
  now: Date,
): Promise<{ sign: string; encrypt: string }> {
  const taken = await tx
    .select({ id: certificates.id })
    .from(certificates)
    .where(inArray(certificates.fingerprint, [pair.sign.fingerprint, pair.encrypt.fingerprint]));
  if (taken.length) throw new Refused(refuse("conflict", "party.certificate_bound"));
  const pairId = crypto.randomUUID();
  const ids = { sign: crypto.randomUUID(), encrypt: crypto.randomUUID() };
  for (const use of ["sign", "encrypt"] as const) {
    const { fingerprint, der, subject, notBefore, notAfter } = pair[use];
    await tx.insert(certificates).values({
      id: ids[use],
      ...who,
      pairId,
      fingerprint,
      use,
      der,
      subject: subject.display,
      notBefore,
      notAfter,
      boundAt: now,
    });
  }
  return ids;
}

/**
 * Registers the seal of an organisation, kept by a person: it signs and has no pair to open anything with.
 *
 * @throws Refused when somebody bound it as its own certificate.
 */
export async function insertSeal(
  tx: Pick<Tx, "insert">,
  who: { orgId: string; personId: string },
  { fingerprint, der, subject, notBefore, notAfter }: Certificate,
  now: Date,
): Promise<void> {
  const registered = await tx
    .insert(certificates)
    .values({
      ...who,
      ...{ pairId: crypto.randomUUID(), fingerprint, use: "sign", seal: true, der, subject: subject.display },
      ...{ notBefore, notAfter, boundAt: now },
    })
    .onConflictDoNothing({ target: certificates.fingerprint })
    .returning({ id: certificates.id });
  if (!registered.length) throw new Refused(refuse("conflict", "signing.seal_is_personal"));
}

/**
 * Ends every certificate of an organisation that does not bear its new credit code, and the sessions opened with them.
 *
 * @throws Refused when no signing certificate would be left: nobody could sign in any more.
 */
export async function unbindOtherCodes(tx: Tx, orgId: string, creditCode: string, now: Date): Promise<number> {
  const bound = await tx
    .select()
    .from(certificates)
    .where(and(eq(certificates.orgId, orgId), isNull(certificates.endedAt)));
  const stays = ({ der }: { der: Uint8Array }) => creditCodeOf(parseCertificate(new Uint8Array(der))) === creditCode;
  if (!bound.some((row) => row.use === "sign" && !row.seal && stays(row)))
    throw new Refused(refuse("conflict", "party.no_certificate_of_new_code", { creditCode }));
  const leaving = bound.filter((row) => !stays(row)).map(({ id }) => id);
  if (!leaving.length) return 0;
  await tx
    .update(certificates)
    .set({ endedAt: now, endedReason: "credit-code-changed" })
    .where(inArray(certificates.id, leaving));
  for (const certificateId of leaving) await endSessions(tx, { certificateId });
  return leaving.length;
}
