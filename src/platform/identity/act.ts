import { and, eq } from "drizzle-orm";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import type { Certificate } from "@/crypto/certificate";
import type { CommandScope } from "@/kit/command";
import { certificateEnd } from "@/platform/party/queries";
import { certificates } from "@/platform/party/tables";
import type { StatementInput } from "./schema";
import { consumeChallenge } from "./session";
import { checkStatement } from "./signer-check";

/**
 * What a person signs to do a legal act (step-up): which act, on what, which content, where, and a nonce used once.
 * A signature for another lot, purpose or session therefore fits nothing.
 */
export interface ActPayload {
  readonly format: "xinbiao-act/1";
  readonly act: string;
  readonly subject: string;
  readonly origin: string;
  readonly nonce: string;
  /** SHA-256 (hex) of the canonical content that the act puts into force. */
  readonly digest: string;
}

/** SHA-256 of a canonical value, lower-case hex: the digest an act names. */
export async function digestOf(value: unknown): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encodeCanonical(value as never))));
}

type ActScope = Pick<CommandScope, "tx" | "site" | "ports" | "now">;

/**
 * Checks that exactly this act was signed, by whomever, here and once.
 *
 * @param expected - act, subject and digest as the server computes them, never as the browser claims.
 * @returns the certificate that signed; whose it is and whether it may, asks the caller.
 */
export async function signerOfAct(
  { tx, site, ports, now }: ActScope,
  statement: StatementInput,
  expected: { act: string; subject: string; digest: string },
): Promise<Certificate> {
  const check = await checkStatement(statement, site, ports.revocation, now);
  if (!check.ok) throw new Refused(check.refusal);
  const { payload } = check;
  for (const [field, value] of Object.entries({ format: "xinbiao-act/1", origin: site.host, ...expected })) {
    if (payload[field] !== value) throw new Refused(refuse("invalid", "identity.act_mismatch", { field }));
  }
  if (typeof payload.nonce !== "string" || (await consumeChallenge(tx, site, payload.nonce)) !== "act") {
    throw new Refused(refuse("conflict", "identity.challenge_used"));
  }
  return check.signer;
}

/** A certificate that was reported lost or replaced signs nothing more, whosever session hands it in. @throws Refused */
export async function requireUnended(tx: CommandScope["tx"], signer: Certificate): Promise<void> {
  const ended = await certificateEnd(tx, signer.fingerprint);
  if (ended) throw new Refused(refuse("forbidden", "identity.certificate_ended", { since: formatInstant(ended) }));
}

/** Requires that the actor signed exactly this act with the certificate of the session. */
export async function requireAct(
  scope: ActScope & Pick<CommandScope, "actor">,
  statement: StatementInput,
  expected: { act: string; subject: string; digest: string },
): Promise<void> {
  const signer = await signerOfAct(scope, statement, expected);
  await requireUnended(scope.tx, signer);
  const [certificate] = await scope.tx
    .select({ fingerprint: certificates.fingerprint })
    .from(certificates)
    .where(and(eq(certificates.id, scope.actor.certificateId), eq(certificates.use, "sign")));
  if (certificate?.fingerprint !== signer.fingerprint)
    throw new Refused(refuse("forbidden", "identity.other_certificate"));
}
