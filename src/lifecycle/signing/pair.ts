import { and, eq, isNull } from "drizzle-orm";
import { fromBase64url } from "@/core/bytes";
import { permit, Refused, refuse } from "@/core/refusal";
import { parseCertificate } from "@/crypto/certificate";
import { payloadOf } from "@/crypto/statement";
import type { CommandScope } from "@/kit/command";
import { requireAct, requireUnended } from "@/platform/identity/act";
import { checkSigner, checkStatement } from "@/platform/identity/signer-check";
import { holderOf } from "@/platform/party/certificate-check";
import { organisationOf, personOf } from "@/platform/party/queries";
import { certificates } from "@/platform/party/tables";
import { signersFacts } from "./queries";
import { basisOf, isSeal, refusalOfSigners, type SignersFacts } from "./rules";
import type { Authority, PairedAct, PairedStatement } from "./schema";
import { waitingSeals } from "./tables";

type Scope = Pick<CommandScope, "tx" | "actor" | "site" | "ports" | "now">;
interface Expected {
  readonly act: PairedAct;
  readonly subject: string;
  readonly digest: string;
}

/**
 * Requires both signatures of a publication over the same bytes (O10 art. 10): of the chief person of the actor's
 * organisation or of the lead whom he authorised, and of its seal. Whoever acts signed itself, or seals what somebody
 * else signed before.
 *
 * @returns what the notice keeps: the statement with both signatures, and on what the person signed. @throws Refused
 */
export async function requireSigners(
  scope: Scope,
  statement: PairedStatement,
  expected: Expected,
  tenderProjectId: string,
): Promise<{ statement: PairedStatement; authority: Authority }> {
  const personId = await signerOf(scope, statement, expected);
  const { authority, facts } = await authorityOf(scope, personId, tenderProjectId);
  permit(refusalOfSigners({ ...facts, seal: await sealGiven(scope, statement, facts.seal) }));
  return { statement, authority: authority! };
}

/** On what a person signs, before the seal is there. @throws Refused when it may not. */
export async function requireLead(scope: Scope, tenderProjectId: string): Promise<void> {
  const { facts } = await authorityOf(scope, scope.actor.personId, tenderProjectId);
  permit(refusalOfSigners({ ...facts, seal: facts.seal === "missing" ? "missing" : "given" }));
}

/** The person behind the first signature: of this session, or of the one that waits for the seal. */
async function signerOf(scope: Scope, statement: PairedStatement, expected: Expected): Promise<string> {
  const { tx, actor, site, ports, now } = scope;
  const [waiting] = await tx
    .update(waitingSeals)
    .set({ doneAt: now })
    .where(
      and(
        eq(waitingSeals.orgId, actor.orgId),
        eq(waitingSeals.act, expected.act),
        eq(waitingSeals.statement, { payload: statement.payload, cms: statement.cms }),
        isNull(waitingSeals.doneAt),
      ),
    )
    .returning();
  if (!waiting) {
    await requireAct(scope, statement, expected);
    await requirePersonal(tx, actor);
    return actor.personId;
  }
  // Its nonce was used when it was kept; what it says is compared with what is published now.
  const check = await checkStatement(statement, site, ports.revocation, now);
  if (!check.ok) throw new Refused(check.refusal);
  await requireUnended(tx, check.signer);
  for (const [field, value] of Object.entries({ origin: site.host, ...expected }))
    if (check.payload[field] !== value)
      throw new Refused(refuse("conflict", "signing.changed", { person: waiting.personName }));
  return waiting.personId;
}

/** A seal is nobody's signature, and what another person's certificate signs is not this person's. @throws Refused */
export async function requirePersonal(tx: Scope["tx"], { certificateId, personId }: Scope["actor"]): Promise<void> {
  const [bound] = await tx
    .select({ seal: certificates.seal, der: certificates.der })
    .from(certificates)
    .where(eq(certificates.id, certificateId));
  if (!bound) throw new Refused(refuse("not_found", "general.not_found"));
  const certificate = parseCertificate(new Uint8Array(bound.der));
  if (bound.seal || isSeal(certificate)) throw new Refused(refuse("forbidden", "signing.personal_needed"));
  const [holder, { name: person }] = [holderOf(certificate), await personOf(tx, personId)];
  if (holder !== person) throw new Refused(refuse("forbidden", "signing.other_name", { holder, person }));
}

async function sealGiven(
  { tx, actor, site, ports, now }: Scope,
  { payload, seal }: PairedStatement,
  has: SignersFacts["seal"],
): Promise<SignersFacts["seal"]> {
  if (!seal) return has;
  let cms: Uint8Array<ArrayBuffer>;
  try {
    cms = fromBase64url(seal);
  } catch {
    throw new Refused(refuse("invalid", "identity.signature_broken", { reason: "印章签名不是 base64url 编码" }));
  }
  const check = await checkSigner(payloadOf({ payload }).bytes, cms, site, ports.revocation, now);
  if (!check.ok) throw new Refused(check.refusal);
  await requireUnended(tx, check.signer);
  const [bound] = await tx
    .select({ orgId: certificates.orgId })
    .from(certificates)
    .where(and(eq(certificates.fingerprint, check.signer.fingerprint), eq(certificates.seal, true)));
  return bound?.orgId === actor.orgId && isSeal(check.signer) ? "given" : "other";
}

async function authorityOf({ tx, actor, now }: Scope, personId: string, tenderProjectId: string) {
  const facts = await signersFacts(tx, { orgId: actor.orgId, personId }, tenderProjectId, now);
  const basis = basisOf(facts);
  const { name: organisation } = await organisationOf(tx, actor.orgId);
  const who = { person: facts.person.name, chief: facts.chief, organisation };
  const authority: Authority | undefined = basis && {
    basis: basis === "chief" ? "chief" : "authorised",
    ...who,
    ...(basis === "chief"
      ? {}
      : {
          authorisation: {
            scope: basis.scope,
            until: basis.endsAt.toISOString(),
            at: basis.signedAt.toISOString(),
            statement: basis.statement,
          },
        }),
  };
  return { facts, authority };
}
