import { createHash, randomBytes } from "node:crypto";
import type { Bytes } from "@/core/bytes";
import { addDays } from "@/core/time";
import { renderPdf } from "@/documents/pdf";
import { APART } from "@/documents/pdf-apart-limits";
import { readPdf } from "@/documents/pdf-text";
import { inContext } from "@/kit/db/context";
import { addInvitee } from "@/lifecycle/invitation/commands";
import { proposeMandate, signMandate } from "@/lifecycle/mandate/commands";
import { newestMandate } from "@/lifecycle/mandate/queries";
import { ALL_ACTS, type MandateTerms } from "@/lifecycle/mandate/schema";
import { publishNotice, saveNotice } from "@/lifecycle/notice/commands";
import { publishView } from "@/lifecycle/notice/queries";
import { readingBy } from "@/lifecycle/notice/read-file";
import { readOutBaseEstimate } from "@/lifecycle/opening/commands/base-estimate";
import { openEstimate, readOutDigest, sealDigest, sealEstimate } from "@/lifecycle/tender-document/base-estimate";
import type { Bill } from "@/lifecycle/tender-document/bill/schema";
import { sealBaseEstimate } from "@/lifecycle/tender-document/commands/base-estimate";
import { saveTenderDocument } from "@/lifecycle/tender-document/commands/document";
import { baseEstimateOf, draftOf } from "@/lifecycle/tender-document/queries";
import { createTenderProject } from "@/lifecycle/tender-project/commands";
import { tenderProjectOf } from "@/lifecycle/tender-project/queries";
import { uploadFile } from "@/platform/file/commands";
import { worksDocument } from "./document";
import { actorOf, type Person, signActAs } from "./person";
import type { Stage } from "./world-state";

export interface LotPlan {
  readonly name: string;
  readonly content: string;
  readonly estimateFen: bigint;
  readonly ceilingFen?: bigint;
  readonly securityFen?: bigint;
  /** What the tender document says of the security beyond its sum. */
  readonly security?: { readonly receiptCondition: boolean; readonly keptOnFailure: boolean };
  /** What the mandate agrees on; without it a fixed fee that the tenderer pays. */
  readonly agencyFee?: Partial<Pick<MandateTerms, "feeFen" | "feeTiers" | "feePayer">>;
  /** Price of the tender document; free without it. */
  readonly documentFeeFen?: bigint;
  /** Bill of quantities; bids then bring a priced one. */
  readonly bill?: Bill;
  /** Consortia may bid. */
  readonly consortium?: boolean;
  /** Two envelopes: technical and price, opened one after the other. */
  readonly twoEnvelopes?: true;
  /** Days of sale and days until the deadline, counted from publication. */
  readonly saleDays?: number;
  readonly deadline?: Date;
  /** Code of a project of fixed assets; without it the project is none. */
  readonly investCode?: string;
  /** With prequalification: the tender document goes to those who are found qualified. */
  readonly prequalified?: true;
  /** In two stages: technical proposals first, the tender document for those who handed one in. */
  readonly twoStage?: true;
  /** Credit codes of those whom an invited tender goes to; without them it is open. */
  readonly invited?: readonly string[];
}

/** What the worker does with an upload; a file of our own needs no process of its own. */
const readOwnFile = readingBy((bytes) => readPdf(bytes, APART));

/** Has the files of a draft read, where the worker was not faster. */
async function readFiles(stage: Stage, lotId: string): Promise<void> {
  const agency = actorOf(stage.person("agency"), stage.app.site.id);
  const draft = await inContext(stage.app.db, agency, (tx) => draftOf(tx, lotId));
  for (const fileId of draft?.fileIds ?? []) await stage.serve(readOwnFile, { fileId });
}

/** A one-page PDF, for tender documents and bids of the demonstration. */
export const simplePdf = async (title: string, lines: readonly string[], createdAt: Date): Promise<Bytes> =>
  new Uint8Array(
    await renderPdf({
      title,
      number: "演示",
      footer: "",
      createdAt,
      demo: true,
      blocks: lines.map((text) => ({ kind: "paragraph" as const, text })),
    }),
  );

/** Tenderer and agency sign the contract of agency, for a year and every act that can be entrusted. */
export async function giveMandate(stage: Stage, lotId: string, fee: LotPlan["agencyFee"] = {}): Promise<void> {
  const now = await stage.now();
  const { mandateId } = await stage.act(stage.person("agency"), proposeMandate, {
    lotId,
    terms: {
      number: "WT-2026-演示",
      scope: [...ALL_ACTS],
      feeFen: "3000000",
      feePayer: "tenderer",
      feeBasis: "按合同约定（演示）",
      ...fee,
      startsAt: now.toISOString(),
      endsAt: addDays(now, 365).toISOString(),
    },
  });
  for (const key of ["agency", "tenderer"]) await signTheMandate(stage, stage.person(key), lotId, mandateId);
}

/** Signs for one's own side. */
export async function signTheMandate(
  stage: Stage,
  person: Person,
  lotId: string,
  mandateId: string,
): Promise<{ inForce: boolean }> {
  const actor = actorOf(person, stage.app.site.id);
  const { tenderProjectId } = await stage.lot(lotId);
  const toSign = await inContext(stage.app.db, actor, async (tx) => ({
    act: "mandate.sign",
    subject: (await tenderProjectOf(tx, tenderProjectId)).code,
    digest: (await newestMandate(tx, tenderProjectId))!.digest,
  }));
  return stage.act(person, signMandate, { mandateId, statement: await signActAs(person, stage.app, toSign) });
}

/** The agency drafts project, lot, tender document and notice. */
export async function draftLot(stage: Stage, plan: LotPlan): Promise<{ lotId: string; lotCode: string }> {
  const agency = stage.person("agency");
  const now = await stage.now();
  const { lotId, lotCode } = await stage.act(agency, createTenderProject, {
    project: {
      name: plan.name,
      ...(plan.investCode ? { fixedAssets: true, investCode: plan.investCode } : {}),
      regionCode: "520100",
      address: "清溪市演示新区",
      fundSource: "财政资金，已落实",
      scale: plan.content,
      approvalName: "关于项目初步设计的批复（演示）",
      approvalNumber: "清发改投资〔2026〕演示 1 号",
    },
    tender: {
      name: plan.name,
      tendererOrgId: stage.person("tenderer").orgId,
      mandateNumber: "WT-2026-演示",
      regime: {
        mandatory: true,
        stateFundsDominant: !plan.invited,
        tenderMode: plan.invited ? "invited" : "open",
        orgForm: "agency",
        qualification: plan.prequalified ? "pre" : "post",
        envelopes: plan.twoEnvelopes ? 2 : 1,
        twoStage: plan.twoStage ?? false,
        evaluationVenue: "dispersed",
        awardRight: "recommends",
        consortium: plan.consortium ?? false,
        subject: "works",
      },
      superviseDept: stage.person("supervisor").orgName,
      supervisorOrgId: stage.person("supervisor").orgId,
    },
    lot: { name: "施工标段", content: plan.content, estimateFen: String(plan.estimateFen) },
  });
  await giveMandate(stage, lotId, plan.agencyFee);
  const ceilingFen = plan.ceilingFen ?? plan.estimateFen;
  const securityFen = plan.securityFen ?? plan.estimateFen / 100n;
  const bytes = await simplePdf(
    `${plan.name}招标文件`,
    ["第一章 招标公告", "第二章 投标人须知", "第三章 评标办法（综合评估法）", "第四章 合同条款及格式", plan.content],
    now,
  );
  const { fileId } = await stage.act(agency, uploadFile, { name: "招标文件.pdf", bytes });
  await stage.act(agency, saveTenderDocument, {
    lotId,
    content: {
      ...worksDocument(ceilingFen, securityFen),
      ...(plan.documentFeeFen ? { sale: saleAt(plan.documentFeeFen) } : {}),
      ...(plan.bill ? { bill: plan.bill } : {}),
      ...(plan.security ? { security: plan.security } : {}),
      consortiumAllowed: plan.consortium ?? false,
      ...(plan.twoEnvelopes ? { envelopes: ["technical", "price"] } : {}),
    },
    fileIds: [fileId],
  });
  await readFiles(stage, lotId);
  if (!plan.prequalified && !plan.twoStage) await draftNotice(stage, lotId, plan);
  for (const creditCode of plan.invited ?? []) await stage.act(agency, addInvitee, { lotId, creditCode });
  return { lotId, lotCode };
}

/** The agency writes notice and schedule; with prequalification when the results are sent. */
export async function draftNotice(
  stage: Stage,
  lotId: string,
  plan: Pick<LotPlan, "saleDays" | "deadline" | "invited" | "prequalified">,
): Promise<void> {
  const agency = stage.person("agency");
  const start = await stage.now();
  await stage.act(agency, saveNotice, {
    lotId,
    draft: {
      qualification: "具有建筑工程施工总承包三级及以上资质和有效的安全生产许可证",
      quantity: "1 项",
      performancePlace: "清溪市演示新区",
      performanceTime: "270 日历天",
      contactPerson: agency.name,
      contactPhone: "0851-00000000",
      responsiblePublisher: agency.name,
      responsibleVerifier: "核验员（演示）",
      other: "",
      saleStart: start.toISOString(),
      saleEnd: addDays(start, plan.saleDays ?? 7).toISOString(),
      bidDeadline: (plan.deadline ?? addDays(start, 22)).toISOString(),
      ...(plan.invited || plan.prequalified ? { replyBy: addDays(start, 5).toISOString() } : {}),
    },
  });
}

const saleAt = (fen: bigint) => ({
  priceFen: String(fen),
  payee: "agency" as const,
  bank: "黔江商业银行清溪支行（演示）",
  account: "5200 0000 0000 0001",
});

/** The tenderer seals a base estimate, the same way as in the browser. */
export async function sealEstimateAs(stage: Stage, lotId: string, amountFen: bigint): Promise<string> {
  const tenderer = stage.person("tenderer");
  const { code } = await stage.lot(lotId);
  const { kept } = await sealEstimate(code, amountFen, tenderer.opened.encryption.certificate);
  const digest = sealDigest(kept.hash, kept.sealed);
  const statement = await signActAs(tenderer, stage.app, { act: "base-estimate.seal", subject: code, digest });
  await stage.act(tenderer, sealBaseEstimate, { lotId, ...kept, statement });
  return kept.hash;
}

/** The tenderer opens the base estimate and reads it out. */
export async function readOutEstimateAs(stage: Stage, lotId: string): Promise<void> {
  const tenderer = stage.person("tenderer");
  const { code } = await stage.lot(lotId);
  const actor = actorOf(tenderer, stage.app.site.id);
  const { hash, sealed } = (await inContext(stage.app.db, actor, (tx) => baseEstimateOf(tx, lotId)))!.kept!;
  const privateKey = tenderer.opened.encryption.key;
  const said = await openEstimate(code, sealed, { fingerprint: fingerprintOf(tenderer), privateKey });
  const toSign = { act: "base-estimate.read-out", subject: code, digest: readOutDigest(hash, said) };
  const statement = await signActAs(tenderer, stage.app, toSign);
  await stage.act(tenderer, readOutBaseEstimate, { lotId, said, statement });
}

/** Signs and publishes, and waits until the medium has printed it. */
export async function publish(stage: Stage, lotId: string): Promise<void> {
  await readFiles(stage, lotId);
  const agency = stage.person("agency");
  const actor = actorOf(agency, stage.app.site.id);
  const view = await inContext(stage.app.db, actor, async (tx) =>
    publishView(tx, actor, stage.app.site, lotId, await stage.now()),
  );
  const failed = view.rows.filter(({ verdict }) => verdict === "fail");
  if (failed.length)
    throw new Error(
      `publication check: ${failed.map(({ title, value, limit }) => `${title} ${value} (${limit})`).join("; ")}`,
    );
  const statement = await signActAs(agency, stage.app, view.toSign);
  await stage.act(agency, publishNotice, { lotId, statement, tendererNonce: randomBytes(32).toString("hex") });
  const { restricted, prequalified } = await stage.lot(lotId);
  if (!restricted && !prequalified) await waitForMedium(stage, lotId);
}

/** Waits until the medium has printed the notice: longer than a message that was taken and lost is put off (20 seconds). */
export async function waitForMedium(stage: Stage, lotId: string): Promise<void> {
  for (let i = 0; i < 400 && !(await stage.lot(lotId)).mediaPublishedAt; i++) {
    await stage.deliver();
    if (!(await stage.lot(lotId)).mediaPublishedAt) await new Promise((done) => setTimeout(done, 100));
  }
  if (!(await stage.lot(lotId)).mediaPublishedAt) throw new Error("the medium did not print the notice");
}

const fingerprintOf = (person: Person): string =>
  createHash("sha256").update(person.opened.encryption.certificate).digest("hex");
