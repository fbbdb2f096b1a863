import { and, eq } from "drizzle-orm";
import { hex } from "@/core/bytes";
import { encodeCanonical } from "@/core/canonical-json";
import { Refused, refuse } from "@/core/refusal";
import type { CommandScope } from "@/kit/command";
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

/**
 * Requires that the actor signed exactly this act with the certificate of the session.
 *
 * @param expected - act, subject and digest as the server computes them, never as the browser claims.
 */
export async function requireAct(
  scope: Pick<CommandScope, "tx" | "actor" | "site" | "ports" | "now">,
  statement: StatementInput,
  expected: { act: string; subject: string; digest: string },
): Promise<void> {
  const check = await checkStatement(statement, scope.site, scope.ports.revocation, scope.now);
  if (!check.ok) throw new Refused(check.refusal);
  const { payload } = check;
  for (const [field, value] of Object.entries({ format: "xinbiao-act/1", origin: scope.site.host, ...expected })) {
    if (payload[field] !== value) throw new Refused(refuse("invalid", "identity.act_mismatch", { field }));
  }
  const [certificate] = await scope.tx
    .select({ fingerprint: certificates.fingerprint, endedAt: certificates.endedAt })
    .from(certificates)
    .where(and(eq(certificates.id, scope.actor.certificateId), eq(certificates.use, "sign")));
  if (certificate?.fingerprint !== check.signer.fingerprint)
    throw new Refused(refuse("forbidden", "identity.other_certificate"));
  if (typeof payload.nonce !== "string" || (await consumeChallenge(scope.tx, scope.site, payload.nonce)) !== "act") {
    throw new Refused(refuse("conflict", "identity.challenge_used"));
  }
}
