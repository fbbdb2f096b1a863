import { fromBase64url } from "@/core/bytes";
import { Refused, refuse } from "@/core/refusal";
import { attributeOf, type Certificate, creditCodeOf, parseCertificate } from "@/crypto/certificate";
import { OID } from "@/crypto/oid";
import { validatePath } from "@/crypto/path";
import type { CommandScope } from "@/kit/command";
import { trustOf } from "@/platform/identity/signer-check";

/** Name of the holder as the authority wrote it. */
export const holderOf = (certificate: Certificate): string =>
  certificate.subject.attributes.find(({ oid }) => oid === OID.commonName)?.value ?? certificate.subject.display;

/**
 * The certificate must be the organisation's own.
 *
 * @param creditCodes its code, and while a change of it waits for a verifier, the new one
 * @returns the code that the certificate bears
 * @throws Refused
 */
export function requireOrganisation(certificate: Certificate, ...creditCodes: string[]): string {
  const inCertificate = creditCodeOf(certificate);
  if (!inCertificate || !creditCodes.includes(inCertificate))
    throw new Refused(
      refuse("invalid", "party.certificate_of_other", {
        inCertificate: inCertificate ?? "（没有）",
        entered: creditCodes.join("、"),
      }),
    );
  return inCertificate;
}

/**
 * The certificate must name the person who binds it, or the organisation as certificates for a firm's business do: what it
 * signs is its holder's (ES13), and stands in records under the person's name. Who registers or joins takes its name from
 * the certificate; a further one cannot change it.
 *
 * @throws Refused
 */
export function requireHolder(certificate: Certificate, person: string, organisation: string): void {
  const holder = holderOf(certificate);
  if (![person, organisation, attributeOf(certificate.subject, OID.organization)].includes(holder))
    throw new Refused(refuse("invalid", "party.certificate_of_other_person", { holder, person }));
}

/** Reads and checks the encryption half of a pair: path, use, organisation. @throws Refused */
export async function encryptionCertificate(
  { site, ports, now }: Pick<CommandScope, "site" | "ports" | "now">,
  text: string,
  creditCode: string,
): Promise<{ certificate: Certificate; der: Uint8Array<ArrayBuffer> }> {
  let read: { certificate: Certificate; der: Uint8Array<ArrayBuffer> };
  try {
    const der = fromBase64url(text);
    read = { der, certificate: parseCertificate(der) };
  } catch {
    throw new Refused(refuse("invalid", "party.encryption_refused", { reason: "不是证书" }));
  }
  requireOrganisation(read.certificate, creditCode);
  const path = await validatePath(read.certificate, {
    ...(await trustOf(site, ports.revocation, now)),
    time: now,
    use: "encrypt",
  });
  if (!path.ok) throw new Refused(refuse("invalid", "party.encryption_refused", { reason: path.reason }));
  if (path.revocation === "unknown") throw new Refused(refuse("unavailable", "identity.revocation_unknown"));
  return read;
}
