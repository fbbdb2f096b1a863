import { Refused, refuse } from "@/core/refusal";
import { creditCodeOf } from "@/crypto/certificate";
import type { Runtime } from "@/kit/command";
import { legalNow } from "@/kit/db/context";
import { StatementInput } from "@/platform/identity/schema";
import { checkStatement } from "@/platform/identity/signer-check";
import { fieldsOfShared } from "@/platform/party/hub-messages";
import type { RegistrationData } from "@/platform/party/schema";
import { registeredHub } from "./registration";

const TIMEOUT_MS = 5_000;
/** An answer is about now. */
const FRESH_MS = 10 * 60_000;

/**
 * What the public service platform says of a party: asked by the server, signed by the hub, checked as any signature.
 *
 * @throws Refused `party.hub_unknown` when it knows nothing, `party.hub_unavailable` when it gives no answer to rely on.
 */
export async function sharedPartyOf(runtime: Runtime, creditCode: string): Promise<Partial<RegistrationData>> {
  const { hubUrl } = runtime.site;
  const unavailable = new Refused(refuse("unavailable", "party.hub_unavailable"));
  if (!hubUrl) throw unavailable;
  let statement: StatementInput;
  let hub: Awaited<ReturnType<typeof registeredHub>>;
  try {
    hub = await registeredHub(runtime, hubUrl);
    const answer = await fetch(`${hubUrl}/v1/parties/${encodeURIComponent(creditCode)}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.status === 404) throw new Refused(refuse("not_found", "party.hub_unknown", { creditCode }));
    if (!answer.ok) throw unavailable;
    statement = StatementInput.parse(((await answer.json()) as { statement?: unknown }).statement);
  } catch (error) {
    throw error instanceof Refused ? error : unavailable;
  }
  const now = await legalNow(runtime.db);
  const check = await checkStatement(statement, runtime.site, runtime.ports.revocation, now);
  if (!check.ok) throw unavailable;
  const { payload, signer } = check;
  const about = payload.format === "xb-hub-party/1" && payload.creditCode === creditCode && payload.hub === hub.code;
  const fresh = Math.abs(now.getTime() - new Date(String(payload.at)).getTime()) < FRESH_MS;
  if (!about || !fresh || creditCodeOf(signer) !== hub.creditCode) throw unavailable;
  const fields = fieldsOfShared(payload.datasets as Record<string, unknown>);
  if (fields.creditCode !== creditCode) throw unavailable;
  return fields;
}
