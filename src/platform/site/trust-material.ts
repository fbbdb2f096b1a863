import { base64 } from "@/core/bytes";
import type { Runtime } from "@/kit/command";

/** What a browser needs to verify signatures of this site by itself. Everything in it is public. */
export async function trustMaterial({ site, ports }: Runtime, now: Date) {
  const crls = await ports.revocation.lists(site.crlUrls, now);
  return {
    trust: [...site.trustList],
    timestampTrust: [...site.timestampTrust],
    crls: crls.map((der) => base64(der)),
    now: now.toISOString(),
    operatorCreditCode: site.operatorCreditCode,
  };
}
