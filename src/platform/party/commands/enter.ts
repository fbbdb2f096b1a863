import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { formatInstant } from "@/core/time";
import { type CommandScope, defineCommand, whoeverIsSignedIn } from "@/kit/command";
import { partyMessages } from "../hub-messages";
import { inForce, nameOf, newestRequest, partyFace, requireAdmin, requireOwnEvidence } from "../own";
import { organisationOf } from "../queries";
import { changedFields, evidenceMissing, evidenceNeeded, splitChange } from "../rules";
import { EVIDENCE_KINDS, type Evidence, EvidenceList, RegistrationData } from "../schema";
import { registrationRequests } from "../tables";
import { putInForce } from "../versions";
import { isRelatedToOperator } from "./register";

type Scope = Pick<CommandScope, "tx" | "actor" | "site" | "now">;

async function enterRequest(
  { tx, actor, site, now }: Scope,
  request: { kind: "first" | "change"; data: Record<string, unknown>; evidence: readonly Evidence[] },
): Promise<string> {
  const id = crypto.randomUUID();
  await tx.insert(registrationRequests).values({
    id,
    orgId: actor.orgId,
    ...request,
    evidence: [...request.evidence],
    enteredBy: actor.personId,
    enteredByName: await nameOf(tx, actor.personId),
    enteredAt: now,
    enteredSite: site.id,
  });
  return id;
}

async function refusePending(scope: Scope, kind: "first" | "change"): Promise<void> {
  const newest = await newestRequest(scope.tx, scope.actor.orgId, kind);
  if (newest && !newest.decision)
    throw new Refused(refuse("conflict", "party.request_pending", { since: formatInstant(newest.request.enteredAt) }));
}

/** Hands the first entry to a verifier. What the public service platform vouches for needs no paper (R-5.1.6, R-S.10). */
export const submitRegistration = defineCommand({
  name: "party.submit",
  input: z.object({}),
  may: whoeverIsSignedIn,
  async run(scope) {
    const { tx, actor } = scope;
    await requireAdmin(tx, actor);
    const organisation = await organisationOf(tx, actor.orgId);
    if (organisation.verifiedAt) throw new Refused(refuse("conflict", "party.already_verified"));
    await refusePending(scope, "first");
    const { data, fromHub, evidence, version } = await inForce(tx, organisation);
    const missing = evidenceMissing(evidenceNeeded(data, fromHub), evidence);
    if (missing.length)
      throw new Refused(
        refuse("invalid", "party.evidence_missing", {
          missing: missing.map((kind) => EVIDENCE_KINDS[kind as keyof typeof EVIDENCE_KINDS]).join("、"),
        }),
      );
    const requestId = await enterRequest(scope, { kind: "first", data, evidence });
    return {
      result: { requestId },
      trail: [
        {
          action: "party.submitted",
          subject: data.creditCode,
          chain: "site",
          facts: { requestId, version },
          changed: { after: { requestId, data, evidence } },
        },
      ],
    };
  },
});

/**
 * Changes registration data: each change is a version. Name, credit code, legal representative and roles wait
 * for a verifier once the organisation is verified; the rest is in force at once.
 */
export const changeRegistration = defineCommand({
  name: "party.change",
  input: z.object({ data: RegistrationData, evidence: EvidenceList }),
  may: whoeverIsSignedIn,
  async run(scope, { data: wanted, evidence }) {
    const { tx, actor, site, now } = scope;
    await requireAdmin(tx, actor);
    await requireOwnEvidence(tx, actor, evidence);
    const organisation = await organisationOf(tx, actor.orgId);
    if (wanted.roles.includes("bidder") && (await isRelatedToOperator(tx, site, wanted.creditCode)))
      throw new Refused(refuse("forbidden", "party.operator_cannot_bid"));
    const before = await inForce(tx, organisation);
    const { atOnce, toVerify } = organisation.verifiedAt
      ? splitChange(before.data, wanted)
      : { atOnce: { ...wanted, creditCode: before.data.creditCode }, toVerify: {} };
    const face = await partyFace(tx, actor.orgId);
    const changed = changedFields(before.data, atOnce);
    const papers = JSON.stringify(before.evidence) !== JSON.stringify(evidence);
    const waiting = Object.keys(toVerify);
    if (!changed.length && !papers && !waiting.length) throw new Refused(refuse("conflict", "party.nothing_changed"));
    if (waiting.length) await refusePending(scope, "change");
    const by = { personId: actor.personId, name: await nameOf(tx, actor.personId) };
    const fromHub = before.fromHub.filter((field) => !changed.includes(field));
    const version =
      changed.length || papers
        ? await putInForce(tx, actor.orgId, { data: atOnce, fromHub, evidence }, by, now)
        : before.version;
    const requestId = waiting.length
      ? await enterRequest(scope, { kind: "change", data: toVerify, evidence })
      : undefined;
    return {
      result: { version, changed, waiting, ...(requestId ? { requestId } : {}) },
      trail: [
        {
          action: "party.changed",
          subject: before.data.creditCode,
          chain: "site",
          facts: { version, changed: changed.join(","), waiting: waiting.join(",") },
          changed: { before: face, after: await partyFace(tx, actor.orgId) },
        },
      ],
      ...(organisation.verifiedAt && changed.length ? { hub: partyMessages(atOnce) } : {}),
    };
  },
});
