import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { base64url, fromBase64url, hex } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { attributeOf, parseCertificate } from "@/crypto/certificate";
import { OID } from "@/crypto/oid";
import { type CommandScope, defineCommand, roles, whoeverIsSignedIn } from "@/kit/command";
import { requireUnended, signerOfAct } from "@/platform/identity/act";
import { StatementInput } from "@/platform/identity/schema";
import { consumeChallenge, endSessions } from "@/platform/identity/session";
import { challenges } from "@/platform/identity/tables";
import { bindPair, insertSeal } from "../bind";
import { encryptionCertificate, holderOf, requireHolder, requireOrganisation } from "../certificate-check";
import { registrationDigest } from "../digest";
import { pendingCreditCode, requireAdmin } from "../own";
import { organisationOf, personOf } from "../queries";
import { certificates } from "../tables";

/**
 * Binds a further pair to the person itself, or replaces the pair in use: the act is signed with the new certificate,
 * which proves that its key is at hand. What was sealed to the old one is still opened with the old one.
 */
export const bindCertificate = defineCommand({
  name: "party.bind-certificate",
  input: z.object({
    encryptionCertificate: z.string().max(20_000, "加密证书过大"),
    replaces: z.uuid().optional(),
    statement: StatementInput,
  }),
  may: whoeverIsSignedIn,
  async run(scope, { encryptionCertificate: sealTo, replaces, statement }) {
    const { tx, actor, now } = scope;
    const { creditCode, name } = await organisationOf(tx, actor.orgId);
    const signer = await signerOfAct(scope, statement, {
      act: "party.bind-certificate",
      subject: creditCode,
      digest: await registrationDigest({ encryptionCertificate: sealTo, ...(replaces ? { replaces } : {}) }),
    });
    const pending = await pendingCreditCode(tx, actor.orgId);
    const borne = requireOrganisation(signer, creditCode, ...(pending ? [pending] : []));
    const encryption = await encryptionCertificate(scope, sealTo, borne);
    const person = await personOf(tx, actor.personId);
    for (const half of [signer, encryption.certificate]) requireHolder(half, person.name, name);
    if (replaces) await endPair(scope, replaces, "replaced");
    const ids = await bindPair(
      tx,
      { orgId: actor.orgId, personId: actor.personId },
      { sign: signer, encrypt: encryption.certificate },
      now,
    );
    return {
      result: ids,
      trail: [
        {
          action: replaces ? "certificate.replaced" : "certificate.bound",
          subject: signer.fingerprint,
          chain: "site",
          facts: { notAfter: signer.notAfter.toISOString() },
        },
      ],
    };
  },
});

/**
 * Registers the organisation's seal (单位印章证书): signed with the seal itself, which proves that it is at hand. Whoever
 * registers it keeps it; registered again by another administrator it has changed hands.
 */
export const bindSeal = defineCommand({
  name: "party.bind-seal",
  input: z.object({ statement: StatementInput }),
  may: roles("tenderer", "agency"),
  async run(scope, { statement }) {
    const { tx, actor, now } = scope;
    await requireAdmin(tx, actor);
    const { creditCode } = await organisationOf(tx, actor.orgId);
    const signer = await signerOfAct(scope, statement, {
      act: "party.bind-seal",
      subject: creditCode,
      digest: await registrationDigest({ seal: creditCode }),
    });
    requireOrganisation(signer, creditCode);
    if (holderOf(signer) !== attributeOf(signer.subject, OID.organization))
      throw new Refused(refuse("invalid", "signing.not_a_seal"));
    await requireUnended(tx, signer);
    const kept = await tx
      .update(certificates)
      .set({ personId: actor.personId, boundAt: now })
      .where(
        and(
          eq(certificates.fingerprint, signer.fingerprint),
          eq(certificates.orgId, actor.orgId),
          eq(certificates.seal, true),
        ),
      )
      .returning({ id: certificates.id });
    if (!kept.length) await insertSeal(tx, { orgId: actor.orgId, personId: actor.personId }, signer, now);
    return {
      result: { fingerprint: signer.fingerprint },
      trail: [
        {
          action: kept.length ? "seal.handed-over" : "seal.bound",
          subject: signer.fingerprint,
          chain: `org:${actor.orgId}`,
          facts: { notAfter: signer.notAfter.toISOString() },
        },
      ],
    };
  },
});

/** Ends a signing certificate of the person and the encryption certificate that came with it. @throws Refused */
async function endPair(
  { tx, actor, now }: Pick<CommandScope, "tx" | "actor" | "now">,
  certificateId: string,
  reason: "lost" | "replaced",
): Promise<string> {
  const own = and(
    eq(certificates.orgId, actor.orgId),
    eq(certificates.personId, actor.personId),
    isNull(certificates.endedAt),
  );
  const [named] = await tx
    .select()
    .from(certificates)
    .where(and(own, eq(certificates.id, certificateId)));
  if (!named) throw new Refused(refuse("not_found", "general.not_found"));
  const ended = await tx
    .update(certificates)
    .set({ endedAt: now, endedReason: reason })
    .where(and(own, eq(certificates.pairId, named.pairId)))
    .returning({ id: certificates.id });
  for (const { id } of ended) await endSessions(tx, { certificateId: id });
  return named.fingerprint;
}

/** Reports a certificate lost: refused from this instant, whatever its authority's lists say; its sessions end. */
export const reportLost = defineCommand({
  name: "party.report-lost",
  input: z.object({ certificateId: z.uuid() }),
  may: whoeverIsSignedIn,
  async run(scope, { certificateId }) {
    const fingerprint = await endPair(scope, certificateId, "lost");
    return {
      result: { fingerprint },
      trail: [{ action: "certificate.reported-lost", subject: fingerprint, chain: "site", facts: {} }],
    };
  },
});

/** Bytes that the server seals to an encryption certificate to see whether its holder can open them. */
const TEST_BYTES = 32;
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) =>
  hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));

/** Begins the test of an encryption certificate: random bytes, wrapped as a package's content key would be. */
export const beginKeyTest = defineCommand({
  name: "party.begin-key-test",
  input: z.object({ certificateId: z.uuid() }),
  may: whoeverIsSignedIn,
  async run({ tx, actor, site }, { certificateId }) {
    const [row] = await tx
      .select()
      .from(certificates)
      .where(
        and(
          eq(certificates.id, certificateId),
          eq(certificates.orgId, actor.orgId),
          eq(certificates.personId, actor.personId),
          eq(certificates.use, "encrypt"),
          isNull(certificates.endedAt),
        ),
      );
    if (!row) throw new Refused(refuse("not_found", "general.not_found"));
    const { spki } = parseCertificate(new Uint8Array(row.der));
    const key = await crypto.subtle.importKey(
      "spki",
      new Uint8Array(spki),
      { name: "RSA-OAEP", hash: "SHA-256" },
      false,
      ["encrypt"],
    );
    const secret = crypto.getRandomValues(new Uint8Array(TEST_BYTES));
    const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP" }, key, secret));
    const nonce = crypto.randomUUID();
    await tx.insert(challenges).values({
      nonce,
      siteId: site.id,
      text: `open:${certificateId}:${await sha256(secret)}`,
      expiresAt: sql`clock_timestamp() + interval '5 minutes'`,
    });
    return {
      result: { nonce, wrapped: base64url(wrapped) },
      trail: [{ action: "certificate.test-begun", subject: row.fingerprint, chain: `org:${actor.orgId}`, facts: {} }],
    };
  },
});

/** Ends the test: only who holds the key can say what was wrapped. */
export const finishKeyTest = defineCommand({
  name: "party.finish-key-test",
  input: z.object({ nonce: z.uuid(), opened: z.string().max(200) }),
  may: whoeverIsSignedIn,
  async run({ tx, actor, site, now }, { nonce, opened }) {
    const [purpose, certificateId, digest] = (await consumeChallenge(tx, site, nonce)).split(":");
    const right = purpose === "open" && certificateId && digest === (await sha256(fromBase64url(opened)));
    if (!right) throw new Refused(refuse("invalid", "party.key_test_failed"));
    const [tested] = await tx
      .update(certificates)
      .set({ testedAt: now })
      .where(and(eq(certificates.id, certificateId), eq(certificates.personId, actor.personId)))
      .returning({ fingerprint: certificates.fingerprint });
    if (!tested) throw new Refused(refuse("not_found", "general.not_found"));
    return {
      result: { testedAt: now.toISOString() },
      trail: [{ action: "certificate.tested", subject: tested.fingerprint, chain: `org:${actor.orgId}`, facts: {} }],
    };
  },
});
