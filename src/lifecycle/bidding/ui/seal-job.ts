import type { Bytes } from "@/core/bytes";
import { PRICED_BILL_FILE } from "@/lifecycle/tender-document/bill/priced";
import { envelopeOfFile } from "@/lifecycle/tender-document/envelopes";
import type { OpenKey } from "@/platform/identity/ui/key-ring";
import type { TrustMaterial } from "@/platform/site/ui/verify/check";
import { sealedBill } from "../bill/prices";
import { browserMarks } from "../client/device";
import { keptFile } from "../client/draft-store";
import { sealedPart } from "../consortium/prepared";
import { DECLARATION_FILE, encodeDeclaration } from "../declaration/part";
import { asksDeclaration, declare } from "../declaration/typed";
import { DEVICE_FILE, encodeMarks } from "../device/marks";
import {
  type Draft,
  declaringParties,
  inDocumentOrder,
  sealedForm,
  sealedName,
  secondFields,
  segmentsOf,
} from "../draft";
import { draftKeyOf } from "../purpose";
import type { BidRoomView } from "../room";
import type { SealJob } from "./seal-messages";
import { sealedSecurity } from "./sealed-security";
import { preparedOf } from "./use-consortium";

/**
 * What is sealed, from the draft as it lies in the browser.
 *
 * @param recoverySecret - 32 random bytes, for this package alone.
 * @param trust - what members of a consortium are judged by.
 */
export async function jobOf(
  view: BidRoomView,
  draft: Draft,
  key: OpenKey,
  recoverySecret: Bytes,
  trust: TrustMaterial | undefined,
): Promise<SealJob> {
  const { document, deliveries, lot, tender } = view;
  if (!document) throw new Error("请先获取招标文件。");
  const { content, digest } = document;
  const files = await Promise.all(
    inDocumentOrder(content, draft.files).map(async (file) => ({
      name: sealedName(content, file),
      envelope: envelopeOfFile(content, file.slot, sealedName(content, file)),
      file: await keptFile(view.orgId, draftKeyOf(view), file),
    })),
  );
  const bill = content.bill
    ? [
        {
          name: PRICED_BILL_FILE,
          envelope: envelopeOfFile(content, PRICED_BILL_FILE, PRICED_BILL_FILE),
          file: new Blob([sealedBill(lot.code, content.bill, draft.prices ?? {})]),
        },
      ]
    : [];
  const consortium = sealedPart(content.consortiumAllowed, await preparedOf(view, trust, draft)).map(
    ({ name, bytes }) => ({ name, envelope: 1 as const, file: new Blob([bytes]) }),
  );
  const device = { name: DEVICE_FILE, envelope: 1 as const, file: new Blob([encodeMarks(browserMarks())]) };
  const { declaration: declared } = declare(content, declaringParties(view.bidder, draft), draft.declaration);
  const declaration =
    asksDeclaration(content) && declared
      ? [{ name: DECLARATION_FILE, envelope: 1 as const, file: new Blob([encodeDeclaration(declared)]) }]
      : [];
  const security = await sealedSecurity(view, draft);
  const { signing, encryption } = key.opened;
  return {
    kind: "seal",
    lotId: lot.id,
    purpose: view.purpose,
    tender: tender.code,
    lot: lot.code,
    // One bid of one bidder keeps its name through every version.
    bid: deliveries[0]?.bidUuid ?? crypto.randomUUID(),
    seq: (deliveries[0]?.payload.seq ?? 0) + 1,
    tenderDigest: digest,
    segments: segmentsOf(
      content,
      sealedForm(content, draft),
      [...files, ...bill, ...consortium, ...declaration, ...security, device],
      secondFields(content),
    ),
    signing: { key: signing.key, certificate: signing.certificate, chain: signing.chain },
    encryption: { key: encryption.key, certificate: encryption.certificate },
    recoverySecret,
  };
}
