import { base64url, fromBase64url } from "@/core/bytes";
import { type Refusal, refuse } from "@/core/refusal";
import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { verifyDetached } from "@/crypto/cms";
import { parseCrl } from "@/crypto/crl";
import { validatePath } from "@/crypto/path";
import { payloadOf, type Statement } from "@/crypto/statement";
import type { Site } from "@/platform/site/queries";
import type { RevocationSource } from "@/ports/revocation";

/** Trust material of a site at one instant: certificates of its list and the revocation lists that could be had. */
export async function trustOf(site: Site, revocation: RevocationSource, time: Date) {
  const crls = await revocation.lists(site.crlUrls, time);
  return {
    trust: site.trustList.map((pem) => parseCertificate(pemToDer(pem))),
    crls: crls.map((der) => parseCrl(der)),
  };
}

export type SignerCheck =
  | { readonly ok: true; readonly signer: Certificate; readonly revocation: "good" | "unknown" }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Checks a detached signature and the path of its certificate at legal time `time`.
 * Whose certificate it is, and whether that party may act, is asked by the caller.
 */
export async function checkSigner(
  content: Uint8Array<ArrayBuffer>,
  cms: Uint8Array<ArrayBuffer>,
  site: Site,
  revocation: RevocationSource,
  time: Date,
  unknownIsGood = false,
): Promise<SignerCheck> {
  const verdict = await verifyDetached(cms, content);
  if (!verdict.ok)
    return { ok: false, refusal: refuse("invalid", "identity.signature_broken", { reason: verdict.reason }) };
  const path = await validatePath(verdict.signer, { ...(await trustOf(site, revocation, time)), time, use: "sign" });
  if (!path.ok)
    return { ok: false, refusal: refuse("invalid", "identity.certificate_refused", { reason: path.reason }) };
  if (path.revocation === "unknown" && !unknownIsGood) {
    return { ok: false, refusal: refuse("unavailable", "identity.revocation_unknown") };
  }
  return { ok: true, signer: verdict.signer, revocation: path.revocation };
}

/** Checks a signed statement and gives its payload back. */
export async function checkStatement(
  statement: Statement,
  site: Site,
  revocation: RevocationSource,
  time: Date,
  unknownIsGood = false,
) {
  let read: { bytes: Uint8Array<ArrayBuffer>; payload: Record<string, unknown>; cms: Uint8Array<ArrayBuffer> };
  try {
    const { bytes, value } = payloadOf(statement);
    read = { bytes, payload: value, cms: fromBase64url(statement.cms) };
  } catch {
    return {
      ok: false,
      refusal: refuse("invalid", "identity.signature_broken", { reason: "声明的格式不正确" }),
    } as const;
  }
  const check = await checkSigner(read.bytes, read.cms, site, revocation, time, unknownIsGood);
  if (!check.ok) return check;
  return { ...check, payload: read.payload, bytes: read.bytes };
}

export const toStatement = (payload: Uint8Array<ArrayBuffer>, cms: Uint8Array<ArrayBuffer>): Statement => ({
  payload: base64url(payload),
  cms: base64url(cms),
});
