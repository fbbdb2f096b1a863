import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { base64url, fromBase64url } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { verifyDetachedDigest } from "@/crypto/cms";
import { validatePath } from "@/crypto/path";
import { embedSignature, placeholder } from "@/documents/sign-pdf";
import type { Actor, Runtime } from "@/kit/command";
import { inContext, legalNow } from "@/kit/db/context";
import { trustOf } from "@/platform/identity/signer-check";
import { certificates } from "@/platform/party/tables";
import { readAll } from "@/ports/storage";
import { type StoredObject, storeObject } from "./commands";
import { fileOf } from "./queries";

/** A signature on a PDF as it travels: the CMS over the digest, and the instant that was written into the file. */
export const PdfSignatureInput = z.object({ cms: z.string().max(100_000, "签名过大"), signingTime: z.iso.datetime() });
export type PdfSignatureInput = z.infer<typeof PdfSignatureInput>;

/** How long a digest waits for its signature. */
const SIGNING_MINUTES = 10;

async function place(runtime: Runtime, actor: Actor, fileId: string, signingTime: Date) {
  const { file, name } = await inContext(runtime.db, actor, async (tx) => {
    const [certificate] = await tx.select().from(certificates).where(eq(certificates.id, actor.certificateId));
    return { file: await fileOf(tx, fileId), name: certificate?.subject ?? "" };
  });
  const pdf = await readAll(await runtime.ports.storage.get(file.storageKey));
  return placeholder(pdf, { name, reason: "签署", signingTime });
}

/**
 * What a person's browser signs on a PDF: 32 bytes. Nothing is kept between asking and signing: the same file, name and
 * instant give the same bytes again.
 */
export async function digestToSign(
  runtime: Runtime,
  actor: Actor,
  fileId: string,
): Promise<{ digest: string; signingTime: string }> {
  const now = await inContext(runtime.db, actor, (tx) => legalNow(tx));
  // PDF dates have whole seconds.
  const signingTime = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const { digest } = await place(runtime, actor, fileId, signingTime);
  return { digest: base64url(digest), signingTime: signingTime.toISOString() };
}

/** Puts a person's signature into a stored PDF as an incremental update, after checking it as any verifier would. */
export async function signStoredPdf(
  runtime: Runtime,
  actor: Actor,
  fileId: string,
  input: PdfSignatureInput,
): Promise<StoredObject> {
  const signingTime = new Date(input.signingTime);
  const { pdf, digest } = await place(runtime, actor, fileId, signingTime);
  const { now, fingerprint } = await inContext(runtime.db, actor, async (tx) => {
    const [certificate] = await tx
      .select()
      .from(certificates)
      .where(and(eq(certificates.id, actor.certificateId), eq(certificates.use, "sign")));
    return { now: await legalNow(tx), fingerprint: certificate?.fingerprint };
  });
  if (Math.abs(now.getTime() - signingTime.getTime()) > SIGNING_MINUTES * 60_000)
    throw new Refused(refuse("too_late", "identity.signature_stale"));
  const cms = fromBase64url(input.cms);
  const verdict = await verifyDetachedDigest(cms, () => digest);
  if (!verdict.ok) throw new Refused(refuse("invalid", "identity.signature_broken", { reason: verdict.reason }));
  if (verdict.signer.fingerprint !== fingerprint) throw new Refused(refuse("forbidden", "identity.other_certificate"));
  const path = await validatePath(verdict.signer, {
    ...(await trustOf(runtime.site, runtime.ports.revocation, now)),
    time: now,
    use: "sign",
  });
  if (!path.ok) throw new Refused(refuse("invalid", "identity.certificate_refused", { reason: path.reason }));
  return storeObject(runtime.ports.storage, embedSignature(pdf, cms));
}
