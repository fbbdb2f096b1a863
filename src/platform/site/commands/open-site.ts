import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import { z } from "zod";
import { permit, Refused, refuse } from "@/core/refusal";
import { pemToDers, toPem } from "@/crypto/certificate";
import { type Actor, defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { inContext, legalNow } from "@/kit/db/context";
import { organisationOf } from "@/platform/party/queries";
import { people } from "@/platform/party/tables";
import { siteFormOf } from "../queries";
import { changedSiteFields, refusalOfPlacements, refusalToChange, refusalToDecide } from "../rules";
import { SITE_LABELS, SiteForm } from "../schema";
import { problemOfSiteCertificate } from "../site-certificate";
import { siteProposals, sites } from "../tables";
import { readTrustList } from "../trust-list";

const nameOf = async (tx: Tx, personId: string): Promise<string> => {
  const [row] = await tx.select({ name: people.name }).from(people).where(eq(people.id, personId));
  return row?.name ?? "";
};

/** @throws Refused naming the list and the certificate that is not to be trusted. */
export function requireTrust(values: Pick<SiteForm, "trustList" | "timestampTrust">, now: Date) {
  for (const field of ["trustList", "timestampTrust"] as const) {
    const read = readTrustList(values[field], now);
    if ("problem" in read)
      throw new Refused(refuse("invalid", "site.trust_refused", { field: SITE_LABELS[field], problem: read.problem }));
  }
}

/** A host name and a platform code stand for one site. @throws Refused */
async function requireFree(tx: Tx, { host, platformCode }: SiteForm, except?: string): Promise<void> {
  const [taken] = await tx
    .select({ host: sites.host })
    .from(sites)
    .where(
      and(or(eq(sites.host, host), eq(sites.platformCode, platformCode)), except ? ne(sites.id, except) : undefined),
    );
  if (taken) throw new Refused(refuse("conflict", taken.host === host ? "site.host_taken" : "site.code_taken"));
}

/**
 * Whose administrators may touch what: those of the installation, whose operator runs its first site, touch every site and
 * open new ones; those of another operator touch the sites that it runs. @throws Refused
 */
async function requireOwnSites(tx: Tx, actor: Actor, targetSiteId: string | null | undefined): Promise<void> {
  const { creditCode } = await organisationOf(tx, actor.orgId);
  const all = await tx
    .select({ id: sites.id, operator: sites.operatorCreditCode })
    .from(sites)
    .orderBy(sites.createdAt, sites.host);
  if (all[0]?.operator === creditCode) return;
  if (!targetSiteId) throw new Refused(refuse("forbidden", "site.not_installation"));
  if (all.find(({ id }) => id === targetSiteId)?.operator !== creditCode)
    throw new Refused(refuse("not_found", "general.not_found"));
}

/**
 * Proposes a new trading site, or a change of one. Nothing is open before the security administrator allows it. For a new
 * site the platform makes its key and the request for its certificate.
 *
 * @param profiles - law profiles of this installation by their ids.
 */
export const proposeSite = (profiles: readonly string[]) =>
  defineCommand({
    name: "site.propose",
    input: z.object({ targetSiteId: z.uuid().optional(), values: SiteForm }),
    may: roles("system-admin"),
    async run({ tx, actor, site, ports, now }, { targetSiteId, values }) {
      await requireOwnSites(tx, actor, targetSiteId);
      if (!profiles.includes(values.profile)) throw new Refused(refuse("invalid", "site.profile_unknown"));
      requireTrust(values, now);
      await requireFree(tx, values, targetSiteId);
      const before = targetSiteId ? await siteFormOf(tx, targetSiteId) : undefined;
      if (targetSiteId && !before) throw new Refused(refuse("not_found", "general.not_found"));
      if (before) permit(refusalToChange(before, values));
      const fields = changedSiteFields(before, values);
      if (!fields.length) throw new Refused(refuse("conflict", "site.nothing_changed"));
      const csr = before
        ? undefined
        : ports.platformKeys.request(values.platformCode, {
            name: values.name,
            organisation: values.operatorName,
            creditCode: values.operatorCreditCode,
          });
      const id = crypto.randomUUID();
      const proposedByName = await nameOf(tx, actor.personId);
      await tx.insert(siteProposals).values({
        id,
        siteId: site.id,
        values,
        proposedBy: actor.personId,
        proposedByName,
        proposedAt: now,
        ...(targetSiteId ? { targetSiteId } : {}),
        ...(csr ? { csr } : {}),
      });
      const action = before ? "site.change-proposed" : "site.opening-proposed";
      return {
        result: { proposalId: id, csr },
        trail: [{ action, subject: values.platformCode, chain: "site", facts: { fields: fields.join(",") } }],
      };
    },
  });

/** A proposal of this site that is not decided yet, locked. @throws Refused */
async function openProposal(tx: Tx, id: string) {
  const [row] = await tx.select().from(siteProposals).where(eq(siteProposals.id, id)).for("update");
  if (!row) throw new Refused(refuse("not_found", "general.not_found"));
  return row;
}

/** Adds the certificate that an authority issued for the request of a new site. */
export const attachSiteCertificate = defineCommand({
  name: "site.attach-certificate",
  input: z.object({
    proposalId: z.uuid(),
    certificate: z
      .string()
      .trim()
      .max(40_000, "证书过大")
      .includes("-----BEGIN CERTIFICATE-----", "不是 PEM 格式的证书"),
  }),
  may: roles("system-admin"),
  async prepare({ db, ports, site }, actor, { proposalId }) {
    // Lists of revocation come from other servers, and not inside a transaction. The proposal is asked for here only for
    // its addresses; `run` reads it again.
    const [row] = await inContext(db, actor, (tx) =>
      tx.select({ values: siteProposals.values }).from(siteProposals).where(eq(siteProposals.id, proposalId)),
    );
    return ports.revocation.lists(row?.values.crlUrls ?? site.crlUrls, await legalNow(db));
  },
  async run({ tx, prepared, now }, { proposalId, certificate }) {
    const proposal = await openProposal(tx, proposalId);
    if (proposal.verdict) throw new Refused(refuse("conflict", "site.decided_before"));
    if (!proposal.csr) throw new Refused(refuse("conflict", "site.no_request"));
    const { values } = proposal;
    const wrong = await problemOfSiteCertificate(proposal.csr, certificate, values.trustList, prepared, now);
    if (wrong) throw new Refused(refuse("invalid", "site.certificate_refused", { problem: wrong }));
    const kept = pemToDers(certificate)
      .map((der) => toPem(der))
      .join("");
    await tx.update(siteProposals).set({ certificate: kept }).where(eq(siteProposals.id, proposalId));
    return {
      result: { proposalId },
      trail: [
        {
          action: "site.certificate-attached",
          subject: values.platformCode,
          chain: "site",
          facts: { proposal: proposalId },
        },
      ],
    };
  },
});

/** Allows or returns a proposal. An allowed site answers at its host name within seconds, without a restart. */
export const decideSite = defineCommand({
  name: "site.decide",
  input: z.object({
    proposalId: z.uuid(),
    approved: z.boolean(),
    reason: z.string().trim().max(500, "理由不超过 500 个字").default(""),
  }),
  may: roles("security-admin"),
  async run({ tx, actor, ports, now }, { proposalId, approved, reason }) {
    const proposal = await openProposal(tx, proposalId);
    await requireOwnSites(tx, actor, proposal.targetSiteId);
    permit(refusalToDecide(proposal, actor.personId, approved, reason));
    const { values, targetSiteId } = proposal;
    const decidedByName = await nameOf(tx, actor.personId);
    await tx
      .update(siteProposals)
      .set({
        verdict: approved ? "approved" : "returned",
        reason,
        decidedBy: actor.personId,
        decidedByName,
        decidedAt: now,
      })
      .where(and(eq(siteProposals.id, proposalId), isNull(siteProposals.verdict)));
    if (approved) {
      // Two proposals of one host that are allowed at the same moment: the second finds it taken.
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('sites'))`);
      requireTrust(values, now);
      permit(refusalOfPlacements(values.placements));
      await requireFree(tx, values, targetSiteId ?? undefined);
      const row = {
        ...SiteForm.parse(values),
        hubUrl: values.hubUrl || null,
        timestampUrl: values.timestampUrl || null,
        bankUrl: values.bankUrl || null,
        bankCertificate: values.bankCertificate || null,
      };
      if (targetSiteId) await tx.update(sites).set(row).where(eq(sites.id, targetSiteId));
      else {
        ports.platformKeys.install(values.platformCode, proposal.certificate!);
        await tx.insert(sites).values({ ...row, createdAt: now });
      }
    }
    const verb = approved ? "approved" : "returned";
    return {
      result: { host: values.host },
      trail: [
        {
          action: targetSiteId ? `site.change-${verb}` : `site.opening-${verb}`,
          subject: values.platformCode,
          chain: "site",
          facts: { proposedBy: proposal.proposedByName, ...(reason ? { reason } : {}) },
        },
      ],
    };
  },
});
