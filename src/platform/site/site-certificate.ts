import { parseCertificate, pemToDers } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import { validatePath } from "@/crypto/path";
import { readTrustList } from "./trust-list";

/** Does the request carry this public key? Both are DER, and a key stands in a request as it is. */
const carries = (request: Uint8Array, spki: Uint8Array): boolean => Buffer.from(request).includes(Buffer.from(spki));

/**
 * Is this the certificate that was asked for, under the site's own trust list?
 *
 * @param csr - request for the certificate, PEM
 * @param certificate - PEM, leaf first
 * @param crls - revocation lists, DER
 * @returns a sentence, none when it is.
 */
export async function problemOfSiteCertificate(
  csr: string,
  certificate: string,
  trustList: readonly string[],
  crls: readonly Uint8Array<ArrayBuffer>[],
  now: Date,
): Promise<string | undefined> {
  let leaf: ReturnType<typeof parseCertificate> | undefined;
  try {
    [leaf] = pemToDers(certificate).map((der) => parseCertificate(der));
  } catch {
    return "不是可读的证书";
  }
  const request = pemToDers(csr, "CERTIFICATE REQUEST")[0]!;
  if (!leaf || !carries(request, leaf.spki)) return "不是为本申请的公钥签发的";
  const trust = readTrustList(trustList, now);
  if ("problem" in trust) return trust.problem;
  const verdict = await validatePath(leaf, {
    trust: trust.list,
    crls: crls.map((der) => parseCrl(der)),
    time: now,
    use: "sign",
  });
  return verdict.ok ? undefined : verdict.reason;
}
