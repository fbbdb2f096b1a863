import { type Bytes, hex } from "@/core/bytes";
import { type Certificate, type Extension, KEY_USAGE, type Name, readExtensions, readName } from "./certificate";
import {
  children,
  context,
  DerError,
  expectTag,
  parseDer,
  readBigInt,
  readBits,
  readTime,
  sequenceOf,
  TAG,
} from "./der";
import { sameName } from "./names";
import { OID } from "./oid";
import { readScheme, verifySignature } from "./signature";

/** A certificate revocation list (RFC 5280 5), strictly parsed. */
export interface Crl {
  readonly der: Bytes;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly revoked: ReadonlyMap<bigint, { readonly at: Date; readonly reason?: number }>;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly tbs: Bytes;
  readonly signature: Bytes;
  readonly signatureAlgorithm: Bytes;
  /** A list we must not rely on: unknown critical extension, delta or indirect list. */
  readonly unusable?: string;
  readonly onlyUserCertificates: boolean;
  readonly onlyCaCertificates: boolean;
}

export function parseCrl(der: Bytes): Crl {
  const [tbsNode, algorithm, signature, ...rest] = sequenceOf(parseDer(der), "CRL");
  if (!tbsNode || !algorithm || !signature || rest.length) throw new DerError("CRL expected");
  const parts = sequenceOf(tbsNode, "to be signed");
  let i = parts[0]?.tag === TAG.integer ? 1 : 0;
  const inner = expectTag(parts[i++], TAG.sequence, "signature algorithm");
  if (hex(inner.raw) !== hex(algorithm.raw)) throw new DerError("two signature algorithms");
  const issuer = readName(expectTag(parts[i++], TAG.sequence, "issuer"));
  const thisUpdate = readTime(parts[i++]!);
  let nextUpdate: Date | undefined;
  if (parts[i]?.tag === TAG.utcTime || parts[i]?.tag === TAG.generalizedTime) nextUpdate = readTime(parts[i++]!);
  const revoked = new Map<bigint, { at: Date; reason?: number }>();
  let unusable: string | undefined;
  if (parts[i]?.tag === TAG.sequence) {
    for (const entry of children(parts[i++]!)) {
      const [serial, at, extensionsNode] = sequenceOf(entry, "revoked certificate");
      let reason: number | undefined;
      if (extensionsNode) {
        for (const extension of readExtensions(extensionsNode).values()) {
          if (extension.oid === OID.crlReason) reason = Number(readBigInt(parseDer(extension.value)));
          else if (extension.critical) unusable = "unknown critical entry extension";
        }
      }
      revoked.set(readBigInt(expectTag(serial, TAG.integer, "serial number")), {
        at: readTime(at!),
        ...(reason === undefined ? {} : { reason }),
      });
    }
  }
  const extensions =
    parts[i]?.tag === context(0) ? readExtensions(children(parts[i]!)[0]!) : new Map<string, Extension>();
  let onlyUserCertificates = false;
  let onlyCaCertificates = false;
  for (const extension of extensions.values()) {
    if (extension.oid === OID.deltaCrlIndicator) unusable = "delta list";
    else if (extension.oid === OID.issuingDistributionPoint) {
      for (const part of sequenceOf(parseDer(extension.value), "issuing distribution point")) {
        if (part.tag === context(1, false)) onlyUserCertificates = part.content[0] !== 0;
        else if (part.tag === context(2, false)) onlyCaCertificates = part.content[0] !== 0;
        else unusable = "partial or indirect list";
      }
    } else if (extension.critical) unusable = `unknown critical extension ${extension.oid}`;
  }
  return {
    der,
    issuer,
    thisUpdate,
    ...(nextUpdate ? { nextUpdate } : {}),
    revoked,
    extensions,
    tbs: tbsNode.raw,
    signature: readBits(expectTag(signature, TAG.bitString, "signature")),
    signatureAlgorithm: algorithm.raw,
    ...(unusable ? { unusable } : {}),
    onlyUserCertificates,
    onlyCaCertificates,
  };
}

export type RevocationStatus = "good" | "revoked" | "unknown";

/**
 * Status of a certificate by the lists of its issuer at `time`.
 * No usable, current list says "unknown"; a revocation at or before `time` in any list says "revoked".
 *
 * @param signers - certificates of the issuer's name whose signature on a list counts.
 */
export async function revocationStatus(
  certificate: Certificate,
  signers: readonly Certificate[],
  crls: readonly Crl[],
  time: Date,
): Promise<RevocationStatus> {
  let status: RevocationStatus = "unknown";
  const isCa = certificate.basicConstraints?.ca === true;
  for (const crl of crls) {
    if (crl.unusable || !sameName(crl.issuer, certificate.issuer)) continue;
    if ((crl.onlyUserCertificates && isCa) || (crl.onlyCaCertificates && !isCa)) continue;
    if (!(await isSignedByOne(crl, signers))) continue;
    const entry = crl.revoked.get(certificate.serial);
    // removeFromCRL (8) occurs in delta lists only.
    if (entry && entry.reason !== 8 && entry.at <= time) return "revoked";
    if (crl.thisUpdate <= time && crl.nextUpdate && time <= crl.nextUpdate) status = "good";
  }
  return status;
}

async function isSignedByOne(crl: Crl, signers: readonly Certificate[]): Promise<boolean> {
  const scheme = readScheme(parseDer(crl.signatureAlgorithm));
  if (!scheme) return false;
  for (const signer of signers) {
    if (signer.keyUsage && !signer.keyUsage.has(KEY_USAGE.crlSign)) continue;
    if (await verifySignature(signer, scheme, crl.signature, crl.tbs)) return true;
  }
  return false;
}
