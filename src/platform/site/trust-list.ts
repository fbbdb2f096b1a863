import { type Certificate, parseCertificate, pemToDers } from "@/crypto/certificate";

/**
 * Reads a trust list of authorities.
 *
 * @returns the certificates, or a sentence that names the one that cannot be trusted and why.
 */
export function readTrustList(pems: readonly string[], now: Date): { list: Certificate[] } | { problem: string } {
  const list: Certificate[] = [];
  for (const [i, pem] of pems.entries()) {
    const which = `第 ${i + 1} 张`;
    try {
      for (const der of pemToDers(pem)) list.push(parseCertificate(der));
    } catch {
      return { problem: `${which}不是可读的证书` };
    }
    const certificate = list.at(-1);
    if (!certificate?.basicConstraints?.ca) return { problem: `${which}不是认证机构的证书` };
    if (certificate.notAfter <= now) return { problem: `${which}（${certificate.subject.display}）已过有效期` };
  }
  if (!list.some(({ selfIssued }) => selfIssued)) return { problem: "没有自签名的根证书" };
  return { list };
}
