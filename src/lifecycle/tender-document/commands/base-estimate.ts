import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Refused, refuse } from "@/core/refusal";
import { type CommandScope, defineCommand, roles } from "@/kit/command";
import type { Lot } from "@/lifecycle/lot/queries";
import { isDrafting } from "@/lifecycle/lot/states";
import { lockOwnLot } from "@/lifecycle/tender-project/queries";
import { requireAct } from "@/platform/identity/act";
import { encryptionCertificatesOf } from "@/platform/party/queries";
import { sealDigest } from "../base-estimate";
import { draftOf } from "../queries";
import { SealBaseEstimate } from "../schema";
import { baseEstimates, tenderDocuments } from "../tables";

/** The saved draft of a lot in preparation: what announces that there is a base estimate. */
async function draftToAnnounce({ tx }: Pick<CommandScope, "tx">, lot: Lot) {
  if (!isDrafting(lot.state)) throw new Refused(refuse("conflict", "tender.not_editable"));
  const draft = await draftOf(tx, lot.id);
  if (!draft) throw new Refused(refuse("conflict", "document.base_estimate_too_early"));
  return draft;
}

/**
 * Keeps a base estimate (标底) that its author sealed in the browser (IR27): to a certificate of its own organisation, so
 * that neither the platform nor the agency can read it. One a lot: sealing again before publication replaces it.
 */
export const sealBaseEstimate = defineCommand({
  name: "tender-document.seal-base-estimate",
  input: SealBaseEstimate,
  may: roles("tenderer"),
  async run(scope, { lotId, hash, sealed, statement }) {
    const { tx, actor, site, now } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const draft = await draftToAnnounce(scope, lot);
    const own = await encryptionCertificatesOf(tx, actor.orgId);
    if (!own.some(({ fingerprint }) => fingerprint === sealed.cert))
      throw new Refused(refuse("invalid", "document.base_estimate_foreign_certificate"));
    const digest = sealDigest(hash, sealed);
    await requireAct(scope, statement, { act: "base-estimate.seal", subject: lot.code, digest });
    const { orgId, personId } = actor;
    const row = { orgId, personId, hash, sealed, statement, sealedAt: now };
    await tx
      .insert(baseEstimates)
      .values({ lotId, siteId: site.id, ...row })
      .onConflictDoUpdate({ target: baseEstimates.lotId, set: row });
    await tx
      .update(tenderDocuments)
      .set({ content: { ...draft.content, baseEstimate: { hash } } })
      .where(and(eq(tenderDocuments.id, draft.id), isNull(tenderDocuments.issuedAt)));
    return {
      result: { hash },
      trail: [
        {
          action: "base-estimate.sealed",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { hash },
        },
      ],
    };
  },
});

/** The lot is tendered without a base estimate after all. */
export const dropBaseEstimate = defineCommand({
  name: "tender-document.drop-base-estimate",
  input: z.object({ lotId: z.uuid() }),
  may: roles("tenderer"),
  async run(scope, { lotId }) {
    const { tx, actor } = scope;
    const { lot, tender } = await lockOwnLot(tx, actor, lotId);
    const draft = await draftToAnnounce(scope, lot);
    const { baseEstimate, ...content } = draft.content;
    await tx
      .update(tenderDocuments)
      .set({ content })
      .where(and(eq(tenderDocuments.id, draft.id), isNull(tenderDocuments.issuedAt)));
    return {
      result: {},
      trail: [
        {
          action: "base-estimate.dropped",
          subject: lot.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { hash: baseEstimate?.hash ?? "" },
        },
      ],
    };
  },
});
