import { randomUUID } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { lotCode, projectCode, tenderProjectCode, unifiedDealCode } from "@/core/codes";
import { permit, Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import type { Tx } from "@/kit/db/connect";
import { lotsOfProject } from "@/lifecycle/lot/queries";
import { lots } from "@/lifecycle/lot/tables";
import { requireMayBegin } from "@/platform/party/queries";
import { organisations } from "@/platform/party/tables";
import { lockOwnLot, readOwnLot } from "./queries";
import { refusalOfProject, refusalOfRegime } from "./rules";
import { AddLot, CreateTenderProject, MAX_LOTS } from "./schema";
import { projects, tenderProjects } from "./tables";

/** Next serial of a site's projects or lots. Serials are public and follow the order of drafts, never of bids. */
async function nextSerial(tx: Tx, siteId: string, of: "projects" | "lots"): Promise<number> {
  // One allotter at a time for a site: codes are unique for ever.
  await tx.execute(sql`select pg_advisory_xact_lock(7265003, hashtext(${siteId}))`);
  const [row] = await tx.execute<{ serial: string }>(
    sql`select count(*) + 1 as serial from ${sql.identifier(of)} where site_id = ${siteId}`,
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
    const { project, tender, lot, provisional } = input;
    // A provisional sum is tendered by whoever runs the tender that holds it.
    if (provisional) await readOwnLot(tx, actor, provisional.lotId);
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

    permit(refusalOfProject(project));
    permit(refusalOfRegime(tender.regime));

    const serial = await nextSerial(tx, site.id, "projects");
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
      tenderClass: tender.tenderClass,
      tendererOrgId: tender.tendererOrgId,
      agencyOrgId: actor.role === "agency" ? actor.orgId : null,
      mandateNumber: tender.mandateNumber ?? null,
      regime: tender.regime,
      superviseDept: tender.superviseDept,
      supervisorOrgId: tender.supervisorOrgId,
      regionCode: project.regionCode,
      createdAt: now,
      ...(provisional ? { provisionalLotId: provisional.lotId, provisionalCode: provisional.code } : {}),
    });
    await tx.insert(lots).values({
      id: ids.lot,
      siteId: site.id,
      tenderProjectId: ids.tender,
      code: codes.lot,
      dealCode: await nextDealCode(tx, site, tender.tenderClass, now),
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
          changed: { after: { project, tender, lot: { name: lot.name, content: lot.content } } },
        },
      ],
    };
  },
});

async function nextDealCode(
  tx: Tx,
  site: { id: string; operatorCreditCode: string },
  dealClass: string,
  date: Date,
): Promise<string> {
  const serial = await nextSerial(tx, site.id, "lots");
  return unifiedDealCode({ dealClass, operatorCreditCode: site.operatorCreditCode, date, serial });
}

/** Adds a lot to a tender project of which nothing was published yet; it gets the next serial. */
export const addLot = defineCommand({
  name: "tender-project.add-lot",
  input: AddLot,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId: sibling, lot }) {
    const { tender } = await lockOwnLot(tx, actor, sibling);
    await tx.execute(sql`select 1 from tender_projects where id = ${tender.id} for update`);
    const others = await lotsOfProject(tx, tender.id);
    if (others.some(({ state }) => state !== "D0")) throw new Refused(refuse("conflict", "tender.lots_published"));
    if (others.length >= MAX_LOTS) throw new Refused(refuse("conflict", "tender.too_many_lots", { limit: MAX_LOTS }));
    const [id, code] = [randomUUID(), lotCode(tender.code, others.length + 1)];
    await tx.insert(lots).values({
      id,
      siteId: site.id,
      tenderProjectId: tender.id,
      code,
      dealCode: await nextDealCode(tx, site, tender.tenderClass, now),
      ...lot,
      createdAt: now,
    });
    return {
      result: { lotId: id, lotCode: code },
      trail: [
        {
          action: "lot.drafted",
          subject: code,
          lotId: id,
          chain: `project:${tender.id}`,
          facts: { tenderProject: tender.code, name: lot.name },
          changed: { after: { name: lot.name, content: lot.content } },
        },
      ],
    };
  },
});
