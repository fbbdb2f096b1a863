import { type Refusal, refuse } from "@/core/refusal";
import { type Certificate, parseCertificate, pemToDer } from "@/crypto/certificate";
import { parseCrl, type RevocationStatus, revocationStatus } from "@/crypto/crl";
import { ocspStatus, parseOcspResponse } from "@/crypto/ocsp";
import { writeOcspRequest } from "@/crypto/ocsp-request";
import type { Runtime } from "@/kit/command";
import type { RevocationSource } from "@/ports/revocation";

export interface CertificateStatus {
  readonly byList: string;
  readonly byResponder: string;
}

const WORDS = { good: "有效", revoked: "已吊销", unknown: "查不到" } as const;

const issuerOf = (site: Runtime["site"], certificate: Certificate): Certificate | undefined =>
  site.trustList
    .map((pem) => parseCertificate(pemToDer(pem)))
    .find(({ subject }) => subject.display === certificate.issuer.display);

/**
 * What the responders of the site's authorities (OCSP) say of a certificate now. Only addresses that the site lists are
 * asked: a certificate may name any.
 */
async function byResponders(
  { site, ports }: Pick<Runtime, "site"> & { ports: { revocation: RevocationSource } },
  certificate: Certificate,
  issuer: Certificate,
  now: Date,
): Promise<RevocationStatus> {
  const answers = await ports.revocation.statuses(site.ocspUrls, await writeOcspRequest(certificate, issuer));
  const responses = answers.flatMap((der) => {
    try {
      return [parseOcspResponse(der)];
    } catch {
      return [];
    }
  });
  return ocspStatus(certificate, issuer, responses, now);
}

/**
 * Refuses a certificate that its authority's responder calls revoked, although the list does not say so yet. A responder
 * that is down or does not know leaves the list's word.
 */
export async function refusalByResponder(
  site: Runtime["site"],
  revocation: RevocationSource,
  certificate: Certificate,
  now: Date,
): Promise<Refusal | undefined> {
  const issuer = issuerOf(site, certificate);
  if (!issuer || !site.ocspUrls.length) return undefined;
  const status = await byResponders({ site, ports: { revocation } }, certificate, issuer, now);
  return status === "revoked"
    ? refuse("invalid", "identity.certificate_refused", { reason: "证书已被吊销（在线状态查询）" })
    : undefined;
}

/** What the authority says of a certificate now: by its list (CRL) and by its responder (OCSP). */
export async function certificateStatus(
  { site, ports }: Pick<Runtime, "site" | "ports">,
  certificate: Certificate,
  now: Date,
): Promise<CertificateStatus> {
  const issuer = issuerOf(site, certificate);
  if (!issuer) return { byList: "颁发机构不在信任列表内", byResponder: "—" };
  const lists = (await ports.revocation.lists(site.crlUrls, now)).map((der) => parseCrl(der));
  const byList = await revocationStatus(certificate, [issuer], lists, now);
  return { byList: WORDS[byList], byResponder: WORDS[await byResponders({ site, ports }, certificate, issuer, now)] };
}
