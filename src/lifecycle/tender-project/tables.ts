import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, siteId } from "@/kit/db/columns";
import type { Regime } from "@/lifecycle/lot/states";

/** Investment projects (项目). */
export const projects = pgTable("projects", {
  id: id(),
  siteId: siteId(),
  /** 17 characters, allotted once, immutable. */
  code: text().notNull().unique(),
  name: text().notNull(),
  ownerOrgId: uuid().notNull(),
  /** Fixed-asset investment (固定资产投资): then the approval platform gave it a code. */
  fixedAssets: boolean().notNull(),
  investCode: text(),
  /** Division of GB/T 4754-2017. */
  industry: text().notNull(),
  regionCode: text().notNull(),
  address: text().notNull(),
  fundSource: text().notNull(),
  scale: text().notNull(),
  approvalName: text().notNull(),
  approvalNumber: text().notNull(),
  createdAt: instant().notNull(),
});

/** Tender projects (招标项目): one act of tendering. */
export const tenderProjects = pgTable("tender_projects", {
  id: id(),
  siteId: siteId(),
  projectId: uuid().notNull(),
  /** 20 characters, immutable. */
  code: text().notNull().unique(),
  name: text().notNull(),
  /** Class of the tender project (CL14). */
  tenderClass: text().notNull(),
  tendererOrgId: uuid().notNull(),
  /** Set when a mandate (委托代理合同) exists; the agency then acts for the tenderer. */
  agencyOrgId: uuid(),
  mandateNumber: text(),
  regime: jsonb().notNull().$type<Regime>(),
  superviseDept: text().notNull(),
  supervisorOrgId: uuid(),
  regionCode: text().notNull(),
  createdAt: instant().notNull(),
  /** The lot and the item of its bill whose provisional sum this tenders (IR29). */
  provisionalLotId: uuid(),
  provisionalCode: text(),
});

/**
 * What the authority decided on how a project is tendered (招标内容核准, IR7): scope, mode and form. Never changed; the
 * newest counts.
 */
export const planApprovals = pgTable(
  "plan_approvals",
  {
    id: id(),
    siteId: siteId(),
    tenderProjectId: uuid().notNull(),
    /** Counts the records of a tender project: the last one counts, also of two of one instant. */
    number: integer().notNull(),
    /** approved 审批 | verified 核准 | filed 备案 */
    kind: text().notNull(),
    authority: text().notNull(),
    documentName: text().notNull(),
    documentNumber: text().notNull(),
    /** Beijing day of the document, `2026-03-02`. */
    decidedOn: text().notNull(),
    /** What of the project is to be tendered. */
    scope: text().notNull(),
    tenderMode: text().notNull(),
    orgForm: text().notNull(),
    /** Why not by open tender, as the authority says it. */
    ground: text().notNull().default(""),
    /** The document itself as it was uploaded; records of before have none. */
    fileId: uuid(),
    personId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [uniqueIndex("plan_approvals_number").on(t.tenderProjectId, t.number)],
);

/** Companies related to the tenderer in a way that may bear on fairness (IR34), as it told them. Read by who runs or supervises. */
export const tenderRelations = pgTable(
  "tender_relations",
  {
    id: id(),
    siteId: siteId(),
    tenderProjectId: uuid().notNull(),
    creditCode: text().notNull(),
    name: text().notNull(),
    relation: text().notNull(),
    enteredBy: uuid().notNull(),
    enteredAt: instant().notNull(),
    /** Over, or told by mistake; the row stays. */
    endedAt: instant(),
  },
  (t) => [index("tender_relations_project").on(t.tenderProjectId)],
);
