import { inArray } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import type { Certificate } from "@/crypto/certificate";
import type { Tx } from "@/kit/db/connect";
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
