import type { Bytes } from "@/core/bytes";
import type { OpenKey } from "@/platform/identity/ui/key-ring";
import { keptFile } from "../client/draft-store";
import { type Draft, EXTRA_SLOT, sealedForm, sealedName } from "../draft";
import type { BidRoomView } from "../room";
import type { SealJob } from "./seal-messages";

/**
 * What is sealed: the form and the files in the first envelope of the tender's plan, in the order in which the tender
 * document names them.
 *
 * @param recoverySecret - 32 random bytes, for this package alone.
 */
export async function jobOf(view: BidRoomView, draft: Draft, key: OpenKey, recoverySecret: Bytes): Promise<SealJob> {
  const { document, deliveries, lot, tender } = view;
  if (!document) throw new Error("请先获取招标文件。");
  const { content, digest } = document;
  const order = [...content.requiredFiles.map(({ id }) => id), EXTRA_SLOT];
  const sorted = [...draft.files].sort((a, b) => order.indexOf(a.slot) - order.indexOf(b.slot));
  const files = await Promise.all(
    sorted.map(async (file) => ({ name: sealedName(content, file), file: await keptFile(view.orgId, lot.id, file) })),
  );
  const { signing, encryption } = key.opened;
  return {
    kind: "seal",
    lotId: lot.id,
    tender: tender.code,
    lot: lot.code,
    // One bid of one bidder keeps its name through every version.
    bid: deliveries[0]?.bidUuid ?? crypto.randomUUID(),
    seq: (deliveries[0]?.payload.seq ?? 0) + 1,
    tenderDigest: digest,
    segments: content.envelopes.map((id, i) => ({
      id,
      form: i === 0 ? sealedForm(content, draft) : {},
      files: i === 0 ? files : [],
      ...(i === 0 && content.usesDraws ? { draw: crypto.getRandomValues(new Uint8Array(32)) } : {}),
    })),
    signing: { key: signing.key, certificate: signing.certificate, chain: signing.chain },
    encryption: { key: encryption.key, certificate: encryption.certificate },
    recoverySecret,
  };
}
