import { and, eq, ne } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { type Actor, defineCommand, type Runtime, roles } from "@/kit/command";
import { inContext } from "@/kit/db/context";
import { lockLot } from "@/lifecycle/lot/queries";
import { refusalToSubmit } from "@/lifecycle/lot/rules";
import { ownUpload, unitsOf } from "../queries";
import { unitCount } from "../rules";
import { KeepDraft } from "../schema";
import { uploads } from "../tables";

/**
 * Keeps the encrypted copy of a draft (草稿密存), so that its owner can go on at another computer. The newest one counts;
 * older ones leave the store. The statement is the owner's and is checked by who opens the copy: the platform reads
 * neither.
 */
export const keepDraft = defineCommand({
  name: "bid.keep-draft",
  input: KeepDraft,
  may: roles("bidder"),
  async run({ tx, actor, clock }, { uploadId, statement }) {
    const upload = await ownUpload(tx, actor, uploadId, "draft");
    const lot = await lockLot(tx, upload.lotId, "share");
    const now = await clock();
    permit(refusalToSubmit(lot, now));
    if (upload.state !== "open") throw new Refused(refuse("conflict", "bid.upload_closed"));
    const [stored, needed] = [(await unitsOf(tx, uploadId)).length, unitCount(upload.bodyLength)];
    if (stored !== needed) throw new Refused(refuse("conflict", "bid.units_missing", { stored, needed }));
    const mine = and(eq(uploads.lotId, lot.id), eq(uploads.orgId, actor.orgId), eq(uploads.state, "kept"));
    await tx
      .update(uploads)
      .set({ state: "given_up" })
      .where(and(mine, ne(uploads.id, uploadId)));
    await tx.update(uploads).set({ state: "kept", keptAt: now, statement }).where(eq(uploads.id, uploadId));
    return {
      result: { keptAt: now.toISOString() },
      trail: [{ action: "bid.draft-kept", subject: uploadId, lotId: lot.id, chain: `sealed:${lot.id}`, facts: {} }],
    };
  },
});

/** Takes the copy of a draft away from the platform. */
export const dropDraft = defineCommand({
  name: "bid.drop-draft",
  input: z.object({ uploadId: z.uuid() }),
  may: roles("bidder"),
  async run({ tx, actor }, { uploadId }) {
    const { lotId } = await ownUpload(tx, actor, uploadId, "draft");
    await tx.update(uploads).set({ state: "given_up" }).where(eq(uploads.id, uploadId));
    return {
      result: { uploadId },
      trail: [{ action: "bid.draft-dropped", subject: uploadId, lotId, chain: `sealed:${lotId}`, facts: {} }],
    };
  },
});

/** One stored unit of the kept copy, for its owner. Units of bids are given back to nobody. @throws Refused `not_found` */
export async function readDraftUnit(
  { db, ports }: Runtime,
  actor: Actor,
  uploadId: string,
  n: number,
): Promise<{ sizeBytes: number; bytes: AsyncIterable<Uint8Array> }> {
  const unit = await inContext(db, actor, async (tx) => {
    const upload = await ownUpload(tx, actor, uploadId, "draft");
    return upload.state === "kept" ? (await unitsOf(tx, uploadId)).find((one) => one.n === n) : undefined;
  });
  if (!unit) throw new Refused(refuse("not_found", "general.not_found"));
  return { sizeBytes: unit.sizeBytes, bytes: await ports.storage.get(unit.storageKey) };
}
