import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { parseCrl, revocationStatus } from "@/crypto/crl";
import { ocspStatus, parseOcspResponse } from "@/crypto/ocsp";
import { writeOcspRequest } from "@/crypto/ocsp-request";
import type { Runtime } from "@/kit/command";

export interface CertificateStatus {
  readonly byList: string;
  readonly byResponder: string;
}

const WORDS = { good: "有效", revoked: "已吊销", unknown: "查不到" } as const;

/** What the authority says of a certificate now: by its list (CRL) and by its responder (OCSP). */
export async function certificateStatus(
  { site, ports }: Pick<Runtime, "site" | "ports">,
  certificate: Certificate,
  now: Date,
): Promise<CertificateStatus> {
  const trust = site.trustList.map((pem) => parseCertificate(pemToDer(pem)));
  const issuer = trust.find(({ subject }) => subject.display === certificate.issuer.display);
  if (!issuer) return { byList: "颁发机构不在信任列表内", byResponder: "—" };
  const lists = (await ports.revocation.lists(site.crlUrls, now)).map((der) => parseCrl(der));
  const byList = await revocationStatus(certificate, [issuer], lists, now);
  const answers = await ports.revocation.statuses(site.ocspUrls, await writeOcspRequest(certificate, issuer));
  const responses = answers.flatMap((der) => {
    try {
      return [parseOcspResponse(der)];
    } catch {
      return [];
    }
  });
  return { byList: WORDS[byList], byResponder: WORDS[await ocspStatus(certificate, issuer, responses, now)] };
}
