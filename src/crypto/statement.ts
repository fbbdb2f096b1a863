import { type Bytes, base64url, fromBase64url, hex } from "@/core/bytes";
import { type CanonicalValue, encodeCanonical, NotCanonical, parseCanonical } from "@/core/canonical-json";
import type { Certificate } from "./certificate";
import { type CmsSigner, signDetached, verifyDetached } from "./cms";
import type { Crl } from "./crl";
import { type PathOptions, validatePath } from "./path";
import { sha256 } from "./sha256";

/**
 * A signed statement: the one container of everything that is signed as data (receipt, withdrawal, closing record,
 * key release, opening record, instruction, score sheet). Specification: `public/specs/statements.md`.
 */
export interface Statement {
  /** Base64url of the canonical JSON bytes that were signed. */
  readonly payload: string;
  /** Base64url of a detached CMS SignedData over exactly those bytes. */
  readonly cms: string;
  /** Base64url of a second detached CMS over the same bytes: the seal of an organisation beside a person's signature. */
  readonly seal?: string | undefined;
  /** Base64url of an RFC 3161 token over the payload bytes. */
  readonly tst?: string;
}

export type StatementVerdict =
  | {
      readonly ok: true;
      readonly signer: Certificate;
      readonly revocation: "good" | "unknown";
      readonly payload: Record<string, CanonicalValue>;
    }
  /** `reason` is a Chinese sentence for the reader. */
  | { readonly ok: false; readonly reason: string };

/** What a signature is judged by: the trust list, the revocation lists at hand, and the trusted time of the act. */
export interface TrustContext {
  readonly trust: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly time: Date;
}

/** Signs a payload. @throws NotCanonical when the payload has no canonical form. */
export async function signStatement(
  payload: CanonicalValue,
  signer: CmsSigner,
  options: { signingTime?: Date } = {},
): Promise<Statement> {
  const bytes = encodeCanonical(payload);
  return { payload: base64url(bytes), cms: base64url(await signDetached(bytes, signer, options)) };
}

/** The signed bytes as they were received, and their value. @throws NotCanonical when they are not canonical JSON of an object. */
export function payloadOf(statement: Pick<Statement, "payload">): {
  bytes: Bytes;
  value: Record<string, CanonicalValue>;
} {
  let bytes: Bytes;
  try {
    bytes = fromBase64url(statement.payload);
  } catch {
    throw new NotCanonical("payload is not base64url");
  }
  const value = parseCanonical(bytes);
  if (typeof value !== "object" || Array.isArray(value)) throw new NotCanonical("payload is not an object");
  return { bytes, value: value as Record<string, CanonicalValue> };
}

/** SHA-256 (lower-case hex) of the payload bytes: the name by which other statements speak of this one. */
export const statementHash = (statement: Pick<Statement, "payload">): string => hex(sha256(payloadOf(statement).bytes));

/**
 * Verifies payload form, signature and the signer's certificate path at the trusted time.
 * Whose certificate it must be, and what the payload must say, is asked by the caller.
 *
 * @param context.use - what the certificate must be good for; signing by default.
 */
export async function verifyStatement(
  statement: Statement,
  context: TrustContext & { readonly use?: PathOptions["use"] },
): Promise<StatementVerdict> {
  let payload: ReturnType<typeof payloadOf>;
  let cms: Bytes;
  try {
    payload = payloadOf(statement);
    cms = fromBase64url(statement.cms);
  } catch {
    return { ok: false, reason: "声明的格式不正确" };
  }
  const verdict = await verifyDetached(cms, payload.bytes);
  if (!verdict.ok) return verdict;
  if (!onlyTrustedCompany(verdict.certificates, verdict.signer, context.trust)) {
    return { ok: false, reason: "签名附带了信任列表以外的证书" };
  }
  const path = await validatePath(verdict.signer, {
    trust: context.trust,
    crls: context.crls,
    time: context.time,
    use: context.use ?? "sign",
  });
  if (!path.ok) return path;
  return { ok: true, signer: verdict.signer, revocation: path.revocation, payload: payload.value };
}

/** Beside the signer's own, a CMS may carry only certificates of the trust list: it must not bring its own intermediates. */
export function onlyTrustedCompany(
  carried: readonly Certificate[],
  signer: Certificate,
  trust: readonly Certificate[],
): boolean {
  const known = new Set(trust.map(({ fingerprint }) => fingerprint));
  return carried.every(({ fingerprint }) => fingerprint === signer.fingerprint || known.has(fingerprint));
}
