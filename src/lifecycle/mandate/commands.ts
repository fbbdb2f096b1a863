import { randomUUID } from "node:crypto";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { Refused, refuse } from "@/core/refusal";
import { defineCommand, roles } from "@/kit/command";
import { lockOwnLot, runsTender, tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { tenderProjects } from "@/lifecycle/tender-project/tables";
import { requireAct } from "@/platform/identity/act";
import { writeLetters } from "@/platform/inbox/letters";
import { mandateDigest, newestMandate } from "./queries";
import { isSignedByBoth } from "./rules";
import { ProposeMandate, SignMandate } from "./schema";
import { mandates } from "./tables";

/** Writes down the terms of a mandate for both sides to sign; an earlier text that not both have signed falls away. */
export const proposeMandate = defineCommand({
  name: "mandate.propose",
  input: ProposeMandate,
  may: roles("tenderer", "agency"),
  async run({ tx, actor, site, now }, { lotId, terms }) {
    const { tender } = await lockOwnLot(tx, actor, lotId);
    if (!tender.agencyOrgId) throw new Refused(refuse("conflict", "mandate.no_agency"));
    await tx.execute(sql`select 1 from tender_projects where id = ${tender.id} for update`);
    const before = await newestMandate(tx, tender.id);
    if (before && !isSignedByBoth(before) && !before.supersededAt)
      await tx.update(mandates).set({ supersededAt: now }).where(eq(mandates.id, before.id));
    const id = randomUUID();
    const version = (before?.version ?? 0) + 1;
    const digest = await mandateDigest(tx, tender, tender.agencyOrgId, version, terms);
    await tx.insert(mandates).values({
      id,
      siteId: site.id,
      tenderProjectId: tender.id,
      version,
      tendererOrgId: tender.tendererOrgId,
      agencyOrgId: tender.agencyOrgId,
      terms,
      digest,
      proposedBy: actor.personId,
      createdAt: now,
    });
    const other = actor.orgId === tender.agencyOrgId ? tender.tendererOrgId : tender.agencyOrgId;
    const jobs = await writeLetters(tx, site.id, now, [
      {
        orgId: other,
        lotId,
        kind: "mandate",
        aboutId: id,
        subject: `请签署委托代理合同：${tender.name}`,
        body: `招标项目 ${tender.code} 的委托代理合同（编号 ${terms.number}，第 ${version} 稿）已拟定。请进入标段工作间“概况”页核对委托事项、费用和期限后签章。双方签章前，代理机构不能发布公告。`,
      },
    ]);
    return {
      result: { mandateId: id, version },
      trail: [
        {
          action: "mandate.proposed",
          subject: tender.code,
          lotId,
          chain: `project:${tender.id}`,
          facts: { version, digest },
          changed: { after: { version, terms } },
        },
      ],
      jobs,
    };
  },
});

/** Signs a mandate for one's own side. When both have signed it is in force, and its number is the tender project's. */
export const signMandate = defineCommand({
  name: "mandate.sign",
  input: SignMandate,
  may: roles("tenderer", "agency"),
  async run(scope, { mandateId, statement }) {
    const { tx, actor, now } = scope;
    const [mandate] = await tx.select().from(mandates).where(eq(mandates.id, mandateId)).for("update");
    const tender = mandate && (await tenderProjectOf(tx, mandate.tenderProjectId));
    if (!mandate || !tender || !runsTender(actor, tender)) throw new Refused(refuse("not_found", "general.not_found"));
    if (mandate.supersededAt) throw new Refused(refuse("conflict", "mandate.superseded"));
    const side = actor.role === "tenderer" ? "tenderer" : "agency";
    if (side === "tenderer" ? mandate.tendererSignedAt : mandate.agencySignedAt)
      throw new Refused(refuse("conflict", "mandate.signed_before"));
    await requireAct(scope, statement, { act: "mandate.sign", subject: tender.code, digest: mandate.digest });
    const set =
      side === "tenderer"
        ? { tendererPersonId: actor.personId, tendererSignedAt: now, tendererStatement: statement }
        : { agencyPersonId: actor.personId, agencySignedAt: now, agencyStatement: statement };
    await tx.update(mandates).set(set).where(eq(mandates.id, mandateId));
    const inForce = isSignedByBoth({ ...mandate, ...set });
    if (inForce) {
      await tx
        .update(mandates)
        .set({ supersededAt: now })
        .where(and(eq(mandates.tenderProjectId, tender.id), ne(mandates.id, mandateId), isNull(mandates.supersededAt)));
      await tx
        .update(tenderProjects)
        .set({ mandateNumber: mandate.terms.number })
        .where(eq(tenderProjects.id, tender.id));
    }
    return {
      result: { inForce },
      trail: [
        {
          action: "mandate.signed",
          subject: tender.code,
          chain: `project:${tender.id}`,
          facts: { side, version: mandate.version, digest: mandate.digest, inForce },
          changed: { before: mandate, after: { ...mandate, ...set } },
        },
      ],
    };
  },
});
