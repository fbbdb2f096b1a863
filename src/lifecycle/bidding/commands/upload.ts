import { randomUUID } from "node:crypto";
import { and, desc, eq, sql } from "drizzle-orm";
import { permit, Refused, refuse } from "@/core/refusal";
import { type Actor, defineCommand, type Runtime, roles } from "@/kit/command";
import { type Context, inContext, legalNow } from "@/kit/db/context";
import { requireInvited } from "@/lifecycle/invitation/queries";
import { readLot } from "@/lifecycle/lot/queries";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { organisationOf } from "@/platform/party/queries";
import { refusalToBegin } from "@/platform/party/rules";
import { RULES_OF } from "../purpose";
import { ownPackages, ownUpload, unitsOf } from "../queries";
import { MAX_OPEN_UPLOADS, unitCount, unitLength } from "../rules";
import { OpenUpload } from "../schema";
import { uploads, uploadUnits } from "../tables";
import { passingUnit } from "../unit-parts";

/** Begins an upload. Says nothing about a bid: a bid exists only when `finish` has been acknowledged. */
export const openUpload = defineCommand({
  name: "bid.open-upload",
  input: OpenUpload,
  may: roles("bidder"),
  async run({ tx, actor, site, clock }, { lotId, purpose, bodyLength }) {
    const lot = await readLot(tx, lotId);
    const now = await clock();
    // A draft's copy is of a bid.
    const kind = purpose === "application" ? purpose : "bid";
    if (kind === "bid") await requireInvited(tx, actor, lot);
    permit(RULES_OF[kind].refusalToSubmit(lot, now));
    const organisation = await organisationOf(tx, actor.orgId);
    // A frozen account may still replace what it has in a lot: that is no new beginning.
    const takesPart = (await ownPackages(tx, actor, lotId, kind)).some(({ withdrawnAt }) => !withdrawnAt);
    permit(refusalToBegin(takesPart ? { ...organisation, standing: "active" } : organisation));
    if (organisation.relatedToOperator) throw new Refused(refuse("forbidden", "bid.related_to_operator"));
    const tender = await tenderProjectOf(tx, lot.tenderProjectId);
    if ([tender.agencyOrgId, tender.tendererOrgId].includes(actor.orgId))
      throw new Refused(refuse("forbidden", "bid.runs_the_tender"));
    const open = await tx
      .select({ id: uploads.id })
      .from(uploads)
      .where(
        and(
          eq(uploads.lotId, lotId),
          eq(uploads.orgId, actor.orgId),
          eq(uploads.purpose, purpose),
          eq(uploads.state, "open"),
        ),
      )
      .orderBy(desc(uploads.createdAt));
    for (const { id } of open.slice(MAX_OPEN_UPLOADS[purpose] - 1))
      await tx.update(uploads).set({ state: "given_up" }).where(eq(uploads.id, id));
    const uploadId = randomUUID();
    await tx.insert(uploads).values({
      id: uploadId,
      siteId: site.id,
      lotId,
      orgId: actor.orgId,
      personId: actor.personId,
      purpose,
      bodyLength,
      createdAt: now,
    });
    return {
      result: { uploadId, units: unitCount(bodyLength) },
      trail: [
        {
          action: purpose === "draft" ? "bid.draft-begun" : `${purpose}.upload-begun`,
          subject: uploadId,
          lotId,
          chain: `sealed:${lotId}`,
          facts: {},
        },
      ],
    };
  },
});

/**
 * Stores one unit: streamed, hashed as it passes, durable before it is answered. The same number with the same hash is
 * answered again; with another hash it is refused.
 *
 * @param declared - SHA-256 (hex) that the sender says the unit has.
 */
export async function storeUnit(
  runtime: Runtime,
  actor: Actor,
  input: { uploadId: string; n: number; sizeBytes: number; declared: string },
  body: AsyncIterable<Uint8Array>,
): Promise<{ n: number; sha256: string }> {
  const { db, ports, site } = runtime;
  const known = await inContext(db, actor, async (tx) => {
    const upload = await ownUpload(tx, actor, input.uploadId);
    if (upload.state !== "open") throw new Refused(refuse("conflict", "bid.upload_closed"));
    if (
      !(input.n >= 0 && input.n < unitCount(upload.bodyLength)) ||
      input.sizeBytes !== unitLength(upload.bodyLength, input.n)
    ) {
      throw new Refused(refuse("invalid", "bid.unit_size", { n: input.n + 1 }));
    }
    const [unit] = await tx
      .select()
      .from(uploadUnits)
      .where(and(eq(uploadUnits.uploadId, upload.id), eq(uploadUnits.n, input.n)));
    return { upload, unit };
  });
  const answerFor = (unit: { sha256: string }) => {
    if (unit.sha256 !== input.declared) throw new Refused(refuse("conflict", "bid.unit_conflict", { n: input.n + 1 }));
    return { n: input.n, sha256: unit.sha256 };
  };
  if (known.unit) {
    // Read to the end all the same, so that the sender's connection stays usable.
    for await (const _ of body);
    return answerFor(known.unit);
  }
  const passing = passingUnit(body);
  // The key is random and used once: it tells nobody whose unit it is, nor of which lot.
  const storageKey = `sealed/${randomUUID()}`;
  await ports.storage.put(storageKey, passing.parts, input.sizeBytes);
  const sha256 = passing.sha256();
  if (sha256 !== input.declared) {
    await ports.storage.remove(storageKey);
    throw new Refused(refuse("invalid", "bid.unit_hash", { n: input.n + 1 }));
  }
  const kept = await inContext(db, actor, async (tx) => {
    // Waits for whoever ends the upload, so that no unit is kept that nobody would discard.
    const [upload] = await tx
      .select({ state: uploads.state })
      .from(uploads)
      .where(eq(uploads.id, input.uploadId))
      .for("share");
    if (upload?.state !== "open") return undefined;
    const inserted = await tx
      .insert(uploadUnits)
      .values({
        siteId: site.id,
        lotId: known.upload.lotId,
        orgId: actor.orgId,
        uploadId: input.uploadId,
        n: input.n,
        sizeBytes: input.sizeBytes,
        sha256,
        leafHashes: passing.leafHashes(),
        storageKey,
      })
      .onConflictDoNothing()
      .returning({ sha256: uploadUnits.sha256 });
    if (inserted[0]) return { unit: inserted[0], mine: true };
    const [unit] = await tx
      .select()
      .from(uploadUnits)
      .where(and(eq(uploadUnits.uploadId, input.uploadId), eq(uploadUnits.n, input.n)));
    return { unit: unit!, mine: false };
  });
  if (!kept?.mine) await ports.storage.remove(storageKey);
  if (!kept) throw new Refused(refuse("conflict", "bid.upload_closed"));
  return answerFor(kept.unit);
}

/** Removes the units of an upload that became no bid from the store: what is refused or given up leaves nothing there. */
export async function discardUnits({ db, ports }: Runtime, context: Context, uploadId: string): Promise<void> {
  const units = await inContext(db, context, (tx) => unitsOf(tx, uploadId));
  for (const { storageKey } of units) await ports.storage.remove(storageKey);
  await inContext(db, context, (tx) =>
    tx.update(uploads).set({ unitsDiscardedAt: sql`xb_now()` }).where(eq(uploads.id, uploadId)),
  );
}

/** Which units of an upload are stored, for resuming. */
export async function uploadState(runtime: Runtime, actor: Actor, uploadId: string) {
  return inContext(runtime.db, actor, async (tx) => {
    const upload = await ownUpload(tx, actor, uploadId);
    const units = await unitsOf(tx, uploadId);
    const now = await legalNow(tx);
    return {
      state: upload.state,
      bodyLength: upload.bodyLength,
      units: units.map(({ n, sha256 }) => ({ n, sha256 })),
      serverTime: now.toISOString(),
    };
  });
}
