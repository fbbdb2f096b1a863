import { type Refusal, refuse } from "@/core/refusal";
import { DISCLOSURES, type Disclosure, type DisclosureKey, SITE_LABELS, type SiteForm } from "./schema";

/** What never changes once a site is open: codes of lots begin with the one, signatures name the other. */
const FIXED: readonly (keyof SiteForm)[] = ["host", "platformCode"];

/** May a site that is open become this? */
export const refusalToChange = (before: SiteForm, after: SiteForm): Refusal | undefined => {
  const field = FIXED.find((name) => before[name] !== after[name]);
  return field && refuse("conflict", "site.fixed", { field: SITE_LABELS[field] });
};

/** SOD-07: who proposed a site does not allow it. */
export const refusalToDecide = (
  proposal: { proposedBy: string; verdict: string | null; csr: string | null; certificate: string | null },
  decider: string,
  approved: boolean,
  reason: string,
): Refusal | undefined => {
  if (proposal.verdict) return refuse("conflict", "site.decided_before");
  if (proposal.proposedBy === decider) return refuse("forbidden", "site.second_administrator");
  if (approved && proposal.csr && !proposal.certificate) return refuse("conflict", "site.certificate_missing");
  if (!approved && !reason) return refuse("invalid", "site.reason_missing");
  return undefined;
};

/** Fields in which a proposal differs from what is in force, in the order of the form. */
export const changedSiteFields = (before: SiteForm | undefined, after: SiteForm): (keyof SiteForm)[] =>
  (Object.keys(SITE_LABELS) as (keyof SiteForm)[]).filter(
    (field) => JSON.stringify(before?.[field]) !== JSON.stringify(after[field]),
  );

/** What a platform has to disclose and does not yet, by the names that people read. */
export const missingDisclosures = (disclosure: Partial<Disclosure>): string[] =>
  (Object.keys(DISCLOSURES) as DisclosureKey[]).filter((name) => !disclosure[name]).map((name) => DISCLOSURES[name]);

/** A field's value in one line of text. */
export function shownSiteValue(values: SiteForm, field: keyof SiteForm): string {
  switch (field) {
    case "trustList":
    case "timestampTrust":
      return `${values[field].length} 张证书`;
    case "bankCertificate":
      return values.bankCertificate ? "一张证书" : "—";
    case "priceList":
      return values.priceList.map(({ service, price }) => `${service}：${price}`).join("；") || "全部免费";
    case "disclosure":
      return (
        (Object.keys(DISCLOSURES) as DisclosureKey[])
          .filter((name) => values.disclosure[name])
          .map((name) => `${DISCLOSURES[name]}：${values.disclosure[name]}`)
          .join("；") || "—"
      );
    case "crlUrls":
    case "ocspUrls":
      return values[field].join("，") || "—";
    default:
      return values[field] || "—";
  }
}
