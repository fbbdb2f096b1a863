import { desc, eq } from "drizzle-orm";
import { formatInstant } from "@/core/time";
import { parseCertificate, pemToDers } from "@/crypto/certificate";
import { parseCrl } from "@/crypto/crl";
import type { Runtime } from "@/kit/command";
import type { Db, Tx } from "@/kit/db/connect";
import { legalNow } from "@/kit/db/context";
import { knownSites, type Site, sitesNow } from "./known-sites";
import { changedSiteFields, missingDisclosures, placementCheck, shownSiteValue } from "./rules";
import { SITE_LABELS, SiteForm } from "./schema";
import { siteProposals, sites } from "./tables";

export type { Site } from "./known-sites";

/** The site a host name stands for; undefined for a name we do not serve. The port does not matter. */
export async function siteOfHost(db: Db, host: string | undefined): Promise<Site | undefined> {
  const name = host?.toLowerCase().replace(/:\d+$/, "");
  if (!name) return undefined;
  return (await knownSites(db)).get(name) ?? (await sitesNow(db)).get(name);
}

export async function allSites(db: Db): Promise<Site[]> {
  return [...(await knownSites(db)).values()];
}

export async function siteOfId(db: Db, id: string): Promise<Site | undefined> {
  const [row] = await db.select().from(sites).where(eq(sites.id, id));
  return row as Site | undefined;
}

/** A site as its form has it; undefined when there is none. */
export async function siteFormOf(tx: Tx | Db, id: string): Promise<SiteForm | undefined> {
  const [row] = await tx.select().from(sites).where(eq(sites.id, id));
  if (!row) return undefined;
  const { hubUrl, timestampUrl, bankUrl, bankCertificate, ...rest } = row;
  return SiteForm.parse({
    ...rest,
    hubUrl: hubUrl ?? "",
    timestampUrl: timestampUrl ?? "",
    bankUrl: bankUrl ?? "",
    bankCertificate: bankCertificate ?? "",
  });
}

/** What a site discloses about itself. Public. */
export async function disclosureOf(db: Db, id: string) {
  const [row] = await db
    .select({
      priceList: sites.priceList,
      disclosure: sites.disclosure,
      certifications: sites.certifications,
      professionals: sites.professionals,
    })
    .from(sites)
    .where(eq(sites.id, id));
  return row ?? { priceList: [], disclosure: {}, certifications: [], professionals: [] };
}

/** Hosts that a site really talks to, by what they are for. */
const siteEndpoints = (site: typeof sites.$inferSelect) =>
  [
    { title: SITE_LABELS.hubUrl, url: site.hubUrl },
    { title: SITE_LABELS.timestampUrl, url: site.timestampUrl },
    { title: SITE_LABELS.bankUrl, url: site.bankUrl },
  ].flatMap(({ title, url }) => (url ? [{ title, host: new URL(url).hostname }] : []));

/**
 * All sites of the installation and what is proposed, for the two administrators who open them.
 *
 * @param endpoints - hosts of the installation itself, such as its database
 */
export async function siteDesk(tx: Tx, endpoints: readonly { title: string; host: string }[] = []) {
  const now = await legalNow(tx);
  const rows = await tx.select().from(sites).orderBy(sites.createdAt, sites.host);
  const proposals = await tx.select().from(siteProposals).orderBy(desc(siteProposals.proposedAt)).limit(50);
  return {
    sites: rows.map((row) => ({
      id: row.id,
      host: row.host,
      name: row.name,
      platformCode: row.platformCode,
      missing: missingDisclosures(row, now),
      placements: placementCheck(row.placements, [...endpoints, ...siteEndpoints(row)]),
    })),
    proposals: proposals.map(
      ({ id, values, proposedByName, proposedAt, verdict, decidedByName, targetSiteId, reason }) => ({
        id,
        host: values.host,
        name: values.name,
        kind: targetSiteId ? "变更" : "开通",
        by: `${proposedByName}，${formatInstant(proposedAt)}`,
        verdict,
        decided: verdict ? `${decidedByName}${reason ? `：${reason}` : ""}` : undefined,
      }),
    ),
  };
}

/** One proposal beside what is in force. */
export async function siteProposalView(tx: Tx, id: string) {
  const [row] = await tx.select().from(siteProposals).where(eq(siteProposals.id, id));
  if (!row) return undefined;
  const before = row.targetSiteId ? await siteFormOf(tx, row.targetSiteId) : undefined;
  // What was proposed by an earlier version may lack later fields.
  const values = SiteForm.parse(row.values);
  return {
    id,
    name: values.name,
    host: values.host,
    opening: !row.targetSiteId,
    csr: row.csr,
    certificate: row.certificate,
    proposedBy: row.proposedBy,
    by: `${row.proposedByName}，${formatInstant(row.proposedAt)}`,
    verdict: row.verdict,
    reason: row.reason,
    lines: changedSiteFields(before, values).map((field) => ({
      label: SITE_LABELS[field],
      before: before ? shownSiteValue(before, field) : "—",
      after: shownSiteValue(values, field),
    })),
  };
}

/** The authorities a site trusts, and how old their lists of revocation are. */
export async function trustView({ site, ports }: Runtime, now: Date) {
  const authorities = [...new Set([...site.trustList, ...site.timestampTrust])].flatMap((pem) =>
    pemToDers(pem).map((der) => {
      const { subject, issuer, notAfter, fingerprint, selfIssued } = parseCertificate(der);
      return {
        subject: subject.display,
        issuer: issuer.display,
        until: formatInstant(notAfter),
        fingerprint,
        root: selfIssued,
        expired: notAfter <= now,
      };
    }),
  );
  const lists = await Promise.all(
    site.crlUrls.map(async (url) => {
      const [der] = await ports.revocation.lists([url], now).catch(() => []);
      const crl = der && parseCrl(der);
      return {
        url,
        made: crl ? formatInstant(crl.thisUpdate) : undefined,
        next: crl?.nextUpdate ? formatInstant(crl.nextUpdate) : undefined,
        stale: !crl || (crl.nextUpdate ? crl.nextUpdate < now : false),
        revoked: crl?.revoked.size,
      };
    }),
  );
  return { authorities, lists };
}
