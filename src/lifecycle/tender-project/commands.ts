import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { lotCode, projectCode, tenderProjectCode, unifiedDealCode } from "@/core/codes";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lots } from "@/lifecycle/lot/tables";
import { requireMayBegin } from "@/platform/party/queries";
import { organisations } from "@/platform/party/tables";
import { CreateTenderProject } from "./schema";
import { projects, tenderProjects } from "./tables";

/** Next serial of a site's projects. Serials are public and follow publication order of drafts, never of bids. */
async function nextSerial(tx: Tx, siteId: string): Promise<number> {
  // One allotter at a time for a site: codes are unique for ever.
  await tx.execute(sql`select pg_advisory_xact_lock(7265003, hashtext(${siteId}))`);
  const [row] = await tx.execute<{ serial: string }>(
    sql`select count(*) + 1 as serial from projects where site_id = ${siteId}`,
  );
  return Number(row!.serial);
}

/** Begins one act of tendering (transition 1): project, tender project and one lot in D0, with their codes. */
export const createTenderProject = defineCommand({
  name: "tender-project.create",
  input: CreateTenderProject,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, input) {
    await requireMayBegin(tx, actor.orgId);
    const { project, tender, lot } = input;
    const [tenderer] = await tx.select().from(organisations).where(eq(organisations.id, tender.tendererOrgId));
    if (!tenderer?.verifiedAt) throw new Refused(refuse("invalid", "tender.tenderer_unverified"));
    const [supervisor] = await tx.select().from(organisations).where(eq(organisations.id, tender.supervisorOrgId));
    if (!supervisor) throw new Refused(refuse("invalid", "tender.supervisor_unknown"));
    if (actor.role === "tenderer" && actor.orgId !== tender.tendererOrgId)
      throw new Refused(refuse("forbidden", "tender.not_your_tender"));
    permit(actor.role === "agency" && !tender.mandateNumber ? refuse("invalid", "tender.mandate_missing") : undefined);
    permit(
      (actor.role === "agency") !== (tender.regime.orgForm === "agency")
        ? refuse("invalid", "tender.org_form_mismatch")
        : undefined,
    );

    const serial = await nextSerial(tx, site.id);
    const codes = { project: projectCode(site.platformCode, serial), tender: "", lot: "" };
    codes.tender = tenderProjectCode(codes.project, 1);
    codes.lot = lotCode(codes.tender, 1);
    const ids = { project: randomUUID(), tender: randomUUID(), lot: randomUUID() };
    await tx.insert(projects).values({
      id: ids.project,
      siteId: site.id,
      code: codes.project,
      ownerOrgId: tender.tendererOrgId,
      ...project,
      investCode: project.investCode || null,
      createdAt: now,
    });
    await tx.insert(tenderProjects).values({
      id: ids.tender,
      siteId: site.id,
      projectId: ids.project,
      code: codes.tender,
      name: tender.name,
      tendererOrgId: tender.tendererOrgId,
      agencyOrgId: actor.role === "agency" ? actor.orgId : null,
      mandateNumber: tender.mandateNumber ?? null,
      regime: tender.regime,
      superviseDept: tender.superviseDept,
      supervisorOrgId: tender.supervisorOrgId,
      regionCode: project.regionCode,
      createdAt: now,
    });
    await tx.insert(lots).values({
      id: ids.lot,
      siteId: site.id,
      tenderProjectId: ids.tender,
      code: codes.lot,
      dealCode: unifiedDealCode({ dealClass: "A01", operatorCreditCode: site.operatorCreditCode, date: now, serial }),
      ...lot,
      createdAt: now,
    });
    return {
      result: { lotId: ids.lot, tenderProjectId: ids.tender, lotCode: codes.lot },
      trail: [
        {
          action: "lot.drafted",
          subject: codes.lot,
          lotId: ids.lot,
          chain: `project:${ids.tender}`,
          facts: { project: codes.project, tenderProject: codes.tender, name: lot.name },
        },
      ],
    };
  },
});
