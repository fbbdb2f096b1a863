import { type Refusal, refuse } from "@/core/refusal";
import {
  ABROAD,
  type Certification,
  DISCLOSURES,
  type DisclosureKey,
  type Placement,
  PROFESSIONS,
  SITE_LABELS,
  type SiteForm,
  STORES,
  type StoreKind,
} from "./schema";

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

/** The day of `now` in Beijing, as the dates of certifications are written. */
const dayOf = (now: Date) => new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** Is a test report in force on that day? */
export const isInForce = ({ from, until }: Certification, now: Date): boolean =>
  from <= dayOf(now) && dayOf(now) <= until;

/** What a platform has to disclose and does not yet, by the names that people read (R-S.14b, R-O.10a, R-O.11). */
export function missingDisclosures(
  { disclosure, certifications, professionals }: Pick<SiteForm, "disclosure" | "certifications" | "professionals">,
  now: Date,
): string[] {
  const missing: string[] = (Object.keys(DISCLOSURES) as DisclosureKey[])
    .filter((name) => !disclosure[name])
    .map((name) => DISCLOSURES[name]);
  if (!certifications.some((each) => isInForce(each, now))) missing.push("有效的检测认证证书");
  for (const profession of ["it", "tendering"] as const)
    if (!professionals.some((each) => each.profession === profession))
      missing.push(`${PROFESSIONS[profession]}专业人员`);
  return missing;
}

/** Taiwan, Hong Kong and Macao have codes and are not the mainland that the law means. */
const MAINLAND = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}$/;
/** Parts that every installation has. */
const NEEDED: readonly StoreKind[] = ["database", "objects", "backup", "logs", "mail"];

/** One line of the deployment check. */
export interface PlacementRow {
  readonly title: string;
  readonly ok: boolean;
  readonly text: string;
}

/**
 * Do servers and all data lie in the mainland (境内, O20 art. 10)? Every declared part with its place, every part that is
 * declared nowhere, and every host that the installation really talks to and nobody has declared.
 *
 * @param endpoints - hosts in use, by what they are for
 */
export function placementCheck(
  placements: readonly Placement[],
  endpoints: readonly { readonly title: string; readonly host: string }[],
): PlacementRow[] {
  const declared = placements.map(({ kind, host, provider, region }) => {
    const ok = MAINLAND.test(region);
    const where = region === ABROAD ? ABROAD : `行政区划 ${region}`;
    return { title: STORES[kind], ok, text: `${host}，${provider}，${where}${ok ? "" : "：不在境内"}` };
  });
  const missing = NEEDED.filter((kind) => !placements.some((each) => each.kind === kind)).map((kind) => ({
    title: STORES[kind],
    ok: false,
    text: "没有登记所在地",
  }));
  const undeclared = endpoints
    .filter(({ host }) => !placements.some((each) => each.host === host.toLowerCase()))
    .map(({ title, host }) => ({ title, ok: false, text: `正在使用 ${host}，没有登记所在地` }));
  return [...declared, ...missing, ...undeclared];
}

/** May a site be opened or changed with these places? A store abroad opens nothing (O20 art. 10). */
export const refusalOfPlacements = (placements: readonly Placement[]): Refusal | undefined => {
  const abroad = placements.find(({ region }) => !MAINLAND.test(region));
  return abroad && refuse("conflict", "site.data_abroad", { part: STORES[abroad.kind], host: abroad.host });
};

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
    case "certifications":
      return (
        values.certifications
          .map(({ body, number, from, until }) => `${body} ${number}（${from} 至 ${until}）`)
          .join("；") || "—"
      );
    case "professionals":
      return (
        values.professionals
          .map(({ name, profession, qualification }) => `${name}（${PROFESSIONS[profession]}，${qualification}）`)
          .join("；") || "—"
      );
    case "placements":
      return (
        values.placements
          .map(({ kind, host, provider, region }) => `${STORES[kind]}：${host}，${provider}，${region}`)
          .join("；") || "—"
      );
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
