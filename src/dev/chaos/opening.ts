import { randomBytes, randomUUID } from "node:crypto";
import { fromBase64url } from "@/core/bytes";
import { parseCertificate } from "@/crypto/certificate";
import { signStatement } from "@/crypto/statement";
import { releasePayload } from "@/crypto/xbid/release";
import { readHeader } from "@/crypto/xbid/schema";
import { unwrapWithKey } from "@/crypto/xbid/wrap";
import { inContext } from "@/kit/db/context";
import type { unlockMaterial } from "@/lifecycle/opening/commands/release";
import { openingRecordOf, openingsOf } from "@/lifecycle/opening/queries";
import type { Chaos } from "./main";

type Insist = <R>(step: () => Promise<R>) => Promise<R>;
type Material = Awaited<ReturnType<typeof unlockMaterial>>;

/** Every bidder releases its key while processes die; all prices must appear, and each acknowledged release must count. */
export async function openingPhase(
  chaos: Chaos,
  lotId: string,
  keys: readonly string[],
  insist: Insist,
  deadline: Date,
): Promise<void> {
  const { stage } = chaos;
  const platform = { siteId: stage.app.site.id, role: "platform" };
  await insist(() => stage.setClock(deadline));
  await chaos.under(() => until(async () => (await stage.lot(lotId)).state === "O1"));
  let released = 0;
  for (const key of keys) {
    const actor = chaos.actor(key);
    const material = await insist(() => actor.query<Material>("opening.unlockMaterial", { lotId }));
    const header = readHeader(fromBase64url(material.header));
    const { opened, signer } = actor.person;
    const fingerprint = parseCertificate(opened.encryption.certificate).fingerprint;
    for (const { segment } of material.blobHeads) {
      const cek = await unwrapWithKey(header, segment, { fingerprint, privateKey: opened.encryption.key });
      const { lotCode, bid, seq, sealHash, closing } = material;
      const payload = releasePayload({
        lot: lotCode,
        bid,
        seq,
        segment,
        key: cek,
        sealHash,
        closingHash: closing!.hash,
        nonce: new Uint8Array(randomBytes(32)),
      });
      const body = { lotId, statement: await signStatement(payload, signer) };
      const once = randomUUID();
      const first = await chaos.under(() => actor.mutate<{ opened: boolean }>("opening.release", body, once));
      const again = await insist(() => actor.mutate<{ opened: boolean }>("opening.release", body, once));
      if (first.opened !== again.opened) chaos.check("same release", false, key);
      if (first.opened) released++;
    }
  }
  await chaos.under(() =>
    until(async () => (await inContext(stage.worker.db, platform, (tx) => openingRecordOf(tx, lotId))) !== undefined),
  );
  const openings = await insist(() => inContext(stage.worker.db, platform, (tx) => openingsOf(tx, lotId)));
  const decrypted = openings.filter(({ state }) => state === "decrypted").length;
  chaos.check(
    "opening",
    decrypted === released && released === openings.length,
    `${released} released, ${decrypted} opened of ${openings.length}`,
  );
}

async function until(look: () => Promise<boolean>): Promise<true> {
  for (let i = 0; i < 600; i++) {
    if (await look().catch(() => false)) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("did not happen in time");
}
