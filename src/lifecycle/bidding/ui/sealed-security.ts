import { hex } from "@/core/bytes";
import { encodeSecurity, SECURITY_FILE } from "@/lifecycle/bid-security/guarantee/part";
import { readGuarantee } from "@/lifecycle/bid-security/guarantee/typed";
import { actKey, insist, trpc } from "@/trpc/client";
import { keptFile } from "../client/draft-store";
import { type Draft, GUARANTEE_SLOT } from "../draft";
import type { BidRoomView } from "../room";
import { guaranteeNeeds } from "../secured";

/** SHA-256 of the guarantee as it lies in the draft; undefined where there is none. */
export async function guaranteeHash(view: BidRoomView, draft: Pick<Draft, "files">): Promise<string | undefined> {
  const file = draft.files.find(({ slot }) => slot === GUARANTEE_SLOT);
  if (!file) return undefined;
  const bytes = await (await keptFile(view.orgId, view.lot.id, file)).arrayBuffer();
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The security's part as it is sealed: in every bid on a lot that asks for a security, and in no other. */
export async function sealedSecurity(view: BidRoomView, draft: Draft) {
  const needs = guaranteeNeeds(view);
  if (!needs) return [];
  const { facts } = draft.guarantee ? readGuarantee(draft.guarantee, needs) : {};
  const sha256 = facts && (await guaranteeHash(view, draft));
  const bytes = encodeSecurity(facts && sha256 ? { ...facts, sha256 } : undefined);
  return [{ name: SECURITY_FILE, envelope: 1 as const, file: new Blob([bytes]) }];
}

/** Says that the package brings a guarantee, where the tender document asks for a security at receipt: its hash and nothing else. */
export async function markOwnGuarantee(view: BidRoomView, draft: Draft): Promise<void> {
  const sha256 = draft.guarantee && (await guaranteeHash(view, draft));
  if (!sha256) return;
  const key = actKey();
  await insist(() => trpc.security.mark.mutate({ key, body: { lotId: view.lot.id, sha256 } }));
}
